// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

extension DistillationResult {
  /// Attractors under one constant input.
  public struct Portrait: Codable, Sendable, Hashable {
    /// What one of the dynamics has there.
    public struct Attractors: Codable, Sendable, Hashable {
      /// Fixed points, then rings and lines of them.
      public let fixedPoints: [PortraitResult.Point]
      /// Whether these are known to be all.
      public let complete: Bool
      /// Limit cycles.
      public let cycles: [Cycle]
    }

    /// A limit cycle, without its orbit.
    public struct Cycle: Codable, Sendable, Hashable {
      /// In units of τ, in continuous time.
      public let period: Double
      /// Whether small deviations across it decay.
      public let stable: Bool
      /// The lowest and highest κ on it, R values each.
      public let lowest, highest: [Double]
    }

    /// The epochs of the trials that present the input.
    public let epoch: String
    /// The first step of them, and the one behind the last; `nil` where that is not known.
    public let steps: [Int]?
    /// v, K values.
    public let input: [Double]
    /// The input in words.
    public let inputText: String
    /// Those of the exact manifold: the network's own, unless its J was cut.
    public let manifold: Attractors
    /// Those of the circuit.
    public let circuit: Attractors

    init(_ portrait: EpochPortrait, inputs: [String], alpha: Double) {
      epoch = portrait.panel.title
      steps = portrait.panel.steps.map { [$0.lowerBound, $0.upperBound] }
      input = portrait.panel.input
      inputText = portrait.panel.inputText(inputs)
      manifold = Attractors(portrait.manifold, portrait.manifoldCycles, alpha)
      circuit = Attractors(portrait.circuit, portrait.circuitCycles, alpha)
    }
  }
}

extension DistillationResult.Portrait.Attractors {
  fileprivate init(_ set: FixedPointSet, _ cycles: [LimitCycle], _ alpha: Double) {
    fixedPoints = PortraitResult.Point.all(of: set, alpha: alpha)
    complete = set.isComplete
    self.cycles = cycles.map { cycle in
      let ranges = (cycle.orbit.first ?? []).indices.map { cycle.range($0) }
      return DistillationResult.Portrait.Cycle(
        period: cycle.period, stable: cycle.isStable, lowest: ranges.map(\.lowerBound),
        highest: ranges.map(\.upperBound))
    }
  }
}
