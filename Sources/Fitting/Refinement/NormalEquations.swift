// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// JᵀJ, Jᵀr and |r|² of a weighted least-squares problem at some parameters; r = target - model, J = ∂model.
struct NormalEquations {
  /// Number of parameters.
  let count: Int
  /// JᵀJ, symmetric, (count, count).
  var matrix: [Double]
  /// Jᵀr, the direction of descent.
  var gradient: [Double]
  /// |r|².
  var cost: Double

  init(count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * count)
    gradient = [Double](repeating: 0, count: count)
    cost = 0
  }
}

/// A quadratic pull on parameters: Σ w_i (x_i - centre_i)², and on sums of them, Σ_k w_k (g_k·x - t_k)².
struct Pull: Sendable {
  /// A sum of parameters that is held near a target.
  struct Sum: Sendable {
    /// The parameters g is not zero for, and g there.
    let terms: [(index: Int, factor: Double)]
    let target: Double
    let weight: Double
  }

  var weights: [Double]
  var centre: [Double]
  var sums: [Sum] = []

  /// Adds the pull to `equations`, which may hold the leading parameters alone, at the parameters x.
  func add(to equations: inout NormalEquations, at x: [Double]) {
    for i in weights.indices where weights[i] > 0 {
      let distance = x[i] - centre[i]
      equations.cost += weights[i] * distance * distance
      if i < equations.count {
        equations.matrix[i * equations.count + i] += weights[i]
        equations.gradient[i] -= weights[i] * distance
      }
    }
    for sum in sums {
      let distance = sum.terms.reduce(-sum.target) { $0 + $1.factor * x[$1.index] }
      equations.cost += sum.weight * distance * distance
      let free = sum.terms.filter { $0.index < equations.count }
      for (i, factor) in free {
        equations.gradient[i] -= sum.weight * distance * factor
        for (j, other) in free { equations.matrix[i * equations.count + j] += sum.weight * factor * other }
      }
    }
  }
}

/// Collects rows (J | r) that touch the same parameters and adds their Gram matrix to normal equations.
///
/// Rows are gathered in a buffer that fits into the cache and go through the kernel in blocks. The order of rows is the
/// order of sums, so that the same rows give the same bits.
final class GramAccumulator {
  /// The parameter of each column; -1 for the residual r.
  let columns: [Int]
  /// Columns with padding.
  let width: Int
  private let capacity: Int
  private let rows: UnsafeMutablePointer<Double>
  private let gram: UnsafeMutablePointer<Double>
  private var filled = 0
  private let path = kappa_path_best()

  /// Rows that every accumulator can take at a time.
  static let block = 64

  /// An accumulator of rows of which at most `most` are asked for at a time.
  init(columns: [Int], most: Int = GramAccumulator.block) {
    self.columns = columns
    capacity = max(most, Self.block)
    let block = Int(kappa_gram_block)
    width = (columns.count + block - 1) / block * block
    rows = .allocate(capacity: capacity * width)
    gram = .allocate(capacity: width * width)
    rows.initialize(repeating: 0, count: capacity * width)
    gram.initialize(repeating: 0, count: width * width)
  }

  deinit {
    rows.deallocate()
    gram.deallocate()
  }

  /// Rows to be filled, one after the other, `width` numbers each: all `columns.count` values must be written, and what
  /// is beyond them must stay or become zero.
  func nextRows(_ count: Int) -> UnsafeMutablePointer<Double> {
    if filled + count > capacity { flush() }
    defer { filled += count }
    return rows + filled * width
  }

  private func flush() {
    kappa_gram_f64(path, rows, filled, width, gram)
    filled = 0
  }

  /// Adds what was collected to `equations`.
  func add(to equations: inout NormalEquations) {
    flush()
    for i in columns.indices {
      for j in i..<columns.count {
        let value = gram[i * width + j]
        switch (columns[i], columns[j]) {
        case (-1, -1): equations.cost += value
        case (-1, let parameter), (let parameter, -1): equations.gradient[parameter] += value
        case (let a, let b):
          equations.matrix[a * equations.count + b] += value
          if a != b { equations.matrix[b * equations.count + a] += value }
        }
      }
    }
  }
}
