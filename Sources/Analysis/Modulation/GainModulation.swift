// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How populations' gains change over time and context, and with them the couplings that a circuit acts by:
///
///     σ̃_ab(t) = Σ_p α_p σ^p_ab ⟨φ'⟩_p(t)
///
/// the mechanism of context-dependent computation in Dubreuil et al. 2022. With one population it is the familiar
/// σ_ab ⟨Φ'⟩(Δ); with several, inputs that drive one of them turn couplings on and off.
public struct GainModulation: Sendable, Hashable {
  /// The circuit's statistics.
  public let statistics: ConnectivityStatistics
  /// B.
  public let trials: Int
  /// T.
  public let steps: Int
  /// μ_p of each population, row-major (B, T, P).
  public let means: [Double]
  /// Δ_p, (B, T, P).
  public let deviations: [Double]
  /// ⟨φ⟩_p, (B, T, P).
  public let rates: [Double]
  /// ⟨φ'⟩_p, (B, T, P).
  public let gains: [Double]
  /// q, the drives' coefficients, (B, T, D).
  private let states: [Double]

  /// Gains along a trajectory.
  ///
  /// - Parameters:
  ///   - circuit: the circuit whose populations are meant.
  ///   - states: (κ, v) after every step, row-major (B, T, R + K), or more of the drives' coefficients, as
  ///     `ReducedDynamics.drives(along:under:)` gives them.
  public init(of circuit: EffectiveCircuit, states: [Double], trials: Int, steps: Int) {
    let layout = circuit.statistics.layout
    let free = states.count / max(1, trials * steps)
    precondition(
      states.count == trials * steps * free
        && (trials * steps == 0 || (layout.rank + layout.inputCount...layout.driveCount).contains(free)),
      "states have shape (B, T, R + K) or more")
    statistics = circuit.statistics
    self.trials = trials
    self.steps = steps
    let gain = Gain(circuit.transfer)
    var means: [Double] = []
    var deviations: [Double] = []
    var rates: [Double] = []
    var gains: [Double] = []
    var points: [Double] = []
    for point in 0..<(trials * steps) {
      let q = layout.drive(from: states[(point * free)..<((point + 1) * free)])
      points += q
      for population in circuit.statistics.populations {
        let (mean, variance) = population.moments(along: q)
        let values = gain.rateAndGain(mean: mean, variance: variance)
        means.append(mean)
        deviations.append(max(variance, 0).squareRoot())
        rates.append(values.rate)
        gains.append(values.gain)
      }
    }
    self.means = means
    self.deviations = deviations
    self.rates = rates
    self.gains = gains
    self.states = points
  }

  /// P.
  public var populationCount: Int { statistics.populations.count }

  /// α_p σ^p_ab ⟨φ'⟩_p, row-major (B, T, P): each population's part of σ̃_ab.
  public func parts(_ a: ConnectivityVector, _ b: ConnectivityVector) -> [Double] {
    let couplings = statistics.populations.map { $0.fraction * $0.covariance(a, b) }
    return gains.enumerated().map { couplings[$0 % couplings.count] * $1 }
  }

  /// σ̃_ab, (B, T).
  public func effectiveCovariance(_ a: ConnectivityVector, _ b: ConnectivityVector) -> [Double] {
    let parts = parts(a, b)
    let count = populationCount
    return (0..<(trials * steps)).map { point in
      parts[(point * count)..<((point + 1) * count)].reduce(0, +)
    }
  }

  /// What each population feeds into E[a φ], exactly as the circuit computes it: row-major (B, T, P, 1 + D).
  ///
  /// The first of the 1 + D terms is α_p ā_p ⟨φ⟩_p, from means; term 1 + j is α_p σ^p_{a y_j} q_j ⟨φ'⟩_p, from the drive
  /// y_j (in the layout's order). Their sum over populations and terms is E[a φ]. For a readout that the bias
  /// does not reach, the circuit averages at another point, which this decomposition is not about.
  public func currents(_ a: ConnectivityVector) -> [Double] {
    let layout = statistics.layout
    let (first, drives) = (layout.weightCount, layout.driveCount)
    var result: [Double] = []
    result.reserveCapacity(gains.count * (1 + drives))
    for (index, gain) in gains.enumerated() {
      let (point, p) = (index / populationCount, index % populationCount)
      let population = statistics.populations[p]
      result.append(population.fraction * population.mean(a) * rates[index])
      for j in 0..<drives {
        let covariance = layout.index(of: a).map { population.covariance[$0, first + j] } ?? 0
        result.append(population.fraction * covariance * states[point * drives + j] * gain)
      }
    }
    return result
  }
}
