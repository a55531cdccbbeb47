// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// A Gaussian circuit with a random bulk beside its low-rank part, under a constant input:
///
///     J = g χ + m nᵀ/N,      χ_ij ~ N(0, 1/N) independent of everything else
///
/// (Mastrogiuseppe & Ostojic 2018). The bulk adds to every unit's argument a Gaussian of its own, whose variance V is the
/// same for all populations. A stationary state is a fixed point of the map
///
///     κ ← E[n φ]          Σ_p α_p { n̄_p⟨φ⟩_p + (C_p q)_n⟨φ'⟩_p }     at μ_p = ȳ_p·q,  Δ_p² = qᵀC_p q + V
///     V ← g² Σ_p α_p⟨φ²⟩_p
///
/// of R + 1 numbers. How κ and V change in time is not a closed system of equations: with a bulk a unit remembers its own
/// past through N others, and no R + 1 numbers hold that. Only stationary states, their stability, and the statistics of
/// chaos are therefore to be had from here.
public struct BulkCircuit: Sendable {
  /// The low-rank part.
  public let circuit: EffectiveCircuit
  /// g ≥ 0.
  public let strength: Double
  /// v = u, K values.
  public let input: [Double]

  /// A circuit with a bulk of strength g, at v = `input`.
  public init(_ circuit: EffectiveCircuit, strength: Double, input: [Double]) {
    precondition(strength >= 0 && strength.isFinite, "g is a finite number of at least 0")
    precondition(input.count == circuit.inputCount, "v has K values")
    self.circuit = circuit
    self.strength = strength
    self.input = input
  }

  /// R.
  public var rank: Int { circuit.rank }
  /// φ.
  public var transfer: TransferFunction { circuit.transfer }

  /// What a population's units receive at κ, without the bulk: share α_p, mean μ_p and variance qᵀC_p q.
  struct Drive {
    let share, mean, variance: Double
  }

  /// q at κ, once everything that decays has decayed.
  func drives(_ kappa: [Double]) -> [Double] { kappa + input + circuit.layout.stationaryExtras }

  /// The populations' arguments at κ.
  func arguments(_ kappa: [Double]) -> [Drive] {
    let q = drives(kappa)
    return circuit.statistics.populations.map {
      let (mean, variance) = $0.moments(along: q)
      return Drive(share: $0.fraction, mean: mean, variance: max(variance, 0))
    }
  }

  /// Σ_p α_p⟨φ²⟩_p and its relatives, when the bulk adds a variance to every argument.
  func squares(_ arguments: [Drive], variance: Double) -> (square: Double, slopeSquare: Double, slope: Double)
  {
    var result = (square: 0.0, slopeSquare: 0.0, slope: 0.0)
    for argument in arguments {
      let average = SquareAverages(transfer, mean: argument.mean, variance: argument.variance + variance)
      result.square += argument.share * average.square.value
      result.slopeSquare += argument.share * average.slopeSquare.value
      result.slope += argument.share * average.squareByVariance
    }
    return result
  }

  /// The map's values at (κ, V) and its derivatives by (κ, V), (R + 1, R + 1).
  ///
  ///     ∂E[aφ]/∂V = ½ Σ_p α_p { ā⟨φ''⟩ + (Cq)_a⟨φ'''⟩ }      ∂⟨φ²⟩/∂q_j = ȳ_j ∂_μ⟨φ²⟩ + 2(Cq)_j ∂_{Δ²}⟨φ²⟩
  func map(_ kappa: [Double], variance: Double) -> (values: [Double], slopes: Matrix) {
    let q = drives(kappa)
    let layout = circuit.layout
    let first = layout.weightCount
    let gain = Gain(transfer)
    let g2 = strength * strength
    var values = [Double](repeating: 0, count: rank + 1)
    var slopes = Matrix(rows: rank + 1, columns: rank + 1)
    var h = [Double](repeating: 0, count: q.count)
    for population in circuit.statistics.populations {
      let share = population.fraction
      let (mean, own) = population.moments(along: q, products: &h)
      let total = max(own, 0) + variance
      let average = gain.slopes(mean: mean, variance: total)
      let square = SquareAverages(transfer, mean: mean, variance: total)
      for a in 0..<rank {
        let bar = population.mean[a]
        let coupling = population.coupling(of: a, along: q)
        values[a] += share * (bar * average.rate + coupling * average.gain)
        // ReLU's ⟨φ''⟩ is infinite where Δ = 0; it acts on nothing there.
        func product(_ factor: Double, _ value: Double) -> Double { factor == 0 ? 0 : factor * value }
        for j in 0..<rank {
          slopes[a, j] +=
            share
            * (population.mean[first + j] * (bar * average.gain + product(coupling, average.gain2))
              + product(h[j] * bar, average.gain2) + product(h[j] * coupling, average.gain3)
              + population.covariance[a, first + j] * average.gain)
        }
        slopes[a, rank] += share * (product(bar, average.gain2) + product(coupling, average.gain3)) / 2
      }
      values[rank] += share * g2 * square.square.value
      for j in 0..<rank {
        slopes[rank, j] +=
          share * g2
          * (population.mean[first + j] * square.squareByMean + 2 * h[j] * square.squareByVariance)
      }
      slopes[rank, rank] += share * g2 * square.squareByVariance
    }
    return (values, slopes)
  }

  /// E[n φ] alone, when the bulk adds a variance to every argument.
  func latents(_ kappa: [Double], variance: Double) -> [Double] {
    let q = drives(kappa)
    let gain = Gain(transfer)
    var values = [Double](repeating: 0, count: rank)
    for population in circuit.statistics.populations {
      let (mean, own) = population.moments(along: q)
      let average = gain.rateAndGain(mean: mean, variance: max(own, 0) + variance)
      for a in 0..<rank {
        values[a] +=
          population.fraction
          * (population.mean[a] * average.rate + population.coupling(of: a, along: q) * average.gain)
      }
    }
    return values
  }

  /// How far the bulk's variance can reach: it is at most g² sup φ², and finite for unbounded φ only while g is small.
  ///
  /// - Throws: `LinearAlgebraError` where the activity of unbounded φ runs away.
  func largestVariance(_ arguments: [Drive]) throws(LinearAlgebraError) -> Double {
    let g2 = strength * strength
    if let bound = transfer.bound { return g2 * bound * bound }
    var variance = 1.0
    for _ in 0..<200 {
      // Where V is more than g²⟨φ²⟩ and rises faster, it stays so: ⟨φ²⟩ grows more and more like V times a constant.
      let here = squares(arguments, variance: variance)
      if g2 * here.square < variance && g2 * here.slope < 1 { return variance }
      variance *= 2
    }
    let limit = transfer == .linear ? 1 : 2.0.squareRoot()
    throw LinearAlgebraError(
      operation: "variance of the random bulk",
      reason:
        "with g = \(strength) the activity of \(transfer.rawValue) units grows without bound; below g = "
        + "\(limit) it does not")
  }

  /// The values of V with V = g²Σα⟨φ²⟩ at a given κ, ascending.
  ///
  /// The equation's signs are taken at nodes that are denser towards zero, and every change of sign is bracketed. V = 0 is a
  /// solution where units without variance have no rate.
  func stationaryVariances(_ arguments: [Drive]) throws(LinearAlgebraError) -> [Double] {
    let g2 = strength * strength
    if strength == 0 { return [0] }
    let top = try largestVariance(arguments) * 1.01 + 1e-300
    func rest(_ variance: Double) -> Double { g2 * squares(arguments, variance: variance).square - variance }
    var roots: [Double] = []
    let nodes = [0] + (0...48).map { top * exp2(Double($0 - 48)) }
    var before = rest(0)
    var start = 0.0
    if before == 0 {
      roots.append(0)
      // Beside the solution at zero: the sign that its slope gives.
      before = g2 * squares(arguments, variance: 0).slope - 1
    }
    for node in nodes.dropFirst() {
      let value = rest(node)
      if (value < 0) != (before < 0) {
        // At the first node the slope's sign belongs to a point beside zero.
        let low = start == 0 && roots == [0] ? node * 1e-12 : start
        if let root = try? bracketedRoot(between: low, and: node, tolerance: 0, of: rest) {
          roots.append(root)
        }
      }
      (before, start) = (value, node)
    }
    return roots
  }
}

extension BulkCircuit {
  /// Σα_p qᵀC_p q at κ: the variance of the units' arguments without the bulk's part.
  public func ownVariance(_ kappa: [Double]) -> Double {
    arguments(kappa).reduce(0) { $0 + $1.share * $1.variance }
  }
}
