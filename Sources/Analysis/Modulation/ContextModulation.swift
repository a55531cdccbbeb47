// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a group of trials, such as those of one context, does to the populations' gains, and through them to how
/// strongly each input acts on κ.
///
/// The action of input k on κ_r is S_rk = ∂(τ dκ_r/dt)/∂v_k at the states that the circuit passes through, and it is a
/// sum over populations, each of which is what the Jacobian would be with that population alone:
///
///     S_rk^p = α_p { (σ^p_{n_r I_k} + n̄_r Ī_k) ⟨φ'⟩ + [n̄_r (C q)_{I_k} + Ī_k (C q)_{n_r}] ⟨φ''⟩
///                    + (C q)_{n_r} (C q)_{I_k} ⟨φ'''⟩ }
///
/// The first term is a coupling that the circuit has anyway (`coupling`), times a gain that contexts change. The others
/// are zero at q = 0 and grow with the state: among units that are driven apart, those driven most have the least gain.
public struct ContextModulation: Sendable {
  /// A group of trials.
  public struct Group: Sendable, Hashable {
    /// Its name, e.g. `motion context`.
    public let name: String
    /// Its trials.
    public let trials: [Int]
    /// The steps of each of them over which averages are taken, e.g. while the stimulus is on.
    public let windows: [Range<Int>]

    /// A group with one window per trial.
    public init(name: String, trials: [Int], windows: [Range<Int>]) {
      precondition(trials.count == windows.count, "one window per trial")
      self.name = name
      self.trials = trials
      self.windows = windows
    }
  }

  /// The group's name.
  public let name: String
  /// Trials that were averaged.
  public let trialCount: Int
  /// ⟨φ'⟩_p after each step, mean over trials, (T, P).
  public let gains: [[Double]]
  /// S_rk of each population after each step, mean over trials: (T, R K P), p running fastest, then k.
  public let actions: [[Double]]
  /// ⟨φ'⟩_p, mean over the windows, (P).
  public let windowGains: [Double]
  /// S_rk of each population, mean over the windows, (R K P).
  public let windowActions: [Double]
  /// S_rk of each population, mean over the window of each trial that was averaged: (trials, R K P). A trial whose window
  /// is empty has none.
  public let trialActions: [[Double]]
  /// ⟨φ'⟩_p and S_rk of each population one step before the windows, mean over trials, (P) and (R K P); `nil` where a
  /// window begins with its trial.
  public let onset: (gains: [Double], actions: [Double])?
  private let inputs: Int
  private let populations: Int

  /// Where the part of population p in S_rk stands in a list of shape (R K P).
  public func place(on r: Int, of k: Int, through p: Int) -> Int { (r * inputs + k) * populations + p }

  /// The part of population p in S_rk, mean over the windows.
  public func action(on r: Int, of k: Int, through p: Int) -> Double {
    windowActions[place(on: r, of: k, through: p)]
  }

  /// S_rk, mean over the windows.
  public func action(on r: Int, of k: Int) -> Double {
    (0..<populations).reduce(0) { $0 + action(on: r, of: k, through: $1) }
  }

  /// α_p (σ^p_{n_r I_k} + n̄_r Ī_k): the part of S_rk that belongs to population p, but for its gain.
  public static func coupling(of circuit: EffectiveCircuit, on r: Int, of k: Int, through p: Int) -> Double {
    let population = circuit.statistics.populations[p]
    let (a, b) = (ConnectivityVector.n(r), ConnectivityVector.input(k))
    return population.fraction * (population.covariance(a, b) + population.mean(a) * population.mean(b))
  }

  /// S_rk of every trial that was averaged, mean over its window.
  public func trialActions(on r: Int, of k: Int) -> [Double] {
    trialActions.map { own in
      (0..<populations).reduce(0) { $0 + own[place(on: r, of: k, through: $1)] }
    }
  }

  /// S_rk after a step.
  public func action(on r: Int, of k: Int, at step: Int) -> Double {
    let first = (r * inputs + k) * populations
    return actions[step][first..<(first + populations)].reduce(0, +)
  }

  /// Averages over a group.
  ///
  /// - Parameters:
  ///   - circuit: the circuit.
  ///   - states: (κ, v) after every step of a simulation of it, row-major (B, T, R + K), or more of the drives'
  ///     coefficients, as `ReducedDynamics.drives(along:under:)` gives them.
  ///   - width: how many coefficients a state has, R + K unless given.
  ///   - steps: T.
  ///   - group: the trials.
  ///   - limit: at most so many of them are used, drawn at random.
  public init(
    of circuit: EffectiveCircuit, states: [Double], width: Int? = nil, steps: Int, group: Group,
    limit: Int = Self.trialLimit
  ) {
    let (rank, inputs) = (circuit.rank, circuit.inputCount)
    let populations = circuit.statistics.populations.count
    let free = width ?? rank + inputs
    precondition(
      group.trials.allSatisfy { ($0 + 1) * steps * free <= states.count }, "states have shape (B, T, width)")
    let chosen = group.averaged(limit)
    let parts = circuit.statistics.populations.map { population in
      EffectiveCircuit(
        ConnectivityStatistics(
          layout: circuit.statistics.layout, unitCount: circuit.statistics.unitCount,
          populations: [population]),
        settings: circuit.settings)
    }
    var gains = [[Double]](repeating: [Double](repeating: 0, count: populations), count: steps)
    var actions = [[Double]](
      repeating: [Double](repeating: 0, count: rank * inputs * populations), count: steps)
    var windowGains = [Double](repeating: 0, count: populations)
    var windowActions = [Double](repeating: 0, count: rank * inputs * populations)
    var onset = (gains: windowGains, actions: windowActions)
    var weight = 0.0
    var trialActions: [[Double]] = []
    let share = 1 / Double(Swift.max(chosen.count, 1))
    for index in chosen {
      let trial = group.trials[index]
      let path = Array(states[(trial * steps * free)..<((trial + 1) * steps * free)])
      let modulation = GainModulation(of: circuit, states: path, trials: 1, steps: steps)
      var own = [Double](repeating: 0, count: rank * inputs * populations)
      var inside = 0.0
      for step in 0..<steps {
        let isInside = group.windows[index].contains(step)
        let isBefore = step == group.windows[index].lowerBound - 1
        if isInside {
          weight += 1
          inside += 1
        }
        let state = path[(step * free)..<((step + 1) * free)]
        for (p, part) in parts.enumerated() {
          let gain = modulation.gains[step * populations + p]
          gains[step][p] += share * gain
          if isInside { windowGains[p] += gain }
          if isBefore { onset.gains[p] += share * gain }
          let jacobian = part.linearisation(drive: circuit.layout.drive(from: state)).jacobian
          for r in 0..<rank {
            for k in 0..<inputs {
              let place = (r * inputs + k) * populations + p
              actions[step][place] += share * jacobian[r, rank + k]
              if isBefore { onset.actions[place] += share * jacobian[r, rank + k] }
              if isInside {
                windowActions[place] += jacobian[r, rank + k]
                own[place] += jacobian[r, rank + k]
              }
            }
          }
        }
      }
      if inside > 0 { trialActions.append(own.map { $0 / inside }) }
    }
    name = group.name
    self.onset = group.hasOnset ? onset : nil
    self.trialActions = trialActions
    trialCount = chosen.count
    self.gains = gains
    self.actions = actions
    self.windowGains = windowGains.map { $0 / Swift.max(weight, 1) }
    self.windowActions = windowActions.map { $0 / Swift.max(weight, 1) }
    self.inputs = inputs
    self.populations = populations
  }
}

extension ContextModulation {
  /// How many trials of a group are averaged at most.
  public static let trialLimit = 40
}

extension ContextModulation.Group {
  /// Whether every trial has a step before its window.
  public var hasOnset: Bool { !windows.isEmpty && windows.allSatisfy { $0.lowerBound > 0 && !$0.isEmpty } }

  /// Places in `trials` of those that are averaged: at most `limit`, drawn at random. An even selection would meet one
  /// condition only in trials that go through their conditions in turn.
  public func averaged(_ limit: Int = ContextModulation.trialLimit) -> [Int] {
    if trials.count <= limit { return Array(trials.indices) }
    var stream = RandomStream(seed: 0)
    return stream.sample(limit, below: trials.count).sorted()
  }
}
