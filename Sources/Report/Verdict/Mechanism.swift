import Analysis
import LowRank

/// What the contexts of a task do, in sentences with the numbers that they rest on.
public struct Mechanism: Sendable {
  /// One sentence or two per context, and one on the gains that change.
  public let sentences: [String]

  /// Sentences on one latent.
  ///
  /// - Parameters:
  ///   - contexts: averages over the trials of each context.
  ///   - names: names of inputs and populations.
  ///   - latent: r; the latent that inputs are compared on.
  public init(_ contexts: [ContextModulation], names: CircuitNames, latent r: Int = 0) {
    guard contexts.count > 1, names.evidence.count > 1 else {
      sentences = []
      return
    }
    var result: [String] = []
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
        + " (action \(text(most, digits: 2)) against \(text(least, digits: 2)))"
      if names.fractions.count > 1 {
        sentence += ": " + Self.route(context, r, strong, names) + "; " + Self.rest(context, r, weak, names)
      }
      result.append(sentence + ".")
    }
    if names.fractions.count > 1 { result.append(Self.gains(contexts, names)) }
    sentences = result
  }

  /// Which population carries an input.
  private static func route(_ context: ContextModulation, _ r: Int, _ k: Int, _ names: CircuitNames) -> String
  {
    let total = context.action(on: r, of: k)
    let parts = names.fractions.indices.map { context.action(on: r, of: k, through: $0) }
    let helping = parts.indices.filter { (parts[$0] < 0) == (total < 0) }
      .sorted { abs(parts[$0]) > abs(parts[$1]) }
    guard let first = helping.first else { return "no population carries it" }
    let others = parts.indices.filter { $0 != first }
    return "\(names.population(first)) carries the \(names.inputs[k]) (\(text(parts[first], digits: 2)); "
      + others.map { "population \($0 + 1) \(text(parts[$0], digits: 2))" }.joined(separator: ", ") + ")"
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
    let changing = order.prefix(2).filter { spread[$0].ratio > 1.05 }
    if changing.isEmpty { return "The contexts change no population's gain by more than 5 %." }
    return "What the context changes are gains ⟨φ'⟩: "
      + changing.map { p in
        let (low, high) = (contexts[spread[p].low], contexts[spread[p].high])
        return
          "\(names.population(p)) has \(text(high.windowGains[p], digits: 2)) in the \(high.name) and "
          + "\(text(low.windowGains[p], digits: 2)) in the \(low.name)"
      }.joined(separator: "; ") + "."
  }
}
