// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a circuit has beyond the plain current form, as exported programs need it.
struct ExportedKind {
  /// Current form, from zero, without c, x0 and z₀: programs are then as simple as they can be.
  let isPlain: Bool
  /// The inputs of c and x0, 1 and 0, behind those of the stimulus.
  let constantInputs: [Double]
  /// The circuit's state at t = 0: κ, then v and what belongs to c and x0, or in rate form ζ.
  let start: [Double]
  /// z₀, O values.
  let readoutBias: [Double]

  init(_ circuit: EffectiveCircuit) {
    let layout = circuit.statistics.layout
    constantInputs = (layout.hasCurrent ? [1] : []) + (layout.hasInitialState ? [0] : [])
    start = circuit.initialState()
    readoutBias = (0..<layout.outputCount).map(circuit.settings.readoutBias)
    isPlain =
      circuit.form == .current && constantInputs.isEmpty && start.allSatisfy { $0 == 0 }
      && readoutBias.allSatisfy { $0 == 0 }
  }
}
