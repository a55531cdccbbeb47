// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// That a context makes κ follow one input rather than another because its cue changes the gain of some populations: in the
/// circuit, and tested on the full network.
///
/// The test keeps the cue (the inputs that say which context it is) from the units of these populations alone, in circuit
/// and network, and looks at how strongly both inputs act on κ then.
public struct GainSwitch: Codable, Sendable, Hashable {
  /// Circuit or network.
  public struct Side: Codable, Sendable, Hashable {
    /// Gain of each of the populations with the cue, without it, and in the other contexts: ⟨φ'⟩ in a circuit, mean φ' of
    /// the units in a network.
    public let gains, gainsWithout, otherGains: [Double]
    /// Action on κ of the input that κ follows, and of the other.
    public let strong, weak: Double
    /// The same without the cue on the populations.
    public let strongWithout, weakWithout: Double
    /// What the populations add to `strong` and `weak`.
    public let strongPart, weakPart: Double
    /// Shares of right choices in the context with everything in place, and without the cue on the populations.
    public internal(set) var right, rightWithout: Double?

    /// The part of |strong| - |weak| that is lost without the cue on the populations: 1 where all of it is.
    public var share: Double { 1 - (abs(strongWithout) - abs(weakWithout)) / (abs(strong) - abs(weak)) }
  }

  /// The context, and what it is compared with.
  public let context, others: String
  /// The inputs that say which context it is.
  public let cue: [String]
  /// When: `just before the stimulus`, or a whole window.
  public let moment: String
  /// The input that κ follows there, and the next.
  public let strong, weak: String
  /// The populations, counted from one.
  public let populations: [Int]
  /// What is so in the circuit, and in the full network.
  public internal(set) var circuit, network: Side

  /// Changes of a gain that are worth a sentence.
  static let leastChange = 0.02
  /// The share of choices that the network has to lose.
  static let leastLoss = 0.1

  /// Whether the network does what the circuit says: the cue changes each gain the same way; with the gains that these
  /// populations have without it, at least half of what the context does is gone, in both; and where there are choices, the
  /// network loses some.
  public var holds: Bool {
    let changes = populations.indices.allSatisfy { p in
      let own = circuit.gains[p] - circuit.gainsWithout[p]
      let full = network.gains[p] - network.gainsWithout[p]
      return own * full > 0 && abs(own) >= Self.leastChange * circuit.gainsWithout[p]
        && abs(full) >= Self.leastChange * network.gainsWithout[p] && full * fullChange(0) > 0
    }
    return changes && [circuit, network].allSatisfy { abs($0.strong) > abs($0.weak) && $0.share >= 0.5 }
      && circuit.strong * network.strong > 0
      && (network.right ?? 1) - (network.rightWithout ?? 0) >= Self.leastLoss
  }

  private func fullChange(_ p: Int) -> Double { network.gains[p] - network.gainsWithout[p] }

  /// `which acts against the colour and for the motion`: what the populations' units do to either input, where circuit and
  /// network say the same, and where the changed gain makes κ follow the one more or the other less.
  private var role: String {
    let sign = network.strong < 0 ? -1.0 : 1.0
    func word(_ part: Double) -> String { part * sign > 0 ? "for" : "against" }
    var parts: [String] = []
    if circuit.strongPart * network.strongPart > 0,
      [circuit, network].allSatisfy({ sign * ($0.strong - $0.strongWithout) > 0 })
    {
      parts.append("\(word(network.strongPart)) the \(strong)")
    }
    if circuit.weakPart * network.weakPart > 0,
      [circuit, network].allSatisfy({ sign * ($0.weak - $0.weakWithout) < 0 })
    {
      parts.append("\(word(network.weakPart)) the \(weak)")
    }
    if parts.isEmpty { return "" }
    return ", which act\(populations.count == 1 ? "s" : "") \(parts.joined(separator: " and ")),"
  }

  /// `population 2`, `populations 3 and 4`.
  private var named: String {
    (populations.count == 1 ? "population " : "populations ")
      + populations.map(String.init).joined(separator: " and ")
  }

  private func list(_ values: [Double]) -> String {
    values.map { text($0, digits: 2) }.joined(separator: " and ")
  }

  /// What stands behind a sentence on the input that κ follows.
  var phrase: String {
    let name = cue == [context] ? "its cue" : "its cue (\(cue.joined(separator: ", ")))"
    var sentence =
      ": \(name) \(fullChange(0) < 0 ? "lowers" : "raises") the gain of \(named)\(role) "
      + "from \(list(network.gainsWithout)) to \(list(network.gains))"
    if let right = network.rightWithout {
      sentence +=
        "; without the cue on \(populations.count == 1 ? "its" : "their") units \(percent(right)) of choices are right"
    }
    return sentence
  }

  /// The test in numbers.
  var detail: String {
    func side(_ side: Side) -> String {
      "the action of the \(strong) on κ is \(text(side.strong, digits: 2)) and that of the \(weak) \(text(side.weak, digits: 2)); with the "
        + "gains of \(named) without the cue, \(text(side.strongWithout, digits: 2)) and \(text(side.weakWithout, digits: 2))"
    }
    var sentence =
      "\(moment.prefix(1).uppercased() + moment.dropFirst()) in the \(context): in the network \(side(network)). In the circuit "
      + "\(side(circuit)); the gain\(populations.count == 1 ? " goes" : "s go") from \(list(circuit.gainsWithout)) to "
      + list(circuit.gains)
    if let right = circuit.rightWithout {
      sentence += ", and without the cue on them \(percent(right)) of choices are right"
    }
    return sentence + "."
  }
}

/// Circuit and network on the trials of one context when some populations do not get the inputs that say which it is.
public struct WithoutCue {
  /// Shares of right choices: with everything in place, and without.
  public struct Choices: Sendable {
    let circuit, network: (intact: Double, without: Double)

    /// The shares.
    public init(circuit: (intact: Double, without: Double), network: (intact: Double, without: Double)) {
      (self.circuit, self.network) = (circuit, network)
    }
  }

  /// The inputs that are kept away, by name.
  let cue: [String]
  /// Gains and actions without them, where κ and v are what they are with them.
  let circuit: ContextModulation
  let network: NetworkGains.Context
  /// Runs both; `nil` where there are no choices.
  let choices: () -> Choices?

  /// What was found without the cue.
  public init(
    cue: [String], circuit: ContextModulation, network: NetworkGains.Context,
    choices: @escaping () -> Choices? = { nil }
  ) {
    (self.cue, self.circuit, self.network, self.choices) = (cue, circuit, network, choices)
  }
}

/// Gains and the populations' parts in actions, of circuit or network.
private struct SwitchMoment {
  let gains, parts: [Double]

  static func of(_ context: ContextModulation, atOnset: Bool) -> SwitchMoment? {
    if !atOnset { return SwitchMoment(gains: context.windowGains, parts: context.windowActions) }
    return context.onset.map { SwitchMoment(gains: $0.gains, parts: $0.actions) }
  }

  static func of(_ context: NetworkGains.Context, atOnset: Bool) -> SwitchMoment? {
    let moment = atOnset ? context.onset : context.window
    return moment.flatMap { $0.gains.isEmpty ? nil : SwitchMoment(gains: $0.gains, parts: $0.parts) }
  }
}

extension GainSwitch {
  /// The one or two populations whose gains do most of what a context does, if circuit and network agree on them; `nil`
  /// otherwise.
  ///
  /// - Parameters:
  ///   - contexts: the circuit's.
  ///   - own: the network's own.
  ///   - c: the context.
  ///   - inputs: the input that κ follows there, and the next.
  ///   - atOnset: one step before the windows, instead of over them.
  ///   - withoutCue: circuit and network when these populations, counted from 0, do not get the context's cue.
  static func found(
    _ contexts: [ContextModulation], _ own: [NetworkGains.Context], _ names: CircuitNames, context c: Int,
    latent r: Int, inputs: (strong: Int, weak: Int), atOnset: Bool, moment: String,
    withoutCue: ([Int]) -> WithoutCue?
  ) -> GainSwitch? {
    let count = names.fractions.count
    let circuits = contexts.compactMap { SwitchMoment.of($0, atOnset: atOnset) }
    let networks = own.compactMap { SwitchMoment.of($0, atOnset: atOnset) }
    guard count > 1, circuits.count == contexts.count, networks.count == contexts.count else { return nil }
    let rest = contexts.indices.filter { $0 != c }
    let first = (inputs.strong, inputs.weak)
    func side(
      _ all: [SwitchMoment], without: SwitchMoment, _ set: [Int]
    ) -> Side {
      func parts(_ moment: SwitchMoment, _ k: Int, _ members: [Int]) -> Double {
        members.reduce(0) { $0 + moment.parts[contexts[c].place(on: r, of: k, through: $1)] }
      }
      let everyone = Array(0..<count)
      return Side(
        gains: set.map { all[c].gains[$0] }, gainsWithout: set.map { without.gains[$0] },
        otherGains: set.map { p in rest.reduce(0) { $0 + all[$1].gains[p] } / Double(rest.count) },
        strong: parts(all[c], first.0, everyone), weak: parts(all[c], first.1, everyone),
        strongWithout: parts(without, first.0, everyone), weakWithout: parts(without, first.1, everyone),
        strongPart: parts(all[c], first.0, set), weakPart: parts(all[c], first.1, set),
        right: nil, rightWithout: nil)
    }
    func tried(_ set: [Int]) -> GainSwitch? {
      guard let without = withoutCue(set),
        let circuit = SwitchMoment.of(without.circuit, atOnset: atOnset),
        let network = SwitchMoment.of(without.network, atOnset: atOnset)
      else { return nil }
      return GainSwitch(
        context: contexts[c].name, others: rest.count == 1 ? "the \(contexts[rest[0]].name)" : "the others",
        cue: without.cue, moment: moment, strong: names.inputs[inputs.strong],
        weak: names.inputs[inputs.weak], populations: set.map { $0 + 1 },
        circuit: side(circuits, without: circuit, set), network: side(networks, without: network, set))
    }
    func checked(_ found: GainSwitch) -> GainSwitch? {
      var found = found
      if let choices = withoutCue(found.populations.map { $0 - 1 })?.choices() {
        (found.circuit.right, found.circuit.rightWithout) = choices.circuit
        (found.network.right, found.network.rightWithout) = choices.network
      }
      return found.holds ? found : nil
    }
    let single = (0..<count).compactMap { tried([$0]) }.sorted { $0.least > $1.least }
    if let best = single.first, best.holds { return checked(best) }
    // Two that divide the work, neither of which does half of it.
    guard count > 2, let pair = tried(single.prefix(2).map { $0.populations[0] - 1 }.sorted()), pair.holds
    else {
      return nil
    }
    return checked(pair)
  }

  /// What circuit and network agree on at least.
  private var least: Double { min(circuit.share, network.share) }
}
