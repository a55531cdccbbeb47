// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Testing

/// GSL and LAPACK behind our types: products put together again give the matrix, and failures are errors.
@Suite struct LinearAlgebraTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    return Matrix(rows: rows, columns: columns) { _, _ in stream.normal() }
  }

  @Test(arguments: [(1, 1), (5, 3), (3, 5), (20, 1), (1, 20), (12, 12), (60, 50), (70, 70)])
  func singularValuesRebuildTheMatrix(rows: Int, columns: Int) throws {
    let matrix = random(rows, columns, seed: 101)
    let svd = try SingularValueDecomposition(of: matrix)
    #expect(svd.singularValues == svd.singularValues.sorted(by: >))
    let inverse = svd.pseudoInverse()
    for i in 0..<rows {
      for j in 0..<columns {
        let rebuilt = svd.singularValues.indices.reduce(0) {
          $0 + svd.u[i, $1] * svd.singularValues[$1] * svd.v[j, $1]
        }
        #expect(abs(rebuilt - matrix[i, j]) < 1e-13 * Double(max(1, columns / 8)))
        // A A⁺ A = A, the first of Penrose's conditions.
        var penrose = 0.0
        for k in 0..<columns {
          for l in 0..<rows { penrose += matrix[i, k] * inverse[k, l] * matrix[l, j] }
        }
        #expect(abs(penrose - matrix[i, j]) < (columns < 48 ? 1e-12 : 1e-10))
      }
    }
  }

  @Test func pseudoInverseOfDependentColumnsIsFinite() throws {
    let matrix = Matrix(columns: [[1, 2, 3], [2, 4, 6], [0, 0, 0]], rows: 3)
    let inverse = try SingularValueDecomposition(of: matrix).pseudoInverse()
    // (1, 2) is split over two parallel columns in proportion: the shortest solution.
    #expect(abs(inverse[0, 0] + 2 * inverse[1, 0] - 1.0 / 14) < 1e-15)
    #expect(inverse[2, 0] == 0)
  }

  @Test func eigenvaluesOfKnownMatrices() throws {
    let rotation = try Matrix(rows: 2, columns: 2, elements: [0, 1, -1, 0]).eigenvalues()
    #expect(rotation.map(\.imaginary) == [1, -1])
    let triangle = try Matrix(rows: 3, columns: 3, elements: [1, 0, 0, 5, -2, 0, 7, 8, 3]).eigenvalues()
    #expect(zip(triangle.map(\.real), [3.0, 1, -2]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// Products put together again, by GSL's size and by LAPACK's, on either side of the border.
  @Test(arguments: [1, 5, 47, 48, 120]) func symmetricEigensystemsRebuildTheMatrix(size: Int) throws {
    let half = random(size, size, seed: 102)
    let matrix = Matrix(rows: size, columns: size) { half[$0, $1] + half[$1, $0] }
    let (values, vectors) = try matrix.symmetricEigensystem()
    #expect(values == values.sorted())
    let alone = try matrix.symmetricEigenvalues()
    for (a, b) in zip(values, alone) { #expect(abs(a - b) < 1e-12) }
    for i in 0..<size {
      for j in 0..<size {
        let rebuilt = values.indices.reduce(0) { $0 + vectors[i, $1] * values[$1] * vectors[j, $1] }
        #expect(abs(rebuilt - matrix[i, j]) < 1e-12)
      }
    }
  }

  /// Any finite matrix is answered in bounded time: entries whose squares overflow or vanish, mixed sizes, denormals.
  @Test(arguments: [3, 8, 47, 60]) func extremeMatricesEnd(size: Int) throws {
    var stream = RandomStream(seed: 103)
    let huge = 1e308
    let scales: [[Double]] = [
      [huge], [1e-308], [5e-324], [huge, 1e-308], [1e160, 1], [1e-160, 1], [huge, 5e-324, 1],
      [1e200, 1e-200, 1e100],
    ]
    for scale in scales {
      let half = Matrix(rows: size, columns: size) { _, _ in
        scale[stream.index(below: scale.count)] * (2 * stream.uniform() - 1) / Double(size)
      }
      let matrix = Matrix(rows: size, columns: size) { half[max($0, $1), min($0, $1)] }
      let (values, vectors) = try matrix.symmetricEigensystem()
      #expect(values.allSatisfy(\.isFinite) && vectors.elements.allSatisfy(\.isFinite))
      #expect(try matrix.symmetricEigenvalues().count == size)
      #expect(try matrix.eigenvalues().count == size)
      let svd = try SingularValueDecomposition(of: matrix)
      #expect(svd.singularValues.allSatisfy { $0.isFinite && $0 >= 0 })
      // The largest eigenvalue and the largest singular value of a symmetric matrix are one number.
      let largest = values.reduce(0) { max($0, abs($1)) }
      #expect(abs(largest - svd.singularValues[0]) <= 1e-12 * largest)
    }
    // A covariance of a file that never ended: all entries at the top of the range.
    let top = Matrix(rows: size, columns: size) { _, _ in huge }
    #expect(throws: LinearAlgebraError.self) { try top.symmetricEigensystem() }
  }

  /// Ordinary matrices keep their bits when they are scaled by a power of two.
  @Test func scalingByAPowerOfTwoIsExact() throws {
    let half = random(9, 9, seed: 104)
    let matrix = Matrix(rows: 9, columns: 9) { half[$0, $1] + half[$1, $0] }
    let (values, vectors) = try matrix.symmetricEigensystem()
    let larger = Matrix(rows: 9, columns: 9, elements: matrix.elements.map { $0 * 0x1p400 })
    let (scaled, same) = try larger.symmetricEigensystem()
    #expect(scaled == values.map { $0 * 0x1p400 })
    #expect(same == vectors)
  }

  @Test func whatIsNotFiniteIsAnError() {
    let bad = Matrix(rows: 2, columns: 2, elements: [1, .nan, 0, 1])
    #expect(throws: LinearAlgebraError.self) { try bad.eigenvalues() }
    #expect(throws: LinearAlgebraError.self) { try bad.symmetricEigensystem() }
    #expect(throws: LinearAlgebraError.self) { try SingularValueDecomposition(of: bad) }
    #expect(throws: LinearAlgebraError.self) {
      try SingularValueDecomposition(of: Matrix(rows: 0, columns: 2))
    }
  }

  /// Within the envelope of any order the solution is that of the whole: H = A Aᵀ with blocks that meet through the last.
  @Test(arguments: [1, 5, 40, 130]) func envelopeSolutions(size: Int) throws {
    var stream = RandomStream(seed: 71, stream: UInt64(size))
    let last = size - size / 4
    let factor = Matrix(rows: size, columns: size) { i, j in
      i == j ? 3 : i > j && (i >= last || i / 7 == j / 7) ? 0.3 * stream.normal() : 0
    }
    let h = Matrix(rows: size, columns: size) { i, j in
      (0..<size).reduce(0) { $0 + factor[i, $1] * factor[j, $1] }
    }
    let right = (0..<size).map { _ in stream.normal() }
    let whole = try h.solvePositiveDefinite(right)
    // Conditions are below 1e7.
    for order in [Array(0..<size), (0..<size).reversed(), stream.sample(size, below: size)] {
      let found = try h.solvePositiveDefinite(right, eliminating: order)
      #expect(zip(found, whole).allSatisfy { abs($0 - $1) < 1e-8 * (1 + abs($1)) })
    }
    var broken = h
    broken[size - 1, size - 1] = -1
    #expect(throws: LinearAlgebraError.self) {
      try broken.solvePositiveDefinite(right, eliminating: Array(0..<size))
    }
  }
}
