// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Loss and gradient of a batch of trials, by backpropagation through time of the Euler map from x(0) = 0.
///
/// The loss is the square error, averaged over each trial's response window and then over trials (and outputs), as
/// published (Dubreuil et al. 2022): a trial with a long window counts as much as one with a short.
///
///     L = ⟨Σ_t mask (z - ẑ)² / Σ_t mask⟩_{b,o}        over the trials and outputs with a window
///
/// Trials are taken in groups of four, and the groups' sums are added in their order. Both depend on the batch alone,
/// so the result is the same bits for every number of threads.
final class GradientEngine<Real: TrainingScalar> {
  /// Sizes, with the steps of the longest trials.
  private let largest: PassShape
  private let threads: Int
  private let noise: PrivateNoise?
  private let vectors: PassVectors<Real>
  private var workers: [PassBuffers<Real>]
  private var groups: [GroupSums<Real>] = []

  init(_ shape: PassShape, threads: Int, noise: PrivateNoise?) {
    largest = shape
    self.noise = noise
    self.threads = max(1, threads)
    vectors = PassVectors(shape)
    workers = []
  }

  /// The loss of a batch, its decisions, and the gradient unless `trained` is empty.
  ///
  /// - Parameters:
  ///   - steps: T of these trials, at most that of the shape.
  ///   - firstStream: the number of the first trial's private noise; the others follow it.
  ///   - source: the trials `range` of the batch; called on several threads, at most four trials a call.
  func evaluate(
    _ parameters: TrainingVectors, steps: Int, batch: Int, trained: Set<TrainedVector>, firstStream: UInt64,
    source: @Sendable (Range<Int>) -> Trials
  ) -> BatchResult {
    var shape = largest
    shape.steps = steps
    let groupCount = (batch + PassShape.group - 1) / PassShape.group
    let workerCount = Concurrently.workers(threads, pieces: groupCount)
    while workers.count < workerCount { workers.append(PassBuffers(largest, noisy: noise != nil)) }
    while groups.count < groupCount { groups.append(GroupSums(shape)) }
    vectors.fill(from: parameters)
    let job = Job(
      shape: shape, vectors: vectors, workers: workers, groups: groups, trained: trained, noise: noise,
      firstStream: firstStream)
    Concurrently.forEach(groupCount, threads: threads) { group, worker in
      let first = group * PassShape.group
      job.run(group, worker: worker, trials: source(first..<min(first + PassShape.group, batch)))
    }

    var result = BatchResult(gradient: parameters.zeros)
    // In units of the first window, so that windows that are all alike cost no rounding.
    let window = groups[..<groupCount].first { $0.loss.windows > 0 }?.loss.window ?? 1
    var weight = 0.0
    for group in groups[..<groupCount].map(\.loss) where group.windows > 0 {
      result.loss += window / group.window * group.sum
      weight += window * Double(group.windows)
      result.decisions += group.decisions
      result.correct += group.correct
    }
    guard weight > 0 else { return result }
    result.loss /= weight
    for group in groups[..<groupCount] where group.loss.windows > 0 {
      for vector in TrainedVector.allCases where trained.contains(vector) {
        group.gradient.add(vector, times: window / group.loss.window / weight, to: &result.gradient)
      }
    }
    return result
  }
}

/// What a batch gave.
struct BatchResult {
  /// L.
  var loss = 0.0
  /// Pairs of trial and output that ask for an answer, and those with the right one by the trials' scoring.
  var decisions = 0
  var correct = 0
  /// ∂L/∂(m, n, I, w), zero where not trained.
  var gradient: TrainingVectors

  var accuracy: Double { decisions == 0 ? 0 : Double(correct) / Double(decisions) }
}

/// The sums of one group of trials.
private final class GroupSums<Real: TrainingScalar>: @unchecked Sendable {
  var loss = GroupLoss()
  private let shape: PassShape
  /// Made when it is asked for: a test has none, and of many units it is large.
  private(set) lazy var gradient = PassVectors<Real>(shape)

  init(_ shape: PassShape) { self.shape = shape }
}

/// The work of one batch; each group and each worker's buffers are touched by one thread only.
private struct Job<Real: TrainingScalar>: @unchecked Sendable {
  let shape: PassShape
  let vectors: PassVectors<Real>
  let workers: [PassBuffers<Real>]
  let groups: [GroupSums<Real>]
  let trained: Set<TrainedVector>
  let noise: PrivateNoise?
  let firstStream: UInt64

  func run(_ group: Int, worker: Int, trials: Trials) {
    let buffers = workers[worker]
    let sums = groups[group]
    fill(buffers, with: trials)
    if let noise {
      for trial in 0..<trials.stimulus.trials {
        let number = firstStream &+ UInt64(group * PassShape.group + trial)
        buffers.drawNoise(
          shape, trial: trial, deviation: noise.deviation,
          stream: RandomStream(seed: noise.seed, purpose: .privateNoise, stream: number))
      }
    }
    Real.forward(shape, vectors, buffers)
    compare(buffers, with: trials, into: sums)
    guard !trained.isEmpty else { return }
    sums.gradient.clear()
    Real.backward(
      shape, vectors, buffers, sums.gradient, inputs: trained.contains(.inputs),
      readouts: trained.contains(.readouts))
  }

  private func fill(_ buffers: PassBuffers<Real>, with trials: Trials) {
    let values = trials.stimulus.values
    values.withUnsafeBufferPointer { values in
      for i in 0..<values.count { buffers.u[i] = values[i] }
      for i in values.count..<PassShape.group * shape.steps * shape.inputs { buffers.u[i] = 0 }
    }
    GroupLoss.mark(buffers.read, askedBy: trials, steps: shape.steps, outputs: shape.outputs)
  }

  /// The group's loss and decisions, and ∂loss/∂z.
  private func compare(_ buffers: PassBuffers<Real>, with trials: Trials, into sums: GroupSums<Real>) {
    buffers.errors.update(repeating: 0, count: PassShape.group * shape.steps * shape.outputs)
    sums.loss = GroupLoss(
      of: buffers.z, on: trials, steps: shape.steps, outputs: shape.outputs, errors: buffers.errors)
  }
}
