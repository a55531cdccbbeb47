// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension NetworkParts {
  /// Most multiplications that unfolding a mixture may take.
  private static let workLimit = 1 << 28

  /// Mixture: vector a of unit i is Σ_p support[p, i] (Σ_d weights[a, p, d] basis[d, i] + means[a, p]).
  ///
  /// The supports are the populations.
  init(mixtureOf roles: RoleAssignment, notes: inout ImportNotes) throws {
    guard let basis = roles[.basis], let supports = roles[.supports] else {
      throw FormatError(expected: "tensors for basis and supports", found: "none")
    }
    guard basis.shape.count == 2, supports.shape.count == 2, basis.shape[1] == supports.shape[1],
      basis.values.count > 0, supports.values.count > 0
    else {
      throw FormatError(
        expected: "basis (D, N) and supports (P, N)",
        found: "shapes \(describe(shape: basis.shape)) and \(describe(shape: supports.shape))")
    }
    try Axes.checkNumbers(basis)
    try Axes.checkNumbers(supports)
    let mixture = Mixture(basis: basis, supports: supports)
    var work = 0
    for role in [Role.mWeights, .nWeights, .inputWeights, .readoutWeights] {
      let (product, overflow) = (roles[role]?.values.count ?? 0).multipliedReportingOverflow(
        by: mixture.units)
      work = overflow ? .max : max(work, product)
    }
    guard work <= Self.workLimit else {
      throw FormatError(expected: "a mixture of reasonable size", found: "\(work) products")
    }
    let m = try mixture.unfold(roles, weights: .mWeights, means: .mOffsets)
    let n = try mixture.unfold(roles, weights: .nWeights, means: .nOffsets)
    connectivity = .factors(m: m, n: n)
    inputs = try mixture.unfold(roles, weights: .inputWeights, means: .inputOffsets)
    readouts = try mixture.unfold(roles, weights: .readoutWeights, means: nil)
    guard m.columns == n.columns, m.columns > 0 else {
      throw FormatError(
        expected: "m and n of one rank", found: "\(m.columns) and \(n.columns) vectors")
    }
    if let tensor = roles[.initialWeights] {
      let single = Tensor(
        name: tensor.name, shape: [1] + tensor.shape, elementType: tensor.elementType,
        values: tensor.text == nil ? tensor.values : [])
      initialState = try mixture.unfold(single, means: nil).elements
    }
    labels = mixture.labels(notes: &notes)
  }
}

/// The Gaussian basis (D, N) and the supports (P, N).
private struct Mixture {
  let basis: Tensor
  let supports: Tensor
  var units: Int { basis.shape[1] }
  var populations: Int { supports.shape[0] }

  func unfold(_ roles: RoleAssignment, weights: Role, means: Role?) throws -> Matrix {
    guard let tensor = roles[weights] else {
      throw FormatError(expected: "a tensor for \(weights.rawValue)", found: "none")
    }
    return try unfold(tensor, means: means.flatMap { roles[$0] })
  }

  func unfold(_ weights: Tensor, means: Tensor?) throws -> Matrix {
    try Axes.checkNumbers(weights)
    let depth = basis.shape[0]
    guard weights.shape.count == 3, weights.shape[1] == populations, weights.shape[2] == depth else {
      throw FormatError(
        expected: "weights of shape (vectors, \(populations), \(depth))",
        found: "tensor \(weights.name.quoted) of shape \(describe(shape: weights.shape))")
    }
    let count = weights.shape[0]
    if let means {
      try Axes.checkNumbers(means)
      guard means.shape == [count, populations] else {
        throw FormatError(
          expected: "means of shape (\(count), \(populations))",
          found: "tensor \(means.name.quoted) of shape \(describe(shape: means.shape))")
      }
    }
    var result = Matrix(rows: units, columns: count)
    for a in 0..<count {
      for p in 0..<populations {
        let row = (a * populations + p) * depth
        for i in 0..<units {
          let support = supports.values[p * units + i]
          guard support != 0 else { continue }
          var value = means?.values[a * populations + p] ?? 0
          for d in 0..<depth { value += weights.values[row + d] * basis.values[d * units + i] }
          result[i, a] += support * value
        }
      }
    }
    return result
  }

  /// The population of each unit; `nil` when supports overlap. Units in none make one more population.
  func labels(notes: inout ImportNotes) -> [Int]? {
    var labels = [Int](repeating: populations, count: units)
    var homeless = units
    for p in 0..<populations {
      for i in 0..<units where supports.values[p * units + i] != 0 {
        guard labels[i] == populations else {
          notes.warn(.reading, "the supports overlap: they are not used as populations")
          return nil
        }
        labels[i] = p
        homeless -= 1
      }
    }
    if homeless > 0 {
      notes.warn(.reading, "\(homeless) units belong to no support: all their loadings are zero")
    }
    return labels
  }
}
