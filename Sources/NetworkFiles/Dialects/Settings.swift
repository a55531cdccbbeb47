// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// α, φ and the form: from the user, else from the file, else from its family, else the stated defaults.
struct Settings {
  let alpha: Double
  let transfer: TransferFunction
  let form: NetworkForm

  init(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes) throws {
    alpha = try Self.alpha(roles, options, notes: &notes)
    transfer = try Self.transfer(roles, options, notes: &notes)
    form = try Self.form(roles, options, notes: &notes)
  }

  /// Names of settings, and of the groups that configurations are kept in.
  static let names: [String: Role] = [
    "alpha": .alpha, "dt": .dt, "delta_t": .dt, "tau": .tau, "tau_lims": .tau, "transfer": .transfer,
    "nonlinearity": .transfer, "activation": .transfer, "activation_name": .transfer,
    "activation_function": .transfer, "transfer_function": .transfer, "nonlin": .transfer, "phi": .transfer,
    "form": .form, "equation_type": .form,
  ]
  private static let groups: Set<Substring> = [
    "config", "cfg", "args", "params", "parameters", "par", "hparams", "hp", "hyper_parameters", "settings",
    "net_params", "net", "model", "info", "model_params", "rnn_params",
  ]

  /// Gives the file's settings their roles: those beside the network, above it, or in a group of settings there.
  static func find(for roles: inout RoleAssignment, in file: TensorFile) {
    let taken = roles.roleNames
    var best: [Role: (depth: Int, tensor: Tensor)] = [:]
    for tensor in file.tensors where taken[tensor.name] == nil {
      let parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
      guard let leaf = parts.last, let role = names[String(leaf)] else { continue }
      // A number for φ, or a text for dt, is something else under the same name.
      guard (tensor.text != nil) == (role == .transfer || role == .form) else { continue }
      var place = Array(parts.dropLast())
      while let last = place.last, !roles.prefix.starts(with: place), groups.contains(last) {
        place.removeLast()
      }
      guard roles.prefix.starts(with: place) else { continue }
      if best[role].map({ $0.depth < place.count }) ?? true { best[role] = (place.count, tensor) }
    }
    for (role, found) in best where roles.tensors[role] == nil {
      roles.tensors[role] = [AssignedTensor(tensor: found.tensor)]
    }
  }

  private static func alpha(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes)
    throws -> Double
  {
    let value: Double
    if let given = options.alpha {
      value = given
    } else if let stored = try number(roles[.alpha]) {
      value = stored
      notes.assumptions.append("alpha \(stored) (from the file)")
      if let dt = try number(roles[.dt]), let tau = try number(roles[.tau]),
        abs(dt / tau - stored) > 1e-6 * abs(stored)
      {
        notes.warn(
          .reading,
          "the file's alpha, \(stored), is not its dt / tau, \(dt / tau): alpha is taken, --alpha says otherwise"
        )
      }
    } else if let alpha = roles.family.alpha {
      value = alpha
      notes.assumptions.append("alpha \(alpha) (\(roles.family.name) has no other)")
    } else if let dt = try number(roles[.dt]), let tau = try number(roles[.tau]) {
      value = dt / tau
      notes.assumptions.append("alpha \(value) (dt \(dt) / tau \(tau) from the file)")
    } else {
      value = NetworkFile.defaultAlpha
      notes.assumptions.append("alpha \(value) (default; the file does not say)")
      for (name, other, role) in [("dt", "tau", Role.dt), ("tau", "dt", .tau)] where roles[role] != nil {
        notes.warn(
          .reading,
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
    guard let tensor = roles[.transfer] else {
      notes.assumptions.append("transfer tanh (default; the file does not say)")
      return .tanh
    }
    guard let text = tensor.text, text.count == 1, let transfer = Self.transfer(named: text[0]) else {
      let names = TransferFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw FormatError(
        expected: "one of \(names) in \(tensor.name.quoted)", found: tensor.text?.first?.quoted ?? "a number",
        advice: "give --transfer")
    }
    notes.assumptions.append("transfer \(transfer.rawValue) (from the file)")
    return transfer
  }

  /// φ by the names that it has in code: `ReLU`, `torch.tanh`, `sigmoid`, …
  static func transfer(named text: String) -> TransferFunction? {
    let name = text.lowercased().split(separator: ".").last.map(String.init) ?? ""
    let others: [String: TransferFunction] = [
      "sigmoid": .logistic, "rectify": .relu, "rectified_linear": .relu, "rectified": .relu,
      "identity": .linear, "lin": .linear, "hyperbolic_tangent": .tanh,
    ]
    return TransferFunction(rawValue: name) ?? others[name]
  }

  private static func form(_ roles: RoleAssignment, _ options: ImportOptions, notes: inout ImportNotes) throws
    -> NetworkForm
  {
    if let given = options.form { return given }
    if let tensor = roles[.form] {
      // trainRNNbrain writes s and h.
      let forms: [String: NetworkForm] = ["current": .current, "rate": .rate, "s": .rate, "h": .current]
      guard let text = tensor.text, text.count == 1, let form = forms[text[0]] else {
        throw FormatError(
          expected: "current or rate in \(tensor.name.quoted)",
          found: tensor.text?.first?.quoted ?? "a number",
          advice: "give --form")
      }
      notes.assumptions.append("form \(form.rawValue) (from the file)")
      return form
    }
    let form = roles.family.form ?? .current
    let reason = roles.family.form == nil ? "default; the names do not say" : "as \(roles.family.name) has it"
    notes.assumptions.append(
      "form \(form.rawValue): "
        + (form == .current ? "τẋ = -x + Jφ(x) + Iu" : "τṙ = -r + φ(Jr + Iu)")
        + " (\(reason); --form \(form == .current ? "rate" : "current") otherwise)")
    return form
  }

  /// A single finite number.
  private static func number(_ tensor: Tensor?) throws -> Double? {
    guard let tensor else { return nil }
    try Axes.checkNumbers(tensor)
    guard let first = tensor.values.first, tensor.values.allSatisfy({ $0 == first }) else {
      throw FormatError(
        expected: "one number in \(tensor.name.quoted)", found: "shape \(describe(shape: tensor.shape))")
    }
    return first
  }
}
