// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// `kappa fixed-points` and `kappa bifurcation` beyond the fixed points themselves.
@Suite struct AttractorCommandTests {
  /// A circuit that turns: zero means, σ_{n m} = 1.5 on the diagonal and ±0.8 off it, no input.
  private func rotation(in folder: ScratchFolder) throws -> String {
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
    let turning = circuit(layout, factors: [[1.5, 0.8], [-0.8, 1.5], [1, 0], [0, 1]])
    let path = folder.file("circuit.json")
    try CircuitFile(circuit: turning, alpha: 0.2, closure: .moments, provenance: [:]).write(to: path)
    return path
  }

  @Test func aListOrAnObject() throws {
    let folder = try ScratchFolder()
    let path = try rotation(in: folder)
    let list = try kappa("fixed-points", path, "--json")
    #expect((try list.json() as? [Any])?.count == 1, "a plain list without more")
    #expect(list.errors.contains("note: These are all"), "what is known about it goes to stderr")
    let object = try kappa("fixed-points", path, "--cycles", "--json").object()
    #expect(object["attractors"] as? [String] == ["c1"])
  }

  @Test func messagesNameWhatIsExpected() throws {
    let folder = try ScratchFolder()
    let path = try rotation(in: folder)
    let place = try kappa("bifurcation", path, "--parameter", "sigma:n1,m1@2", "--range=0:1")
    #expect(place.status == 64 && place.errors.contains("expected sigma:n1,m1@P with a population P"))
    for range in ["--range=-1e6:1e6", "--range=0.5:0.5000000001", "--range=-1e308:1e308"] {
      let wide = try kappa("bifurcation", path, "--parameter", "gain", range)
      #expect(wide.status == 64 && wide.errors.contains("expected ends between"), "\(wide.errors)")
    }
    let network = try folder.network(inputs: 1)
    let input = try kappa("fixed-points", network, "--input", "nan")
    #expect(input.status == 64 && input.errors.contains("expected 1 number up to 1e6"), "\(input.errors)")
    // The inputs of another task of as many channels are taken as they come, and this is said.
    let task = try kappa("fixed-points", network, "--task", "perceptual-decision")
    #expect(task.output.contains("the network's inputs are taken for I1 = "), "\(task.output)")
    let fitted = folder.file("fitted.json")
    let circuit = try CircuitFile.read(path).circuit
    try CircuitFile(circuit: circuit, alpha: 0.2, closure: .refined, provenance: [:]).write(to: fitted)
    let bootstrap = try kappa(
      "bifurcation", fitted, "--parameter", "gain", "--range=0.4:0.5", "--bootstrap", "20")
    #expect(bootstrap.status == 64 && bootstrap.errors.contains("Bootstrap the network itself"))
  }

  /// Without gnuplot scripts and data are there, and no empty log.
  @Test func withoutGnuplot() throws {
    let folder = try ScratchFolder()
    let path = try rotation(in: folder)
    let run = try kappa(
      ["bifurcation", path, "--parameter", "gain", "--range=0.4:0.5", "-o", folder.file("figures")],
      environment: ["PATH": "/nonexistent"])
    #expect(run.status == 0 && run.errors.contains("gnuplot is not installed"), "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("figures"))
    #expect(files.contains("bifurcations.gp") && !files.contains { $0.hasSuffix(".log") }, "\(files)")
  }
}
