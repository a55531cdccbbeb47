// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How inputs and populations are called in figures and sentences.
public struct CircuitNames: Sendable, Hashable {
  /// One name per input channel, e.g. `motion`.
  public let inputs: [String]
  /// Inputs that carry what a decision is about, as opposed to contexts.
  public let evidence: [Int]
  /// α_p.
  public let fractions: [Double]

  /// Names for a circuit.
  public init(inputs: [String], evidence: [Int], fractions: [Double]) {
    self.inputs = inputs
    self.evidence = evidence
    self.fractions = fractions
  }

  /// `population 2 (20.3 % of the units)`.
  package func population(_ p: Int) -> String {
    "population \(p + 1) (\(percent(fractions[p])) of the units)"
  }
}
