// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// f(κ) = τ dκ/dt under a constant input, with what can be proven about it before any search.
///
/// - `box`: half-widths of a box that holds every root of f. For bounded φ, |κ_r| = |E[n_r φ]| ≤ sup|φ| E|n_r|.
/// - `curvature`: L_rst ≥ |∂²f_r/∂κ_s∂κ_t| everywhere, from |E[n_r m_s m_t φ'']| ≤ sup|φ''| E|n_r m_s m_t|.
///
/// Together they let a search say of a whole region, from one evaluation, that there is no root in it, or one.
struct LatentFlow: Sendable {
  let rank: Int
  /// Half-widths of the proven box.
  let box: [Double]?
  /// Where to search when there is no proven box.
  let searchBox: [Double]
  /// L_rst at (r * R + s) * R + t; `nil` where φ'' is unbounded, the moments belong to no distribution or there would be too
  /// many of them (`isLarge`).
  let curvature: [Double]?
  /// Points between which f is linear, where there are such (ReLU on the manifold, rank 1).
  let breakpoints: [Double]?
  /// Whether f is an affine function of κ, because φ is linear.
  let isLinear: Bool
  /// Size of the terms that make up f_r: rounding is judged against it.
  let scale: Double
  /// Evaluation of f and its Jacobian, without readouts: searches make thousands of them.
  let at: @Sendable ([Double]) -> Linearisation
  /// The same with the readouts.
  let whole: @Sendable ([Double]) -> Linearisation
  /// f alone, at a fraction of the cost.
  let slope: @Sendable ([Double]) -> [Double]
  /// The work that searches of this flow have done and may do.
  let effort: Effort

  /// Whether R³ bounds of f'' are more than is worth computing.
  var isLarge: Bool { Self.isLarge(rank) }

  fileprivate static func isLarge(_ rank: Int) -> Bool { rank > 64 }
}

extension TransferFunction {
  /// sup |φ''|, where it is bounded.
  var secondDerivativeBound: Double? {
    switch self {
    case .tanh: 4 / (3 * 3.0.squareRoot())  // at tanh²x = 1/3
    case .erf: 0.967882898076573  // (4/√π) x e^(-x²) at x = 1/√2, rounded up
    case .logistic: 1 / (6 * 3.0.squareRoot()) + 1e-16
    case .softplus: 0.25
    case .linear: 0
    case .relu: nil
    }
  }

  /// φ∞ with |φ - φ∞| ≤ c everywhere, φ∞ homogeneous; for unbounded φ.
  fileprivate var asymptote: (function: TransferFunction, distance: Double) {
    switch self {
    case .softplus: (.relu, 0.693147180559945310)  // log 2, at x = 0
    case .relu: (.relu, 0)
    default: (.linear, 0)
    }
  }
}

/// Absolute moments of the loadings that a flow's bounds are made of; a network's own or a Gaussian population's.
private struct LoadingMoments {
  /// E|n_r|.
  var weight: [Double]
  /// E[|n_r| |c|] with c = I·v + b.
  var weightTimesInput: [Double]
  /// E|n_r m_s m_t|, at (r * R + s) * R + t.
  var triple: [Double]
  /// E[n φ∞(m)] and E[n φ∞(-m)], rank 1 only.
  var slopes: (up: Double, down: Double)
}

extension LatentFlow {
  /// The exact manifold under constant input v = u.
  ///
  /// - Parameter effort: what its searches may take.
  init(
    _ manifold: ManifoldDynamics, input: [Double], noiseVariance: Double, effort: Effort = Effort()
  ) {
    let network = manifold.network
    let (count, rank) = (network.unitCount, network.rank)
    // What a unit receives beside m κ, once everything that decays has decayed: I u + c + b.
    var constant = [Double](repeating: 0, count: count)
    let drives = network.driveVectors
    for (j, v) in (input + network.layout.stationaryExtras).enumerated() {
      for (i, value) in zip(0..<count, drives.column(rank + j)) { constant[i] += value * v }
    }
    let share = 1 / Double(count)
    let asymptote = network.transfer.asymptote.function
    var moments = LoadingMoments(rank: rank)
    for r in 0..<rank {
      for i in 0..<count {
        let n = network.n[i, r] * share
        moments.weight[r] += abs(n)
        moments.weightTimesInput[r] += abs(n * constant[i])
        for s in 0..<rank where !Self.isLarge(rank) {
          let product = abs(n * network.m[i, s])
          for t in 0..<rank { moments.triple[(r * rank + s) * rank + t] += product * abs(network.m[i, t]) }
        }
        if rank == 1 {
          moments.slopes.up += n * asymptote.value(network.m[i, 0])
          moments.slopes.down += n * asymptote.value(-network.m[i, 0])
        }
      }
    }
    var breakpoints: [Double]?
    if rank == 1, network.transfer == .relu, noiseVariance == 0 {
      breakpoints = (0..<count).compactMap { i in
        let m = network.m[i, 0]
        return m == 0 ? nil : -constant[i] / m
      }.filter(\.isFinite).sorted()
    }
    self.init(
      manifold, input: input, noiseVariance: noiseVariance, moments: moments, breakpoints: breakpoints,
      effort: effort, work: Double(count) * Double(rank) * Double(drives.columns) / 2)
  }

  /// The Gaussian circuit under constant input v = u.
  ///
  /// - Parameter effort: what its searches may take.
  init(
    _ circuit: EffectiveCircuit, input: [Double], noiseVariance: Double, effort: Effort = Effort()
  ) throws(LinearAlgebraError) {
    let rank = circuit.rank
    let layout = circuit.statistics.layout
    let asymptote = Gain(circuit.transfer.asymptote.function)
    let q = [Double](repeating: 0, count: rank) + input + layout.stationaryExtras
    var moments: LoadingMoments? = LoadingMoments(rank: rank)
    for population in circuit.statistics.populations {
      guard let variances = try population.explainedVariances() else {
        moments = nil
        break
      }
      let share = population.fraction
      let first = layout.weightCount
      let fourth = (0..<rank).map { s in
        fourthMoment(mean: population.mean[first + s], variance: population.covariance[first + s, first + s])
      }
      let (mean, variance) = population.moments(along: q)
      let square = max(variance, 0) + mean * mean
      for r in 0..<rank {
        let size = (population.mean[r] * population.mean[r] + variances[r]).squareRoot()
        moments?.weight[r] += share * absoluteMean(mean: population.mean[r], variance: variances[r])
        moments?.weightTimesInput[r] += share * size * square.squareRoot()
        for s in 0..<rank where !Self.isLarge(rank) {
          for t in 0..<rank {
            // Hölder: E|n m_s m_t| ≤ (E n²)^½ (E m_s⁴)^¼ (E m_t⁴)^¼
            moments?.triple[(r * rank + s) * rank + t] +=
              share * size * (fourth[s] * fourth[t]).squareRoot().squareRoot()
          }
        }
      }
      if rank == 1 {
        let (m, n) = (population.mean[first], population.mean[0])
        let (variance, coupling) = (population.covariance[first, first], population.covariance[0, first])
        let up = asymptote.rateAndGain(mean: m, variance: variance)
        let down = asymptote.rateAndGain(mean: -m, variance: variance)
        moments?.slopes.up += share * (n * up.rate + coupling * up.gain)
        moments?.slopes.down += share * (n * down.rate - coupling * down.gain)
      }
    }
    let size = Double(layout.weightCount + layout.driveCount)
    self.init(
      circuit, input: input, noiseVariance: noiseVariance, moments: moments, breakpoints: nil, effort: effort,
      work: 4 * Double(circuit.statistics.populations.count) * size * size)
  }

  /// - Parameter work: multiplications of one evaluation, about.
  private init(
    _ dynamics: some ReducedDynamics, input: [Double], noiseVariance: Double, moments: LoadingMoments?,
    breakpoints: [Double]?, effort: Effort, work: Double
  ) {
    let transfer = dynamics.transfer
    rank = dynamics.rank
    isLinear = transfer == .linear
    self.breakpoints = breakpoints
    self.effort = effort
    // Each Jacobian is decomposed afterwards.
    let step = work + 6 * Double(rank) * Double(rank) * Double(rank)
    let silent = dynamics.latentsAlone
    at = {
      effort.add(step)
      return silent.linearisation(kappa: $0, input: input, noiseVariance: noiseVariance)
    }
    whole = {
      effort.add(step)
      return dynamics.linearisation(kappa: $0, input: input, noiseVariance: noiseVariance)
    }
    let rest = silent.relaxedState(input: input)
    slope = { kappa in
      effort.add(work)
      var derivative = [Double](repeating: 0, count: silent.dimension)
      var span = derivative.mutableSpan
      silent.derivative(
        of: (kappa + rest).span, input: input.span, noiseVariance: noiseVariance, into: &span)
      return Array(derivative.prefix(kappa.count))
    }
    let typical = moments ?? LoadingMoments(rank: rank, filledWith: 1)
    let spread = (0..<rank).map { r in
      typical.weightTimesInput[r]
        + typical.weight[r] * (transfer.asymptote.distance + noiseVariance.squareRoot())
    }
    if let moments, let bound = transfer.bound {
      box = moments.weight.map { $0 * bound }
    } else if moments != nil, rank == 1, abs(1 - typical.slopes.up) > 1e-9,
      abs(1 + typical.slopes.down) > 1e-9
    {
      // Far out f grows like κ(S - 1), and what is left over is at most `spread`.
      box = [spread[0] / min(abs(1 - typical.slopes.up), abs(1 + typical.slopes.down))]
    } else {
      box = nil
    }
    searchBox = box ?? spread.map { 10 * max(1, $0) }
    // A box of width zero (n = 0) still needs a neighbourhood to evaluate in.
    scale = max(searchBox.max() ?? 0, 1e-300)
    curvature = moments.flatMap { moments in
      if Self.isLarge(dynamics.rank) { return nil }
      return transfer.secondDerivativeBound.map { bound in moments.triple.map { $0 * bound } }
    }
  }
}

extension LoadingMoments {
  init(rank: Int, filledWith value: Double = 0) {
    weight = [Double](repeating: value, count: rank)
    weightTimesInput = weight
    triple = LatentFlow.isLarge(rank) ? [] : [Double](repeating: value, count: rank * rank * rank)
    slopes = (0, 0)
  }
}

extension Population {
  /// The part of each n_r's variance that its regression on the drives explains.
  ///
  /// The flow depends on nothing else of n, so that bounds hold even for circuits whose σ_nn is too small to be real.
  /// `nil` when the drives' covariance is not one of any distribution or cannot explain σ_nm and σ_nI.
  fileprivate func explainedVariances() throws(LinearAlgebraError) -> [Double]? {
    let first = layout.weightCount
    let drives = layout.driveCount
    let block = Matrix(rows: drives, columns: drives) { covariance[first + $0, first + $1] }
    let (values, vectors) = try block.symmetricEigensystem()
    let largest = max(values.last ?? 0, 0)
    guard (values.first ?? 0) >= -1e-9 * largest else { return nil }
    var result: [Double] = []
    for r in 0..<layout.rank {
      let size = norm((0..<drives).map { covariance[r, first + $0] })
      var explained = 0.0
      for k in 0..<drives {
        let part = (0..<drives).reduce(0) { $0 + vectors[$1, k] * covariance[r, first + $1] }
        if values[k] > 1e-12 * largest {
          explained += part * part / values[k]
        } else if abs(part) > 1e-9 * size {
          return nil
        }
      }
      result.append(explained)
    }
    return result
  }
}

/// E y⁴ of a Gaussian.
private func fourthMoment(mean: Double, variance: Double) -> Double {
  let square = mean * mean
  return square * square + 6 * square * variance + 3 * variance * variance
}

/// E|y| of a Gaussian, from E relu(y) + E relu(-y).
private func absoluteMean(mean: Double, variance: Double) -> Double {
  let gain = Gain(.relu)
  return gain.rateAndGain(mean: mean, variance: variance).rate
    + gain.rateAndGain(mean: -mean, variance: variance).rate
}
