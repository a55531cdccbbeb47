// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// The JSON of `kappa fixed-points` when more than fixed points was asked for.
struct PortraitDocument: Encodable {
  struct Cycle: Encodable {
    let period: Double
    let multipliers: [[Double]]
    let stable: Bool
    let defect: Double
    let orbit: [[Double]]

    init(_ cycle: LimitCycle) {
      period = cycle.period
      multipliers = cycle.multipliers.map { [$0.real, $0.imaginary] }
      stable = cycle.isStable
      defect = cycle.defect
      orbit = cycle.orbit
    }
  }

  struct Grid: Encodable {
    let axes: [[Double]]
    /// Index into `attractors`, κ1 running fastest; -1 for none.
    let labels: [Int]
    let shares: [Double]
    let undecided: Double

    init(_ basins: Basins) {
      axes = basins.axes
      labels = basins.labels.map { $0 ?? -1 }
      shares = basins.shares
      undecided = basins.undecided
    }
  }

  struct Transition: Encodable {
    let stimulus: String
    let inputs: [[Double]]
    let durations: [Double]
    /// For each attractor the one it is moved to; -1 for none in time.
    let destinations: [Int]
  }

  let fixedPoints: [FixedPointEntry]
  let complete: Bool
  let cycles: [Cycle]
  /// Names of the attractors: a number is a fixed point's, counted from one; c1, c2, … are cycles.
  let attractors: [String]
  let basins: Grid?
  let transitions: [Transition]?

  init(_ portrait: Portrait) {
    fixedPoints = portrait.set.points.map(FixedPointEntry.init)
    complete = portrait.set.isComplete
    cycles = (portrait.cycles ?? []).map(Cycle.init)
    attractors = Attractor.among(portrait.set.points, portrait.cycles ?? []).map(portrait.name)
    basins = portrait.basins.map(Grid.init)
    transitions = portrait.transitions.map { graph in
      zip(graph.conditions, graph.destinations).map { condition, destinations in
        Transition(
          stimulus: condition.name, inputs: condition.segments.map(\.input),
          durations: condition.segments.map(\.duration), destinations: destinations.map { $0 ?? -1 })
      }
    }
  }
}

/// One fixed point of the JSON.
struct FixedPointEntry: Encodable {
  let kappa: [Double]
  let eigenvalues: [[Double]]
  let stable: Bool
  let speed: Double
  let output: [Double]

  init(_ point: FixedPoint) {
    kappa = point.kappa
    eigenvalues = point.eigenvalues.map { [$0.real, $0.imaginary] }
    stable = point.isStable
    speed = point.speed
    output = point.outputs
  }
}
