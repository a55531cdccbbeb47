// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension Recognition {
  /// Networks whose names are known and whose equations are not among those of this program: refused by name.
  static func refuseUnsupported(_ file: TensorFile) throws {
    if UnfinishedFit.isOne(file) {
      throw FormatError(
        expected: "a network", found: "a fit that was interrupted before there was one",
        advice: "go on with it: kappa fit … --resume and this file")
    }
    for tensor in file.tensors {
      let leaf = tensor.name.split(separator: ".").last.map(String.init) ?? tensor.name
      if leaf == "weight_hh_l0" || leaf == "weight_hh", tensor.shape.count == 2, tensor.shape[1] > 0 {
        let gates = [3: "nn.GRU", 4: "nn.LSTM"]
        let (rows, units) = (tensor.shape[0], tensor.shape[1])
        if let kind = gates[rows / units], rows % units == 0 {
          throw FormatError(
            expected: "a network of units without gates, such as nn.RNN",
            found: "an \(kind): \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))",
            advice: "gated units are not supported; their dynamics is not a low-rank network's")
        }
      }
      let reason: String? =
        switch leaf {
        case "weight_hh_l1": "several recurrent layers"
        case "weight_hh_l0_reverse": "a bidirectional network"
        case "weight_hr_l0": "a recurrent layer with a projection"
        case "taus_gaus": "units with time constants of their own"
        default: nil
        }
      if let reason {
        throw FormatError(
          expected: "one recurrent layer with one time constant",
          found: "\(reason): \(tensor.name.quoted) of shape \(describe(shape: tensor.shape))",
          advice: "such networks are not supported")
      }
    }
  }
}
