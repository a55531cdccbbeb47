// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// `distill` of networks of which there is little to say, and options that cannot be met.
@Suite struct DistillEdgeTests {
  /// A network of 40 units with readouts of a given kind, and trials with some input.
  private func setUp(_ folder: ScratchFolder, readouts: Int, size: Double) throws -> (
    network: String, trials: String
  ) {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: max(readouts, 1), seed: 621)
    func array(_ name: String, _ matrix: Matrix, _ size: Double = 1) -> Tensor {
      Tensor(
        name: name, shape: [matrix.rows, matrix.columns], values: matrix.transposed.elements.map { size * $0 }
      )
    }
    let path = folder.file("network.npz")
    let readout = array("w", network.readouts, size)
    try NPZFile.write(
      [
        array("m", network.m), array("n", network.n), array("I", network.inputs),
        readouts == 0 ? Tensor(name: "w", shape: [40, 0], values: []) : readout,
        Tensor(name: "alpha", scalar: 0.2),
      ], to: path)
    var stream = RandomStream(seed: 621, stream: 1)
    let trials = folder.file("trials.npz")
    try NPZFile.write(
      [Tensor(name: "u", shape: [12, 8, 1], values: (0..<96).map { _ in stream.normal() })], to: trials)
    return (path, trials)
  }

  @Test func anOutputThatIsZeroIsNotReproduced() throws {
    let folder = try ScratchFolder()
    let (network, trials) = try setUp(folder, readouts: 1, size: 0)
    let run = try kappa(
      "distill", network, "--trials", trials, "--populations", "1", "--json", "--replicates", "0")
    let page = folder.file("report")
    let text = try kappa(
      "distill", network, "--trials", trials, "--replicates", "20", "-o", page, "--closure", "regressed",
      environment: ["PATH": folder.path])
    #expect(!text.output.contains(/\b(nan|inf)\b/), "\(text.output)")
    let html = try String(contentsOfFile: page + "/report.html", encoding: .utf8)
    #expect(!html.contains("reproduces the network to 0\u{A0}%") && !html.contains("misses by inf"))
    let verdict = try #require(try run.object()["verdict"] as? [String], "\(run.errors)")
    #expect(
      verdict.contains { $0.contains("z is zero in all 12 trials: there is nothing to reproduce") },
      "\(verdict)")
    #expect(!verdict.contains { $0.contains("One Gaussian population reproduces") }, "\(verdict)")
    #expect(verdict.last?.contains(/Not explained: .*κ/) == true, "\(verdict)")
  }

  /// Seventeen outputs are not seventeen sentences.
  @Test func manyOutputsAreToldByTheWorst() throws {
    let folder = try ScratchFolder()
    let (network, trials) = try setUp(folder, readouts: 17, size: 1)
    let run = try kappa(
      "distill", network, "--trials", trials, "--populations", "1", "--json", "--redraws", "0",
      "--replicates",
      "0")
    let object = try run.object()
    let verdict = try #require(object["verdict"] as? [String], "\(run.errors)")
    let sentences = verdict.filter { $0.hasPrefix("One Gaussian population") }
    #expect(sentences.count == 1, "\(verdict)")
    let circuit = try #require((object["comparison"] as? [String: Any])?["circuit"] as? [String: Any])
    let errors = try #require(circuit["outputs"] as? [[String: Any]]).compactMap { $0["relative"] as? Double }
    let worst = try #require(errors.indices.max { errors[$0] < errors[$1] })
    #expect(errors.count == 17, "seed 621")
    #expect(sentences.first?.contains("the worst of 17 outputs, z\(worst + 1),") == true, "\(verdict)")
  }

  @Test func withoutAReadoutTheVerdictIsOnTheLatents() throws {
    let folder = try ScratchFolder()
    let (network, trials) = try setUp(folder, readouts: 0, size: 1)
    let arguments = ["distill", network, "--trials", trials, "--replicates", "20"]
    let run = try kappa(
      arguments + ["--json", "-o", folder.file("report")], environment: ["PATH": folder.path])
    let object = try run.object()
    let verdict = try #require(object["verdict"] as? [String], "\(run.errors)")
    let circuit = try #require((object["comparison"] as? [String: Any])?["circuit"] as? [String: Any])
    let error = try #require((circuit["kappa"] as? [[String: Any]])?.first?["relative"] as? Double)
    #expect(error > 1e-6, "seed 621")
    #expect(verdict.contains { $0.contains("no readout") }, "\(verdict)")
    #expect(verdict.contains { $0.contains(/One Gaussian population .*κ/) }, "\(verdict)")
    #expect(verdict.last?.contains("of κ") == true, "\(verdict)")
    #expect(!run.errors.contains("ran away"), "\(run.errors)")
    let text = try kappa(arguments)
    #expect(
      text.errors.contains("nothing is read out") && !text.errors.contains("ran away"), "\(text.errors)")
    #expect(text.status == 0)
  }

  @Test func optionsThatCannotBeMetAreMistakesOfUsage() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    let task = [
      "--task", "perceptual-decision", "--trial-count", "10", "--redraws", "0", "--replicates", "0",
    ]
    for closure in ["moments", "regressed", "refined"] {
      expectOneLine(
        try kappa(["distill", network, "--populations", "61", "--closure", closure] + task), status: 64,
        naming: "--populations: expected at most 30")
    }
    expectOneLine(
      try kappa(["distill", network, "--figures", "pdf"] + task), status: 64, naming: "--figures")
  }

  /// A file's circuit is judged by what it does, not by what the network's own moments do.
  @Test func aCircuitFromAFileIsJudgedByItsOwnRow() throws {
    let folder = try ScratchFolder()
    let network = networksFolder + "/perceptual-decision.npz"
    let task = [
      "--task", "perceptual-decision", "--trial-count", "40", "--redraws", "0", "--replicates", "0",
      "--closures", "1",
    ]
    let path = ["PATH": folder.path]
    #expect(
      try kappa(
        ["distill", network, "--populations", "1", "-o", folder.file("own")] + task, environment: path
      ).status == 0)
    // The same circuit with its couplings halved: no attractors are left.
    let file = folder.file("own/circuit.json")
    var document = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as? [String: Any])
    var populations = try #require(document["populations"] as? [[String: Any]])
    var covariance = try #require(populations[0]["covariance"] as? [[Double]])
    for j in covariance.indices where j > 0 {
      covariance[0][j] /= 2
      covariance[j][0] /= 2
    }
    populations[0]["covariance"] = covariance
    document["populations"] = populations
    let changed = folder.file("changed.json")
    try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: changed))
    let run = try kappa(
      ["distill", network, "--circuit", changed, "-o", folder.file("changed"), "--json"] + task,
      environment: path)
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(contentsOfFile: folder.file("changed/report.html"), encoding: .utf8)
    let own = try String(contentsOfFile: folder.file("own/report.html"), encoding: .utf8)
    let row = /this report(&#39;|')s, P = 1/
    #expect(!own.contains(row) && page.contains(row))
    #expect(own.contains("On held-out trials of the task the circuit follows the network to "))
    #expect(!page.contains("On held-out trials of the task the circuit follows the network to "))
    #expect(
      page.contains(
        /On held-out trials of the task the circuit (does not follow|follows the network only roughly)/))
  }
}
