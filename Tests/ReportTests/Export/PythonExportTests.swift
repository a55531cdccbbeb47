// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Report
import TestSupport
import Testing

/// The exported program is run, and compared with the circuit it was made of.
@Suite struct PythonExportTests {
  @Test(.enabled(if: Python.hasNumPy, "no python3 with numpy"), arguments: TransferFunction.allCases)
  func reproducesTheCircuit(transfer: TransferFunction) throws {
    let seed: UInt64 = 21
    let network = try randomNetwork(
      units: 40, rank: 2, inputs: 2, outputs: 1, transfer: transfer, bias: transfer == .tanh,
      biasReachesReadout: false, seed: seed)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % 2 })
    try expectTheSame(circuit, outputs: 1, name: "\(transfer), seed \(seed)")
  }

  /// Either form, with everything that a circuit may have besides m, n, I and w.
  @Test(
    .enabled(if: Python.hasNumPy, "no python3 with numpy"),
    arguments: [
      .everything(.current), .everything(.rate), NetworkKind(form: .rate),
      NetworkKind(form: .current, current: true), NetworkKind(form: .current, initialState: true),
      NetworkKind(form: .current, bias: true, readoutBias: true),
    ] as [NetworkKind])
  func reproducesEveryKind(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 40, seed: 23)
    try expectTheSame(
      try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % 2 }), outputs: 2, name: kind.name)
  }

  private func expectTheSame(_ circuit: EffectiveCircuit, outputs: Int, name kind: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "kappa-python-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (program, output) = (folder.path + "/circuit.py", folder.path + "/out.npz")
    let source = PythonExport(circuit, alpha: 0.2, source: "a \"\"\" hostile\nname \\").program
    try source.write(toFile: program, atomically: true, encoding: .utf8)
    // A stimulus that Python can make without a file: u[b, t, k] = sin(b + t / 3 + k).
    let steps = 25
    var stimulus = Stimulus(trials: 3, steps: steps, channels: 2)
    for b in 0..<3 {
      for t in 0..<steps {
        for k in 0..<2 {
          stimulus[b, t, k] = sin(Double(b) + Double(t) / 3 + Double(k))
        }
      }
    }
    let driver = """
      import sys; sys.path.insert(0, '\(folder.path)')
      import numpy as np, circuit
      b, t, k = np.ogrid[0:3, 0:\(steps), 0:2]
      kappa, z = circuit.simulate(np.sin(b + t / 3 + k))
      np.savez('\(output)', kappa=kappa, z=z)
      """
    #expect(run(["python3", "-c", driver]) == 0, "\(kind)")
    #expect(run(["python3", program]) == 0, "it runs by itself")
    let expected = Simulation(alpha: 0.2).run(circuit, under: stimulus)
    let tensors = try TensorFile.read(output).tensors
    for (name, values) in [("kappa", expected.kappa), ("z", expected.outputs)] {
      let found = try #require(tensors.first { $0.name == name })
      // The product's promise is 1e-8; the rules agree to rounding.
      #expect(relativeDifference(found.values, values) < 1e-10, "\(name), \(kind)")
    }
  }

  private func run(_ arguments: [String]) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
