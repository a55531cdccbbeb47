import LowRank
import Testing

/// GSL behind our types: products put together again give the matrix, and failures are errors.
@Suite struct LinearAlgebraTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    return Matrix(rows: rows, columns: columns) { _, _ in stream.normal() }
  }

  @Test(arguments: [(1, 1), (5, 3), (3, 5), (20, 1), (1, 20), (12, 12)])
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
        #expect(abs(rebuilt - matrix[i, j]) < 1e-13)
        // A A⁺ A = A, the first of Penrose's conditions.
        var penrose = 0.0
        for k in 0..<columns {
          for l in 0..<rows { penrose += matrix[i, k] * inverse[k, l] * matrix[l, j] }
        }
        #expect(abs(penrose - matrix[i, j]) < 1e-12)
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

  @Test func whatIsNotFiniteIsAnError() {
    let bad = Matrix(rows: 2, columns: 2, elements: [1, .nan, 0, 1])
    #expect(throws: LinearAlgebraError.self) { try bad.eigenvalues() }
    #expect(throws: LinearAlgebraError.self) { try bad.symmetricEigensystem() }
    #expect(throws: LinearAlgebraError.self) { try SingularValueDecomposition(of: bad) }
    #expect(throws: LinearAlgebraError.self) {
      try SingularValueDecomposition(of: Matrix(rows: 0, columns: 2))
    }
  }
}
