// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// J, Jᵀ, I and w with padded rows, as the passes read them.
final class FullRankVectors: @unchecked Sendable {
  let j, transposed, inputs, readouts: UnsafeMutablePointer<Double>

  init(_ parameters: TrainingVectors, _ shape: FullRankShape) {
    let (units, rows) = (shape.units, shape.padded)
    func copy(_ matrix: Matrix, _ columns: Int) -> UnsafeMutablePointer<Double> {
      let memory: UnsafeMutablePointer<Double> = AlignedMemory.zeros(rows * columns)
      matrix.elements.withUnsafeBufferPointer { values in
        for column in 0..<matrix.columns {
          for i in 0..<units { memory[column * rows + i] = values[column * units + i] }
        }
      }
      return memory
    }
    j = copy(parameters.connectivity, rows)
    transposed = AlignedMemory.zeros(rows * rows)
    for column in 0..<units { for i in 0..<units { transposed[i * rows + column] = j[column * rows + i] } }
    inputs = copy(parameters.inputs, shape.inputs)
    readouts = copy(parameters.readouts, shape.outputs)
  }

  deinit {
    j.deallocate()
    transposed.deallocate()
    inputs.deallocate()
    readouts.deallocate()
  }
}

/// What one thread needs for the passes of one group after another.
final class FullRankBuffers: @unchecked Sendable {
  /// x, and what is added to it, (G, padded N).
  let x, drive: UnsafeMutablePointer<Double>
  /// φ of the states 0…T, (T + 1, G, padded N).
  let rates: UnsafeMutablePointer<Double>
  /// φ' and ∂L/∂x of the states 1…T, (T, G, padded N).
  let slopes, adjoints: UnsafeMutablePointer<Double>
  /// Outputs and ∂L/∂z, (G, T, O).
  let z, errors: UnsafeMutablePointer<Double>
  /// Whether a step is read, (T).
  let read: UnsafeMutablePointer<UInt8>

  init(_ shape: FullRankShape) {
    let size = shape.padded * BlockedProduct.padded(FullRankEngine.group)
    let outputSize = FullRankEngine.group * shape.steps * shape.outputs
    x = AlignedMemory.zeros(size)
    drive = AlignedMemory.zeros(size)
    rates = AlignedMemory.zeros((shape.steps + 1) * size)
    slopes = AlignedMemory.zeros(shape.steps * size)
    adjoints = AlignedMemory.zeros(shape.steps * size)
    z = AlignedMemory.zeros(outputSize)
    errors = AlignedMemory.zeros(outputSize)
    read = AlignedMemory.zeros(shape.steps)
  }

  deinit {
    for memory in [x, drive, rates, slopes, adjoints, z, errors] { memory.deallocate() }
    read.deallocate()
  }
}

/// The gradient of one group: J, I and w with padded rows.
final class FullRankGradient: @unchecked Sendable {
  let j, inputs, readouts: UnsafeMutablePointer<Double>
  private let shape: FullRankShape

  init(_ shape: FullRankShape) {
    self.shape = shape
    j = AlignedMemory.zeros(shape.padded * shape.padded)
    inputs = AlignedMemory.zeros(shape.padded * shape.inputs)
    readouts = AlignedMemory.zeros(shape.padded * shape.outputs)
  }

  deinit { for memory in [j, inputs, readouts] { memory.deallocate() } }

  func clear() {
    j.update(repeating: 0, count: shape.padded * shape.padded)
    inputs.update(repeating: 0, count: shape.padded * shape.inputs)
    readouts.update(repeating: 0, count: shape.padded * shape.outputs)
  }

  /// Adds `factor` times these numbers to `sum`.
  func add(_ trained: Set<TrainedVector>, times factor: Double, to sum: inout TrainingVectors) {
    for (vector, memory) in [
      (TrainedVector.connectivity, j), (.inputs, inputs), (.readouts, readouts),
    ] where trained.contains(vector) {
      sum[vector].elements.withUnsafeMutableBufferPointer { values in
        for column in 0..<(values.count / shape.units) {
          for i in 0..<shape.units {
            values[column * shape.units + i] += factor * memory[column * shape.padded + i]
          }
        }
      }
    }
  }
}
