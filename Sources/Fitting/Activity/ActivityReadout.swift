// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Readouts of rates.
public enum ActivityReadout {
  /// w (N, O) and z₀ (O) by ridge regression of z on rates, z = wᵀr/N + z₀; the ridge is a millionth of the largest square.
  ///
  /// - Parameters:
  ///   - z: row-major (rows, O); rows with NaN are left out.
  ///   - rates: row-major (rows, N).
  public static func ridge(
    of z: [Double], outputs: Int, on rates: [Double], units: Int
  ) throws(LinearAlgebraError) -> (readouts: Matrix, bias: [Double]) {
    precondition(outputs > 0 && units > 0 && rates.count / units == z.count / outputs, "as many rows of both")
    let rows = (0..<(z.count / outputs)).filter { row in
      !z[(row * outputs)..<((row + 1) * outputs)].contains(where: \.isNaN)
    }
    var means = [Double](repeating: 0, count: units)
    var levels = [Double](repeating: 0, count: outputs)
    for row in rows {
      for i in 0..<units { means[i] += rates[row * units + i] / Double(rows.count) }
      for o in 0..<outputs { levels[o] += z[row * outputs + o] / Double(rows.count) }
    }
    var predictors = Samples(rows: rows.count, width: units)
    var response = Samples(rows: rows.count, width: outputs)
    for (place, row) in rows.enumerated() {
      for i in 0..<units { predictors.values[place * units + i] = rates[row * units + i] - means[i] }
      for o in 0..<outputs { response.values[place * outputs + o] = z[row * outputs + o] - levels[o] }
    }
    let weights = try RidgeRegression(predictors, response).solution(ridge: 1e-6)
    let bias = (0..<outputs).map { o in
      levels[o] - (0..<units).reduce(0) { $0 + weights[$1, o] * means[$1] }
    }
    return (
      Matrix(rows: units, columns: outputs, elements: weights.elements.map { $0 * Double(units) }), bias
    )
  }
}
