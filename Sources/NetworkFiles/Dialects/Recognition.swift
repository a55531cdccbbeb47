/// Finds out which dialect a file speaks.
enum Recognition {
  /// The first dialect that fits a group of tensors of one prefix (`state_dict.`, `module.`, `rnn.`, or none).
  ///
  /// - Throws: `FormatError` that lists the tensors and shows how to name the vectors.
  static func assign(_ file: TensorFile, warnings: inout [String]) throws -> RoleAssignment {
    var prefixes: [String] = []
    var groups: [String: [(leaf: String, tensor: Tensor)]] = [:]
    for tensor in file.tensors {
      let (prefix, leaf) = split(tensor.name)
      if groups[prefix] == nil { prefixes.append(prefix) }
      groups[prefix, default: []].append((leaf, tensor))
    }
    var matches: [(prefix: String, assignment: RoleAssignment)] = []
    for prefix in prefixes {
      if let assignment = try assign(groups[prefix] ?? []) { matches.append((prefix, assignment)) }
    }
    guard let first = matches.first else { throw unknown(file) }
    if matches.count > 1 {
      let others = matches.dropFirst().map { $0.prefix.quoted }.joined(separator: ", ")
      warnings.append(
        "several networks in the file; the one under \(first.prefix.quoted) is used, not \(others)")
    }
    return first.assignment
  }

  /// The tensors that the user named.
  static func assign(_ names: VectorNames, in file: TensorFile) throws -> RoleAssignment {
    let roles: [String: Role] = ["m": .m, "n": .n, "I": .inputs, "w": .readouts, "bias": .bias]
    let dialect = Dialect(
      name: "named", form: .vectors, required: [], distinctive: [], roles: [:], scaling: .mean,
      inputsInRows: false, biasReachesReadout: true)
    var tensors: [Role: Tensor] = [:]
    for name in VectorNames.roles {
      guard let key = names.names[name], let role = roles[name] else { continue }
      let exact = file.tensors.filter { $0.name == key }
      let found = exact.isEmpty ? file.tensors.filter { $0.name.hasSuffix(".\(key)") } : exact
      guard found.count == 1 else {
        throw FormatError(
          expected: "one tensor \(key.quoted) for \(name)",
          found: found.isEmpty ? list(file) : "\(found.count)")
      }
      tensors[role] = found[0]
    }
    for setting in [Role.alpha, .dt, .tau, .transfer] {
      if let tensor = file[setting.rawValue] { tensors[setting] = tensor }
    }
    return RoleAssignment(dialect: dialect, tensors: tensors)
  }

  private static func assign(_ group: [(leaf: String, tensor: Tensor)]) throws -> RoleAssignment? {
    for dialect in Dialect.all {
      var tensors: [Role: Tensor] = [:]
      var twice: (Role, String, String)?
      for (leaf, tensor) in group {
        guard let role = dialect.roles[leaf] else { continue }
        if let other = tensors.updateValue(tensor, forKey: role) { twice = (role, other.name, tensor.name) }
      }
      guard dialect.required.allSatisfy({ tensors[$0] != nil }),
        dialect.distinctive.isEmpty || dialect.distinctive.contains(where: { tensors[$0] != nil })
      else { continue }
      if let (role, first, second) = twice {
        throw FormatError(
          expected: "one tensor for \(role.rawValue)", found: "\(first.quoted) and \(second.quoted)",
          advice: "choose with --vectors m=KEY,n=KEY,I=KEY,w=KEY")
      }
      return RoleAssignment(dialect: dialect, tensors: tensors)
    }
    return nil
  }

  private static func split(_ name: String) -> (prefix: String, leaf: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  private static func unknown(_ file: TensorFile) -> FormatError {
    FormatError(
      expected: "tensors m, n, I (or wi) and w (or wo), or another known set of names", found: list(file),
      advice: "say which is which: --vectors m=KEY,n=KEY[,I=KEY,w=KEY,bias=KEY]")
  }

  private static func list(_ file: TensorFile) -> String {
    let shown = file.tensors.prefix(24).map { "\($0.name.quoted) \(describe(shape: $0.shape))" }
    let rest = file.tensors.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
