// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Which of the many pairs (m, n) with the same connectivity m nᵀ a network is written in.
public enum Gauge: String, Sendable, Hashable, CaseIterable, Codable {
  /// The file's own m and n.
  case raw
  /// Singular vectors of J, signs fixed: two networks can be compared.
  case svd
}

extension Network {
  /// The same network in the SVD gauge.
  ///
  /// J = m nᵀ/N = U S Vᵀ is split evenly, m = U √(N S) and n = V √(N S), so that every pair
  /// (m⁽ʳ⁾, n⁽ʳ⁾) has two vectors of equal norm, m's are orthogonal, n's too, and modes come in descending strength.
  /// Each sign is fixed by the first of mᵀw > 0, mᵀI > 0, Σm³ > 0 that is not zero to rounding. The dynamics does not change;
  /// only the coordinates κ do, by the A of (m, n) → (m A, n A⁻ᵀ).
  ///
  /// - Throws: `LinearAlgebraError` when GSL fails.
  public func inSVDGauge() throws(LinearAlgebraError) -> Network {
    // SVD of m and n first: J = U_m (S_m V_mᵀ V_n S_n) U_nᵀ / N needs only an R × R core.
    let left = try SingularValueDecomposition(of: m)
    let right = try SingularValueDecomposition(of: n)
    let size = left.singularValues.count
    var core = Matrix(rows: size, columns: right.singularValues.count)
    for i in 0..<size {
      for j in 0..<core.columns {
        var overlap = 0.0
        for r in 0..<rank { overlap += left.v[r, i] * right.v[r, j] }
        core[i, j] = left.singularValues[i] * overlap * right.singularValues[j]
      }
    }
    let middle = try SingularValueDecomposition(of: core)
    var newM = Matrix(rows: unitCount, columns: rank)
    var newN = Matrix(rows: unitCount, columns: rank)
    for r in 0..<min(rank, middle.singularValues.count) {
      let scale = middle.singularValues[r].squareRoot()
      for i in 0..<unitCount {
        var a = 0.0
        var b = 0.0
        for k in 0..<size { a += left.u[i, k] * middle.u[k, r] }
        for k in 0..<core.columns { b += right.u[i, k] * middle.v[k, r] }
        newM[i, r] = a * scale
        newN[i, r] = b * scale
      }
      if preferredSign(of: newM.column(r)) < 0 {
        for i in 0..<unitCount {
          newM[i, r] = -newM[i, r]
          newN[i, r] = -newN[i, r]
        }
      }
    }
    do {
      return try replacing(m: newM, n: newN)
    } catch {
      throw LinearAlgebraError(operation: "SVD gauge", reason: error.description)
    }
  }

  /// The sign by which a column of m is to be multiplied, from overlaps that do not depend on the gauge's own choice.
  private func preferredSign(of vector: ArraySlice<Double>) -> Double {
    func overlap(_ other: ArraySlice<Double>) -> (value: Double, size: Double) {
      zip(vector, other).reduce(into: (0.0, 0.0)) {
        $0.0 += $1.0 * $1.1
        $0.1 += abs($1.0 * $1.1)
      }
    }
    let references =
      (0..<outputCount).map { readouts.column($0) } + (0..<inputCount).map { inputs.column($0) }
    for reference in references {
      let (value, size) = overlap(reference)
      if abs(value) > 1e-9 * size { return value < 0 ? -1 : 1 }
    }
    let skewness = vector.reduce(0) { $0 + $1 * $1 * $1 }
    return skewness < 0 ? -1 : 1
  }
}
