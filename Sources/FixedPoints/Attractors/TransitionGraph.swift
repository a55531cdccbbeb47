// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A course of inputs between two rests, e.g. one stimulus of a task.
public struct StimulusCondition: Sendable, Hashable {
  /// A constant input for some time.
  public struct Segment: Sendable, Hashable {
    /// u, K values.
    public let input: [Double]
    /// How long, in units of τ.
    public let duration: Double

    /// A segment.
    public init(input: [Double], duration: Double) {
      self.input = input
      self.duration = duration
    }
  }

  /// What it is called.
  public let name: String
  /// The inputs, one after the other.
  public let segments: [Segment]

  /// A condition.
  public init(name: String, segments: [Segment]) {
    self.name = name
    self.segments = segments
  }
}

/// Which attractor each stimulus moves each attractor to: what a network can store, and what changes it.
///
/// From an attractor under the resting input, a condition's inputs are applied, v following u with time constant τ; then the
/// resting input again, until the state settles: in continuous time, or by the network's own steps where they are not small.
public struct TransitionGraph: Sendable, Hashable {
  /// The nodes: attractors under the resting input.
  public let attractors: [Attractor]
  /// The resting input, K values.
  public let rest: [Double]
  /// The stimuli.
  public let conditions: [StimulusCondition]
  /// destinations[c][a]: where condition c moves attractor a; `nil` when the state did not settle in time.
  public let destinations: [[Int?]]

  /// The graph of a dynamics.
  ///
  /// From a limit cycle, each condition starts where its orbit begins.
  ///
  /// - Parameters:
  ///   - dynamics: circuit or manifold.
  ///   - rest: the resting input.
  ///   - found: the fixed points and cycles under the resting input, and how states move.
  ///   - conditions: the stimuli; inputs of K values.
  ///   - time: how long the state may take to settle, in units of τ; without it, as for `Basins`.
  ///   - noiseVariance: variance of private noise in each unit's x.
  ///   - progress: told the share of the conditions that are done.
  public init(
    of dynamics: some ReducedDynamics, rest: [Double], found: AttractorSearch.Found,
    conditions: [StimulusCondition], time: Double? = nil, noiseVariance: Double = 0,
    progress: (Double) -> Void = { _ in }
  ) {
    precondition(
      conditions.allSatisfy { $0.segments.allSatisfy { $0.input.count == dynamics.inputCount } },
      "an input has K values")
    let attractors = Attractor.among(found)
    let scale = Basins.reach(found, rank: dynamics.rank).max() ?? 1
    let time = time ?? Basins.patience(found)
    let settling = Settling(
      dynamics, attractors: attractors,
      others: found.fixedPoints.points.filter { !found.motion.isStable($0) }, scale: scale,
      motion: found.motion, noiseVariance: noiseVariance)
    self.attractors = attractors
    self.rest = rest
    self.conditions = conditions
    destinations = conditions.enumerated().map { index, condition in
      progress(Double(index) / Double(conditions.count))
      return attractors.map { attractor in
        var state = attractor.kappa + rest
        for segment in condition.segments {
          state = settling.advance(state, under: segment.input, for: segment.duration)
        }
        // v is back at rest to 1e-9 of the stimulus before the state is judged.
        state = settling.advance(state, under: rest, for: 20)
        return settling.destination(state, under: rest, within: time)
      }
    }
  }
}
