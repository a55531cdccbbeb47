// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The parts of a network as they stand in a file, in (N, columns) form, before the factor 1/N is settled.
struct NetworkParts {
  /// The recurrent connectivity.
  enum Connectivity {
    /// m and n, J = m nᵀ or m nᵀ/N.
    case factors(m: Matrix, n: Matrix)
    /// J itself, J_ij from unit j to unit i, never with 1/N.
    case dense(Matrix)
  }

  var connectivity: Connectivity
  var inputs: Matrix
  var readouts: Matrix
  var bias: [Double]?
  var current: [Double]?
  var readoutBias: [Double] = []
  var initialState: [Double]?
  var labels: [Int]?
  /// gC, (N, N), beside m nᵀ/N; never with 1/N.
  var random: Matrix?
}

extension NetworkParts {
  /// Vectors or a full matrix, and everything that goes with either.
  init(_ roles: RoleAssignment, notes: inout ImportNotes) throws {
    let axes: Axes
    if let tensor = roles[.connectivity] {
      try Axes.checkNumbers(tensor)
      guard tensor.shape.count == 2, tensor.shape[0] == tensor.shape[1],
        (1...Self.unitLimit).contains(tensor.shape[0])
      else {
        throw FormatError(
          expected: "a square J of at most \(Self.unitLimit) units",
          found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
      }
      axes = Axes(units: tensor.shape[0])
      let columns = Matrix(rows: axes.units, columns: axes.units, elements: tensor.values)
      let isTransposed = roles.tensors[.connectivity]?.first?.orientation == .rows
      // Row-major J is column-major Jᵀ.
      connectivity = .dense(isTransposed ? columns : columns.transposed)
    } else {
      guard let m = roles[.m], let n = roles[.n] else {
        throw FormatError(expected: "tensors for m and n", found: "none")
      }
      axes = try Axes(m: m, n: n)
      let (mMatrix, nMatrix) = (
        try axes.matrix(roles, .m, rowsFirst: false, notes: &notes),
        try axes.matrix(roles, .n, rowsFirst: roles.family.nInRows, notes: &notes)
      )
      guard mMatrix.columns == nMatrix.columns else {
        throw FormatError(
          expected: "n of the same rank as m",
          found: "shapes \(describe(shape: m.shape)) and \(describe(shape: n.shape))")
      }
      connectivity = .factors(m: mMatrix, n: nMatrix)
    }
    inputs = try Self.part(
      roles, .inputs, scale: .inputScale, rowsFirst: roles.family.inputsInRows, axes, notes: &notes)
    readouts = try Self.part(
      roles, .readouts, scale: .readoutScale, rowsFirst: roles.family.readoutsInRows, axes, notes: &notes)
    bias = try Self.sum(roles, .bias, axes)
    current = try Self.sum(roles, .current, axes)
    initialState = try Self.initialState(roles, axes, notes: &notes)
    readoutBias = try Self.readoutBias(roles, outputs: readouts.columns)
    try Self.checkBulk(roles, notes: &notes)
    random = try RandomPart.matrix(roles, units: axes.units, notes: &notes)
  }

  /// Largest dense connectivity, in units: decompositions take time of order N³.
  private static let unitLimit = 8192

  /// I (N, K) or w (N, O), empty when there is no such tensor.
  private static func part(
    _ roles: RoleAssignment, _ role: Role, scale: Role, rowsFirst: Bool, _ axes: Axes,
    notes: inout ImportNotes
  ) throws -> Matrix {
    guard roles[role] != nil else {
      notes.warn(.reading, "no tensor for \(role.rawValue): the network has none")
      return Matrix(rows: axes.units, columns: 0)
    }
    let matrix = try axes.matrix(roles, role, rowsFirst: rowsFirst, notes: &notes)
    return try Axes.scale(matrix, by: roles[scale], role: scale)
  }

  /// One number per unit, the sum of all tensors in a role.
  private static func sum(_ roles: RoleAssignment, _ role: Role, _ axes: Axes) throws -> [Double]? {
    guard let assigned = roles.tensors[role] else { return nil }
    var total = [Double](repeating: 0, count: axes.units)
    for item in assigned {
      for (i, value) in try axes.vector(item.tensor, role: role).enumerated() { total[i] += value }
    }
    return total
  }

  /// x(0), of shape (N), (1, N), (B, N) with equal rows, and the like.
  private static func initialState(_ roles: RoleAssignment, _ axes: Axes, notes: inout ImportNotes) throws
    -> [Double]?
  {
    guard let tensor = roles[.initialState] else { return nil }
    let units = axes.units
    if tensor.shape.last == units, tensor.values.count > units, tensor.values.count.isMultiple(of: units) {
      try Axes.checkNumbers(tensor)
      let first = Array(tensor.values.prefix(units))
      let isOne = tensor.values.indices.allSatisfy { tensor.values[$0] == first[$0 % units] }
      if isOne { return first }
      notes.warn(
        .initialState,
        "\(tensor.name.quoted) holds \(tensor.values.count / units) different initial states: none of them is "
          + "used, and the network starts at zero (--initial-state FILE.npz gives one)")
      return nil
    }
    return try axes.vector(tensor, role: .initialState)
  }

  private static func readoutBias(_ roles: RoleAssignment, outputs: Int) throws -> [Double] {
    guard let tensor = roles[.readoutBias] else { return [] }
    try Axes.checkNumbers(tensor)
    if tensor.values.count == 1 { return [Double](repeating: tensor.values[0], count: outputs) }
    guard tensor.values.count == outputs else {
      throw FormatError(
        expected: "readout bias of \(outputs) values, one per output",
        found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
    }
    return tensor.values
  }

  private static func checkBulk(_ roles: RoleAssignment, notes: inout ImportNotes) throws {
    guard let bulk = roles[.bulk] else { return }
    guard bulk.values.allSatisfy({ $0 == 0 }), bulk.text == nil else {
      throw FormatError(
        expected: "a purely low-rank connectivity",
        found: "random connectivity in tensor \(bulk.name.quoted)",
        advice: "save J = m nᵀ/N + \(bulk.name) as one matrix, which --vectors J=KEY reads")
    }
    notes.warn(
      .reading,
      "\(bulk.name.quoted) (all zero) comes from code that has known no 1/N: if so, give --scaling none")
  }
}

extension NetworkParts {
  /// Refuses vectors whose covariances would underflow to nothing.
  func checkSizes() throws {
    var all = [("I", inputs), ("w", readouts)]
    switch connectivity {
    case .factors(let m, let n): all += [("m", m), ("n", n)]
    case .dense(let j): all.append(("J", j))
    }
    for (name, matrix) in all {
      for column in 0..<matrix.columns {
        let size = matrix.column(column).reduce(0) { Swift.max($0, abs($1)) }
        // A full matrix may well have a column of tiny weights; its vectors are those of its decomposition.
        if size > 0, size < 1 / Axes.largest, name != "J" {
          throw FormatError(
            expected: "loadings \(name) of size at least \(1 / Axes.largest), or zero", found: "\(size)",
            advice: "bring them to another unit")
        }
      }
    }
  }

  /// Brings J = m nᵀ, z = wᵀφ to J = m nᵀ/N, z = wᵀφ/N, where that is what the file means.
  mutating func settle(_ scaling: Scaling) {
    guard scaling == .none else { return }
    let units = Double(inputs.rows)
    if case .factors(let m, let n) = connectivity {
      let root = units.squareRoot()
      connectivity = .factors(m: m.scaled(by: root), n: n.scaled(by: root))
    }
    readouts = readouts.scaled(by: units)
  }
}
