// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A few sums of many outputs that carry what all of them do: z̃_k = Σ_o V_ok z_o/RMS_o, the principal components of z over
/// visited steps with each output in units of its RMS.
///
/// z is linear in w, so that such a sum is a readout of the network like any other, w̃_k = Σ_o V_ok w_o/RMS_o, and exact.
/// Networks that were fitted to recordings read out every unit while they move in few dimensions: what is fitted to sums
/// costs as much for five hundred outputs as for five.
struct OutputSums: Sendable {
  /// Outputs up to which all are fitted themselves, and the most sums of more.
  static let few = 8
  /// The rest of all outputs together, relative to their RMS, that needs no further sum.
  private static let rest = 1e-3
  /// Steps that are looked at.
  private static let points = 300

  /// V_ok/RMS_o, (O, k).
  let weights: Matrix

  /// - Parameters:
  ///   - z: without readout biases, row-major (steps, outputs); steps with a NaN are passed over.
  ///   - most: the most sums, `few` at most.
  /// - Returns: `nil` for few outputs, or none that is known.
  /// - Throws: `LinearAlgebraError` when a value is infinite.
  init?(of z: [Double], outputs: Int, most: Int = few) throws(LinearAlgebraError) {
    guard outputs > Self.few else { return nil }
    let known = (0..<(z.count / outputs)).filter { row in
      !z[(row * outputs)..<((row + 1) * outputs)].contains(where: \.isNaN)
    }
    let count = min(known.count, Self.points)
    guard count > 0 else { return nil }
    var table = Matrix(rows: count, columns: outputs) { point, o in
      z[known[point * known.count / count] * outputs + o]
    }
    var sizes = [Double](repeating: 0, count: outputs)
    for o in 0..<outputs {
      sizes[o] = (table.column(o).reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
      for i in 0..<count where sizes[o] > 0 { table[i, o] /= sizes[o] }
    }
    let parts = try SingularValueDecomposition(of: table)
    let squares = parts.singularValues.map { $0 * $0 }
    let total = squares.reduce(0, +)
    let limit = min(Self.few, max(1, most), squares.count)
    let enough = (1..<max(limit, 1)).first {
      squares[$0...].reduce(0, +) <= Self.rest * Self.rest * total
    }
    weights = Matrix(
      columns: (0..<(enough ?? limit)).map { k in
        let direction = parts.v.column(k)
        // A library's sign is no result: the largest part is positive.
        let largest = direction.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
        return zip(direction, sizes).map { $1 > 0 ? (largest < 0 ? -$0 : $0) / $1 : 0 }
      }, rows: outputs)
  }

  /// w̃, (N, k), of w, (N, O).
  func readouts(_ w: Matrix) -> Matrix {
    Matrix(
      columns: (0..<weights.columns).map { k in
        var sum = [Double](repeating: 0, count: w.rows)
        for (o, factor) in weights.column(k).enumerated() where factor != 0 {
          for (i, weight) in w.column(o).enumerated() { sum[i] += factor * weight }
        }
        return sum
      }, rows: w.rows)
  }

  /// z̃, row-major (steps, k), of z, (steps, O).
  func values(_ z: [Double]) -> [Double] {
    let outputs = weights.rows
    return (0..<(z.count / outputs)).flatMap { row in
      (0..<weights.columns).map { k in
        var sum = 0.0
        for (o, factor) in weights.column(k).enumerated() { sum += factor * z[row * outputs + o] }
        return sum
      }
    }
  }
}
