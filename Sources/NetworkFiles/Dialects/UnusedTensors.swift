// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Tensors of a file that got no role: whether they could change the dynamics, and what is then wrong.
struct UnusedTensors {
  let units: Int
  let outputs: Int
  let inputs: Int

  /// Notes what the user should know about them.
  ///
  /// Names and shapes decide. Whatever looks like a part of the network is said to be missing from it; moments of an
  /// optimiser, masks that are in the weights already, losses and the like are listed as not used, and single numbers
  /// that mean nothing to a network are passed over.
  func note(_ tensors: [Tensor], _ notes: inout ImportNotes) {
    var harmless: [String] = []
    for tensor in tensors {
      if let consequence = consequence(of: tensor) {
        notes.warn(
          .unused, "\(tensor.name.quoted) \(describe(shape: tensor.shape)) is not used: \(consequence)")
      } else if tensor.shape.contains(where: { $0 > 1 }) {
        harmless.append(tensor.name.quoted)
      }
    }
    guard !harmless.isEmpty else { return }
    let shown = harmless.prefix(8).joined(separator: ", ")
    notes.warn(
      .reading, "not used: \(shown)\(harmless.count > 8 ? " and \(harmless.count - 8) more" : "")")
  }

  /// What is wrong with the network without a tensor; `nil` when nothing is.
  func consequence(of tensor: Tensor) -> String? {
    let name = tensor.name.lowercased()
    if Self.ofTraining.contains(where: { name.contains($0) }) { return nil }
    let leaf = tensor.name.split(separator: ".").last.map(String.init) ?? tensor.name
    let key = tensor.name
    if RateScale.names.contains(tensor.name) { return nil }
    guard tensor.text == nil else {
      return Settings.names[leaf] == .transfer || Settings.names[leaf] == .form
        ? "it names a nonlinearity or an equation, which --transfer and --form can say" : nil
    }
    if tensor.values.allSatisfy({ $0 == 0 }), tensor.values.count > 1 { return nil }
    let lengths = tensor.shape.filter { $0 != 1 }
    switch leaf {
    case _ where lengths.isEmpty && ["g", "gain", "G"].contains(leaf):
      return "it may be a gain that multiplies connectivity, which --scale J=NUMBER|KEY says"
    case "b_out", "bo", "bias_out", "out_bias", "bout", "z0":
      return "the output may lack this bias; name it with --vectors z0=\(key)"
    case "x0", "h0", "y_init", "init_state", "h_init", "initial_state", "hidden_init", "state0", "h_0":
      return "the network starts at zero and not there; name it with --vectors x0=\(key)"
    case _ where lengths == [units] && ["tau", "taus", "alpha", "alphas"].contains(leaf):
      return "units have time constants of their own, which are not supported"
    default: break
    }
    if leaf.hasSuffix("_scale") || leaf.hasPrefix("scale") || ["si", "so"].contains(leaf) {
      return "it may be a factor of other tensors; name it with --scale I=\(key) or --scale w=\(key)"
    }
    if lengths == [units, units] {
      if name.contains("mask") || name.contains("connectivity") || name.contains("dale") {
        return "weights that this mask removes or signs it imposes are as the other tensors have them"
      }
      return
        "the recurrent connectivity lacks this matrix (a random bulk, or J before training?), so that the "
        + "network is another one than the file's if it belongs to it"
    }
    if lengths == [units] {
      return "the network may lack this vector; if it is a bias or an initial state, name it with --vectors "
        + "bias=\(key), current=\(key) or x0=\(key)"
    }
    if lengths.contains(units) {
      guard lengths.count == 2 else { return "the network lacks these values, if they belong to it" }
      return "the network lacks these vectors, if they belong to it; name inputs with --vectors I=\(key), "
        + "readouts with --vectors w=\(key)"
    }
    // Layers of a larger model, by their shapes (out, in).
    if leaf == "weight", tensor.shape.count == 2 {
      if outputs > 1, tensor.shape[1] == outputs {
        return
          "it reads \(outputs) values, as many as z has: if it stands behind the readout, z here is what it "
          + "gets and not what the file's model gives"
      }
      if inputs > 1, tensor.shape[0] == inputs {
        return
          "it gives \(inputs) values, as many as the network has inputs: if it stands before the network, "
          + "u here is what it gives and not what the file's model gets"
      }
    }
    let isBias = leaf == "bias" || leaf.hasPrefix("b_") || leaf.hasPrefix("bias_")
    if isBias && lengths.isEmpty || (isBias || leaf.hasPrefix("b")) && lengths == [outputs] {
      return "the output may lack this bias; name it with --vectors z0=\(key)"
    }
    return nil
  }

  /// Parts of names of what belongs to training and not to the network.
  private static let ofTraining = [
    "optim", "adam", "exp_avg", "moment", "loss", "accuracy", "epoch", "scheduler", "beta1_power",
    "beta2_power", "grad", "history", "num_batches", "seed", "param_groups", "rmsprop", "global_step",
  ]
}
