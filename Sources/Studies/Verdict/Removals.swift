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

    /// Shares with and without each population.
    public init(intact: [Double], without: [[Double]]) {
      precondition(without.allSatisfy { $0.count == intact.count }, "one share per group")
      self.intact = intact
      self.without = without
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

    /// Below 35 % most choices are the opposite; up to 65 % nearly as many are wrong as right.
    init(_ share: Double) { self = share < 0.35 ? .reverses : share <= 0.65 ? .destroys : .keeps }
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
        guard let other = network?.without[population][group] else { return Effect(own) }
        if let random = random?[population][group], Effect(other) != .keeps, random - other < Self.difference
        {
          return .keeps
        }
        if Effect(other) == Effect(own) { return Effect(own) }
        return abs(own - other) > Self.difference ? nil : Effect(max(own, other))
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
        "\(place), no single population's silencing reverses or destroys choices\(word): at least \(percent(least)) stay right."
      )
    }
    if !differences.isEmpty {
      sentences.append(
        "\(effects.isEmpty ? "Circuit and network" : "They") differ \(differences.joined(separator: "; ")): of silencing these "
          + "the circuit is no model.")
    }
    return sentences.joined(separator: " ")
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
