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
    let rows = [[1.5, 0.8], [-0.8, 1.5], [1, 0], [0, 1]]
    let covariance = Matrix(rows: 4, columns: 4) { i, j in
      zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let circuit = EffectiveCircuit(
      ConnectivityStatistics(
        layout: layout, unitCount: 1000,
        populations: [Population(layout: layout, fraction: 1, mean: [0, 0, 0, 0], covariance: covariance)]),
      transfer: .tanh)
    let path = folder.file("circuit.json")
    try CircuitFile(circuit: circuit, alpha: 0.2, closure: .moments, provenance: [:]).write(to: path)
    return path
  }

  @Test func cyclesAndBasins() throws {
    let folder = try ScratchFolder()
    let path = try rotation(in: folder)
    let found = try kappa("fixed-points", path, "--cycles", "--basins", "--json").object()
    let cycles = try #require(found["cycles"] as? [[String: Any]])
    let period = try #require(cycles.first?["period"] as? Double)
    // 2π a/ω; see LimitCycleTests.
    #expect(cycles.count == 1 && abs(period - 2 * Double.pi * 1.5 / 0.8) < 1e-7)
    let basins = try #require(found["basins"] as? [String: Any])
    #expect(basins["shares"] as? [Double] == [1])
    #expect(found["attractors"] as? [String] == ["c1"])
    #expect(
      (try kappa("fixed-points", path, "--json").json() as? [Any])?.count == 1, "a plain list without them")
    let born = try kappa("bifurcation", path, "--parameter", "gain", "--range=0.4:0.9", "--json").object()
    let branch = try #require((born["cycles"] as? [[String: Any]])?.first)
    #expect(abs((branch["birth"] as? Double ?? 0) - 1 / 1.5) < 1e-8)
  }

  @Test func stimuliOfATask() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(inputs: 1)
    let found = try kappa("fixed-points", network, "--task", "perceptual-decision", "--json").object()
    let transitions = try #require(found["transitions"] as? [[String: Any]])
    let attractors = try #require(found["attractors"] as? [String])
    #expect(transitions.map { $0["stimulus"] as? String } == [-4, -2, -1, 1, 2, 4].map { "coherence \($0)" })
    for transition in transitions {
      #expect((transition["destinations"] as? [Int])?.count == attractors.count)
      // 40 steps of 20 ms at τ = 100 ms.
      #expect(transition["durations"] as? [Double] == [8])
    }
    let wrong = try kappa("fixed-points", network, "--task", "context-dependent-decision")
    #expect(wrong.status == 65 && wrong.errors.contains("4 inputs"))
    let flat = try kappa("fixed-points", try folder.network("three.npz", rank: 3), "--basins")
    #expect(flat.status == 64 && flat.errors.contains("rank 3"))
  }

  @Test func bootstrapOfADiagram() throws {
    let folder = try ScratchFolder()
    let network = try folder.network(seed: 303)
    let arguments = ["--parameter", "I1", "--range=-0.2:0.2", "--bootstrap", "20", "--json"]
    let found = try kappa(["bifurcation", network] + arguments).object()
    let bootstrap = try #require(found["bootstrap"] as? [String: Any])
    let slices = try #require(bootstrap["slices"] as? [[String: Any]])
    #expect(slices.count == 41)
    for slice in slices {
      let shares = (slice["topologies"] as? [[String: Any]] ?? []).compactMap { $0["fraction"] as? Double }
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }
    let again = try kappa(["bifurcation", network] + arguments).object()
    #expect(NSDictionary(dictionary: again).isEqual(to: found), "one seed, one result")
    // A circuit file needs the network it was made from, and no other.
    let circuit = folder.file("circuit.json")
    #expect(try kappa("export", network, "--to", "json", "-o", circuit).status == 0)
    let missing = try kappa(["bifurcation", circuit] + arguments)
    #expect(missing.status == 64 && missing.errors.contains("--network"))
    let other = try kappa(
      ["bifurcation", circuit] + arguments + ["--network", try folder.network("other.npz", seed: 304)])
    #expect(other.status == 65 && other.errors.contains("other moments"))
    #expect(try kappa(["bifurcation", circuit] + arguments + ["--network", network]).status == 0)
  }

  /// A range beyond what a covariance matrix allows is cut, and refused where nothing is left of it.
  @Test func rangeOfAVariance() throws {
    let folder = try ScratchFolder()
    let path = try rotation(in: folder)
    // n = 1.5 m1 ∓ .8 m2 leaves σ_mm no room below 1.
    let cut = try kappa("bifurcation", path, "--parameter", "sigma:m1,m1", "--range=-1:2")
    #expect(
      cut.status == 0 && cut.errors.contains("the range is cut to 1.00000000"), "\(cut.errors)")
    #expect(cut.output.contains("over sigma:m1,m1 from 1.000"))
    let none = try kappa("bifurcation", path, "--parameter", "sigma:m1,m1", "--range=-1:0.5")
    #expect(none.status == 64 && none.errors.contains("from 1.00000000"), "\(none.errors)")
  }

  /// A trained network whose range holds a Hopf point of low frequency; this ran for minutes without a word.
  @Test func aRangeAcrossAHopfPoint() throws {
    let found = try kappa(
      "bifurcation", networksFolder + "/parametric-working-memory.npz", "--parameter", "sigma:n1,m1",
      "--range=0.88:0.89", "--json"
    ).object()
    let points = try #require(found["bifurcations"] as? [[String: Any]])
    #expect(points.map { $0["kind"] as? String } == ["hopf"])
    let branch = try #require((found["cycles"] as? [[String: Any]])?.first)
    #expect(branch["start"] as? String == "Hopf point" && branch["end"] as? String == "end of the range")
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
