// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The tensors that the user named with --vectors and --scale.
extension Recognition {
  /// All roles from the user's names, or those of a known family with some replaced.
  static func assign(_ names: VectorNames, in file: TensorFile, notes: inout ImportNotes) throws
    -> RoleAssignment
  {
    var roles: RoleAssignment
    if names.names["J"] != nil {
      roles = RoleAssignment(family: .named(.dense, scaling: .none), tensors: [:])
    } else if names.names["m"] != nil {
      roles = RoleAssignment(family: .named(.vectors, scaling: .mean), tensors: [:])
    } else {
      roles = try assign(file, notes: &notes)
    }
    for name in VectorNames.roles {
      guard let key = names.names[name], let role = VectorNames.role(name) else { continue }
      // Biases may be sums: bias=KEY+KEY.
      let keys = name == "bias" || name == "current" ? key.split(separator: "+").map(String.init) : [key]
      let assigned = try keys.map {
        AssignedTensor(tensor: try find($0, for: name, in: file), orientation: names.orientations[name])
      }
      let own = Set(assigned.map(\.tensor.name))
      // A tensor that a known family has elsewhere moves here.
      for (other, items) in roles.tensors
      where other != role && names.names[VectorNames.name(of: other)] == nil {
        let left = items.filter { !own.contains($0.tensor.name) }
        roles.tensors[other] = left.isEmpty ? nil : left
      }
      roles.tensors[role] = assigned
    }
    if let m = roles[.m], let n = roles[.n], m.name == n.name {
      throw FormatError(
        expected: "different tensors for m and n", found: "\(m.name.quoted) for both",
        advice: "a full matrix is --vectors J=\(m.name)")
    }
    return roles
  }

  /// The tensor of a name, or the one whose name ends in it after a dot.
  static func find(_ key: String, for role: String, in file: TensorFile) throws -> Tensor {
    func matches(_ name: String) -> Bool { name.hasSuffix(".\(key)") }
    if let unread = file.unread.first(where: { $0.name == key || matches($0.name) }),
      file[key] == nil, !file.tensors.contains(where: { matches($0.name) })
    {
      throw FormatError(
        expected: "numbers in \(unread.name.quoted) for \(role)", found: unread.what,
        advice: "save plain float64 arrays")
    }
    let exact = file.tensors.filter { $0.name == key }
    let found = exact.isEmpty ? file.tensors.filter { matches($0.name) } : exact
    guard found.count == 1 else {
      throw FormatError(
        expected: "one tensor \(key.quoted) for \(role)",
        found: found.isEmpty
          ? list(file) : found.prefix(8).map(\.name.quoted).joined(separator: ", "),
        advice: found.isEmpty ? nil : "write the whole name")
    }
    return found[0]
  }
}

extension NetworkParts {
  /// Multiplies parts by the user's factors.
  mutating func scale(
    _ scale: ScaleFactors, _ roles: inout RoleAssignment, in file: TensorFile, notes: inout ImportNotes
  ) throws {
    for name in VectorNames.roles {
      guard let factor = scale.factors[name], let role = VectorNames.role(name) else { continue }
      var tensor: Tensor
      switch factor {
      case .number(let number): tensor = Tensor(name: "--scale", scalar: number)
      case .tensor(let key):
        tensor = try Recognition.find(key, for: "the scale of \(name)", in: file)
        roles.tensors[.factor, default: []].append(AssignedTensor(tensor: tensor))
      }
      try multiply(role, by: tensor)
    }
  }

  private mutating func multiply(_ role: Role, by tensor: Tensor) throws {
    func scaled(_ values: [Double]?) throws -> [Double]? {
      guard let values, !values.isEmpty else { throw missing(role) }
      let row = Matrix(rows: 1, columns: values.count, elements: values)
      return try Axes.scale(row, by: tensor, role: .factor).elements
    }
    switch role {
    case .connectivity:
      guard tensor.values.count == 1 else {
        throw FormatError(
          expected: "one number for the scale of J",
          found: "tensor \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))")
      }
      switch connectivity {
      case .dense(let j): connectivity = .dense(try Axes.scale(j, by: tensor, role: .factor))
      case .factors(let m, let n):
        connectivity = .factors(m: try Axes.scale(m, by: tensor, role: .factor), n: n)
      }
    case .m, .n:
      guard case .factors(let m, let n) = connectivity else { throw missing(role) }
      connectivity = .factors(
        m: role == .m ? try Axes.scale(m, by: tensor, role: .factor) : m,
        n: role == .n ? try Axes.scale(n, by: tensor, role: .factor) : n)
    case .inputs: inputs = try Axes.scale(inputs, by: tensor, role: .factor)
    case .readouts: readouts = try Axes.scale(readouts, by: tensor, role: .factor)
    case .bias: bias = try scaled(bias)
    case .current: current = try scaled(current)
    case .initialState: initialState = try scaled(initialState)
    case .readoutBias: readoutBias = try scaled(readoutBias) ?? []
    default: throw missing(role)
    }
  }

  private func missing(_ role: Role) -> FormatError {
    FormatError(
      expected: "a part that --scale \(VectorNames.name(of: role)) multiplies",
      found: "no such part in the file",
      advice: "leave it out, or name the tensor with --vectors")
  }
}
