// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The Gaussian averages of all populations at all points of a cloud, kept as long as the moments stay the same.
///
/// Where points do not move with the parameters, as on the network's own course, a fit asks for the averages at the same
/// moments several times: to solve for the coefficients, then for all derivatives. They are computed together, which
/// is what the tables of the engine like best, and the higher ones only when they are asked for.
///
/// An object works for one thread at a time.
final class CloudAverages {
  private let shape: CircuitShape
  private let gain: Gain
  private let count: Int
  /// Whether the bias is left out of the points.
  private let isBare: Bool
  private var moments: [Double] = []
  private var hasCurvatures = false
  private let means, variances, rates, gains, gains2, gains3, factors: UnsafeMutablePointer<Double>

  /// Averages at `count` points.
  init(_ shape: CircuitShape, count: Int, isBare: Bool) {
    self.shape = shape
    self.count = count
    self.isBare = isBare
    gain = Gain(shape.transfer)
    let size = count * shape.populations
    func memory(_ size: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: max(size, 1))
      pointer.initialize(repeating: 0, count: max(size, 1))
      return pointer
    }
    (means, variances) = (memory(size), memory(size))
    (rates, gains, gains2, gains3) = (memory(size), memory(size), memory(size), memory(size))
    factors = memory(size * shape.drives)
  }

  deinit {
    for pointer in [means, variances, rates, gains, gains2, gains3, factors] { pointer.deallocate() }
  }

  /// What one population's averages at one point are made of.
  struct Values {
    let rate, gain, gain2, gain3: Double
  }

  /// h = Lᵀq of all populations at a point, (P, D).
  func factors(at point: Int) -> UnsafeMutablePointer<Double> {
    factors + point * shape.populations * shape.drives
  }

  /// The averages of a population at a point.
  @inline(__always) func values(at point: Int, _ population: Int) -> Values {
    let i = point * shape.populations + population
    return Values(rate: rates[i], gain: gains[i], gain2: gains2[i], gain3: gains3[i])
  }

  /// Brings the averages to the moments θ.
  ///
  /// - Parameters:
  ///   - states: the points, (M, D); the same in every call.
  ///   - curvatures: whether ⟨φ''⟩ and ⟨φ'''⟩ are needed, too.
  func update(_ states: UnsafePointer<Double>, moments theta: UnsafePointer<Double>, curvatures: Bool) {
    let new = UnsafeBufferPointer(start: theta, count: shape.moments)
    if !moments.elementsEqual(new) {
      moments = Array(new)
      hasCurvatures = false
      fill(states, theta)
      gain.rateAndGain(
        count: count * shape.populations, means: means, variances: variances, rates: rates, gains: gains)
    }
    guard curvatures, !hasCurvatures else { return }
    hasCurvatures = true
    for i in 0..<(count * shape.populations) {
      (gains2[i], gains3[i]) = gain.curvatures(mean: means[i], variance: variances[i])
    }
  }

  /// μ, h and Δ² = |h|² of every population at every point.
  private func fill(_ states: UnsafePointer<Double>, _ theta: UnsafePointer<Double>) {
    let (populations, drives) = (shape.populations, shape.drives)
    let used = isBare ? drives - 1 : drives
    for point in 0..<count {
      let q = states + point * drives
      for p in 0..<populations {
        let theta = theta + shape.momentOffset(p)
        let i = point * populations + p
        let h = factors + i * drives
        var mean = 0.0
        for j in 0..<drives { h[j] = 0 }
        var entry = theta + drives
        for j in 0..<used {
          let value = q[j]
          mean += value * theta[j]
          for k in 0...j { h[k] += value * entry[k] }
          entry += j + 1
        }
        var variance = 0.0
        for k in 0..<drives { variance += h[k] * h[k] }
        means[i] = mean
        variances[i] = variance
      }
    }
  }
}
