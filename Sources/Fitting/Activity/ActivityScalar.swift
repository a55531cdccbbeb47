// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// A floating-point type that the kernels of fits exist in.
protocol ActivityScalar: BinaryFloatingPoint, Sendable {
  static func forward(_ pass: ActivityPass<Self>, loss: UnsafeMutablePointer<Double>, wantsLoss: Bool)
  static func backward(_ pass: ActivityPass<Self>, scale: Double, loss: UnsafeMutablePointer<Double>)
}

/// Sizes of a pass.
struct ActivityShape: Sendable, Hashable {
  let units, rank, drives, outputs, states, first, known: Int
  let alpha: Double
  let transfer: TransferFunction

  /// N rounded up to whole vectors of any instruction set.
  var paddedUnits: Int {
    let padding = Int(kappa_training_padding)
    return (units + padding - 1) / padding * padding
  }

  /// Trials of a group.
  static var group: Int { Int(kappa_training_group) }
  /// Largest R, S and O.
  static var most: Int { Int(kappa_training_most) }
  /// The instruction set of all passes.
  static let path = kappa_path_best()
}

/// m, n, L, g, o and w with padded rows, in one allocation; without w a gradient.
final class ActivityVectors<Real: ActivityScalar>: @unchecked Sendable {
  let shape: ActivityShape
  let base: UnsafeMutablePointer<Real>
  private let count: Int

  init(_ shape: ActivityShape) {
    self.shape = shape
    count = shape.paddedUnits * (2 * shape.rank + shape.drives + 2 + shape.outputs)
    base = AlignedMemory.zeros(count)
  }

  deinit { base.deallocate() }

  var m: UnsafeMutablePointer<Real> { base }
  var n: UnsafeMutablePointer<Real> { base + shape.paddedUnits * shape.rank }
  var loads: UnsafeMutablePointer<Real> { base + shape.paddedUnits * 2 * shape.rank }
  var gains: UnsafeMutablePointer<Real> { loads + shape.paddedUnits * shape.drives }
  var offsets: UnsafeMutablePointer<Real> { gains + shape.paddedUnits }
  var readouts: UnsafeMutablePointer<Real> { offsets + shape.paddedUnits }

  func clear() { base.update(repeating: 0, count: count) }

  private func windows(_ p: ActivityParameters) -> [([Double], UnsafeMutablePointer<Real>)] {
    [(p.m, m), (p.n, n), (p.loads, loads), (p.gains, gains), (p.offsets, offsets)]
  }

  /// Copies parameters in, rounding to `Real`.
  func fill(from parameters: ActivityParameters) {
    for (values, start) in windows(parameters) { copy(values, to: start) }
  }

  func copy(_ values: [Double], to start: UnsafeMutablePointer<Real>) {
    let (units, padded) = (shape.units, shape.paddedUnits)
    values.withUnsafeBufferPointer { values in
      for column in 0..<(values.count / units) {
        for i in 0..<units { start[column * padded + i] = Real(values[column * units + i]) }
      }
    }
  }

  /// Adds these numbers to `sum`.
  func add(to sum: inout ActivityParameters) {
    let (units, padded) = (shape.units, shape.paddedUnits)
    for (block, start) in zip(ActivityParameters.blocks, [m, n, loads, gains, offsets]) {
      sum[keyPath: block].withUnsafeMutableBufferPointer { values in
        for column in 0..<(values.count / units) {
          for i in 0..<units { values[column * units + i] += Double(start[column * padded + i]) }
        }
      }
    }
  }
}

/// What one worker needs for the passes of one group of trials after another.
final class ActivityPass<Real: ActivityScalar>: @unchecked Sendable {
  let shape: ActivityShape
  let vectors: ActivityVectors<Real>
  var gradient: ActivityVectors<Real>?
  /// κ (states, G, R); φ and φ' (states, G, padded N); z and ∂L/∂z (states, G, O); ∂L/∂κ of the first state (G, R).
  let latents, outputs, errors, start: UnsafeMutablePointer<Double>
  let rates: UnsafeMutablePointer<Real>
  let slopes: UnsafeMutablePointer<Real>?
  /// Drives and targets of the group's trials.
  let drives: UnsafeMutablePointer<UnsafePointer<Double>?>
  let targets: UnsafeMutablePointer<UnsafePointer<Real>?>

  init(_ shape: ActivityShape, _ vectors: ActivityVectors<Real>) {
    self.shape = shape
    self.vectors = vectors
    let rows = shape.states * ActivityShape.group
    latents = AlignedMemory.zeros(rows * shape.rank)
    outputs = AlignedMemory.zeros(rows * shape.outputs)
    errors = AlignedMemory.zeros(rows * shape.outputs)
    start = AlignedMemory.zeros(ActivityShape.group * shape.rank)
    rates = AlignedMemory.zeros(rows * shape.paddedUnits)
    slopes = shape.transfer == .tanh ? nil : AlignedMemory.zeros(rows * shape.paddedUnits)
    drives = .allocate(capacity: ActivityShape.group)
    drives.initialize(repeating: nil, count: ActivityShape.group)
    targets = .allocate(capacity: ActivityShape.group)
    targets.initialize(repeating: nil, count: ActivityShape.group)
  }

  deinit {
    for memory in [latents, outputs, errors, start] { memory.deallocate() }
    rates.deallocate()
    slopes?.deallocate()
    drives.deallocate()
    targets.deallocate()
  }
}

extension Double: ActivityScalar {
  static func forward(_ p: ActivityPass<Double>, loss: UnsafeMutablePointer<Double>, wantsLoss: Bool) {
    var network = kernel(p)
    kappa_activity_forward_f64(
      ActivityShape.path, &network, p.drives, wantsLoss ? p.targets : nil, p.latents, p.rates, p.slopes,
      p.outputs, loss)
  }

  static func backward(_ p: ActivityPass<Double>, scale: Double, loss: UnsafeMutablePointer<Double>) {
    guard let g = p.gradient else { return }
    var network = kernel(p)
    var sums = kappa_activity_gradient_f64(
      m: g.m, n: g.n, loads: g.loads, gains: g.gains, offsets: g.offsets)
    kappa_activity_backward_f64(
      ActivityShape.path, &network, p.drives, p.targets, scale, p.errors, p.latents, p.rates, p.slopes, &sums,
      p.start, loss)
  }

  private static func kernel(_ p: ActivityPass<Double>) -> kappa_activity_f64 {
    let (s, v) = (p.shape, p.vectors)
    return kappa_activity_f64(
      units: s.units, padded_units: s.paddedUnits, rank: s.rank, drives: s.drives, outputs: s.outputs,
      states: s.states, first: s.first, known: s.known, alpha: s.alpha, transfer: KernelTransfer(s.transfer),
      m: v.m, n: v.n, loads: v.loads, readouts: v.readouts, gains: v.gains, offsets: v.offsets)
  }
}

extension Float: ActivityScalar {
  static func forward(_ p: ActivityPass<Float>, loss: UnsafeMutablePointer<Double>, wantsLoss: Bool) {
    var network = kernel(p)
    kappa_activity_forward_f32(
      ActivityShape.path, &network, p.drives, wantsLoss ? p.targets : nil, p.latents, p.rates, p.slopes,
      p.outputs, loss)
  }

  static func backward(_ p: ActivityPass<Float>, scale: Double, loss: UnsafeMutablePointer<Double>) {
    guard let g = p.gradient else { return }
    var network = kernel(p)
    var sums = kappa_activity_gradient_f32(
      m: g.m, n: g.n, loads: g.loads, gains: g.gains, offsets: g.offsets)
    kappa_activity_backward_f32(
      ActivityShape.path, &network, p.drives, p.targets, scale, p.errors, p.latents, p.rates, p.slopes, &sums,
      p.start, loss)
  }

  private static func kernel(_ p: ActivityPass<Float>) -> kappa_activity_f32 {
    let (s, v) = (p.shape, p.vectors)
    return kappa_activity_f32(
      units: s.units, padded_units: s.paddedUnits, rank: s.rank, drives: s.drives, outputs: s.outputs,
      states: s.states, first: s.first, known: s.known, alpha: s.alpha, transfer: KernelTransfer(s.transfer),
      m: v.m, n: v.n, loads: v.loads, readouts: v.readouts, gains: v.gains, offsets: v.offsets)
  }
}
