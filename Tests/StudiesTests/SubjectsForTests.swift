// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport

/// A circuit that turns: zero means, σ_{n m} = 1.5 on the diagonal and ±`turn` off it, no input, no output.
func turningCircuit(_ closure: Closure = .moments, turn: Double = 0.8) -> Subject {
  let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
  let turning = circuit(layout, factors: [[1.5, turn], [-turn, 1.5], [1, 0], [0, 1]])
  return Subject(circuit: CircuitFile(circuit: turning, alpha: 0.2, closure: closure, provenance: [:]))
}

/// A small network of one output that does something.
func randomSubject(rank: Int = 1, inputs: Int = 1, seed: UInt64 = 301) throws -> Subject {
  Subject(
    try randomNetwork(units: 60, rank: rank, inputs: inputs, outputs: 1, seed: seed), alpha: 0.2)
}
