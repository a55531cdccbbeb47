// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// The Gaussian averages of all populations at all points of a cloud, kept as long as moments and points stay the same.
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
  private let path = kappa_path_best()
  private var moments: [Double] = []
  private var hasCurvatures = false
  /// Where the bias is left out of the points, these without it.
  private let bare: UnsafeMutablePointer<Double>?
  private let means, variances, rates, gains, gains2, gains3, factors, work: UnsafeMutablePointer<Double>

  /// Averages at `count` points.
  init(_ shape: CircuitShape, count: Int, isBare: Bool) {
    self.shape = shape
    self.count = count
    gain = Gain(shape.transfer)
    let (size, drives) = (count * shape.populations, shape.drives)
    (means, variances) = (Self.memory(size), Self.memory(size))
    (rates, gains) = (Self.memory(size), Self.memory(size))
    (gains2, gains3) = (Self.memory(size), Self.memory(size))
    factors = Self.memory(size * drives)
    work = Self.memory(shape.populations * drives * (drives + 8))
    bare = isBare ? Self.memory(count * drives) : nil
  }

  deinit {
    for pointer in [means, variances, rates, gains, gains2, gains3, factors, work] { pointer.deallocate() }
    bare?.deallocate()
  }

  private static func memory(_ size: Int) -> UnsafeMutablePointer<Double> {
    let pointer = UnsafeMutablePointer<Double>.allocate(capacity: max(size, 1))
    pointer.initialize(repeating: 0, count: max(size, 1))
    return pointer
  }

  /// The averages from a point on.
  ///
  /// - Parameter states: the points of the last update.
  func kernel(_ states: UnsafePointer<Double>, from point: Int) -> kappa_fit_averages {
    let (first, drives) = (point * shape.populations, shape.drives)
    return kappa_fit_averages(
      points: (bare.map { UnsafePointer($0) } ?? states) + point * drives, factors: factors + first * drives,
      rates: rates + first, gains: gains + first, gains2: gains2 + first, gains3: gains3 + first)
  }

  /// Brings the averages to a circuit's moments θ.
  ///
  /// - Parameters:
  ///   - states: the points, (M, D).
  ///   - haveMoved: whether the points are others than at the last update.
  ///   - curvatures: whether ⟨φ''⟩ and ⟨φ'''⟩ are needed, too.
  func update(
    _ states: UnsafePointer<Double>, _ circuit: kappa_fit_circuit, haveMoved: Bool, curvatures: Bool
  ) {
    let size = count * shape.populations
    let new = UnsafeBufferPointer(start: circuit.moments, count: shape.moments)
    let isKnown = !haveMoved && moments.withUnsafeBufferPointer { Self.areSame($0, new) }
    if !isKnown {
      if !haveMoved { moments = Array(new) }
      hasCurvatures = false
      fill(states, circuit)
      gain.rateAndGain(count: size, means: means, variances: variances, rates: rates, gains: gains)
    }
    guard curvatures, !hasCurvatures else { return }
    hasCurvatures = true
    gain.curvatures(count: size, means: means, variances: variances, gains2: gains2, gains3: gains3)
  }

  private static func areSame(_ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>) -> Bool {
    guard a.count == b.count else { return false }
    return a.indices.allSatisfy { a[$0] == b[$0] }
  }

  /// μ, h and Δ² = |h|² of every population at every point.
  private func fill(_ states: UnsafePointer<Double>, _ circuit: kappa_fit_circuit) {
    let drives = shape.drives
    if let bare {
      bare.update(from: states, count: count * drives)
      for point in 0..<count { bare[(point + 1) * drives - 1] = 0 }
    }
    var circuit = circuit
    kappa_fit_clouds(
      path, &circuit, bare == nil ? drives : drives - 1, count, states, means, variances, factors, work)
  }
}

/// The averages at a cloud's points: one set, or where the bias does not reach the readout, two.
final class FieldAverages {
  private let shape: CircuitShape
  private let fed: CloudAverages
  private let read: CloudAverages?

  init(_ shape: CircuitShape, count: Int) {
    self.shape = shape
    fed = CloudAverages(shape, count: count, isBare: false)
    read = shape.separateReadout ? CloudAverages(shape, count: count, isBare: true) : nil
  }

  /// Brings the averages to a circuit's moments; see `CloudAverages`.
  func update(
    _ states: UnsafePointer<Double>, _ circuit: kappa_fit_circuit, haveMoved: Bool = false, curvatures: Bool
  ) {
    fed.update(states, circuit, haveMoved: haveMoved, curvatures: curvatures)
    read?.update(states, circuit, haveMoved: haveMoved, curvatures: curvatures)
  }

  /// The averages from a point on, for what is fed back and for what is read out.
  func kernels(
    _ states: UnsafePointer<Double>, from point: Int
  ) -> (fed: kappa_fit_averages, read: kappa_fit_averages) {
    let own = fed.kernel(states, from: point)
    return (own, read?.kernel(states, from: point) ?? own)
  }
}

extension CircuitShape {
  /// A circuit as the kernels want it.
  ///
  /// - Parameter parameters: (c, θ), to be kept for as long as the result is used.
  func kernel(_ parameters: UnsafePointer<Double>) -> kappa_fit_circuit {
    kappa_fit_circuit(
      rank: layout.rank, weights: weights, drives: drives, populations: populations, coefficients: parameters,
      moments: parameters + coefficients)
  }
}
