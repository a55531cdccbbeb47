// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Finds out which family a file is of, and which tensor has which role.
enum Recognition {
  /// The first family that fits the tensors around one network of the file, whatever stands before their names
  /// (`state_dict.`, `module.`, `_orig_mod.`, `rnn.`).
  ///
  /// - Throws: `FormatError` that lists the tensors and shows how to name the vectors.
  static func assign(_ file: TensorFile, notes: inout ImportNotes) throws -> RoleAssignment {
    try refuseUnsupported(file)
    for family in Family.all {
      let found = try matches(of: family, in: file)
      guard let first = found.first else { continue }
      if found.count > 1 {
        let others = found.dropFirst().map { $0.prefix.joined(separator: ".").quoted }
        notes.warn(
          .reading,
          "several networks in the file; the one under \(first.prefix.joined(separator: ".").quoted) is used, "
            + "not \(others.joined(separator: ", "))")
      }
      return first
    }
    throw unknown(file)
  }

  /// All networks of a family: one for each tensor that can be its recurrent connectivity.
  private static func matches(of family: Family, in file: TensorFile) throws -> [RoleAssignment] {
    let candidates = file.tensors.compactMap { Candidate($0, family) }
    let anchorRole: Role =
      switch family.kind {
      case .vectors: .m
      case .mixture: .basis
      case .dense: .connectivity
      }
    let anchors = candidates.filter { $0.role == anchorRole }
    var result: [RoleAssignment] = []
    for anchor in anchors {
      let rivals = anchors.filter { $0.tensor.name != anchor.tensor.name && $0.pattern == anchor.pattern }
      if let match = try assignment(family, around: anchor, candidates, rivals: rivals, file) {
        // Two patterns of one role, such as J and Wrec, are two answers to one question.
        if let other = result.last, other.prefix == match.prefix,
          let first = other[anchorRole], first.name != anchor.tensor.name
        {
          throw twice(anchorRole, first, anchor.tensor)
        }
        result.append(match)
      }
    }
    return result
  }

  /// The tensors nearest to an anchor: those that share the longest beginning of their names with it.
  private static func assignment(
    _ family: Family, around anchor: Candidate, _ candidates: [Candidate], rivals: [Candidate],
    _ file: TensorFile
  ) throws -> RoleAssignment? {
    var tensors: [Role: [AssignedTensor]] = [:]
    var clash: (Role, Tensor, Tensor)?
    for (role, all) in Dictionary(grouping: candidates, by: \.role) {
      if role == .notNeeded {
        tensors[role] = all.map { AssignedTensor(tensor: $0.tensor) }
        continue
      }
      // What stands nearer to another network belongs to it.
      let own =
        role == anchor.role
        ? [anchor]
        : all.filter { item in
          rivals.allSatisfy { $0.shared(with: item) <= anchor.shared(with: item) }
        }
      var chosen: [Candidate] = []
      for (_, group) in Dictionary(grouping: own, by: \.pattern) {
        guard let nearest = group.map({ $0.distance(to: anchor) }).min() else { continue }
        let best = group.filter { $0.distance(to: anchor) == nearest }
        if best.count > 1 { clash = (role, best[0].tensor, best[1].tensor) }
        chosen.append(best[0])
      }
      chosen.sort { $0.place(in: file) < $1.place(in: file) }
      let adds = family.biasesAdd && (role == .bias || role == .current)
      if chosen.count > 1, !adds {
        guard let nearest = chosen.map({ $0.distance(to: anchor) }).min() else { continue }
        chosen = chosen.filter { $0.distance(to: anchor) == nearest }
        if chosen.count > 1 { clash = (role, chosen[0].tensor, chosen[1].tensor) }
      }
      if !chosen.isEmpty { tensors[role] = chosen.map { AssignedTensor(tensor: $0.tensor) } }
    }
    let names = Set(
      tensors.values.joined().map { $0.tensor.name.split(separator: ".").last.map(String.init) ?? "" })
    guard family.required.allSatisfy({ tensors[$0] != nil }),
      family.distinctive.isEmpty || !family.distinctive.isDisjoint(with: names)
    else { return nil }
    if let (role, first, second) = clash { throw twice(role, first, second) }
    var result = RoleAssignment(family: family, tensors: tensors, prefix: anchor.prefix)
    if family.findsReadoutLayer { try ReadoutLayer.find(for: &result, in: file) }
    return result
  }

  private static func twice(_ role: Role, _ first: Tensor, _ second: Tensor) -> FormatError {
    FormatError(
      expected: "one tensor for \(role.rawValue)", found: "\(first.name.quoted) and \(second.name.quoted)",
      advice: "choose one with --vectors \(VectorNames.name(of: role))=KEY")
  }

  private static func unknown(_ file: TensorFile) -> FormatError {
    FormatError(
      expected: "tensors m, n, I (or wi) and w (or wo), or another known set of names", found: list(file),
      advice: "say which is which: --vectors m=KEY,n=KEY,I=KEY,w=KEY or, for a full matrix, "
        + "--vectors J=KEY,I=KEY,w=KEY (also bias, current, x0, z0)")
  }

  /// The tensors of a file, and what in it was not read, in a few words.
  static func list(_ file: TensorFile) -> String {
    let shown = file.tensors.prefix(24).map { "\($0.name.quoted) \(describe(shape: $0.shape))" }
    let rest = file.tensors.count - shown.count
    let unread = file.unread.prefix(4).map { "\($0.name.quoted) (not read: \($0.what))" }
    return (shown + (rest > 0 ? ["\(rest) more"] : []) + unread).joined(separator: ", ")
  }
}

/// A tensor whose name ends as one of a family's does.
private struct Candidate {
  let tensor: Tensor
  let role: Role
  let pattern: String
  /// The components of the name before the pattern.
  let prefix: [Substring]

  init?(_ tensor: Tensor, _ family: Family) {
    let parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
    for length in [2, 1] where parts.count >= length {
      let pattern = parts.suffix(length).joined(separator: ".")
      if let role = family.roles[pattern] {
        self.tensor = tensor
        self.role = role
        self.pattern = pattern
        prefix = Array(parts.dropLast(length))
        return
      }
    }
    return nil
  }

  /// How many leading components two tensors share.
  func shared(with other: Candidate) -> Int { zip(prefix, other.prefix).prefix { $0 == $1 }.count }

  /// Steps from one place in the tree of names to another.
  func distance(to other: Candidate) -> Int { prefix.count + other.prefix.count - 2 * shared(with: other) }

  func place(in file: TensorFile) -> Int { file.tensors.firstIndex { $0.name == tensor.name } ?? 0 }
}
