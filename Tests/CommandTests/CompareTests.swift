// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// `inspect`, `compare`, `simulate` and `distill` as scripts see them.
@Suite struct CompareTests {
  let task = ["--task", "perceptual-decision", "--trial-count", "6", "--seed", "5"]

  @Test func inspectDescribesTheFile() throws {
    let folder = try ScratchFolder()
    let object = try kappa("inspect", try folder.network(rank: 2), "--json").object()
    #expect(object["units"] as? Int == 60)
    #expect(object["rank"] as? Int == 2)
    #expect(object["inputs"] as? Int == 1)
    #expect(object["outputs"] as? Int == 1)
    #expect(object["transfer"] as? String == "tanh")
    #expect(object["alpha"] as? Double == 0.2)
    #expect(object["dialect"] as? String == "plain")
    #expect((object["warnings"] as? [String])?.isEmpty == true)
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(tensors.first?["name"] as? String == "m")
    #expect(tensors.first?["shape"] as? [Int] == [60, 2])
    #expect(tensors.allSatisfy { $0["type"] is String && $0["role"] is String })
  }

  @Test func compareJSONHasTheContractsKeys() throws {
    let folder = try ScratchFolder()
    let out = folder.file("out.npz")
    let object = try kappa(["compare", try folder.network(rank: 2)] + task + ["--json", "-o", out]).object()
    #expect(object["trials"] as? Int == 6)
    let steps = try #require(object["steps"] as? Int)
    for (name, limit) in [("manifold", 1e-12), ("circuit", 10)] {
      let errors = try #require(object[name] as? [String: Any])
      let outputs = try #require(errors["outputs"] as? [[String: Double]])
      let kappa = try #require(errors["kappa"] as? [[String: Double]])
      #expect(outputs.count == 1 && kappa.count == 2)
      #expect(Set(outputs[0].keys) == ["rmse", "max", "relative", "agreement", "accuracy", "loss"])
      #expect(Set(kappa[0].keys) == ["rmse", "max", "relative"])
      #expect(try #require(outputs[0]["relative"]) <= limit)
    }
    let arrays = try TensorFile.read(out).tensors
    #expect(
      Set(arrays.map(\.name)) == [
        "u", "z_network", "z_manifold", "z_circuit", "kappa_network", "kappa_manifold", "kappa_circuit",
        "v", "target", "mask",
      ])
    for tensor in arrays {
      let width = tensor.name.hasPrefix("kappa") ? 2 : 1
      #expect(tensor.shape == [6, steps, width] && tensor.elementType == "float64")
    }
  }

  /// Single precision rounds each x to 6e-8 of its size; a few steps of a network of order one keep that.
  @Test func compareSaysWhatSinglePrecisionCosts() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(rank: 2)
    let object = try kappa(["compare", network] + task + ["--precision", "single", "--json"]).object()
    let errors = try #require(object["single"] as? [String: Any])
    let outputs = try #require(errors["outputs"] as? [[String: Double]])
    let relative = try #require(outputs[0]["relative"])
    #expect(relative > 0 && relative < 1e-5)
    let text = try kappa(["compare", network] + task + ["--precision", "single"]).output
    #expect(text.contains("network in single precision"))
    #expect(try kappa(["compare", network] + task + ["--json"]).object()["single"] == nil)
    let out = folder.file("single.npz")
    let outcome = try kappa(["simulate", network] + task + ["--precision", "single", "-o", out])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func simulateSaysWhatItWrites() throws {
    let folder = try ScratchFolder()
    let (network, out) = (try folder.network(rank: 2), folder.file("end.npz"))
    let outcome = try kappa(
      ["simulate", network] + task + ["--last-steps", "3", "--states", "--noise", "0.1", "-o", out])
    #expect(outcome.output.contains("the last 3 kept"), "\(outcome.output)\(outcome.errors)")
    #expect(try TensorFile.read(out).tensors.first { $0.name == "x" }?.shape == [6, 3, 60])
    expectOneLine(
      try kappa(["simulate", network] + task + ["--last-steps", "0", "-o", out]), status: 64,
      naming: "--last-steps")
  }

  @Test func trialsFromAFile() throws {
    let folder = try ScratchFolder()
    let stimulus = randomStimulus(trials: 3, steps: 20, channels: 1, seed: 7)
    let path = folder.file("trials.npz")
    try NPZFile.write([Tensor(name: "u", shape: [3, 20, 1], values: stimulus.values)], to: path)
    let network = try folder.network()
    let object = try kappa("compare", network, "--trials", path, "--json").object()
    #expect(object["trials"] as? Int == 3 && object["steps"] as? Int == 20)
    let outputs = (object["circuit"] as? [String: Any])?["outputs"] as? [[String: Double]]
    #expect(Set(try #require(outputs?.first).keys) == ["rmse", "max", "relative", "agreement"])
    try NPZFile.write(
      [Tensor(name: "u", shape: [3, 20, 2], values: stimulus.values + stimulus.values)], to: path)
    expectOneLine(try kappa("compare", network, "--trials", path), status: 65, naming: "trials.npz")
  }

  @Test func aTaskOfOtherInputsIsRefused() throws {
    let folder = try ScratchFolder()
    expectOneLine(
      try kappa("compare", try folder.network(inputs: 3), "--task", "perceptual-decision"), status: 65,
      naming: "network.npz")
  }

  @Test func distillWritesEverythingAndTwiceTheSame() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(rank: 2)
    let arguments = ["distill", network] + task + ["--redraws", "5"]
    let outcome = try kappa(arguments + ["-o", folder.file("a")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for word in ["Verdict", "Equations", "τ dκ2/dt", "Error budget", "without means", "finite N"] {
      #expect(outcome.output.contains(word), "\(word)")
    }
    let names = ["circuit.json", "comparison.npz", "equations.tex", "report.html"]
    for name in names { #expect(FileManager.default.fileExists(atPath: folder.file("a/\(name)"))) }
    _ = try kappa(arguments + ["-o", folder.file("b")])
    for name in names where name != "report.html" {
      let files = try ["a", "b"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder.file("\($0)/\(name)")))
      }
      #expect(files[0] == files[1], "\(name) is a function of the arguments")
    }
    let object = try kappa(arguments + ["--json"]).object()
    #expect(object["verdict"] is [String] && object["budget"] is [[String: Any]])
  }

  /// circuit.json can be simulated, compared, and simulated by others from what it says alone.
  @Test func theCircuitFileIsEnough() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(rank: 2)
    _ = try kappa(["distill", network] + task + ["--redraws", "0", "-o", folder.file("a")])
    let circuit = folder.file("a/circuit.json")
    let out = folder.file("z.npz")
    #expect(try kappa(["simulate", circuit] + task + ["-o", out]).status == 0)
    let alone = try TensorFile.read(out).tensors.first { $0.name == "z" }?.values
    let beside = try TensorFile.read(folder.file("a/comparison.npz")).tensors.first {
      $0.name == "z_circuit"
    }?.values
    let isSame = alone != nil && alone == beside
    #expect(isSame)
    let object = try kappa(["compare", network] + task + ["--circuit", circuit, "--json"]).object()
    #expect((object["circuit"] as? [String: Any]) != nil)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: circuit)))
        as? [String: Any])
    #expect(json["format"] as? String == "kappa-circuit")
    #expect(json["version"] as? Int == 1)
    #expect(json["vectors"] as? [String] == ["n1", "n2", "w1", "m1", "m2", "I1"])
    #expect(json["closure"] as? String == "moments")
  }

  @Test func gainJSON() throws {
    let rows = try #require(
      try kappa("gain", "--delta", "0.5", "1", "--json").json() as? [[String: Any]])
    #expect(rows.count == 2)
    for row in rows {
      #expect(
        Set(row.keys) == [
          "mean", "delta", "rate", "gain", "gain2", "gain3", "square", "error", "rule", "evaluations",
        ])
    }
  }
}
