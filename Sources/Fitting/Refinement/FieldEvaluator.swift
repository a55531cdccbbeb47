// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The circuit's field at one point after the other, at one basis point or, where the bias does not reach the readout,
/// at two.
final class FieldEvaluator {
  let shape: CircuitShape
  private let fed: BasisPoint
  private let read: BasisPoint
  private var bare: [Double]
  private let scratch: UnsafeMutablePointer<Double>

  init(_ shape: CircuitShape) {
    self.shape = shape
    fed = BasisPoint(shape)
    read = shape.separateReadout ? BasisPoint(shape) : fed
    bare = [Double](repeating: 0, count: shape.drives)
    scratch = .allocate(capacity: max(shape.layout.rank, 1))
  }

  deinit { scratch.deallocate() }

  /// Moves to a point with this number in a cloud, whose averages are known.
  func move(to point: UnsafePointer<Double>, number: Int, in averages: FieldAverages) {
    fed.move(to: point, number: number, in: averages.fed)
    if let cloud = averages.read {
      for j in 0..<(shape.drives - 1) { bare[j] = point[j] }
      bare.withUnsafeBufferPointer { read.move(to: $0.baseAddress!, number: number, in: cloud) }
    }
  }

  /// Moves to any point.
  ///
  /// - Parameter curvatures: whether derivatives will be asked for.
  func move(to point: UnsafePointer<Double>, parameters: UnsafePointer<Double>, curvatures: Bool) {
    let moments = parameters + shape.coefficients
    fed.move(to: point, moments: moments, curvatures: curvatures)
    if shape.separateReadout {
      for j in 0..<(shape.drives - 1) { bare[j] = point[j] }
      bare.withUnsafeBufferPointer {
        read.move(to: $0.baseAddress!, moments: moments, curvatures: curvatures)
      }
    }
  }

  private func point(_ weight: Int) -> BasisPoint { weight < shape.layout.rank ? fed : read }

  func features(_ weight: Int) -> UnsafeMutablePointer<Double> { point(weight).features }

  func value(_ weight: Int, _ parameters: UnsafePointer<Double>) -> Double {
    point(weight).value(parameters + weight * shape.basis)
  }

  /// ∂f_a/∂θ into `result`.
  func derivatives(
    _ weight: Int, _ parameters: UnsafePointer<Double>, intoMoments result: UnsafeMutablePointer<Double>
  ) {
    point(weight).derivatives(
      parameters + weight * shape.basis, moments: parameters + shape.coefficients, intoMoments: result,
      intoStates: scratch, count: 0)
  }

  /// ∂f_a/∂κ into `jacobian` (R values), and ∂f_a/∂θ into `result` unless that is nil.
  func derivatives(
    _ weight: Int, _ parameters: UnsafePointer<Double>, intoMoments result: UnsafeMutablePointer<Double>?,
    intoStates jacobian: UnsafeMutablePointer<Double>
  ) {
    point(weight).derivatives(
      parameters + weight * shape.basis, moments: parameters + shape.coefficients, intoMoments: result,
      intoStates: jacobian, count: shape.layout.rank)
  }
}

/// The averages at a cloud's points: one set, or where the bias does not reach the readout, two.
final class FieldAverages {
  private let shape: CircuitShape
  let fed: CloudAverages
  let read: CloudAverages?

  init(_ shape: CircuitShape, count: Int) {
    self.shape = shape
    fed = CloudAverages(shape, count: count, isBare: false)
    read = shape.separateReadout ? CloudAverages(shape, count: count, isBare: true) : nil
  }

  /// Brings the averages to the parameters (c, θ); see `CloudAverages`.
  func update(_ states: UnsafePointer<Double>, parameters: UnsafePointer<Double>, curvatures: Bool) {
    let moments = parameters + shape.coefficients
    fed.update(states, moments: moments, curvatures: curvatures)
    read?.update(states, moments: moments, curvatures: curvatures)
  }
}
