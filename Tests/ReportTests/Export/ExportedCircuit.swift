// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

/// What the tests of exported programs share: a circuit of two populations, constant inputs, and what the engine makes
/// of them.
struct ExportedCircuit {
  static let seed: UInt64 = 22
  static let steps = 25
  static let inputs = [0.7, -0.4]
  let circuit: EffectiveCircuit
  let expected: Trajectory

  init(_ transfer: TransferFunction) throws {
    let network = try randomNetwork(
      units: 40, rank: 2, inputs: 2, outputs: 2, transfer: transfer, bias: transfer == .tanh,
      biasReachesReadout: false, seed: Self.seed)
    circuit = try EffectiveCircuit(of: network, labels: (0..<40).map { $0 % 2 })
    let stimulus = Stimulus(
      trials: 1, steps: Self.steps, channels: 2,
      values: (0..<Self.steps).flatMap { _ in Self.inputs })
    expected = Simulation(alpha: 0.2).run(circuit, under: stimulus)
  }

  /// Largest difference of (κ, z) in a table of rows (κ1, κ2, z1, z2) from the engine's, relative to the largest value.
  func difference(_ table: [[Double]]) -> Double {
    guard table.count == Self.steps, table.allSatisfy({ $0.count == 4 }) else { return .infinity }
    return relativeDifference(
      table.flatMap { $0 },
      (0..<Self.steps).flatMap { step in
        (0..<2).map { expected.kappa(trial: 0, step: step, $0) }
          + (0..<2).map { expected.output(trial: 0, step: step, $0) }
      })
  }

  /// Numbers of a text file, row by row; lines that are none are left out.
  static func table(_ path: String) throws -> [[Double]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
      let cells = line.split { $0 == " " || $0 == "," }.map { Double($0) }
      let numbers = cells.compactMap { $0 }
      return numbers.count == cells.count ? numbers : nil
    }
  }
}

/// An empty folder for the time of one test.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = TemporaryFolder()
  defer { folder.remove() }
  try body(folder.path)
}
