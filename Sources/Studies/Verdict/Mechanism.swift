// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What the contexts of a task do, in sentences with the numbers that they rest on.
public struct Mechanism: Sendable {
  /// One sentence per context, and one on the gains that change.
  public let sentences: [String]
  /// The same with the numbers of every population.
  public let details: [String]

  /// What the sentences say of populations, as numbers.
  public let claims: [CausalClaim]

  /// Sentences on one latent.
  ///
  /// - Parameters:
  ///   - contexts: averages over the trials of each context.
  ///   - names: names of inputs and populations.
  ///   - removals: what is left of the choices without each population, context by context; sentences on populations are
  ///     made only where the network's own inactivation is known.
  ///   - networkGains: mean φ' of the network's units by context and population, where it is known which they are.
  ///   - latent: r; the latent that inputs are compared on.
  public init(
    _ contexts: [ContextModulation], names: CircuitNames, removals: Removals? = nil,
    networkGains: [[Double]]? = nil, latent r: Int = 0
  ) {
    guard contexts.count > 1, names.evidence.count > 1 else {
      (sentences, details, claims) = ([], [], [])
      return
    }
    var (short, long, claims): ([String], [String], [CausalClaim]) = ([], [], [])
    for (index, context) in contexts.enumerated() {
      let order = names.evidence.sorted {
        abs(context.action(on: r, of: $0)) > abs(context.action(on: r, of: $1))
      }
      let (strong, weak) = (order[0], order[1])
      let (most, least) = (context.action(on: r, of: strong), context.action(on: r, of: weak))
      var sentence =
        "In the \(context.name), κ\(r + 1) follows the \(names.inputs[strong]) "
        + Self.strength(
          ActionRatio(context.trialActions(on: r, of: strong), over: context.trialActions(on: r, of: weak)),
          over: names.inputs[weak])
      let numbers = " (action \(text(most, digits: 2)) against \(text(least, digits: 2)))"
      guard names.fractions.count > 1 else {
        short.append(sentence + ".")
        long.append(sentence + numbers + ".")
        continue
      }
      let claim = Self.claim(context, r, strong, names, removals, group: index)
      if let claim { claims.append(claim) }
      short.append(sentence + (claim?.phrase ?? "") + ".")
      sentence += numbers
      let parts = names.fractions.indices.map {
        "population \($0 + 1) \(text(context.action(on: r, of: strong, through: $0), digits: 2))"
      }
      long.append(
        sentence + (claim?.phrase ?? "") + ". In the circuit the \(names.inputs[strong]) gets "
          + parts.joined(separator: ", ") + "; " + Self.rest(context, r, weak, names) + ".")
    }
    if names.fractions.count > 1, let sentence = Self.gains(contexts, names, networkGains) {
      short.append(sentence)
      long.append(sentence)
    }
    (sentences, details, self.claims) = (short, long, claims)
  }

  /// How much more strongly, with the interval that draws of trials leave.
  private static func strength(_ ratio: ActionRatio, over weak: String) -> String {
    guard let value = ratio.value, let lower = ratio.lower, let upper = ratio.upper else {
      return "and not the \(weak), whose effect these trials cannot tell from none"
    }
    func number(_ x: Double) -> String { x > 100 ? "more than 100" : text(x, digits: 2) }
    // Only a ratio that is known to be small is hardly more; a wide interval is given as it is.
    return lower <= 1.2 && upper < 1.5
      ? "hardly more than the \(weak)"
      : "\(number(value)) (\(number(lower)) to \(number(upper))) times as strongly as the \(weak)"
  }

  /// That the input acts through the population that carries most of it, tested on network and circuit.
  private static func claim(
    _ context: ContextModulation, _ r: Int, _ k: Int, _ names: CircuitNames, _ removals: Removals?, group: Int
  ) -> CausalClaim? {
    guard let removals, let network = removals.network, removals.groups.indices.contains(group) else {
      return nil
    }
    let total = context.action(on: r, of: k)
    let helping = names.fractions.indices.filter {
      (context.action(on: r, of: k, through: $0) < 0) == (total < 0)
    }
    let carrier = helping.max {
      abs(context.action(on: r, of: k, through: $0)) < abs(context.action(on: r, of: k, through: $1))
    }
    guard let carrier, removals.circuit.without.indices.contains(carrier) else { return nil }
    return CausalClaim(
      context: context.name, input: names.inputs[k], population: carrier + 1,
      circuitIntact: removals.circuit.intact[group], networkIntact: network.intact[group],
      circuitWithout: removals.circuit.without[carrier][group],
      networkWithout: network.without[carrier][group])
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

  /// The gains that differ most between two contexts, in the circuit and in the network's own units; `nil` where it is not
  /// known which units those are.
  private static func gains(
    _ contexts: [ContextModulation], _ names: CircuitNames, _ network: [[Double]]?
  ) -> String? {
    guard let network else { return nil }
    let spread = names.fractions.indices.map { p -> (low: Int, high: Int, ratio: Double) in
      let values = contexts.map { $0.windowGains[p] }
      let low = values.indices.min { values[$0] < values[$1] } ?? 0
      let high = values.indices.max { values[$0] < values[$1] } ?? 0
      return (low, high, values[high] / max(values[low], 1e-300))
    }
    let order = spread.indices.sorted { spread[$0].ratio > spread[$1].ratio }
    // Only what the network's own units do as well, in the same direction and at least half as much.
    let changing = order.prefix(2).filter { p in
      let own = network[spread[p].high][p] / max(network[spread[p].low][p], 1e-300)
      return spread[p].ratio > 1.02 && own > 1 + 0.5 * (spread[p].ratio - 1)
    }
    if changing.isEmpty { return nil }
    return "What the context changes are gains ⟨φ'⟩: "
      + changing.map { p in
        let (low, high) = (spread[p].low, spread[p].high)
        func both(_ context: Int) -> String {
          "\(text(contexts[context].windowGains[p], digits: 2)) (its units in the network: "
            + "\(text(network[context][p], digits: 2)))"
        }
        return
          "\(names.population(p)) has \(both(high)) in the \(contexts[high].name) and \(both(low)) in the "
          + "\(contexts[low].name)"
      }.joined(separator: "; ") + "."
  }
}
