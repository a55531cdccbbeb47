import Analysis
import LowRank

/// What the contexts of a task do, in sentences with the numbers that they rest on.
public struct Mechanism: Sendable {
  /// One sentence per context, and one on the gains that change.
  public let sentences: [String]
  /// The same with the numbers of every population.
  public let details: [String]

  /// Sentences on one latent.
  ///
  /// - Parameters:
  ///   - contexts: averages over the trials of each context.
  ///   - names: names of inputs and populations.
  ///   - latent: r; the latent that inputs are compared on.
  public init(_ contexts: [ContextModulation], names: CircuitNames, latent r: Int = 0) {
    guard contexts.count > 1, names.evidence.count > 1 else {
      (sentences, details) = ([], [])
      return
    }
    var (short, long): ([String], [String]) = ([], [])
    for context in contexts {
      let order = names.evidence.sorted {
        abs(context.action(on: r, of: $0)) > abs(context.action(on: r, of: $1))
      }
      let (strong, weak) = (order[0], order[1])
      let (most, least) = (context.action(on: r, of: strong), context.action(on: r, of: weak))
      let ratio = abs(most / least)
      var sentence =
        "In the \(context.name), κ\(r + 1) follows the \(names.inputs[strong]) "
        + (ratio > 1.2
          ? "\(ratio > 100 ? "more than 100" : text(ratio, digits: ratio < 10 ? 2 : 3)) times as strongly as the \(names.inputs[weak])"
          : "hardly more than the \(names.inputs[weak])")
      guard names.fractions.count > 1 else {
        short.append(sentence + ".")
        long.append(sentence + " (action \(text(most, digits: 2)) against \(text(least, digits: 2))).")
        continue
      }
      let route = Route(contexts, context, r, strong, names)
      short.append(sentence + route.short + ".")
      sentence += " (action \(text(most, digits: 2)) against \(text(least, digits: 2)))"
      long.append(sentence + ": " + route.long + "; " + Self.rest(context, r, weak, names) + ".")
    }
    if names.fractions.count > 1 {
      short.append(Self.gains(contexts, names))
      long.append(Self.gains(contexts, names))
    }
    (sentences, details) = (short, long)
  }

  /// Through which population an input acts, and which one stands against it.
  private struct Route {
    var short = ""
    var long = "no population carries it"

    init(
      _ contexts: [ContextModulation], _ context: ContextModulation, _ r: Int, _ k: Int, _ names: CircuitNames
    ) {
      let total = context.action(on: r, of: k)
      let parts = names.fractions.indices.map { context.action(on: r, of: k, through: $0) }
      func strongest(_ isHelping: Bool) -> Int? {
        parts.indices.filter { ((parts[$0] < 0) == (total < 0)) == isHelping }.max {
          abs(parts[$0]) < abs(parts[$1])
        }
      }
      guard let first = strongest(true) else { return }
      let others = parts.indices.filter { $0 != first }
      short = ", through \(names.population(first))"
      long =
        "\(names.population(first)) carries the \(names.inputs[k]) (\(text(parts[first], digits: 2)); "
        + others.map { "population \($0 + 1) \(text(parts[$0], digits: 2))" }.joined(separator: ", ") + ")"
      // The other side of the scales: what would cancel it, did the context not lower its gain.
      guard let against = strongest(false), abs(parts[against]) > 0.3 * abs(parts[first]) else { return }
      let gain = context.windowGains[against]
      let highest = contexts.map { $0.windowGains[against] }.max() ?? gain
      guard gain < 0.98 * highest else { return }
      short += "; population \(against + 1), which stands against it, has its gain lowered"
      long += ", and population \(against + 1), which stands against it, has its gain lowered"
    }
  }

  /// Whether an input's parts cancel or are small.
  private static func rest(_ context: ContextModulation, _ r: Int, _ k: Int, _ names: CircuitNames) -> String
  {
    let parts = names.fractions.indices.map { context.action(on: r, of: k, through: $0) }
    let sum = abs(parts.reduce(0, +))
    let largest = parts.reduce(0) { max($0, abs($1)) }
    let list = parts.enumerated().map { "\(text($1, digits: 2))" }.joined(separator: ", ")
    return sum < 0.5 * largest
      ? "what the populations make of the \(names.inputs[k]) cancels (\(list))"
      : "the \(names.inputs[k]) gets \(list) from the populations"
  }

  /// The gain that differs most between two contexts.
  private static func gains(_ contexts: [ContextModulation], _ names: CircuitNames) -> String {
    let spread = names.fractions.indices.map { p -> (low: Int, high: Int, ratio: Double) in
      let values = contexts.map { $0.windowGains[p] }
      let low = values.indices.min { values[$0] < values[$1] } ?? 0
      let high = values.indices.max { values[$0] < values[$1] } ?? 0
      return (low, high, values[high] / max(values[low], 1e-300))
    }
    let order = spread.indices.sorted { spread[$0].ratio > spread[$1].ratio }
    let changing = order.prefix(2).filter { spread[$0].ratio > 1.02 }
    if changing.isEmpty { return "The contexts change no population's gain by more than 2 %." }
    return "What the context changes are gains ⟨φ'⟩: "
      + changing.map { p in
        let (low, high) = (contexts[spread[p].low], contexts[spread[p].high])
        return
          "\(names.population(p)) has \(text(high.windowGains[p], digits: 2)) in the \(high.name) and "
          + "\(text(low.windowGains[p], digits: 2)) in the \(low.name)"
      }.joined(separator: "; ") + "."
  }
}
