// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A random matrix that stands in a file beside m and n: J = g C + m nᵀ/N, C with entries of variance 1/N, or J = J0 + m nᵀ/N.
///
/// The network is then the file's dense J, and m and n, which κ belongs to, are the file's own.
enum RandomPart {
  /// How people call it.
  static let names: Set<String> = [
    "C", "chi", "χ", "J0", "W0", "J_bulk", "W_bulk", "bulk", "J_rand", "W_rand", "J_random", "W_random",
  ]
  /// How people call its gain.
  static let gains: Set<String> = ["g", "gain"]

  /// Gives both their roles, where vectors have such a matrix beside them.
  static func find(for roles: inout RoleAssignment, in file: TensorFile) {
    guard roles.family.kind == .vectors, let m = roles[.m], roles[.bulk] == nil else { return }
    let taken = roles.roleNames
    func leaf(_ tensor: Tensor) -> String {
      tensor.name.split(separator: ".").last.map(String.init) ?? tensor.name
    }
    // N is m's longer side.
    guard let units = m.shape.max() else { return }
    let matrices = file.tensors.filter {
      taken[$0.name] == nil && names.contains(leaf($0)) && $0.shape == [units, units] && $0.text == nil
        && $0.values.contains { $0 != 0 }
    }
    guard matrices.count == 1 else { return }
    roles.tensors[.randomPart] = [AssignedTensor(tensor: matrices[0])]
    let factors = file.tensors.filter {
      taken[$0.name] == nil && gains.contains(leaf($0)) && $0.values.count == 1 && $0.text == nil
    }
    if factors.count == 1 { roles.tensors[.randomGain] = [AssignedTensor(tensor: factors[0])] }
  }

  /// g C as J_ij, from unit j to unit i; `nil` where there is none.
  static func matrix(_ roles: RoleAssignment, units: Int, notes: inout ImportNotes) throws -> Matrix? {
    guard let tensor = roles[.randomPart] else { return nil }
    try Axes.checkNumbers(tensor)
    let gain = roles[.randomGain]
    if let gain { try Axes.checkNumbers(gain) }
    // Row-major C is column-major Cᵀ.
    let matrix = Matrix(rows: units, columns: units, elements: tensor.values).transposed
    let square = tensor.values.reduce(0) { $0 + $1 * $1 } / Double(units)
    let part = gain.map { "\($0.name) \(tensor.name)" } ?? tensor.name
    notes.assumptions.append(
      "J = \(part) + m nᵀ/N: \(tensor.name.quoted) is taken for a random part of the connectivity, \(tensor.name)_ij from "
        + "unit j to unit i")
    let radius = (gain?.values[0] ?? 1).magnitude * square.squareRoot()
    if square > 9 {
      notes.warn(
        .reading,
        "the entries of \(tensor.name.quoted) make eigenvalues up to \((radius * 100).rounded() / 100): if its code divides "
          + "it by √N, save it divided")
    }
    notes.warn(
      .bulk,
      "J = \(part) + m nᵀ/N has a random part with eigenvalues up to \((radius * 100).rounded() / 100) in size, which κ, "
        + "manifold and circuit leave out", values: ["radius": radius])
    return matrix.scaled(by: gain?.values[0] ?? 1)
  }

  /// gC + m nᵀ/N, and what is said of it.
  static func connectivity(_ random: Matrix, m: Matrix, n: Matrix, notes: inout ImportNotes) -> Matrix {
    let units = random.rows
    let share = 1 / Double(units)
    let j = Matrix(rows: units, columns: units) { row, column in
      (0..<m.columns).reduce(random[row, column]) { $0 + m[row, $1] * n[column, $1] * share }
    }
    func size(_ matrix: Matrix) -> Double { matrix.elements.reduce(0) { $0 + $1 * $1 } }
    let lost = size(random) / max(size(j), .leastNormalMagnitude)
    notes.warn(
      .truncated,
      "κ, manifold and circuit are those of m nᵀ/N without the random part, which has \(Reduction.percent(lost)) of J's "
        + "squared norm: they are of another network than the file's",
      values: ["rank": Double(m.columns), "lost": lost])
    return j
  }
}
