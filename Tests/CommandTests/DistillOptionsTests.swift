// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// Which circuit `distill` makes, and what it says of its certainty.
@Suite struct DistillOptionsTests {
  private let task = ["--task", "perceptual-decision", "--trial-count", "20", "--redraws", "0"]

  private func errors(_ object: [String: Any]) throws -> (closure: String?, relative: Double) {
    let comparison = try #require(object["comparison"] as? [String: Any])
    let circuit = try #require(comparison["circuit"] as? [String: Any])
    let output = try #require((circuit["outputs"] as? [[String: Any]])?.first)
    return (comparison["closure"] as? String, try #require(output["relative"] as? Double))
  }

  /// A bias is one more column of the drives; its coefficient is one.
  @Test(arguments: [true, false]) func networksWithABiasAreClusteredAndFitted(reachesReadout: Bool) throws {
    let folder = try ScratchFolder()
    let network = try randomNetwork(
      units: 120, rank: 1, inputs: 1, outputs: 1, bias: true, biasReachesReadout: reachesReadout, seed: 521)
    let path = folder.file("biased.npz")
    let bias = try #require(network.bias).values
    func column(_ name: String, _ values: [Double]) -> Tensor {
      Tensor(
        name: name, shape: reachesReadout ? [120, 1] : name == "wi" ? [1, 120] : [120, 1], values: values)
    }
    // Scales of input and readout are the mark of the dialect whose readout does not see the bias.
    try NPZFile.write(
      [
        column("m", network.m.elements), column("n", network.n.elements),
        column("wi", network.inputs.elements),
        column("wo", network.readouts.elements), column("b", bias), Tensor(name: "alpha", scalar: 0.2),
      ] + (reachesReadout ? [] : ["si", "so"].map { Tensor(name: $0, shape: [1], values: [1]) }), to: path)
    let moments = try errors(
      try kappa(["distill", path, "--populations", "2", "--replicates", "0", "--json"] + task).object())
    for closure in ["regressed", "refined"] {
      let out = folder.file(closure)
      let fitted = try kappa(
        [
          "distill", path, "--populations", "2", "--closure", closure, "--json", "--closures", "2", "-o", out,
        ] + (closure == "refined" ? ["--anchor", "0"] : []) + task, environment: ["PATH": folder.path])
      #expect(fitted.status == 0, "\(fitted.errors), seed 521")
      let found = try errors(try fitted.object())
      #expect(found.closure == closure)
      #expect(found.relative < moments.relative && found.relative < 0.02, "\(found.relative), seed 521")
      // The file says enough for another command to find the same error.
      let again = try kappa(
        ["compare", path, "--circuit", out + "/circuit.json", "--json"]
          + task.filter { $0 != "--redraws" && $0 != "0" }
      ).object()
      let circuit = try #require(again["circuit"] as? [String: Any])
      let output = try #require((circuit["outputs"] as? [[String: Any]])?.first)
      #expect(output["relative"] as? Double == found.relative, "\(closure), seed 521")
    }
  }

  /// Without a closure, `auto` takes the simplest circuit that follows the network.
  @Test func autoChoosesTheClosureToo() throws {
    let network = networksFolder + "/perceptual-decision.npz"
    let run = try kappa(["distill", network, "--populations", "auto", "--replicates", "0", "--json"] + task)
    let found = try errors(try run.object())
    // One Gaussian leaves more than 5 % here.
    #expect(found.closure != "moments" && found.relative < 0.03, "\(found)")
    #expect(run.errors.contains("P = 1, moments: validation error"), "\(run.errors)")
    #expect(run.errors.contains("chosen: "), "\(run.errors)")
    let explicit = try kappa(
      ["distill", network, "--populations", "auto", "--closure", "moments", "--replicates", "0", "--json"]
        + task)
    #expect(try errors(try explicit.object()).closure == "moments")
  }

  @Test func bothIntervalsAndTheirCoverageAreThere() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let arguments = ["distill", network, "--replicates", "40", "--seed", "5", "--json"] + task
    let objects = try (0..<2).map { _ in try kappa(arguments).object() }
    let found = try #require(objects[0]["intervals"] as? [String: Any])
    #expect(found as NSDictionary == objects[1]["intervals"] as? NSDictionary, "seed 5")
    #expect(found["replicates"] as? Int == 40 && found["level"] as? Double == 0.9)
    let numbers = try #require(found["numbers"] as? [[String: Any]])
    #expect(numbers.contains { $0["name"] as? String == "σ(n1, m1)" })
    let moments = try EffectiveCircuit(
      of: randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 301)
    )
    .statistics.populations[0]
    for number in numbers where number["name"] as? String == "σ(n1, m1)" {
      let value = try #require(number["value"] as? Double)
      #expect(abs(value - moments.covariance(.n(0), .m(0))) < 1e-12)
      for kind in ["bootstrap", "redraw"] {
        let interval = try #require(number[kind] as? [Double])
        // 90 % of 40 replicates: ±1.645 standard errors, known to about a quarter.
        let width = 2 * 1.645 * moments.standardError(.n(0), .m(0), units: 60)
        #expect(interval[0] < value && value < interval[1], "\(kind), seed 5")
        #expect((0.4...1.8).contains((interval[1] - interval[0]) / width), "\(kind), seed 5")
      }
    }
    let coverage = try #require(found["coverage"] as? [[String: Any]])
    #expect(coverage.map { $0["quantity"] as? String } == ["κ1", "z1"])
    for row in coverage {
      for kind in ["bootstrap", "redraw"] {
        #expect((0.0...1.0).contains(try #require(row[kind] as? Double)))
        #expect(try #require(row[kind + "Width"] as? Double) > 0)
      }
    }
    let none = try kappa(["distill", network, "--replicates", "0", "--json"] + task).object()
    #expect(none["intervals"] == nil)
    for wrong in [["--replicates", "5"], ["--closures", "99"]] {
      #expect(try kappa(["distill", network] + wrong + task).status == 64)
    }
  }
}
