// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank

/// What several fits to the same activity, from other starts, agree on, and what they do not: connectivity is not
/// identifiable from activity, what it does on the states that were visited is.
public struct FitAgreement: Codable, Sendable, Hashable {
  /// One quantity, compared between every two fits.
  public struct Quantity: Codable, Sendable, Hashable {
    /// What is compared.
    public let name: String
    /// Agreement, 1 for the same: the mean over pairs, and the least.
    public let mean, least: Double
    /// Whether the least agreement is at least `FitAgreement.enough`.
    public var isDetermined: Bool { least >= FitAgreement.enough }

    private enum CodingKeys: CodingKey { case name, mean, least }
  }

  /// How many fits.
  public let fits: Int
  /// R² of every fit on the trials it is judged by.
  public let r2: [Double]
  /// How many stable and how many other fixed points every fit has without input, by the search of `Portrait`.
  public let fixedPoints: [[Int]]
  /// The quantities.
  public let quantities: [Quantity]

  /// Agreement from which on a quantity counts as determined.
  public static let enough = 0.98

  /// Compares fits.
  ///
  /// - Parameters:
  ///   - networks: at least two, of one rank.
  ///   - test: the trials by which they are judged.
  init(of networks: [Network], r2: [Double], test: Activity, alpha: Double, seed: UInt64, threads: Int?)
    throws
  {
    fits = networks.count
    self.r2 = r2
    let dynamics = try networks.map { try ManifoldDynamics($0) }
    let simulation = Simulation(alpha: alpha, keepsStates: true, threads: threads)
    let runs = dynamics.map { simulation.run($0, under: test.stimulus) }
    let full = try networks.map { network in
      let dynamics = try NetworkDynamics(network)
      let run = simulation.run(dynamics, under: test.stimulus)
      return dynamics.activationsAndRates(of: run, under: test.stimulus).rates
    }
    let effects = try UnitRemovals.agreement(
      of: networks, UnitRemovals.groups(of: networks[0], seed: seed), under: test.stimulus, simulation)
    var pairs:
      [(rates: Double, latents: Double, flow: Double, effective: Double, entries: Double, removed: Double)] =
        []
    for a in networks.indices {
      let effective = try EffectiveConnectivity(visiting: full[a], units: test.units)
      for b in networks.indices where b != a {
        let map = try LatentMap(
          from: runs[a].kappa, rank: networks[a].rank, to: runs[b].kappa, otherRank: networks[b].rank)
        pairs.append(
          (
            ExplainedVariance(of: full[b], against: full[a], units: test.units).r2, map.explained,
            Self.flow(dynamics[a], dynamics[b], map, along: runs[a]),
            effective.correlation(networks[a], networks[b]),
            effective.correlation(networks[a], networks[b], everywhere: true),
            effects[a][b]
          ))
      }
    }
    func quantity(_ name: String, _ values: [Double]) -> Quantity? {
      let known = values.filter(\.isFinite)
      guard let least = known.min() else { return nil }
      return Quantity(name: name, mean: known.reduce(0, +) / Double(known.count), least: least)
    }
    quantities = [
      quantity("rates of all units on other trials, R²", pairs.map(\.rates)),
      quantity("latents κ up to a linear map, R²", pairs.map(\.latents)),
      quantity("flow of κ on visited states, up to that map, 1 - relative error²", pairs.map(\.flow)),
      quantity("effective connectivity on visited states, correlation", pairs.map(\.effective)),
      quantity("effects of removing units on all rates, 1 - relative error²", pairs.map(\.removed)),
      quantity("connectivity entry by entry, correlation", pairs.map(\.entries)),
    ].compactMap { $0 }
    fixedPoints = try networks.map { network in
      let set = try Portrait(input: [Double](repeating: 0, count: network.inputCount), on: .manifold).run(
        on: Subject(network, alpha: alpha), observer: SilentObserver()
      ).points
      return [set.count { $0.stable == true }, set.count { $0.stable != true }]
    }
  }

  /// 1 - Σ |A F_a(κ) - F_b(Aκ + c)|² / Σ |A F_a|² along a's trajectory.
  private static func flow(
    _ a: ManifoldDynamics, _ b: ManifoldDynamics, _ map: LatentMap, along run: Trajectory
  ) -> Double {
    guard let states = run.states, a.dimension == b.dimension, a.dimension > 0 else { return .nan }
    let (size, rank) = (a.dimension, a.rank)
    let rows = states.count / size
    let input = [Double](repeating: 0, count: a.inputCount)
    var (error, total) = (0.0, 0.0)
    for row in stride(from: 0, to: rows, by: max(1, rows / 400)) {
      var state = Array(states[(row * size)..<((row + 1) * size)])
      let own = map.apply(velocity(a, state, input), isVelocity: true)
      let moved = map.apply(Array(state[..<rank]))
      for r in 0..<rank { state[r] = moved[r] }
      let other = velocity(b, state, input)
      for r in 0..<rank {
        error += (own[r] - other[r]) * (own[r] - other[r])
        total += own[r] * own[r]
      }
    }
    return total > 0 ? 1 - error / total : .nan
  }

  private static func velocity(_ dynamics: ManifoldDynamics, _ state: [Double], _ input: [Double]) -> [Double]
  {
    var derivative = [Double](repeating: 0, count: dynamics.dimension)
    var out = derivative.mutableSpan
    dynamics.derivative(of: state.span, input: input.span, noiseVariance: 0, into: &out)
    return Array(derivative[..<dynamics.rank])
  }
}

/// Groups of units switched off one group after the other.
public enum UnitRemovals {
  /// What a removal does to the rates of a fit and of the network it was fitted to, on trials of the judgement.
  public struct Row: Codable, Sendable, Hashable {
    /// Which units.
    public let name: String
    /// How many.
    public let units: Int
    /// RMS change of the outputs over their RMS before, in the network and in the fit.
    public let network, fit: Double
    /// RMS difference between the outputs of both after the removal, over the RMS of the network's before.
    public let error: Double
    /// Share of decisions of the removed fit that are those of the removed network; `nil` without a response window.
    public let agreement: Double?
  }

  /// Random eighths of the units, and the halves of a loading: units with m_1 above and below zero.
  static func groups(of network: Network, seed: UInt64) -> [(name: String, silent: [Bool])] {
    let units = network.unitCount
    var stream = RandomStream(seed: seed, stream: 0x5117)
    let order = stream.sample(units, below: units)
    var groups: [(name: String, silent: [Bool])] = []
    for part in 0..<min(8, units) {
      var silent = [Bool](repeating: false, count: units)
      for place in stride(from: part, to: units, by: 8) { silent[order[place]] = true }
      groups.append(("random eighth \(part + 1)", silent))
    }
    let m = Array(network.m.column(0))
    for (name, isAbove) in [("m₁ above 0", true), ("m₁ below 0", false)] {
      let silent = m.map { ($0 > 0) == isAbove }
      if silent.contains(true), silent.contains(false) { groups.append(("units with \(name)", silent)) }
    }
    return groups
  }

  /// The most rates of a network that are kept while removals are compared.
  private static let most = 2_000_000

  /// 1 - Σ (e_b - e_a)² / Σ e_a² of the changes e of all rates by all removals, for every pair a, b of networks.
  static func agreement(
    of networks: [Network], _ groups: [(name: String, silent: [Bool])], under stimulus: Stimulus,
    _ simulation: Simulation
  ) throws -> [[Double]] {
    let size = max(1, stimulus.steps * networks[0].unitCount)
    let stimulus = Trials(stimulus: stimulus).prefix(max(4, most / size)).stimulus
    func rates(_ network: Network) throws -> [Double] {
      let dynamics = try NetworkDynamics(network)
      let run = simulation.run(dynamics, under: stimulus)
      return dynamics.activationsAndRates(of: run, under: stimulus).rates
    }
    let whole = try networks.map(rates)
    let count = networks.count
    var errors = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var totals = [Double](repeating: 0, count: count)
    for group in groups {
      let effects = try networks.indices.map { index in
        zip(try rates(networks[index].inactivating(group.silent)), whole[index]).map { $0 - $1 }
      }
      for a in networks.indices {
        totals[a] += effects[a].reduce(0) { $0 + $1 * $1 }
        for b in networks.indices where b != a {
          errors[a][b] += zip(effects[a], effects[b]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
      }
    }
    return networks.indices.map { a in errors[a].map { totals[a] > 0 ? 1 - $0 / totals[a] : .nan } }
  }

  /// Removals in a fit and in the network that it was fitted to.
  static func rows(
    fit: Network, network: Network, trials: Trials, alpha: Double, seed: UInt64, threads: Int?
  ) throws -> [Row] {
    guard network.outputCount > 0 else { return [] }
    let simulation = Simulation(alpha: alpha, threads: threads)
    func run(_ network: Network) throws -> Trajectory {
      simulation.run(try NetworkDynamics(network), under: trials.stimulus)
    }
    func rms(_ values: [Double]) -> Double {
      (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
    }
    let (whole, fitted) = (try run(network), try run(fit))
    let (size, own) = (rms(whole.outputs), rms(fitted.outputs))
    guard size > 0, own > 0 else { return [] }
    return try groups(of: fit, seed: seed).map { group in
      let (a, b) = (try run(network.inactivating(group.silent)), try run(fit.inactivating(group.silent)))
      let comparison = Comparison(of: b.withoutLatents, against: a.withoutLatents, trials: trials)
      return Row(
        name: group.name, units: group.silent.count { $0 },
        network: rms(zip(a.outputs, whole.outputs).map { $0 - $1 }) / size,
        fit: rms(zip(b.outputs, fitted.outputs).map { $0 - $1 }) / own,
        error: rms(zip(b.outputs, a.outputs).map { $0 - $1 }) / size,
        agreement: comparison.outputs.compactMap(\.agreement).min())
    }
  }
}
