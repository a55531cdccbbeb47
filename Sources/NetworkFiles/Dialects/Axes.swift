// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Puts tensors into (N, columns) form, whichever way round they stand in the file.
struct Axes {
  /// N.
  let units: Int

  /// N from m and n, of which each has shape (N, R), (R, N) or, for rank 1, (N).
  init(m: Tensor, n: Tensor) throws {
    let lengths = try [m, n].map { tensor -> Int in
      try Self.checkNumbers(tensor)
      guard (1...2).contains(tensor.shape.count), tensor.values.count > 0, let longest = tensor.shape.max()
      else {
        throw FormatError(
          expected: "shape (N, R) or (N,) for tensor \(tensor.name.quoted)",
          found: describe(shape: tensor.shape))
      }
      return longest
    }
    guard lengths[0] == lengths[1] else {
      throw FormatError(
        expected: "as many units in \(n.name.quoted) as in \(m.name.quoted)",
        found: "shapes \(describe(shape: m.shape)) and \(describe(shape: n.shape))")
    }
    units = lengths[0]
  }

  init(units: Int) { self.units = units }

  /// The tensor of a role as a matrix (N, columns).
  ///
  /// - Parameter rowsFirst: how a square tensor is to be read where nobody says it: columns are vectors, or (`true`) rows
  ///   are. Of tensors that the user named, a square one without an orientation is asked for.
  func matrix(_ roles: RoleAssignment, _ role: Role, rowsFirst: Bool, notes: inout ImportNotes) throws
    -> Matrix
  {
    guard let assigned = roles.tensors[role]?.first else {
      throw FormatError(expected: "a tensor for \(role.rawValue)", found: "none")
    }
    let tensor = assigned.tensor
    try Self.checkNumbers(tensor)
    let shape = tensor.shape
    if shape == [units] { return Matrix(rows: units, columns: 1, elements: tensor.values) }
    guard shape.count == 2, shape.contains(units) else {
      throw FormatError(
        expected: "\(role.rawValue) with one axis of \(units) units",
        found: "tensor \(tensor.name.quoted) of shape \(describe(shape: shape))")
    }
    let isSquare = shape[0] == shape[1] && units > 1
    let transposed: Bool
    switch assigned.orientation {
    case .rows?, .columns?:
      transposed = assigned.orientation == .rows
      guard shape[transposed ? 1 : 0] == units else {
        throw FormatError(
          expected: "\(role.rawValue) with \(units) units along its \(transposed ? "rows" : "columns")",
          found: "tensor \(tensor.name.quoted) of shape \(describe(shape: shape))")
      }
    case nil where isSquare:
      let name = VectorNames.name(of: role)
      guard roles.family.name != "named" else {
        throw FormatError(
          expected: "\(role.rawValue) with one axis of \(units) units",
          found: "tensor \(tensor.name.quoted) of shape \(describe(shape: shape)), which has two",
          advice:
            "say which are the vectors: --vectors \(name).columns=\(tensor.name) or \(name).rows=\(tensor.name)"
        )
      }
      notes.assumptions.append(
        "\(tensor.name.quoted) is square: its \(rowsFirst ? "rows" : "columns") are taken as the vectors")
      transposed = rowsFirst
    case nil: transposed = shape[0] != units
    }
    // Row-major (a, b) is column-major (b, a): what stands as (columns, N) is already contiguous per vector.
    let stored = Matrix(rows: shape[1], columns: shape[0], elements: tensor.values)
    return transposed ? stored : stored.transposed
  }

  /// One number per unit, of shape (N), (N, 1) or (1, N).
  func vector(_ tensor: Tensor, role: Role) throws -> [Double] {
    try Self.checkNumbers(tensor)
    guard tensor.values.count == units, tensor.shape.filter({ $0 != 1 }).count <= 1 else {
      throw FormatError(
        expected: "\(role.rawValue) of \(units) values, one per unit",
        found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
    }
    return tensor.values
  }

  /// The columns of a matrix, each times its own factor, or all times one.
  static func scale(_ matrix: Matrix, by tensor: Tensor?, role: Role) throws -> Matrix {
    guard let tensor else { return matrix }
    try checkNumbers(tensor)
    if tensor.values.count == 1 { return matrix.scaled(by: tensor.values[0]) }
    guard tensor.values.count == matrix.columns, tensor.shape.filter({ $0 != 1 }).count <= 1 else {
      throw FormatError(
        expected: "\(role.rawValue) of 1 or \(matrix.columns) values",
        found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
    }
    var result = matrix
    for j in 0..<matrix.columns {
      for i in 0..<matrix.rows { result[i, j] *= tensor.values[j] }
    }
    return result
  }

  /// The largest number that is taken: with larger ones, covariances of covariances overflow.
  static let largest = 1e100

  /// A tensor that is to hold finite numbers.
  static func checkNumbers(_ tensor: Tensor) throws {
    guard tensor.text == nil else {
      throw FormatError(expected: "numbers in tensor \(tensor.name.quoted)", found: "text")
    }
    if let index = tensor.values.firstIndex(where: { !$0.isFinite }) {
      throw FormatError(
        expected: "finite numbers in tensor \(tensor.name.quoted)",
        found: "\(tensor.values[index]) at element \(index)")
    }
    if let index = tensor.values.firstIndex(where: { abs($0) > largest }) {
      throw FormatError(
        expected: "numbers of size at most \(largest) in tensor \(tensor.name.quoted)",
        found: "\(tensor.values[index]) at element \(index)")
    }
  }
}

extension Matrix {
  /// Every element times a number.
  func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { $0 * factor })
  }
}
