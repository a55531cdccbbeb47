// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport

/// A circuit that turns: zero means, σ_{n m} = 1.5 on the diagonal and ±`turn` off it, no input, no output.
func turningCircuit(_ closure: Closure = .moments, turn: Double = 0.8) -> Subject {
  let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
  let rows = [[1.5, turn], [-turn, 1.5], [1, 0], [0, 1]]
  let covariance = Matrix(rows: 4, columns: 4) { i, j in
    zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let circuit = EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [Population(layout: layout, fraction: 1, mean: [0, 0, 0, 0], covariance: covariance)]),
    transfer: .tanh)
  return Subject(circuit: CircuitFile(circuit: circuit, alpha: 0.2, closure: closure, provenance: [:]))
}

/// A small network of one output that does something.
func randomSubject(rank: Int = 1, inputs: Int = 1, seed: UInt64 = 301) throws -> Subject {
  Subject(
    try randomNetwork(units: 60, rank: rank, inputs: inputs, outputs: 1, seed: seed), alpha: 0.2)
}
