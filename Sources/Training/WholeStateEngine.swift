// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Loss and gradient of a batch by backpropagation through time of the whole state: for every network that the low-rank engine
/// does not know, with a dense J, biases, an initial state, or in rate form. J is dense, m nᵀ/N, or both.
///
///     current form  x_t = (1-α) x_{t-1} + α (J φ_{t-1} + I u_t + c)    φ_t = φ(x_t + b)     z_t = wᵀφ_t/N + z₀
///     rate form     r_t = (1-α) r_{t-1} + α φ(J r_{t-1} + I u_t + b)                        z_t = wᵀr_t/N + z₀
///
/// With e_t = ∂L/∂z_t, λ_t = ∂L/∂x_t or ∂L/∂r_t, and d_t the derivative with respect to what the units receive, the way back
/// of the current form is
///
///     s_t = φ'(x_t + b) (Jᵀ d_{t+1} + w e_t/N)     λ_t = (1-α) λ_{t+1} + s_t     d_t = α λ_t     ∂L/∂b = Σ_{t≥0} s_t
///
/// and that of the rate form, with a_t the argument of φ,
///
///     λ_t = (1-α) λ_{t+1} + Jᵀ d_{t+1} + w e_t/N     d_t = α φ'(a_t) λ_t     ∂L/∂b = Σ d_t
///
/// In both, with ρ = φ or r: ∂L/∂J = Σ d_t ρ_{t-1}ᵀ, ∂L/∂I = Σ d_t u_tᵀ, ∂L/∂c = Σ d_t, ∂L/∂x(0) = λ_0,
/// ∂L/∂w = Σ ρ_t e_tᵀ/N, ∂L/∂z₀ = Σ e_t, and for J = m nᵀ/N ∂L/∂m = Σ d_t (nᵀρ_{t-1}/N)ᵀ, ∂L/∂n = Σ ρ_{t-1} (mᵀd_t/N)ᵀ.
///
/// The loss is that of `GradientEngine`. Trials are taken in groups of sixteen whose sums are added in their order, so
/// that the result is the same bits for every number of threads.
final class WholeStateEngine {
  /// Trials of a group.
  static let group = PackedMatrix.width

  /// Sizes, with the steps of the longest trials.
  private let largest: WholeStateShape
  private let threads: Int
  private let noise: PrivateNoise?
  private var workers: [WholeStateBuffers] = []
  private var gradients: [WholeStateGradient] = []

  init(_ shape: WholeStateShape, threads: Int, noise: PrivateNoise?) {
    largest = shape
    self.threads = max(1, threads)
    self.noise = noise
  }

  /// The loss of a batch, its decisions, and the gradient unless `trained` is empty; as `GradientEngine.evaluate`.
  func evaluate(
    _ parameters: TrainingVectors, steps: Int, batch: Int, trained: Set<TrainedVector>, firstStream: UInt64,
    source: @Sendable (Range<Int>) -> Trials
  ) -> BatchResult {
    var shape = largest
    shape.steps = steps
    let groups = (batch + Self.group - 1) / Self.group
    let width = Concurrently.workers(threads, pieces: groups)
    let keepsHistory = trained.contains(.connectivity)
    // Kept from batch to batch; a batch that needs more has new ones.
    if keepsHistory, workers.contains(where: { $0.packedErrors == nil }) { workers = [] }
    if let first = gradients.first, first.trained != trained, !trained.isEmpty { gradients = [] }
    while workers.count < width { workers.append(WholeStateBuffers(largest, keepsHistory: keepsHistory)) }
    if !trained.isEmpty {
      while gradients.count < width { gradients.append(WholeStateGradient(largest, trained: trained)) }
    }
    let pass = WholeStatePass(
      shape: shape, vectors: WholeStateVectors(parameters, shape, backward: !trained.isEmpty),
      workers: workers, gradients: gradients, trained: trained, noise: noise, firstStream: firstStream)
    var result = BatchResult(gradient: parameters.zeros)
    // In units of the first window, as at low rank.
    var (window, weight) = (1.0, 0.0)
    // As many groups at a time as there are threads: their gradients may be as large as J.
    for first in stride(from: 0, to: groups, by: width) {
      let count = min(width, groups - first)
      let sums = Sums(count)
      Concurrently.forEach(count, threads: threads) { piece, worker in
        let start = (first + piece) * Self.group
        sums.values[piece] = pass.run(
          piece, worker: worker, first: start, trials: source(start..<min(start + Self.group, batch)))
      }
      for piece in 0..<count where sums.values[piece].windows > 0 {
        let loss = sums.values[piece]
        if weight == 0 { window = loss.window }
        let factor = window / loss.window
        result.loss += factor * loss.sum
        weight += window * Double(loss.windows)
        result.decisions += loss.decisions
        result.correct += loss.correct
        if !trained.isEmpty { gradients[piece].add(times: factor, to: &result.gradient) }
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
