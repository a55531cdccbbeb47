// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What the contexts of a task do, in sentences with the numbers that they rest on.
public struct Mechanism: Sendable {
  /// One sentence per context, and one on the gains that change.
  public let sentences: [String]
  /// How each was tested, in numbers.
  public let details: [String]
  /// What the sentences say of populations, as numbers.
  public let claims: [CausalClaim]
  /// What the sentences say of gains, as numbers.
  public let switches: [GainSwitch]
  /// How many of the sentences are on a context: those in which at least two inputs vary from trial to trial.
  public let contextCount: Int

  /// Sentences on one latent.
  ///
  /// - Parameters:
  ///   - contexts: averages over the trials of each context.
  ///   - names: names of inputs and populations.
  ///   - removals: what is left of the choices without each population, context by context; sentences on populations are
  ///     made only where the network's own inactivation is known.
  ///   - network: gains of the network's own units and actions of its inputs, context by context. Where they are known,
  ///     inputs are compared by the network's actions; nothing is said of gains that change unless its own do.
  ///   - latent: r; the latent that inputs are compared on.
  ///   - latents: R.
  ///   - window: when the windows are, e.g. `while the stimulus is on`.
  ///   - followed: how strongly the network's answers follow each input, context by context. Where it is given, it is what
  ///     sentences say, and actions only say through which populations and gains: an action is that on one latent at one
  ///     moment, and says nothing of what other latents pass on, nor of the unit in which an input is given.
  ///   - answer: what those answers are, e.g. `κ`.
  ///   - withoutCue: circuit and network when some populations, counted from 0, do not get the inputs that say which context
  ///     it is.
  public init(
    _ contexts: [ContextModulation], names: CircuitNames, removals: Removals? = nil,
    network: [NetworkGains.Context]? = nil, latent r: Int = 0, latents: Int = 1,
    window: String = "while the stimulus is on", followed: [Followed?]? = nil, answer: String? = nil,
    withoutCue: (_ context: Int, _ populations: [Int]) -> WithoutCue? = { _, _ in nil }
  ) {
    guard contexts.count > 1, names.evidence.count > 1 else {
      (sentences, details, claims, switches) = ([], [], [], [])
      contextCount = 0
      return
    }
    var (short, long): ([String], [String]) = ([], [])
    var (claims, switches): ([CausalClaim], [GainSwitch]) = ([], [])
    var spoken = 0
    for (index, context) in contexts.enumerated() {
      let own = network?[index]
      func action(_ k: Int) -> Double { own?.action(on: r, of: k) ?? context.action(on: r, of: k) }
      func trialActions(_ k: Int) -> [Double] {
        own?.trialActions(on: r, of: k) ?? context.trialActions(on: r, of: k)
      }
      let seen = followed?[index]
      // Inputs that do not vary there, or not apart from one another, cannot be compared.
      if followed != nil, (seen?.inputs.count ?? 0) < 2 { continue }
      let byAction = names.evidence.sorted { abs(action($0)) > abs(action($1)) }
      let order = seen.map { seen in seen.order.map { seen.inputs[$0] } } ?? byAction
      let (strong, weak) = (order[0], order[1])
      let terms = seen.map { seen in seen.order.prefix(2).map { seen.terms[$0] } }
      let ratio = ActionRatio(terms?[0] ?? trialActions(strong), over: terms?[1] ?? trialActions(weak))
      let sentence =
        "In the \(context.name), \(answer ?? latentName(r, of: latents)) follows the \(names.inputs[strong])"
        + Self.strength(
          ratio, trials: terms?[0].count ?? trialActions(strong).count, over: names.inputs[weak])
      if let seen {
        long.append(
          "\(context.name.prefix(1).uppercased() + context.name.dropFirst()): slopes of \(answer ?? latentName(r, of: latents)) "
            + "over \(counted(seen.terms[0].count, "trial")) per SD of each input: "
            + seen.inputs.indices.map {
              "\(names.inputs[seen.inputs[$0]]) \(text(seen.slopes[$0], digits: 2))"
            }
            .joined(separator: ", ") + ".")
      }
      spoken += 1
      // Where what acts most on this latent is not what is followed, populations and gains are no explanation of it.
      let isDirect = byAction.first { seen?.inputs.contains($0) ?? true } == strong
      let claim =
        names.fractions.count > 1 && isDirect
        ? Self.claim(context, r, strong, names, removals, group: index) : nil
      if let claim { claims.append(claim) }
      // Gains as the evidence finds them, or else as they are beside it.
      func switched(_ atOnset: Bool) -> GainSwitch? {
        // Why κ follows an input is only asked where it is known that it does.
        guard let network, ratio.isDecided else { return nil }
        return GainSwitch.found(
          contexts, network, names, context: index, latent: r, inputs: (strong, weak), atOnset: atOnset,
          moment: atOnset ? "just before the stimulus" : window
        ) { withoutCue(index, $0) }
      }
      let found = isDirect ? switched(true) ?? switched(false) : nil
      if let found { switches.append(found) }
      short.append(sentence + (found?.phrase ?? claim?.shownPhrase ?? "") + ".")
      if let found { long.append(found.detail) }
    }
    if names.fractions.count > 1, switches.isEmpty, let sentence = Self.gains(contexts, names, network) {
      short.append(sentence)
    }
    (sentences, details, self.claims, self.switches) = (short, long, claims, switches)
    contextCount = spoken
  }

  /// How much more strongly, with the interval that draws of trials leave.
  private static func strength(_ ratio: ActionRatio, trials: Int, over weak: String) -> String {
    guard let value = ratio.value, let lower = ratio.lower, let upper = ratio.upper else {
      guard let share = ratio.weakShare else {
        return "; \(counted(trials, "trial")) are too few to say how strongly beside the \(weak)"
      }
      // That something was not seen is no proof that it is not there: only its largest size is.
      return share <= 0.2
        ? " and not the \(weak), which counts for less than \(percent(share)) of that"
        : "; whether it follows the \(weak), too, \(counted(trials, "trial")) cannot tell"
    }
    func number(_ x: Double) -> String { x > 100 ? "more than 100" : text(x, digits: 2) }
    // Only a ratio that is known to be small is hardly more; a wide interval is given as it is.
    return lower <= 1.2 && upper < 1.5
      ? " hardly more than the \(weak)"
      : " \(number(value)) times as strongly as the \(weak) (\(number(lower)) to \(number(upper)) over draws of trials)"
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
    func leastOther(_ shares: Removals.Shares) -> Double {
      shares.without.indices.filter { $0 != carrier }.map { shares.without[$0][group] }.min() ?? 1
    }
    return CausalClaim(
      context: context.name, input: names.inputs[k], population: carrier + 1,
      circuitIntact: removals.circuit.intact[group], networkIntact: network.intact[group],
      circuitWithout: removals.circuit.without[carrier][group],
      networkWithout: network.without[carrier][group], circuitWithoutOther: leastOther(removals.circuit),
      networkWithoutOther: leastOther(network))
  }

  /// Whether two means over trials differ by four standard errors of their difference (Welch): beyond what some populations
  /// and contexts, compared with each other, show by chance.
  private static func isBeyondChance(_ a: [Double], _ b: [Double]) -> Bool {
    guard min(a.count, b.count) >= ActionRatio.fewest else { return false }
    func moments(_ x: [Double]) -> (mean: Double, error: Double) {
      let mean = x.reduce(0, +) / Double(x.count)
      let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, square / Double(x.count * (x.count - 1)))
    }
    let (first, second) = (moments(a), moments(b))
    return abs(first.mean - second.mean) > 4 * (first.error + second.error).squareRoot()
  }

  /// The gains that differ most between two contexts, in the circuit and in the network's own units; `nil` where it is not
  /// known which units those are.
  private static func gains(
    _ contexts: [ContextModulation], _ names: CircuitNames, _ own: [NetworkGains.Context]?
  ) -> String? {
    guard let own, own.allSatisfy({ $0.window.gains.count == names.fractions.count }) else { return nil }
    let network = own.map(\.window.gains)
    let spread = names.fractions.indices.map { p -> (low: Int, high: Int, ratio: Double) in
      let values = contexts.map { $0.windowGains[p] }
      let low = values.indices.min { values[$0] < values[$1] } ?? 0
      let high = values.indices.max { values[$0] < values[$1] } ?? 0
      return (low, high, values[high] / max(values[low], 1e-300))
    }
    let order = spread.indices.sorted { spread[$0].ratio > spread[$1].ratio }
    // Only what the network's own units do as well, in the same direction and at least half as much; of that the two
    // largest.
    let changing = order.filter { p in
      let (high, low) = (spread[p].high, spread[p].low)
      let ratio = network[high][p] / max(network[low][p], 1e-300)
      return spread[p].ratio > 1.05 && ratio > 1 + 0.5 * (spread[p].ratio - 1)
        && isBeyondChance(own[high].window.trialGains.map { $0[p] }, own[low].window.trialGains.map { $0[p] })
    }
    if changing.isEmpty { return nil }
    return "What the context changes are gains ⟨φ'⟩: "
      + changing.prefix(2).map { p in
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
