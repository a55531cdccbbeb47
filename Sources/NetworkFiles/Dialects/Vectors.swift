import LowRank

/// The vectors of a network as they stand in a file, in (N, columns) form, before the factor 1/N is settled.
struct Vectors {
  var m: Matrix
  var n: Matrix
  var inputs: Matrix
  var readouts: Matrix
  var bias: [Double]?
  var initialState: [Double]?
  var labels: [Int]?
  var singularValues: SingularValues?
  /// Whether m nᵀ is J itself whatever the user said of w, as for a dense J.
  var connectivityIsUnscaled = false
}

/// What is noted on the way.
struct ImportNotes {
  var assumptions: [String] = []
  var warnings: [String] = []
}

extension Vectors {
  /// Plain and Valente: the vectors themselves, inputs and readouts perhaps with a scale of their own.
  init(vectorsOf roles: RoleAssignment, notes: inout ImportNotes) throws {
    guard let m = roles.tensors[.m], let n = roles.tensors[.n] else {
      throw FormatError(expected: "tensors for m and n", found: "none")
    }
    let axes = try Axes(m: m, n: n)
    self.m = try axes.matrix(m, role: .m, rowsFirst: false, assumptions: &notes.assumptions)
    self.n = try axes.matrix(n, role: .n, rowsFirst: false, assumptions: &notes.assumptions)
    guard self.m.columns == self.n.columns else {
      throw FormatError(
        expected: "n of the same rank as m",
        found: "shapes \(describe(shape: m.shape)) and \(describe(shape: n.shape))")
    }
    (inputs, readouts) = try Self.ends(roles, axes: axes, notes: &notes)
    bias = try roles.tensors[.bias].map { try axes.vector($0, role: .bias) }
    initialState = try roles.tensors[.initialState].map { try axes.vector($0, role: .initialState) }
    if let bulk = roles.tensors[.bulk] {
      guard bulk.values.allSatisfy({ $0 == 0 }), bulk.text == nil else {
        throw FormatError(
          expected: "a purely low-rank connectivity",
          found: "random connectivity in tensor \(bulk.name.quoted)",
          advice: "save the network without it; it is not part of the κ-equations")
      }
      notes.warnings.append(
        "\(bulk.name.quoted) (all zero) comes from code that has known no 1/N: if so, give --scaling none")
    }
  }

  /// I (N, K) and w (N, O), empty when there is no such tensor.
  static func ends(_ roles: RoleAssignment, axes: Axes, notes: inout ImportNotes) throws
    -> (inputs: Matrix, readouts: Matrix)
  {
    func part(_ role: Role, scale: Role, rowsFirst: Bool) throws -> Matrix {
      guard let tensor = roles.tensors[role] else {
        notes.warnings.append("no tensor for \(role.rawValue): the network has none")
        return Matrix(rows: axes.units, columns: 0)
      }
      let matrix = try axes.matrix(
        tensor, role: role, rowsFirst: rowsFirst, assumptions: &notes.assumptions)
      return try Axes.scale(matrix, by: roles.tensors[scale], role: scale)
    }
    return (
      try part(.inputs, scale: .inputScale, rowsFirst: roles.dialect.inputsInRows),
      try part(.readouts, scale: .readoutScale, rowsFirst: false)
    )
  }
}
