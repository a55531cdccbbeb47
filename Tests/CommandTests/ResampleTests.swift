// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import TestSupport
import Testing

/// `kappa resample`: networks drawn from a circuit file.
@Suite struct ResampleTests {
  /// A circuit of one population, written as circuit.json.
  private func circuit(in folder: ScratchFolder) throws -> (String, EffectiveCircuit) {
    let network = try randomNetwork(units: 80, rank: 1, inputs: 1, outputs: 1, seed: 161)
    let circuit = try EffectiveCircuit(of: network)
    let path = folder.file("circuit.json")
    try CircuitFile(circuit: circuit, alpha: 0.25, closure: .moments, provenance: [:]).write(to: path)
    return (path, circuit)
  }

  @Test func theFileIsANetwork() throws {
    let folder = try ScratchFolder()
    let (path, _) = try circuit(in: folder)
    let out = folder.file("drawn.npz")
    #expect(try kappa("resample", path, "--units", "60", "-o", out).status == 0)
    let drawn = try NetworkFile.load(out)
    #expect(drawn.network.unitCount == 60 && drawn.alpha == 0.25)
  }

  @Test func mistakesAreNamed() throws {
    let folder = try ScratchFolder()
    let (path, _) = try circuit(in: folder)
    let few = try kappa("resample", path, "--units", "3", "-o", folder.file("few.npz"))
    #expect(few.status == 65 && few.errors.contains(path) && few.errors.contains("more units"))
    #expect(try kappa("resample", path, "--units", "0", "-o", folder.file("none.npz")).status == 64)
    #expect(try kappa("resample", folder.file("no.json"), "-o", folder.file("none.npz")).status == 66)
    #expect(try kappa("resample", path, "-o", path).status == 64)
  }
}
