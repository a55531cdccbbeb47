// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A family of code whose networks are known by the names of their tensors, with the convention that the names do not say.
struct Family {
  /// How the network is to be made of the tensors.
  enum Kind { case vectors, mixture, dense }

  let name: String
  let kind: Kind
  /// Roles that must be there.
  let required: Set<Role>
  /// Roles or names of which one must be there, or it is another family; none when empty.
  var distinctive: Set<String> = []
  /// The ends of tensor names, components between dots, and their roles.
  let roles: [String: Role]
  /// Whether several tensors of one bias role add up.
  var biasesAdd = false
  /// Whether the readout may be any linear layer as wide as the network.
  var findsReadoutLayer = false
  /// The equation; `nil` when the names do not tell, and current form is assumed.
  var form: NetworkForm?
  /// Where 1/N stands unless the user says otherwise.
  let scaling: Scaling
  /// Whether inputs stand as (K, N), readouts as (O, N), n as (R, N), where the shape alone leaves it open.
  var inputsInRows = false
  var readoutsInRows = false
  var nInRows = false
  /// Whether a bias inside φ also acts on the rates that are read out.
  var biasReachesReadout = true
  /// α of code that has no α.
  var alpha: Double?

  /// The families, the most particular first. A new one is an entry here.
  static let all: [Family] = lowRank + dense

  /// The tensors that the user named.
  static func named(_ kind: Kind, scaling: Scaling) -> Family {
    Family(name: "named", kind: kind, required: [], roles: [:], scaling: scaling)
  }
}

// MARK: - Low rank

extension Family {
  private static let lowRank: [Family] = [
    // Dubreuil et al. 2022, networks of Gaussian populations.
    Family(
      name: "mixture", kind: .mixture,
      required: [.basis, .supports, .mWeights, .nWeights, .inputWeights, .readoutWeights],
      roles: [
        "gaussian_basis": .basis, "supports": .supports, "weights": .fractions, "wi_weights": .inputWeights,
        "m_weights": .mWeights, "n_weights": .nWeights, "wo_weights": .readoutWeights,
        "wi_biases": .inputOffsets, "m_biases": .mOffsets, "n_biases": .nOffsets,
        "h0_weights": .initialWeights,
      ], form: .current, scaling: .none, inputsInRows: true),
    Family(
      name: "valente-bias", kind: .vectors, required: [.m, .n, .inputs, .readouts, .bias],
      distinctive: ["si", "so"], roles: valente, form: .current, scaling: .mean, inputsInRows: true,
      biasReachesReadout: false),
    Family(
      name: "valente", kind: .vectors, required: [.m, .n, .inputs, .readouts], distinctive: ["si", "so"],
      roles: valente, form: .current, scaling: .mean, inputsInRows: true, biasReachesReadout: false),
    // smc_rnns and phase-limit-cycle-RNNs: φ(x + b_rec) in the recurrence, φ(x) in the readout.
    Family(
      name: "py-rnn", kind: .vectors, required: [.m, .n, .inputs, .readouts],
      roles: ["m": .m, "n": .n].merging(pyRNN) { $1 }, form: .current, scaling: .mean, inputsInRows: true,
      nInRows: true, biasReachesReadout: false),
    Family(
      name: "plain", kind: .vectors, required: [.m, .n, .inputs, .readouts],
      roles: [
        "m": .m, "n": .n, "I": .inputs, "wi": .inputs, "w": .readouts, "wo": .readouts, "b": .bias,
        "bias": .bias, "current": .current, "h0": .initialState, "x0": .initialState, "z0": .readoutBias,
        "b_out": .readoutBias,
      ], scaling: .mean),
  ]

  private static let valente: [String: Role] = [
    "m": .m, "n": .n, "wi": .inputs, "wo": .readouts, "si": .inputScale, "so": .readoutScale, "b": .bias,
    "h0": .initialState, "rec_noise": .bulk,
  ]

  fileprivate static let pyRNN: [String: Role] = [
    "w_inp": .inputs, "w_out": .readouts, "w_inp_scale": .inputScale, "w_out_scale": .readoutScale,
    "b_rec": .bias, "b_out": .readoutBias, "x0": .initialState,
  ]
}

// MARK: - Full rank

extension Family {
  private static let dense: [Family] = [
    // What training writes here, with the record of it: J without 1/N, z = wᵀφ/N.
    Family(
      name: "trained-full-rank", kind: .dense, required: [.connectivity, .inputs, .readouts],
      distinctive: ["training"],
      roles: [
        "J": .connectivity, "I": .inputs, "w": .readouts, "training": .notNeeded, "bias": .bias,
        "current": .current, "x0": .initialState, "z0": .readoutBias,
      ], form: .current, scaling: .mean),
    Family(
      name: "full-rank", kind: .dense, required: [.connectivity, .inputs, .readouts],
      roles: [
        "wrec": .connectivity, "wi": .inputs, "wo": .readouts, "si": .inputScale, "so": .readoutScale,
        "b": .bias, "h0": .initialState,
      ], form: .current, scaling: .none, inputsInRows: true, biasReachesReadout: false),
    Family(
      name: "py-rnn-full-rank", kind: .dense, required: [.connectivity, .inputs, .readouts],
      roles: ["w_rec": .connectivity].merging(pyRNN) { $1 }, form: .current, scaling: .none,
      inputsInRows: true, biasReachesReadout: false),
    // torch.nn.RNN and RNNCell: h ← φ(W_ih u + b_ih + W_hh h + b_hh), a map.
    Family(
      name: "torch-rnn", kind: .dense, required: [.connectivity, .inputs],
      roles: [
        "weight_hh_l0": .connectivity, "weight_ih_l0": .inputs, "bias_hh_l0": .bias, "bias_ih_l0": .bias,
        "weight_hh": .connectivity, "weight_ih": .inputs, "bias_hh": .bias, "bias_ih": .bias,
        "h0": .initialState, "h_0": .initialState, "x0": .initialState,
      ], biasesAdd: true, findsReadoutLayer: true, form: .rate, scaling: .none, readoutsInRows: true,
      alpha: 1),
    // Continuous-time networks of nn.Linear layers (nn-brain and its children).
    Family(
      name: "ctrnn-linear", kind: .dense, required: [.connectivity, .inputs],
      roles: layers(
        recurrent: ["h2h", "hidden2hidden", "hh", "rec2rec", "hidden_to_hidden"],
        input: [
          "input2h", "i2h", "in2h", "inp2h", "x2h", "input2hidden", "in2hidden", "input_to_hidden",
          "in_to_hidden",
        ]), biasesAdd: true,
      findsReadoutLayer: true, form: .rate, scaling: .none, readoutsInRows: true),
    Family(
      name: "latentcircuit", kind: .dense, required: [.connectivity, .inputs],
      roles: layers(
        recurrent: ["recurrent_layer", "rec_layer", "hidden_layer"],
        input: ["input_layer", "inp_layer", "in_layer"]),
      biasesAdd: true, findsReadoutLayer: true, form: .rate, scaling: .none, readoutsInRows: true),
    // nn.Linear layers under the names that matrices have elsewhere.
    Family(
      name: "linear-layers", kind: .dense, required: [.connectivity, .inputs],
      roles: layers(
        recurrent: ["W_rec", "w_rec", "Wrec", "W_hh", "recurrent", "rec", "J"],
        input: ["W_in", "W_inp", "w_in", "w_inp", "Win", "W_ih", "input", "inp", "I"]),
      biasesAdd: true, findsReadoutLayer: true, scaling: .none, readoutsInRows: true),
    // trainRNNbrain: rate form unless its equation_type is "h".
    Family(
      name: "trainRNNbrain", kind: .dense, required: [.connectivity, .inputs],
      distinctive: ["W_inp", "bias_rec", "y_init"],
      roles: [
        "W_rec": .connectivity, "W_inp": .inputs, "W_out": .readouts, "bias_rec": .current,
        "b_rec": .current, "bias_out": .readoutBias, "y_init": .initialState,
      ], form: .rate, scaling: .none, readoutsInRows: true),
    // PsychRNN: the saved weights have masks and Dale's signs in them already.
    Family(
      name: "psychrnn", kind: .dense, required: [.connectivity],
      roles: [
        "W_rec": .connectivity, "W_in": .inputs, "W_out": .readouts, "b_rec": .current, "b_out": .readoutBias,
        "init_state": .initialState, "x0": .initialState, "input_connectivity": .notNeeded,
        "rec_connectivity": .notNeeded, "output_connectivity": .notNeeded, "Dale_rec": .notNeeded,
        "Dale_out": .notNeeded, "dale_ratio": .notNeeded,
      ], scaling: .none, readoutsInRows: true),
    // One matrix and what goes with it, as fits to data and course notes name them.
    Family(
      name: "matrix", kind: .dense, required: [.connectivity],
      roles: [
        "J": .connectivity, "Wrec": .connectivity, "Whh": .connectivity, "W_hh": .connectivity,
        "I": .inputs, "Win": .inputs, "W_in": .inputs, "Wih": .inputs, "w": .readouts, "Wout": .readouts,
        "W_out": .readouts, "brec": .current, "b_rec": .current, "bias": .bias, "current": .current,
        "bout": .readoutBias, "b_out": .readoutBias, "z0": .readoutBias, "x0": .initialState,
        "h0": .initialState,
      ], scaling: .none, readoutsInRows: true),
  ]

  /// Names of nn.Linear layers: their weights (out, in), and biases that stand in the current.
  private static func layers(recurrent: [String], input: [String]) -> [String: Role] {
    var roles: [String: Role] = [
      "h0": .initialState, "x0": .initialState, "y_init": .initialState, "init_state": .initialState,
    ]
    for name in recurrent {
      roles["\(name).weight"] = .connectivity
      roles["\(name).bias"] = .current
    }
    for name in input {
      roles["\(name).weight"] = .inputs
      roles["\(name).bias"] = .current
    }
    return roles
  }
}
