// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// What becomes of choices when one population is inactivated, in one sentence with the numbers it rests on.
public struct Removals: Sendable, Hashable {
  /// Shares of right decisions of one dynamics.
  public struct Shares: Sendable, Hashable {
    /// With all populations, group by group.
    public let intact: [Double]
    /// Without each population, (P, groups).
    public let without: [[Double]]
    /// Shares of decisions with the sign opposite to the right one without each population, (P, groups); an answer of 0 is
    /// neither. What is not right counts as opposite where it is not known.
    public let opposite: [[Double]]

    /// Shares with and without each population.
    public init(intact: [Double], without: [[Double]], opposite: [[Double]]? = nil) {
      precondition(
        without.allSatisfy { $0.count == intact.count } && opposite?.count ?? without.count == without.count,
        "one share per group")
      self.intact = intact
      self.without = without
      self.opposite = opposite ?? without.map { $0.map { 1 - $0 } }
    }
  }

  /// Names of the groups of trials, e.g. contexts.
  public let groups: [String]
  /// Of the circuit.
  public let circuit: Shares
  /// Of the full network without the units of each population, where it is known which those are.
  public let network: Shares?
  /// Of the full network without as many units as each population has, drawn at random, mean over draws, (P, groups).
  public let random: [[Double]]?

  /// Shares of circuit and network in the same groups, without the same populations.
  public init(groups: [String], circuit: Shares, network: Shares? = nil, random: [[Double]]? = nil) {
    precondition(
      circuit.intact.count == groups.count && (network?.intact.count ?? groups.count) == groups.count
        && (network?.without.count ?? circuit.without.count) == circuit.without.count
        && (random?.count ?? circuit.without.count) == circuit.without.count,
      "one share per group and population")
    self.groups = groups
    self.circuit = circuit
    self.network = network
    self.random = random
  }

  /// What a share of right decisions says of choices that were right before.
  private enum Effect: String, CaseIterable {
    /// The strongest first.
    case reverses, destroys, keeps

    /// Below 35 % most choices are the opposite, unless there are none; up to 65 % nearly as many are wrong as right.
    init(_ share: Double, opposite: Double) {
      self = share < 0.35 && opposite > 0.65 ? .reverses : share <= 0.65 ? .destroys : .keeps
    }
  }

  /// Shares further apart than this differ: five standard errors of a share of 150 trials.
  private static let difference = 0.2

  /// The sentence; empty where nothing does the task in any group, so that there is nothing to lose.
  ///
  /// Only what circuit and network show alike is called an effect, and the weaker one if they are close but on either side
  /// of a limit; where they differ, both numbers stand. Without as many units of any kind a network may lose its choices,
  /// too: what it does not do clearly worse without the population's is no effect of the population.
  public var sentence: String {
    let able = groups.indices.filter { circuit.intact[$0] >= 0.9 && network?.intact[$0] ?? 1 >= 0.9 }
    if able.isEmpty || circuit.without.isEmpty { return "" }
    var (effects, differences): ([String], [String]) = ([], [])
    for population in circuit.without.indices {
      func found(_ group: Int) -> Effect? {
        let own = circuit.without[population][group]
        let effect = Effect(own, opposite: circuit.opposite[population][group])
        guard let network else { return effect }
        let other = network.without[population][group]
        let full = Effect(other, opposite: network.opposite[population][group])
        if let random = random?[population][group], full != .keeps, random - other < Self.difference {
          return .keeps
        }
        if full == effect { return effect }
        return abs(own - other) > Self.difference ? nil : own > other ? effect : full
      }
      func list(_ effect: Effect?) -> String {
        able.filter { found($0) == effect }.map { "in \(name($0)) (\(shares(population, $0)))" }
          .joined(separator: " and ")
      }
      let parts = [Effect.reverses, .destroys].compactMap { effect -> String? in
        let places = list(effect)
        return places.isEmpty ? nil : "\(effect.rawValue) choices \(places)"
      }
      if !parts.isEmpty {
        effects.append("silencing population \(population + 1) \(parts.joined(separator: " and "))")
      }
      let places = list(nil)
      if !places.isEmpty { differences.append("on population \(population + 1) \(places)") }
    }
    var sentences: [String] = []
    let place = network == nil ? "In the circuit" : "In circuit and network alike"
    if !effects.isEmpty {
      sentences.append("\(place), \(effects.joined(separator: "; ")).")
    } else if differences.isEmpty {
      let all = circuit.without + (network?.without ?? [])
      let least = all.flatMap { shares in able.map { shares[$0] } }.min() ?? 0
      let word = least > 0.65 ? "" : " more than that of as many units at random"
      sentences.append(
        "\(place), no single population's silencing reverses or destroys choices\(word): at least \(percent(least)) stay right\(exceptions(able))."
      )
    }
    if !differences.isEmpty {
      sentences.append(
        "\(effects.isEmpty ? "Circuit and network" : "They") differ \(differences.joined(separator: "; ")): of silencing these "
          + "the circuit is no model.")
    }
    return sentences.joined(separator: " ")
  }

  /// Groups in which there is little to lose.
  private func exceptions(_ able: [Int]) -> String {
    let others = groups.indices.filter { !able.contains($0) }
    if others.isEmpty { return "" }
    return
      " (not counting \(others.map(name).joined(separator: " and ")), where fewer than 90 % are right with all units)"
  }

  private func shares(_ population: Int, _ group: Int) -> String {
    let own = percent(circuit.without[population][group])
    guard let network else { return "\(own) right" }
    return "\(own) right, network \(percent(network.without[population][group]))"
      + (random.map { ", without as many at random \(percent($0[population][group]))" } ?? "")
  }

  private func name(_ group: Int) -> String {
    groups.count == 1 || !groups[group].hasSuffix("context") ? groups[group] : "the " + groups[group]
  }
}
