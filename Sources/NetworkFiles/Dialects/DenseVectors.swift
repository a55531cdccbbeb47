import LowRank

extension Vectors {
  /// Largest dense connectivity that is decomposed, in units: GSL's method takes time of order N³.
  private static let unitLimit = 4096

  /// Full rank: J = U S Vᵀ, of which the leading singular values are kept, m = U √S and n = V √S.
  init(denseOf roles: RoleAssignment, rank wanted: Int?, notes: inout ImportNotes) throws {
    guard let tensor = roles.tensors[.connectivity] else {
      throw FormatError(expected: "a tensor for J", found: "none")
    }
    try Axes.checkNumbers(tensor)
    guard tensor.shape.count == 2, tensor.shape[0] == tensor.shape[1],
      (1...Self.unitLimit).contains(tensor.shape[0])
    else {
      throw FormatError(
        expected: "a square J of at most \(Self.unitLimit) units",
        found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
    }
    let axes = Axes(units: tensor.shape[0])
    (inputs, readouts) = try Self.ends(roles, axes: axes, notes: &notes)
    bias = try roles.tensors[.bias].map { try axes.vector($0, role: .bias) }
    initialState = try roles.tensors[.initialState].map { try axes.vector($0, role: .initialState) }

    let j = Matrix(rows: axes.units, columns: axes.units, elements: tensor.values).transposed
    let decomposition: SingularValueDecomposition
    do {
      decomposition = try SingularValueDecomposition(of: j)
    } catch {
      throw FormatError(expected: "a J with singular values", found: "\(error)")
    }
    let values = decomposition.singularValues
    let rank = try Self.chooseRank(values, wanted: wanted, notes: &notes)
    let total = values.reduce(0) { $0 + $1 * $1 }
    let lost = Array(values[rank...])
    let lostShare = total > 0 ? lost.reduce(0) { $0 + $1 * $1 } / total : 0
    singularValues = SingularValues(kept: Array(values[..<rank]), lost: lost, lostShare: lostShare)
    if lostShare > 1e-6 {
      notes.warnings.append(
        "rank \(rank) leaves out \(Self.percent(lostShare)) of J's squared norm: it is another network than the file's"
      )
    }
    m = Matrix(rows: axes.units, columns: rank) { decomposition.u[$0, $1] * values[$1].squareRoot() }
    n = Matrix(rows: axes.units, columns: rank) { decomposition.v[$0, $1] * values[$1].squareRoot() }
    connectivityIsUnscaled = true
  }

  /// The rank that the user wants, or else: all singular values above 1e-6 s₁ when they are at most an eighth of all,
  /// and otherwise those before the largest gap s_r/s_{r+1} in the first eighth.
  private static func chooseRank(_ values: [Double], wanted: Int?, notes: inout ImportNotes) throws -> Int {
    if let wanted {
      guard (1...values.count).contains(wanted) else {
        throw FormatError(
          expected: "a rank of 1 to \(values.count)", found: "\(wanted)", advice: "choose another --rank")
      }
      return wanted
    }
    guard let largest = values.first, largest > 0 else {
      throw FormatError(expected: "a J that is not zero", found: "zeros only")
    }
    let significant = values.prefix { $0 > 1e-6 * largest }.count
    let eighth = max(1, values.count / 8)
    if significant <= eighth {
      notes.assumptions.append("rank \(significant) (all singular values of J above 1e-6 of the largest)")
      return significant
    }
    let rank = (1...eighth).max { a, b in gap(values, a) < gap(values, b) } ?? 1
    notes.assumptions.append(
      "rank \(rank) (largest gap in the first eighth of J's singular values; --rank changes it)")
    return rank
  }

  private static func gap(_ values: [Double], _ rank: Int) -> Double {
    rank < values.count ? values[rank - 1] / max(values[rank], .leastNormalMagnitude) : 1
  }

  private static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded() / 10
    return tenths < 0.1 ? "less than 0.1 %" : "\(tenths) %"
  }
}
