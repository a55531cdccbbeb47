// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// Circuits whose attractors have closed forms (Mastrogiuseppe & Ostojic 2018; Beiran et al. 2021; Dubreuil et al. 2022).
///
/// Loadings are combinations of independent ones of variance 1, given row by row, so that units with these covariances
/// exist and can be drawn.
public enum TheoryCircuit {
  /// Rank 2, overlaps σ = ((a, -b), (b, a)), unit m and I, two inputs along κ and two readouts of κ.
  ///
  ///     |κ| = ρ with ⟨φ'⟩(ρ) = 1/a;   b = 0: a ring of fixed points,   b ≠ 0: a limit cycle that turns at ωτ = b/a
  ///
  /// - Parameters:
  ///   - strength: a; activity needs a φ'(0) > 1.
  ///   - turn: b.
  ///   - cue: σ_nI, from input k to κ_k.
  public static func rotation(strength a: Double, turn b: Double = 0, cue: Double = 0)
    -> ConnectivityStatistics
  {
    // Independent parts: m1 m2 I1 I2.
    statistics(
      rank: 2, inputs: 2, outputs: 2,
      [
        [
          [a, -b, cue, 0], [b, a, 0, cue], [1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0],
          [0, 0, 1, 0], [0, 0, 0, 1],
        ]
      ])
  }

  /// Where a cue that turns at ω takes the bump of `rotation(strength:cue:)`: ρ and the angle by which κ follows v, for
  /// inputs u = A (cos ωt, sin ωt). With |v|² = A²/(1 + ω²τ²) and G = ⟨φ'⟩(Δ), Δ² = ρ² + |v|²,
  ///
  ///     ρ |1 + iωτ - aG| = c |v| G        angle = arg(1 + iωτ - aG)
  ///
  /// - Returns: every ρ found by a scan of changes of sign, ascending.
  public static func followedCue(
    strength a: Double, cue: Double, amplitude: Double, omega: Double, transfer: TransferFunction = .tanh
  ) throws(LinearAlgebraError) -> [(radius: Double, lag: Double)] {
    let gain = Gain(transfer)
    let v = amplitude / (1 + omega * omega).squareRoot()
    func slope(_ rho: Double) -> Double { gain.rateAndGain(mean: 0, variance: rho * rho + v * v).gain }
    func rest(_ rho: Double) -> Double {
      rho * hypot(1 - a * slope(rho), omega) - cue * v * slope(rho)
    }
    var result: [(radius: Double, lag: Double)] = []
    let top = 2 * (a + abs(cue)) + 1
    for index in 0..<2000 {
      let (low, high) = (top * Double(index) / 2000, top * Double(index + 1) / 2000)
      guard (rest(low) < 0) != (rest(high) < 0) else { continue }
      let rho = try bracketedRoot(between: low, and: high, tolerance: 0, of: rest)
      result.append((rho, atan2(omega, 1 - a * slope(rho))))
    }
    return result
  }

  /// Rank 1, unit m, one readout of κ: σ_mn alone.
  public static func rankOne(overlap: Double) -> ConnectivityStatistics {
    statistics(rank: 1, inputs: 0, outputs: 1, [[[overlap, 0.5], [1, 0], [1, 0]]])
  }

  /// Patterns of ±1 in equal shares, m = I = w = ξ, n = g ξ: 2^R populations without any width, an exact circuit.
  ///
  ///     κ = g tanh κ along each pattern
  public static func memory(patterns: Int, strength: Double) -> ConnectivityStatistics {
    let layout = LoadingLayout(rank: patterns, inputCount: patterns, outputCount: patterns)
    return ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: (0..<(1 << patterns)).map { number in
        let signs = (0..<patterns).map { number >> $0 & 1 == 1 ? 1.0 : -1.0 }
        return Population(
          layout: layout, fraction: 1 / Double(1 << patterns),
          mean: signs.map { strength * $0 } + signs + signs + signs,
          covariance: Matrix(rows: layout.count, columns: layout.count))
      })
  }

  /// Rank 2: populations without width whose m point along a half turn in equal steps, n = a m.
  ///
  ///     κ = (a/P) Σ_p m_p φ(m_p·κ)        a polygon of 2P stable fixed points; P = 2: κ_r = ±κ*, κ* = (a/2) φ(κ*)
  ///
  /// - Parameter corners: 2P, even, at least 4.
  public static func polygon(corners: Int, strength a: Double) -> ConnectivityStatistics {
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 2)
    let count = corners / 2
    return ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: (0..<count).map { index in
        let angle = Double.pi * Double(index) / Double(count)
        let m = [cos(angle), sin(angle)]
        return Population(
          layout: layout, fraction: 1 / Double(count), mean: m.map { a * $0 } + m + m,
          covariance: Matrix(rows: layout.count, columns: layout.count))
      })
  }

  /// Rank 1, two equal populations, inputs: two stimuli, two contexts. Population p passes stimulus p on to κ, and the
  /// context of the other one drives it to where its gain is small.
  ///
  ///     effective coupling of stimulus k:  Σ_p ½ σ^p_{nI_k} ⟨φ'⟩(Δ_p),     Δ_p² = κ² + |v|² + s² v_ctx²
  ///
  /// - Parameters:
  ///   - recurrence: σ_nm of each population.
  ///   - input: σ_nI of a population's own stimulus.
  ///   - gating: s, SD of the other context's loadings.
  public static func gating(recurrence: Double, input: Double, gating: Double) -> ConnectivityStatistics {
    func rows(_ own: Int) -> [[Double]] {
      var n = [recurrence, 0, 0, 0, 0]
      n[1 + own] = input
      var contexts = [[0.0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
      contexts[1 - own][4 - own] = gating
      return [n, [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]] + contexts
    }
    return statistics(rank: 1, inputs: 4, outputs: 1, [rows(0), rows(1)])
  }

  /// Two neurons that excite themselves by s and one another by c: one population each, without width.
  ///
  ///     J = ((s, c), (c, s)):   eigenvectors (1, 1) and (1, -1), eigenvalues s + c and s - c
  ///     κ1 = mean of the two x, κ2 = half their difference (without input);   x = ±a (1, ±1): a = λ φ(a)
  public static func twoNeurons(itself s: Double, other c: Double) -> ConnectivityStatistics {
    let layout = LoadingLayout(rank: 2, inputCount: 2, outputCount: 2)
    return ConnectivityStatistics(
      layout: layout, unitCount: 2,
      populations: [1.0, -1].map { sign in
        // n1, n2, w1, w2, m1, m2, I1, I2; w reads the mean and half the difference of the rates.
        Population(
          layout: layout, fraction: 0.5,
          mean: [s + c, sign * (s - c), 1, sign, 1, sign, sign > 0 ? 1 : 0, sign > 0 ? 0 : 1],
          covariance: Matrix(rows: layout.count, columns: layout.count))
      })
  }

  /// Equal populations of zero means; every vector of the layout as a row of weights of independent parts.
  private static func statistics(rank: Int, inputs: Int, outputs: Int, _ populations: [[[Double]]])
    -> ConnectivityStatistics
  {
    let layout = LoadingLayout(rank: rank, inputCount: inputs, outputCount: outputs)
    return ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: populations.map { rows in
        Population(
          layout: layout, fraction: 1 / Double(populations.count),
          mean: [Double](repeating: 0, count: layout.count),
          covariance: Matrix(rows: layout.count, columns: layout.count) { i, j in
            zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
          })
      })
  }
}
