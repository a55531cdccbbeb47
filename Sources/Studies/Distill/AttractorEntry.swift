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
      /// Limit cycles of continuous time.
      public let cycles: [Cycle]
      /// Cycles of the network's own steps; absent where the flow stands for the steps.
      public let stepCycles: [StepCycle]?
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

    /// What the network's own steps turn in, without its states.
    public struct StepCycle: Codable, Sendable, Hashable {
      /// `periodic`, `curve` or `irregular`.
      public let kind: FixedPoints.StepCycle.Kind
      /// Steps of a turn, where they are the same.
      public let steps: Double?
      /// Whether small deviations from it decay.
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
      manifold = Attractors(portrait.ofManifold, alpha)
      circuit = Attractors(portrait.ofCircuit, alpha)
    }
  }
}

extension DistillationResult.Portrait.Attractors {
  fileprivate init(_ found: AttractorSearch.Found, _ alpha: Double) {
    fixedPoints = PortraitResult.Point.all(of: found.fixedPoints, alpha: alpha)
    complete = found.fixedPoints.isComplete
    stepCycles =
      found.motion == .continuous
      ? nil
      : found.stepCycles.map { cycle in
        let ranges = (cycle.orbit.first ?? []).indices.map { cycle.range($0) }
        return DistillationResult.Portrait.StepCycle(
          kind: cycle.kind, steps: cycle.period, stable: cycle.isStable, lowest: ranges.map(\.lowerBound),
          highest: ranges.map(\.upperBound))
      }
    cycles = found.cycles.map { cycle in
      let ranges = (cycle.orbit.first ?? []).indices.map { cycle.range($0) }
      return DistillationResult.Portrait.Cycle(
        period: cycle.period, stable: cycle.isStable, lowest: ranges.map(\.lowerBound),
        highest: ranges.map(\.upperBound))
    }
  }
}
