// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The circuit's basis functions at one point q, and their derivatives: the inner loop of every fit.
///
///     s = q·μ   h = Lᵀq   Δ² = |h|²   basis (⟨φ⟩, h₁⟨φ'⟩, …, h_D⟨φ'⟩)   f_a = c_a0⟨φ⟩ + (h·d_a)⟨φ'⟩   per population
///     ∂f_a/∂s   = c_a0⟨φ'⟩ + (h·d_a)⟨φ''⟩
///     ∂f_a/∂h_k = (c_a0⟨φ''⟩ + (h·d_a)⟨φ'''⟩) h_k + d_ak⟨φ'⟩
///     ∂f_a/∂μ_j = q_j ∂f_a/∂s      ∂f_a/∂L_jk = q_j ∂f_a/∂h_k      ∂f_a/∂q_j = Σ_p μ_j ∂f_a/∂s + Σ_k L_jk ∂f_a/∂h_k
///
/// All of it is smooth at Δ = 0, by ∂⟨f⟩/∂Δ = Δ⟨f''⟩. The averages are the engine's own, from its tables. An object works
/// for one thread at a time.
final class BasisPoint {
  let shape: CircuitShape
  /// The B basis functions.
  let features: UnsafeMutablePointer<Double>
  private let q: UnsafeMutablePointer<Double>
  private let ownFactors: UnsafeMutablePointer<Double>
  private var h: UnsafeMutablePointer<Double>
  private let averages: UnsafeMutablePointer<CloudAverages.Values>
  private let slope: UnsafeMutablePointer<Double>
  private let gain: Gain

  init(_ shape: CircuitShape) {
    self.shape = shape
    let (populations, drives) = (shape.populations, shape.drives)
    features = .allocate(capacity: shape.basis)
    q = .allocate(capacity: drives)
    ownFactors = .allocate(capacity: populations * drives)
    h = ownFactors
    slope = .allocate(capacity: drives)
    averages = .allocate(capacity: populations)
    gain = Gain(shape.transfer)
    features.initialize(repeating: 0, count: shape.basis)
    q.initialize(repeating: 0, count: drives)
    ownFactors.initialize(repeating: 0, count: populations * drives)
    slope.initialize(repeating: 0, count: drives)
    averages.initialize(
      repeating: CloudAverages.Values(rate: 0, gain: 0, gain2: 0, gain3: 0), count: populations)
  }

  deinit {
    features.deallocate()
    q.deallocate()
    ownFactors.deallocate()
    slope.deallocate()
    averages.deallocate()
  }

  /// Moves to the point q (D values) with this number in a cloud, whose averages are known.
  func move(to point: UnsafePointer<Double>, number: Int, in cloud: CloudAverages) {
    let drives = shape.drives
    q.update(from: point, count: drives)
    h = cloud.factors(at: number)
    for p in 0..<shape.populations {
      let values = cloud.values(at: number, p)
      averages[p] = values
      let feature = features + p * (1 + drives)
      let h = h + p * drives
      feature[0] = values.rate
      for k in 0..<drives { feature[1 + k] = h[k] * values.gain }
    }
  }

  /// Moves to the point q (D values) of the circuit with moments θ.
  ///
  /// - Parameter curvatures: whether derivatives will be asked for.
  func move(to point: UnsafePointer<Double>, moments: UnsafePointer<Double>, curvatures: Bool) {
    let drives = shape.drives
    q.update(from: point, count: drives)
    h = ownFactors
    for p in 0..<shape.populations {
      let theta = moments + shape.momentOffset(p)
      let h = h + p * drives
      var mean = 0.0
      for j in 0..<drives {
        mean += q[j] * theta[j]
        h[j] = 0
      }
      var entry = theta + drives
      for j in 0..<drives {
        for k in 0...j { h[k] += q[j] * entry[k] }
        entry += j + 1
      }
      var variance = 0.0
      for k in 0..<drives { variance += h[k] * h[k] }
      let (rate, slope) = gain.rateAndGain(mean: mean, variance: variance)
      let (gain2, gain3) = curvatures ? gain.curvatures(mean: mean, variance: variance) : (0, 0)
      let values = CloudAverages.Values(rate: rate, gain: slope, gain2: gain2, gain3: gain3)
      averages[p] = values
      let feature = features + p * (1 + drives)
      feature[0] = values.rate
      for k in 0..<drives { feature[1 + k] = h[k] * values.gain }
    }
  }

  /// f_a = E[a φ] for the coefficients of one weight (B values).
  func value(_ coefficients: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for b in 0..<shape.basis { sum += features[b] * coefficients[b] }
    return sum
  }

  /// Writes ∂f_a/∂θ (all moments) and adds ∂f_a/∂q_j to the first `count` values of `jacobian`.
  func derivatives(
    _ coefficients: UnsafePointer<Double>, moments: UnsafePointer<Double>,
    intoMoments result: UnsafeMutablePointer<Double>?, intoStates jacobian: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    let drives = shape.drives
    for j in 0..<count { jacobian[j] = 0 }
    for p in 0..<shape.populations {
      let c = coefficients + p * (1 + drives)
      let h = h + p * drives
      let values = averages[p]
      var coupling = 0.0
      for k in 0..<drives { coupling += h[k] * c[1 + k] }
      let along = c[0] * values.gain + coupling * values.gain2
      let bend = c[0] * values.gain2 + coupling * values.gain3
      for k in 0..<drives { slope[k] = bend * h[k] + c[1 + k] * values.gain }
      let theta = moments + shape.momentOffset(p)
      if let result {
        let result = result + shape.momentOffset(p)
        var entry = drives
        for j in 0..<drives {
          result[j] = along * q[j]
          for k in 0...j { result[entry + k] = q[j] * slope[k] }
          entry += j + 1
        }
      }
      var entry = drives
      for j in 0..<count {
        var sum = theta[j] * along
        for k in 0...j { sum += theta[entry + k] * slope[k] }
        jacobian[j] += sum
        entry += j + 1
      }
    }
  }
}
