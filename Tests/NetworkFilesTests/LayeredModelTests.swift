// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Recurrent layers within larger models: under names that users give them, and with other layers before and behind.
@Suite struct LayeredModelTests {
  private func layer(_ name: String, _ rows: Int, _ columns: Int, bias: Bool = false, seed: UInt64)
    -> [Tensor]
  {
    var stream = RandomStream(seed: seed)
    let values = (0..<(rows * columns)).map { _ in stream.normal() / Double(columns).squareRoot() }
    var tensors = [Tensor(name: "\(name).weight", shape: [rows, columns], values: values)]
    if bias {
      tensors.append(
        Tensor(name: "\(name).bias", shape: [rows], values: (0..<rows).map { _ in 0.1 * stream.normal() }))
    }
    return tensors
  }

  private func load(_ tensors: [Tensor]) throws -> ImportedNetwork {
    try NetworkFile.load(TensorFile(inMemory: tensors), from: "model", ImportOptions())
  }

  @Test(arguments: [
    ["in_layer", "rec_layer", "out_layer"], ["input_to_hidden", "hidden_to_hidden", "hidden_to_output"],
    ["i2h", "h2h", "h2o"], ["input_layer", "recurrent_layer", "output_layer"],
  ]) func layersByName(names: [String]) throws {
    let imported = try load(
      layer(names[0], 24, 3, seed: 1) + layer(names[1], 24, 24, bias: true, seed: 2)
        + layer(names[2], 2, 24, bias: true, seed: 3))
    let network = imported.network
    #expect(network.unitCount == 24 && network.inputCount == 3 && network.outputCount == 2)
    #expect(network.form == .rate && network.bias != nil && network.readoutBias.contains { $0 != 0 })
  }

  /// A layer behind the readout or before the input makes z or u another one than the model's, and that is said.
  @Test func layersAroundAreSaid() throws {
    let recurrent = [
      Tensor(
        name: "rnn.weight_ih_l0", shape: [24, 5], values: layer("a", 24, 5, seed: 4)[0].values),
      Tensor(name: "rnn.weight_hh_l0", shape: [24, 24], values: layer("b", 24, 24, seed: 5)[0].values),
    ]
    let imported = try load(
      layer("encoder", 5, 3, seed: 6) + recurrent + layer("fc1", 7, 24, seed: 7) + layer("fc2", 2, 7, seed: 8)
    )
    let texts = imported.remarks.filter { $0.code == .unused }.map(\.text)
    #expect(imported.network.outputCount == 7 && imported.network.inputCount == 5)
    #expect(
      texts.contains { $0.contains("'encoder.weight'") && $0.contains("before the network") }, "\(texts)")
    #expect(texts.contains { $0.contains("'fc2.weight'") && $0.contains("behind the readout") }, "\(texts)")
  }
}
