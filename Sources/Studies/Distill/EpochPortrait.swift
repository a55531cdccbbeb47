// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// What the dynamics can do under one input of a task: the fixed points of the exact manifold and of the circuit.
public struct EpochPortrait: Sendable, Hashable {
  /// The epoch and its input.
  public let panel: TaskPanel
  /// Fixed points of the manifold, which are the full network's.
  public let manifold: FixedPointSet
  /// Fixed points of the circuit.
  public let circuit: FixedPointSet

  /// A portrait from its parts.
  public init(panel: TaskPanel, manifold: FixedPointSet, circuit: FixedPointSet) {
    self.panel = panel
    self.manifold = manifold
    self.circuit = circuit
  }
}
