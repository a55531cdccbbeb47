// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The parameters as the passes read them: packed for products with sixteen trials, with the factors 1/N in them.
final class WholeStateVectors: @unchecked Sendable {
  /// J and Jᵀ; nothing where J is m nᵀ/N.
  let j, transposed: PackedMatrix?
  /// m and nᵀ/N forward, mᵀ/N and n backward; nothing without.
  let m, nShare, mShare, n: PackedMatrix?
  /// I, (N, K).
  let inputs: PackedMatrix
  /// wᵀ/N and w/N.
  let readouts, errors: PackedMatrix
  /// b, c and x(0), N each, or zeros; z₀, O.
  let bias, current, start, readoutBias: [Double]

  init(_ parameters: TrainingVectors, _ shape: WholeStateShape, backward: Bool) {
    let share = 1 / Double(shape.units)
    func scaled(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { $0 * share })
    }
    j = shape.isDense ? PackedMatrix(parameters.connectivity) : nil
    transposed = shape.isDense && backward ? PackedMatrix(parameters.connectivity.transposed) : nil
    let hasRank = shape.rank > 0
    m = hasRank ? PackedMatrix(parameters.m) : nil
    nShare = hasRank ? PackedMatrix(scaled(parameters.n.transposed)) : nil
    mShare = hasRank && backward ? PackedMatrix(scaled(parameters.m.transposed)) : nil
    n = hasRank && backward ? PackedMatrix(parameters.n) : nil
    inputs = PackedMatrix(parameters.inputs)
    readouts = PackedMatrix(scaled(parameters.readouts.transposed))
    errors = PackedMatrix(scaled(parameters.readouts))
    func values(_ matrix: Matrix, _ count: Int) -> [Double] {
      matrix.elements.isEmpty ? [Double](repeating: 0, count: count) : matrix.elements
    }
    bias = values(parameters.bias, shape.units)
    current = values(parameters.current, shape.units)
    start = values(parameters.initialState, shape.units)
    readoutBias = values(parameters.readoutBias, shape.outputs)
  }
}

/// What one thread needs for the passes of one group after another. Of every quantity the sixteen trials of a unit (or latent,
/// or channel) lie next to one another.
final class WholeStateBuffers: @unchecked Sendable {
  /// The state, what the units receive, and a third (padded N, 16).
  let x, received, pull: UnsafeMutablePointer<Double>
  /// ρ = φ or r of the states 0…T, and φ' of the same steps, (T + 1, padded N, 16).
  let rates, slopes: UnsafeMutablePointer<Double>
  /// nᵀρ/N of the states 0…T, (T + 1, padded R, 16); u and e of the steps, (T, padded K or O, 16).
  let latents, u, e: UnsafeMutablePointer<Double>
  /// A few rows, (padded R or O, 16).
  let few: UnsafeMutablePointer<Double>
  /// d_t by units, packed in panels of eight, and ρ_{t-1} in blocks of sixteen units, for ∂L/∂J; nothing where J is not trained.
  let packedErrors, blockedRates: UnsafeMutablePointer<Double>?
  /// Outputs and ∂L/∂z, (16, T, O).
  let z, errors: UnsafeMutablePointer<Double>
  /// Whether a step is read, (T).
  let read: UnsafeMutablePointer<UInt8>

  init(_ shape: WholeStateShape, keepsHistory: Bool) {
    let width = WholeStateEngine.group
    let size = shape.rows * width
    let states = shape.steps + 1
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> { AlignedMemory.zeros(count) }
    (x, received, pull) = (zeros(size), zeros(size), zeros(size))
    (rates, slopes) = (zeros(states * size), zeros(states * size))
    latents = zeros(states * shape.rankRows * width)
    u = zeros(shape.steps * shape.inputRows * width)
    e = zeros(shape.steps * shape.outputRows * width)
    few = zeros(max(shape.rankRows, shape.outputRows) * width)
    packedErrors = keepsHistory ? zeros(shape.steps * size) : nil
    blockedRates = keepsHistory ? zeros(shape.steps * (shape.rows + 8) * width) : nil
    z = zeros(width * shape.steps * shape.outputs)
    errors = zeros(width * shape.steps * shape.outputs)
    read = AlignedMemory.zeros(shape.steps)
  }

  deinit {
    for memory in [x, received, pull, rates, slopes, latents, u, e, few, z, errors] { memory.deallocate() }
    packedErrors?.deallocate()
    blockedRates?.deallocate()
    read.deallocate()
  }
}

/// The gradient of one group, of what is trained, as the parameters lie.
final class WholeStateGradient: @unchecked Sendable {
  private let shape: WholeStateShape
  /// What it has the gradient of.
  let trained: Set<TrainedVector>
  private var parts: [TrainedVector: UnsafeMutablePointer<Double>] = [:]

  init(_ shape: WholeStateShape, trained: Set<TrainedVector>) {
    self.shape = shape
    self.trained = trained
    for vector in trained { parts[vector] = AlignedMemory.zeros(count(vector)) }
  }

  deinit { for memory in parts.values { memory.deallocate() } }

  /// The numbers of a part, column-major; `nil` where it is not trained.
  subscript(vector: TrainedVector) -> UnsafeMutablePointer<Double>? { parts[vector] }

  /// How many numbers a part has.
  private func count(_ vector: TrainedVector) -> Int {
    switch vector {
    case .m, .n: shape.units * shape.rank
    case .inputs: shape.units * shape.inputs
    case .readouts: shape.units * shape.outputs
    case .connectivity: shape.units * shape.units
    case .bias, .current, .initialState: shape.units
    case .readoutBias: shape.outputs
    }
  }

  func clear() { for (vector, memory) in parts { memory.update(repeating: 0, count: count(vector)) } }

  /// Adds `factor` times these numbers to `sum`.
  func add(times factor: Double, to sum: inout TrainingVectors) {
    for (vector, memory) in parts {
      sum[vector].elements.withUnsafeMutableBufferPointer { values in
        for i in values.indices { values[i] += factor * memory[i] }
      }
    }
  }
}
