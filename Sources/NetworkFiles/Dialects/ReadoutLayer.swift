// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The linear layer that reads a network out, where its name is not the family's but the user's own.
enum ReadoutLayer {
  /// Names that readouts usually have, of which one decides when several layers would fit.
  private static let usual = [
    "fc", "readout", "output", "out", "output_layer", "h2o", "fc_out", "linear", "decoder", "W_out", "w_out",
    "readout_layer", "output_linear", "hidden2output", "h2output", "hidden_to_output", "out_layer",
  ]

  /// Gives the roles w and readout bias to the one layer `X.weight` (O, N), `X.bias` (O) as wide as the network.
  ///
  /// - Throws: `FormatError` when several fit.
  static func find(for roles: inout RoleAssignment, in file: TensorFile) throws {
    guard let connectivity = roles[.connectivity], let units = connectivity.shape.first else { return }
    let taken = Set(roles.roleNames.keys)
    let suffix = ".weight"
    func layer(_ tensor: Tensor) -> String { String(tensor.name.dropLast(suffix.count)) }
    func leaf(_ tensor: Tensor) -> String {
      layer(tensor).split(separator: ".").last.map(String.init) ?? ""
    }
    let isNamed = { (tensor: Tensor) in usual.contains(leaf(tensor)) }
    var fitting = file.tensors.filter {
      $0.name.hasSuffix(suffix) && !taken.contains($0.name) && $0.shape.count == 2 && $0.shape[1] == units
        && !isMoment($0.name)
    }
    // A bare parameter such as `w_out` serves when there is no layer.
    if fitting.isEmpty {
      fitting = file.tensors.filter {
        !taken.contains($0.name) && usual.contains($0.name.split(separator: ".").last.map(String.init) ?? "")
          && $0.shape.count == 2 && $0.shape.contains(units)
      }
    }
    if fitting.count > 1 {
      // The one in the same module as the recurrence, then the one with a usual name.
      let beside = fitting.filter { $0.name.hasPrefix(roles.prefix.dropLast().map { $0 + "." }.joined()) }
      if !beside.isEmpty { fitting = beside }
      let named = fitting.filter(isNamed)
      if !named.isEmpty { fitting = named }
    }
    guard fitting.count <= 1 else {
      throw FormatError(
        expected: "one linear layer that reads out \(units) units",
        found: fitting.prefix(6).map { "\($0.name.quoted) \(describe(shape: $0.shape))" }.joined(
          separator: ", "),
        advice: "say which: --vectors w=KEY")
    }
    guard let readout = fitting.first else { return }
    roles.tensors[.readouts] = [AssignedTensor(tensor: readout)]
    if readout.name.hasSuffix(suffix), let bias = file["\(layer(readout)).bias"] {
      roles.tensors[.readoutBias] = [AssignedTensor(tensor: bias)]
    }
  }

  static func isMoment(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return ["optim", "adam", "exp_avg", "moment"].contains { lowered.contains($0) }
  }
}
