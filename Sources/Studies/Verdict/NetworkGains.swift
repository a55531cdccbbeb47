// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Gains of a network's own units by context, and how strongly each input acts on κ through them, over the same trials and
/// steps as the circuit's ⟨φ'⟩ is averaged over.
public struct NetworkGains: Sendable {
  /// Gains and actions at a moment, or over a window.
  ///
  /// The action is S_rk = ∂(τ dκ_r/dt)/∂v_k = (1/N) Σ_i n_ir φ'(x_i) I_ik: exactly a sum over units, each a coupling times
  /// the unit's gain.
  public struct Moment: Sendable {
    /// Mean φ' of each population's units, mean over trials, (P); empty where no populations are known.
    public let gains: [Double]
    /// The same of every trial that was averaged, (trials, P).
    public let trialGains: [[Double]]
    /// S_rk of every trial, (trials, R K), k running fastest.
    public let trialActions: [[Double]]
    /// What each population's units add to S_rk, mean over trials, (R K P), p running fastest; empty where no populations
    /// are known.
    public let parts: [Double]

    /// The figures themselves.
    public init(gains: [Double], trialGains: [[Double]], trialActions: [[Double]], parts: [Double] = []) {
      (self.gains, self.trialGains, self.trialActions, self.parts) = (
        gains, trialGains, trialActions, parts
      )
    }
  }

  /// One context.
  public struct Context: Sendable {
    /// Means over the windows of all trials.
    public let window: Moment
    /// One step before the windows; `nil` where one begins with its trial.
    public let onset: Moment?
    /// Mean φ' of each population's units after each step, mean over trials, (T, P).
    public let gainCourse: [[Double]]
    /// S_rk after each step, mean over trials, (T, R K).
    public let actionCourse: [[Double]]
    private let inputs: Int

    /// The figures of one context; K is the number of inputs.
    public init(
      window: Moment, onset: Moment? = nil, gainCourse: [[Double]] = [], actionCourse: [[Double]] = [],
      inputs: Int
    ) {
      (self.window, self.onset, self.gainCourse, self.actionCourse, self.inputs) = (
        window, onset, gainCourse, actionCourse, inputs
      )
    }

    /// S_rk of every trial that was averaged, over its window.
    func trialActions(on r: Int, of k: Int) -> [Double] { window.trialActions.map { $0[r * inputs + k] } }

    /// S_rk, mean over the windows.
    public func action(on r: Int, of k: Int) -> Double { action(on: r, of: k, at: window) }

    /// S_rk at a moment, mean over trials.
    public func action(on r: Int, of k: Int, at moment: Moment) -> Double {
      moment.trialActions.reduce(0) { $0 + $1[r * inputs + k] } / Double(max(moment.trialActions.count, 1))
    }
  }

  /// One entry per context.
  public let contexts: [Context]

  /// - Parameters:
  ///   - network: the network, or for a dense J its reduction.
  ///   - drives: the coefficients of all drives after every step, row-major (B, T, D), as the manifold's
  ///     `drives(along:under:)` gives them.
  ///   - steps: T.
  ///   - labels: the population of every unit, where it is known.
  init(
    of network: Network, drives: [Double], steps: Int, labels: [Int]?, populations: Int,
    groups: [ContextModulation.Group]
  ) {
    let slopes = SlopeSums(network, labels: labels, populations: populations)
    let width = network.layout.driveCount
    contexts = groups.map { group in
      let chosen = group.averaged()
      let share = 1 / Double(max(chosen.count, 1))
      var (window, onset) = (MomentSum(), MomentSum())
      var gains = [[Double]](repeating: [Double](repeating: 0, count: slopes.gainCount), count: steps)
      var actions = [[Double]](repeating: [Double](repeating: 0, count: slopes.pairs), count: steps)
      // The trials and steps that the circuit's gains are averaged over, which stand beside these.
      for index in chosen {
        let inside = group.windows[index].clamped(to: 0..<steps)
        var sum = SlopeSums.Values(slopes)
        for t in 0..<steps {
          let place = (group.trials[index] * steps + t) * width
          let values = slopes.at(drives[place..<(place + width)])
          if inside.contains(t) { sum.add(values) }
          if t == inside.lowerBound - 1 && group.hasOnset { onset.add(values, over: 1) }
          for p in values.gains.indices { gains[t][p] += share * values.gains[p] }
          for (pair, action) in slopes.actions(values).enumerated() { actions[t][pair] += share * action }
        }
        if !inside.isEmpty { window.add(sum, over: inside.count) }
      }
      return Context(
        window: window.moment(slopes), onset: group.hasOnset ? onset.moment(slopes) : nil,
        gainCourse: gains, actionCourse: actions, inputs: network.inputCount)
    }
  }
}

/// Sums over a network's units of φ', alone and with n_ir I_ik: by population, or of all units where none are known.
private struct SlopeSums {
  /// Mean φ' (P), and (1/N) Σ_i n_ir φ'_i I_ik of each population's units, (R K P), p running fastest.
  struct Values {
    var gains, parts: [Double]

    init(_ slopes: SlopeSums) {
      gains = [Double](repeating: 0, count: slopes.gainCount)
      parts = [Double](repeating: 0, count: slopes.pairs * slopes.populations)
    }

    mutating func add(_ other: Values) {
      for p in gains.indices { gains[p] += other.gains[p] }
      for place in parts.indices { parts[place] += other.parts[place] }
    }
  }

  private let network: Network
  private let labels: [Int]?
  private let counts: [Double]
  /// n_ir I_ik / N, row-major (N, R K).
  private let couplings: [Double]
  /// P; 1 where none are known.
  let populations: Int
  /// R K.
  let pairs: Int

  /// Gains of populations that are known.
  var gainCount: Int { labels == nil ? 0 : populations }

  init(_ network: Network, labels: [Int]?, populations: Int) {
    self.network = network
    self.labels = labels
    self.populations = labels == nil ? 1 : populations
    counts = (0..<populations).map { p in Double(max(labels?.count { $0 == p } ?? 0, 1)) }
    pairs = network.rank * network.inputCount
    var couplings: [Double] = []
    for unit in 0..<network.unitCount {
      for r in 0..<network.rank {
        for k in 0..<network.inputCount {
          couplings.append(network.n[unit, r] * network.inputs[unit, k] / Double(network.unitCount))
        }
      }
    }
    self.couplings = couplings
    loadings = network.loadings
  }

  private let loadings: Matrix

  /// The sums where the drives' coefficients are q.
  func at(_ q: ArraySlice<Double>) -> Values {
    var values = Values(self)
    let first = network.layout.weightCount
    for unit in 0..<network.unitCount {
      var argument = 0.0
      for (j, coefficient) in q.enumerated() { argument += loadings[unit, first + j] * coefficient }
      let slope = network.transfer.derivative(argument)
      let population = labels?[unit] ?? 0
      if labels != nil { values.gains[population] += slope / counts[population] }
      for pair in 0..<pairs {
        values.parts[pair * populations + population] += couplings[unit * pairs + pair] * slope
      }
    }
    return values
  }

  /// S_rk, (R K).
  func actions(_ values: Values) -> [Double] {
    (0..<pairs).map { values.parts[($0 * populations)..<(($0 + 1) * populations)].reduce(0, +) }
  }
}

/// A moment, trial by trial.
private struct MomentSum {
  private var trials: [SlopeSums.Values] = []
  private var weights: [Double] = []

  /// Adds a trial: sums over so many steps.
  mutating func add(_ values: SlopeSums.Values, over steps: Int) {
    var mean = values
    for p in mean.gains.indices { mean.gains[p] /= Double(steps) }
    for place in mean.parts.indices { mean.parts[place] /= Double(steps) }
    trials.append(mean)
    weights.append(Double(steps))
  }

  func moment(_ slopes: SlopeSums) -> NetworkGains.Moment {
    var total = SlopeSums.Values(slopes)
    let weight = max(weights.reduce(0, +), 1)
    for (trial, own) in zip(trials, weights) {
      for p in total.gains.indices { total.gains[p] += own / weight * trial.gains[p] }
      for place in total.parts.indices { total.parts[place] += own / weight * trial.parts[place] }
    }
    return NetworkGains.Moment(
      gains: total.gains, trialGains: slopes.gainCount == 0 ? [] : trials.map(\.gains),
      trialActions: trials.map { slopes.actions($0) },
      parts: slopes.gainCount == 0 ? [] : total.parts)
  }
}
