// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// Loss and gradient of a batch for a network whose J is trained whole, by backpropagation through time of
///
///     x_t = (1-α) x_{t-1} + α (J φ(x_{t-1}) + I u_t)        z_t = (1/N) wᵀ φ(x_t)        x_0 = 0
///
/// With e_t = ∂L/∂z_t and λ_t = ∂L/∂x_t the way back is
///
///     λ_t = (1-α) λ_{t+1} + φ'(x_t) (α Jᵀ λ_{t+1} + w e_t/N)
///     ∂L/∂J = α Σ_t λ_t φ(x_{t-1})ᵀ     ∂L/∂I = α Σ_t λ_t u_tᵀ     ∂L/∂w = (1/N) Σ_t φ(x_t) e_tᵀ
///
/// The loss is that of `GradientEngine`. Trials are taken in groups of sixteen whose sums are added in their order, so
/// that the result is the same bits for every number of threads.
final class FullRankEngine {
  /// Trials of a group.
  static let group = 16

  /// Sizes, with the steps of the longest trials.
  private let largest: FullRankShape
  private let threads: Int
  private var workers: [FullRankBuffers] = []
  private var gradients: [FullRankGradient] = []

  init(_ shape: FullRankShape, threads: Int) {
    largest = shape
    self.threads = max(1, threads)
  }

  /// The loss of a batch, its decisions, and the gradient unless `trained` is empty; as `GradientEngine.evaluate`.
  func evaluate(
    _ parameters: TrainingVectors, steps: Int, batch: Int, trained: Set<TrainedVector>,
    source: @Sendable (Range<Int>) -> Trials
  ) -> BatchResult {
    var shape = largest
    shape.steps = steps
    let groups = (batch + Self.group - 1) / Self.group
    let width = Concurrently.workers(threads, pieces: groups)
    while workers.count < width { workers.append(FullRankBuffers(largest)) }
    if !trained.isEmpty {
      while gradients.count < width { gradients.append(FullRankGradient(largest)) }
    }
    let job = FullRankJob(
      shape: shape, vectors: FullRankVectors(parameters, shape), workers: workers, gradients: gradients,
      trained: trained)
    var result = BatchResult(gradient: parameters.zeros)
    // In units of the first window, as at low rank.
    var (window, weight) = (1.0, 0.0)
    // As many groups at a time as there are threads: their gradients are as large as J.
    for first in stride(from: 0, to: groups, by: width) {
      let count = min(width, groups - first)
      let sums = Sums(count)
      Concurrently.forEach(count, threads: threads) { piece, worker in
        let start = (first + piece) * Self.group
        sums.values[piece] = job.run(
          piece, worker: worker, trials: source(start..<min(start + Self.group, batch)))
      }
      for piece in 0..<count where sums.values[piece].windows > 0 {
        let loss = sums.values[piece]
        if weight == 0 { window = loss.window }
        let factor = window / loss.window
        result.loss += factor * loss.sum
        weight += window * Double(loss.windows)
        result.decisions += loss.decisions
        result.correct += loss.correct
        if !trained.isEmpty { gradients[piece].add(trained, times: factor, to: &result.gradient) }
      }
    }
    guard weight > 0 else { return BatchResult(gradient: parameters.zeros) }
    result.loss /= weight
    result.gradient.scale(by: 1 / weight)
    return result
  }

  /// One place for each piece, written by one thread each.
  private final class Sums: @unchecked Sendable {
    let values: UnsafeMutablePointer<GroupLoss>
    private let count: Int

    init(_ count: Int) {
      values = .allocate(capacity: count)
      values.initialize(repeating: GroupLoss(), count: count)
      self.count = count
    }

    deinit {
      values.deinitialize(count: count)
      values.deallocate()
    }
  }
}

/// Sizes of a pass of a full-rank network.
struct FullRankShape: Sendable {
  let units, inputs, outputs: Int
  var steps: Int
  let alpha: Double
  let transfer: TransferFunction

  /// N rounded up to whole blocks.
  var padded: Int { BlockedProduct.padded(units) }

  /// Bytes that one thread's buffers and its gradient take.
  var bytes: Double {
    8 * Double(padded)
      * (3 * Double(steps + 1) * Double(FullRankEngine.group) + 4 * Double(padded) + Double(inputs + outputs))
  }
}

/// One group after another, on buffers and gradients that one thread touches at a time.
private struct FullRankJob: @unchecked Sendable {
  let shape: FullRankShape
  let vectors: FullRankVectors
  let workers: [FullRankBuffers]
  let gradients: [FullRankGradient]
  let trained: Set<TrainedVector>

  func run(_ piece: Int, worker: Int, trials: Trials) -> GroupLoss {
    let buffers = workers[worker]
    let columns = BlockedProduct.padded(trials.stimulus.trials)
    GroupLoss.mark(buffers.read, askedBy: trials, steps: shape.steps, outputs: shape.outputs)
    forward(buffers, trials, columns)
    let loss = GroupLoss(
      of: buffers.z, on: trials, steps: shape.steps, outputs: shape.outputs, errors: buffers.errors)
    if !trained.isEmpty { backward(buffers, trials, columns, gradients[piece]) }
    return loss
  }

  /// Rates and slopes of the states 0…T, and z where it is asked for.
  private func forward(_ buffers: FullRankBuffers, _ trials: Trials, _ columns: Int) {
    let (rows, alpha) = (shape.padded, shape.alpha)
    let size = rows * columns
    let transfer = KernelTransfer(shape.transfer)
    let (x, drive) = (buffers.x, buffers.drive)
    x.update(repeating: 0, count: size)
    kappa_transfer_apply_f64(PassShape.path, transfer, x, buffers.rates, size)
    for t in 0..<shape.steps {
      let before = buffers.rates + t * size
      let after = before + size
      drive.update(repeating: 0, count: size)
      BlockedProduct.add(
        vectors.j, before, strideOfK: 1, strideOfJ: rows, to: drive, rows: rows, columns: columns,
        inner: shape.units, scale: alpha)
      for b in 0..<trials.stimulus.trials {
        for k in 0..<shape.inputs {
          let u = alpha * trials.stimulus[b, t, k]
          if u == 0 { continue }
          let input = vectors.inputs + k * rows
          for i in 0..<shape.units { drive[b * rows + i] += u * input[i] }
        }
      }
      for i in 0..<size { x[i] = (1 - alpha) * x[i] + drive[i] }
      kappa_transfer_apply_f64(PassShape.path, transfer, x, after, size)
      if !trained.isEmpty {
        kappa_transfer_derivative_f64(PassShape.path, transfer, x, buffers.slopes + t * size, size)
      }
      guard buffers.read[t] != 0 else { continue }
      for b in 0..<trials.stimulus.trials {
        for o in 0..<shape.outputs {
          let readout = vectors.readouts + o * rows
          var sum = 0.0
          for i in 0..<shape.units { sum += readout[i] * after[b * rows + i] }
          buffers.z[(b * shape.steps + t) * shape.outputs + o] = sum / Double(shape.units)
        }
      }
    }
  }

  /// The gradient of the group's sum.
  private func backward(
    _ buffers: FullRankBuffers, _ trials: Trials, _ columns: Int, _ gradient: FullRankGradient
  ) {
    let (rows, alpha, count) = (shape.padded, shape.alpha, trials.stimulus.trials)
    let size = rows * columns
    gradient.clear()
    let pull = buffers.drive
    for t in (0..<shape.steps).reversed() {
      let adjoint = buffers.adjoints + t * size
      pull.update(repeating: 0, count: size)
      let isLast = t == shape.steps - 1
      if !isLast {
        BlockedProduct.add(
          vectors.transposed, adjoint + size, strideOfK: 1, strideOfJ: rows, to: pull, rows: rows,
          columns: columns, inner: shape.units, scale: alpha)
      }
      if buffers.read[t] != 0 {
        for b in 0..<count {
          for o in 0..<shape.outputs {
            let error = buffers.errors[(b * shape.steps + t) * shape.outputs + o] / Double(shape.units)
            if error == 0 { continue }
            let (readout, part) = (vectors.readouts + o * rows, gradient.readouts + o * rows)
            let rates = buffers.rates + (t + 1) * size + b * rows
            for i in 0..<shape.units {
              pull[b * rows + i] += readout[i] * error
              part[i] += rates[i] * error
            }
          }
        }
      }
      let slopes = buffers.slopes + t * size
      if isLast {
        for i in 0..<size { adjoint[i] = slopes[i] * pull[i] }
      } else {
        for i in 0..<size { adjoint[i] = (1 - alpha) * adjoint[size + i] + slopes[i] * pull[i] }
      }
      guard trained.contains(.inputs) else { continue }
      for b in 0..<count {
        for k in 0..<shape.inputs {
          let u = alpha * trials.stimulus[b, t, k]
          let part = gradient.inputs + k * rows
          for i in 0..<shape.units { part[i] += u * adjoint[b * rows + i] }
        }
      }
    }
    guard trained.contains(.connectivity) else { return }
    BlockedProduct.add(
      buffers.adjoints, buffers.rates, strideOfK: rows, strideOfJ: 1, to: gradient.j, rows: rows,
      columns: rows, inner: shape.steps * columns, scale: alpha)
  }
}
