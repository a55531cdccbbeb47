// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// A floating-point type that the training kernels exist in.
protocol TrainingScalar: BinaryFloatingPoint, Sendable {
  /// The forward pass of one group; see `training.h`.
  static func forward(_ shape: PassShape, _ vectors: PassVectors<Self>, _ buffers: PassBuffers<Self>)
  /// The backward pass of one group; adds to the gradient.
  static func backward(
    _ shape: PassShape, _ vectors: PassVectors<Self>, _ buffers: PassBuffers<Self>,
    _ gradient: PassVectors<Self>, inputs: Bool, readouts: Bool)
}

/// Sizes of a pass.
struct PassShape: Sendable {
  let units, rank, inputs, outputs: Int
  var steps: Int
  let alpha: Double
  let transfer: TransferFunction

  /// N rounded up to whole vectors of any instruction set.
  var paddedUnits: Int {
    let padding = Int(kappa_training_padding)
    return (units + padding - 1) / padding * padding
  }
  /// Trials of a group.
  static var group: Int { Int(kappa_training_group) }
  /// Largest R, K and O.
  static var most: Int { Int(kappa_training_most) }
  /// The instruction set of all passes.
  static let path = kappa_path_best()
}

/// m, n, I and w, each column-major with padded rows, in one allocation.
final class PassVectors<Real: TrainingScalar>: @unchecked Sendable {
  let shape: PassShape
  let base: UnsafeMutablePointer<Real>
  let count: Int

  init(_ shape: PassShape) {
    self.shape = shape
    count = shape.paddedUnits * (2 * shape.rank + shape.inputs + shape.outputs)
    base = AlignedMemory.zeros(count)
  }

  deinit { base.deallocate() }

  var m: UnsafeMutablePointer<Real> { base }
  var n: UnsafeMutablePointer<Real> { base + shape.paddedUnits * shape.rank }
  var inputs: UnsafeMutablePointer<Real> { base + shape.paddedUnits * 2 * shape.rank }
  var readouts: UnsafeMutablePointer<Real> { inputs + shape.paddedUnits * shape.inputs }

  /// Where a vector stands, and how many columns it has.
  func window(_ vector: TrainedVector) -> (start: UnsafeMutablePointer<Real>, columns: Int) {
    switch vector {
    case .m: (m, shape.rank)
    case .n: (n, shape.rank)
    case .inputs: (inputs, shape.inputs)
    case .readouts: (readouts, shape.outputs)
    // There is no J here, only m and n, and nothing else: no columns.
    case .connectivity, .bias, .current, .initialState, .readoutBias: (base + count, 0)
    }
  }

  func clear() { base.update(repeating: 0, count: count) }

  /// Copies parameters in, rounding to `Real`.
  func fill(from vectors: TrainingVectors) {
    for vector in TrainedVector.allCases {
      let (start, columns) = window(vector)
      vectors[vector].elements.withUnsafeBufferPointer { values in
        for column in 0..<columns {
          for i in 0..<shape.units {
            start[column * shape.paddedUnits + i] = Real(values[column * shape.units + i])
          }
        }
      }
    }
  }

  /// Adds `factor` times these numbers to `sum`.
  func add(_ vector: TrainedVector, times factor: Double, to sum: inout TrainingVectors) {
    let (start, columns) = window(vector)
    sum[vector].elements.withUnsafeMutableBufferPointer { values in
      for column in 0..<columns {
        for i in 0..<shape.units {
          values[column * shape.units + i] += factor * Double(start[column * shape.paddedUnits + i])
        }
      }
    }
  }
}

/// What one worker needs for the passes of one group after another.
final class PassBuffers<Real: TrainingScalar>: @unchecked Sendable {
  /// Inputs (G, T, K), outputs (G, T, O) and ∂L/∂z (G, T, O).
  let u, z, errors: UnsafeMutablePointer<Double>
  /// (κ, v) of the states 0…T, (T + 1, G, R + K).
  let latents: UnsafeMutablePointer<Double>
  /// Whether a step is read, (T).
  let read: UnsafeMutablePointer<UInt8>
  /// φ of the states 0…T, (T + 1, G, padded N).
  let rates: UnsafeMutablePointer<Real>
  /// φ' likewise, but for tanh.
  let slopes: UnsafeMutablePointer<Real>?
  /// η, what private noise has added to x in the states 0…T, likewise; nothing without noise.
  let noise: UnsafeMutablePointer<Real>?

  init(_ shape: PassShape, noisy: Bool) {
    let inputSize = PassShape.group * shape.steps * shape.inputs
    let outputSize = PassShape.group * shape.steps * shape.outputs
    func zeros<T: Numeric>(_ count: Int) -> UnsafeMutablePointer<T> { AlignedMemory.zeros(count) }
    u = zeros(inputSize)
    z = zeros(outputSize)
    errors = zeros(outputSize)
    read = zeros(shape.steps)
    let states = (shape.steps + 1) * PassShape.group
    latents = zeros(states * (shape.rank + shape.inputs))
    rates = zeros(states * shape.paddedUnits)
    slopes = shape.transfer == .tanh ? nil : zeros(states * shape.paddedUnits)
    noise = noisy ? zeros(states * shape.paddedUnits) : nil
  }

  /// η_{t+1} = (1-α) η_t + s ξ_t of a trial of the group, drawn step by step and unit by unit, as a simulation draws it.
  func drawNoise(_ shape: PassShape, trial: Int, deviation: Double, stream: RandomStream) {
    guard let noise else { return }
    var stream = stream
    let (units, padded) = (shape.units, shape.paddedUnits)
    var now = [Double](repeating: 0, count: units)
    for t in stride(from: 1, through: shape.steps, by: 1) {
      let next = noise + (t * PassShape.group + trial) * padded
      for i in 0..<units {
        now[i] = (1 - shape.alpha) * now[i] + deviation * stream.normal()
        next[i] = Real(now[i])
      }
    }
  }

  deinit {
    u.deallocate()
    z.deallocate()
    errors.deallocate()
    read.deallocate()
    latents.deallocate()
    rates.deallocate()
    slopes?.deallocate()
    noise?.deallocate()
  }
}

extension Double: TrainingScalar {
  static func forward(_ shape: PassShape, _ vectors: PassVectors<Double>, _ buffers: PassBuffers<Double>) {
    var network = kernel(shape, vectors)
    kappa_training_forward_f64(
      PassShape.path, &network, buffers.u, buffers.read, buffers.noise, buffers.z, buffers.latents,
      buffers.rates, buffers.slopes)
  }

  static func backward(
    _ shape: PassShape, _ vectors: PassVectors<Double>, _ buffers: PassBuffers<Double>,
    _ gradient: PassVectors<Double>, inputs: Bool, readouts: Bool
  ) {
    var network = kernel(shape, vectors)
    var sums = kappa_training_gradient_f64(
      m: gradient.m, n: gradient.n, input_vectors: inputs ? gradient.inputs : nil,
      readout_vectors: readouts ? gradient.readouts : nil)
    kappa_training_backward_f64(
      PassShape.path, &network, buffers.errors, buffers.read, buffers.latents, buffers.rates, buffers.slopes,
      &sums)
  }

  private static func kernel(_ shape: PassShape, _ vectors: PassVectors<Double>) -> kappa_training_f64 {
    kappa_training_f64(
      units: shape.units, padded_units: shape.paddedUnits, rank: shape.rank, inputs: shape.inputs,
      outputs: shape.outputs, steps: shape.steps, alpha: shape.alpha,
      transfer: KernelTransfer(shape.transfer),
      m: vectors.m, n: vectors.n, input_vectors: vectors.inputs, readout_vectors: vectors.readouts)
  }
}

extension Float: TrainingScalar {
  static func forward(_ shape: PassShape, _ vectors: PassVectors<Float>, _ buffers: PassBuffers<Float>) {
    var network = kernel(shape, vectors)
    kappa_training_forward_f32(
      PassShape.path, &network, buffers.u, buffers.read, buffers.noise, buffers.z, buffers.latents,
      buffers.rates, buffers.slopes)
  }

  static func backward(
    _ shape: PassShape, _ vectors: PassVectors<Float>, _ buffers: PassBuffers<Float>,
    _ gradient: PassVectors<Float>, inputs: Bool, readouts: Bool
  ) {
    var network = kernel(shape, vectors)
    var sums = kappa_training_gradient_f32(
      m: gradient.m, n: gradient.n, input_vectors: inputs ? gradient.inputs : nil,
      readout_vectors: readouts ? gradient.readouts : nil)
    kappa_training_backward_f32(
      PassShape.path, &network, buffers.errors, buffers.read, buffers.latents, buffers.rates, buffers.slopes,
      &sums)
  }

  private static func kernel(_ shape: PassShape, _ vectors: PassVectors<Float>) -> kappa_training_f32 {
    kappa_training_f32(
      units: shape.units, padded_units: shape.paddedUnits, rank: shape.rank, inputs: shape.inputs,
      outputs: shape.outputs, steps: shape.steps, alpha: shape.alpha,
      transfer: KernelTransfer(shape.transfer),
      m: vectors.m, n: vectors.n, input_vectors: vectors.inputs, readout_vectors: vectors.readouts)
  }
}
