// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Testing

/// `structure` and `ablate` as scripts see them.
@Suite struct PopulationCommandTests {
  /// Two populations far apart in m and I, of 40 and 20 units; only the second reads out.
  private func twoPopulations(_ folder: ScratchFolder) throws -> String {
    var stream = RandomStream(seed: 501)
    func vector(_ first: Double, _ second: Double, _ spread: Double) -> [Double] {
      (0..<60).map { ($0 < 40 ? first : second) + spread * stream.normal() }
    }
    let path = folder.file("two.npz")
    let m = vector(0.8, -0.8, 0.05)
    let input = vector(-0.5, 1, 0.05)
    let n = vector(0.5, -0.5, 0.05)
    let readout = (0..<60).map { $0 < 40 ? 0 : 2 + 0.05 * stream.normal() }
    try NPZFile.write(
      [("m", m), ("n", n), ("I", input), ("w", readout)].map {
        Tensor(name: $0, shape: [60, 1], values: $1)
      }, to: path)
    return path
  }

  /// What does not read out leaves z through κ alone; without the other population there is no z at all.
  @Test func ablationSaysWhoDoesIt() throws {
    let folder = try ScratchFolder()
    let network = try twoPopulations(folder)
    let arguments = [
      "ablate", network, "--task", "perceptual-decision", "--trial-count", "20", "--populations", "2",
    ]
    let outcome = try kappa(arguments + ["--json"])
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome.errors)")
    #expect(rows.count == 3)
    func change(_ row: [String: Any], _ of: String) -> Double? {
      (row[of] as? [String: Any])?["change"] as? Double
    }
    #expect(change(rows[0], "network") == 0 && change(rows[0], "circuit") == 0)
    let reading = try #require(rows.first { $0["units"] as? Int == 20 })
    let other = try #require(rows.first { $0["units"] as? Int == 40 })
    // z = wᵀφ/N loses all of its terms: a change of 100 %, to rounding; the circuit's clusters agree to their spread.
    #expect(abs(try #require(change(reading, "network")) - 1) < 1e-12)
    #expect(abs(try #require(change(reading, "circuit")) - 1) < 0.01)
    #expect(try #require(change(other, "network")) < 0.999)
    #expect(try kappa(arguments).output.contains("population 2"))
  }

  @Test func oneOfThemIsNotEnough() throws {
    let folder = try ScratchFolder()
    let network = try folder.network()
    expectOneLine(
      try kappa("ablate", network, "--task", "perceptual-decision", "--trial-count", "2"), status: 64,
      naming: "at least two populations")
    let circuit = try kappa("ablate", network, "--task", "perceptual-decision", "--circuit", "x.json")
    #expect(circuit.status == 64 && circuit.errors.contains("--circuit"), "\(circuit.errors)")
    let many = try kappa("structure", network, "--populations", "0")
    #expect(many.status == 64)
  }
}
