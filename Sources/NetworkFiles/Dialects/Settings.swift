import LowRank

/// α and φ: from the user, else from the file, else the stated defaults.
struct Settings {
  let alpha: Double
  let transfer: TransferFunction

  init(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes) throws {
    alpha = try Self.alpha(roles, options, notes: &notes)
    transfer = try Self.transfer(roles, options, notes: &notes)
  }

  private static func alpha(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes)
    throws
    -> Double
  {
    let value: Double
    if let given = options.alpha {
      value = given
    } else if let stored = try number(roles.tensors[.alpha]) {
      value = stored
      notes.assumptions.append("alpha \(stored) (from the file)")
      if let dt = try number(roles.tensors[.dt]), let tau = try number(roles.tensors[.tau]),
        abs(dt / tau - stored) > 1e-6 * abs(stored)
      {
        notes.warnings.append(
          "the file's alpha, \(stored), is not its dt / tau, \(dt / tau): alpha is taken, --alpha says otherwise"
        )
      }
    } else if let dt = try number(roles.tensors[.dt]), let tau = try number(roles.tensors[.tau]) {
      value = dt / tau
      notes.assumptions.append("alpha \(value) (dt \(dt) / tau \(tau) from the file)")
    } else {
      value = NetworkFile.defaultAlpha
      notes.assumptions.append("alpha \(value) (default; the file does not say)")
      for (name, other, role) in [("dt", "tau", Role.dt), ("tau", "dt", .tau)]
      where roles.tensors[role] != nil {
        notes.warnings.append(
          "the file's \(name) is not used, because there is no \(other) beside it: give --alpha, or --dt and --tau"
        )
      }
    }
    guard value > 0, value <= 1 else {
      throw FormatError(
        expected: "alpha = dt/tau with 0 < alpha <= 1", found: "\(value)", advice: "give another --alpha")
    }
    return value
  }

  private static func transfer(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes)
    throws -> TransferFunction
  {
    if let given = options.transfer { return given }
    guard let tensor = roles.tensors[.transfer] else {
      notes.assumptions.append("transfer tanh (default; the file does not say)")
      return .tanh
    }
    guard let text = tensor.text, text.count == 1, let transfer = TransferFunction(rawValue: text[0]) else {
      let names = TransferFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw FormatError(
        expected: "one of \(names) in \(tensor.name.quoted)", found: tensor.text?.first?.quoted ?? "a number",
        advice: "give --transfer")
    }
    notes.assumptions.append("transfer \(transfer.rawValue) (from the file)")
    return transfer
  }

  /// A single finite number.
  private static func number(_ tensor: Tensor?) throws -> Double? {
    guard let tensor else { return nil }
    try Axes.checkNumbers(tensor)
    guard tensor.values.count == 1 else {
      throw FormatError(
        expected: "one number in \(tensor.name.quoted)", found: "shape \(describe(shape: tensor.shape))")
    }
    return tensor.values[0]
  }
}
