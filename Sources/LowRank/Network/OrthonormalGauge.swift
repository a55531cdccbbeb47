// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Network {
  /// The same network with m's columns orthogonal and of mean square one, mᵀm = N: κ is then what the recurrent current
  /// m κ has along orthonormal directions, and its size the current's RMS over units, whatever m and n it was written in.
  ///
  /// With m = U S Vᵀ: m' = √N U, n' = n V S/√N. What is left free is a rotation of κ.
  ///
  /// - Throws: `LinearAlgebraError` when GSL fails.
  public func inOrthonormalGauge() throws(LinearAlgebraError) -> Network {
    let parts = try SingularValueDecomposition(of: m)
    let scale = Double(unitCount).squareRoot()
    return try written(
      m: Matrix(rows: unitCount, columns: rank) { scale * parts.u[$0, $1] },
      n: Matrix(rows: unitCount, columns: rank) { unit, r in
        (0..<rank).reduce(0) { $0 + n[unit, $1] * parts.v[$1, r] } * parts.singularValues[r] / scale
      })
  }

  /// The same network with κ rotated: m' = m Q, n' = n Q, κ' = Qᵀκ.
  ///
  /// - Parameter rotation: Q, (R, R), orthogonal.
  /// - Throws: `LinearAlgebraError` when the shapes do not fit.
  public func rotated(by rotation: Matrix) throws(LinearAlgebraError) -> Network {
    func turned(_ matrix: Matrix) -> Matrix {
      Matrix(rows: unitCount, columns: rank) { unit, r in
        (0..<rank).reduce(0) { $0 + matrix[unit, $1] * rotation[$1, r] }
      }
    }
    return try written(m: turned(m), n: turned(n))
  }

  private func written(m: Matrix, n: Matrix) throws(LinearAlgebraError) -> Network {
    do {
      return try replacing(m: m, n: n)
    } catch {
      throw LinearAlgebraError(operation: "common gauge", reason: error.description)
    }
  }
}
