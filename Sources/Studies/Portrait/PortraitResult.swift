// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank

/// Fixed points of a dynamics under a constant input, and what else was asked for.
///
/// Encoded as the list of fixed points, or as an object where more was asked for.
public struct PortraitResult: Codable, Sendable {
  /// A limit cycle.
  public struct Cycle: Codable, Sendable, Hashable {
    /// In units of τ.
    public let period: Double
    /// [real, imaginary] of the Floquet multipliers.
    public let multipliers: [[Double]]
    /// Whether small deviations across it decay.
    public let stable: Bool
    /// How far the orbit is from closing.
    public let defect: Double
    /// States along it.
    public let orbit: [[Double]]

    init(_ cycle: LimitCycle) {
      period = cycle.period
      multipliers = cycle.multipliers.map { [$0.real, $0.imaginary] }
      stable = cycle.isStable
      defect = cycle.defect
      orbit = cycle.orbit
    }
  }

  /// What the network's own steps turn in.
  public struct StepCycle: Codable, Sendable, Hashable {
    /// `periodic`, `curve` or `irregular`.
    public let kind: FixedPoints.StepCycle.Kind
    /// Steps of a turn; in JSON null where they are not the same or not known.
    public let steps: Double?
    /// [real, imaginary] of the multipliers over one turn of a periodic one.
    public let multipliers: [[Double]]
    /// The largest Lyapunov exponent, per step.
    public let exponent: Double
    /// Whether small deviations from it decay.
    public let stable: Bool
    /// States on it.
    public let orbit: [[Double]]

    init(_ cycle: FixedPoints.StepCycle) {
      kind = cycle.kind
      steps = cycle.period
      multipliers = cycle.multipliers.map { [$0.real, $0.imaginary] }
      exponent = cycle.exponent
      stable = cycle.isStable
      orbit = cycle.orbit
    }
  }

  /// Basins of attraction on a grid.
  public struct Grid: Codable, Sendable, Hashable {
    /// Values of κ along each axis.
    public let axes: [[Double]]
    /// Index into `attractors`, κ1 running fastest; -1 for none.
    public let labels: [Int]
    /// Share of the grid that leads to each attractor.
    public let shares: [Double]
    /// Share that led nowhere in time.
    public let undecided: Double

    init(_ basins: Basins) {
      axes = basins.axes
      labels = basins.labels.map { $0 ?? -1 }
      shares = basins.shares
      undecided = basins.undecided
    }
  }

  /// Where a stimulus, followed by rest, moves each attractor.
  public struct Transition: Codable, Sendable, Hashable {
    /// Its name.
    public let stimulus: String
    /// Inputs of its segments, K values each.
    public let inputs: [[Double]]
    /// Durations of its segments in units of τ.
    public let durations: [Double]
    /// For each attractor the one it is moved to; -1 for none in time.
    public let destinations: [Int]
  }

  /// What the figures come from, for pages and figures.
  public struct Details: Sendable {
    /// The network or circuit.
    public let subject: String
    /// Which dynamics.
    public let dynamics: Portrait.Kind
    /// α = dt/τ.
    public let alpha: Double
    /// The constant input.
    public let input: [Double]
    /// Fixed points and, where more was asked for, cycles.
    public let found: AttractorSearch.Found
    /// Whether more than fixed points was asked for.
    public let isExtended: Bool
    /// Basins; `nil` when they were not asked for.
    public let basins: Basins?
    /// What stimuli do; `nil` when it was not asked for.
    public let transitions: TransitionGraph?
    /// What the task takes the inputs for.
    public let inputMeaning: String?
    /// R where the dynamics is that of a dense J cut to rank R; `nil` where it is the network's own.
    public let cutRank: Int?

    /// Fixed points and slow points.
    public var set: FixedPointSet { found.fixedPoints }
    /// Limit cycles; `nil` when they were not looked for.
    public var cycles: [LimitCycle]? { isExtended ? found.cycles : nil }
    /// Cycles of the network's own steps; `nil` when they were not looked for, or where the flow stands for the steps.
    public var stepCycles: [FixedPoints.StepCycle]? {
      isExtended && found.motion != .continuous ? found.stepCycles : nil
    }
  }

  /// The fixed points, ordered by κ; then rings and lines of them.
  public let points: [Point]
  /// Whether these are known to be all; `nil` in a result read from a list.
  public let complete: Bool?
  /// Limit cycles of continuous time; `nil` when they were not looked for.
  public let cycles: [Cycle]?
  /// Cycles of the network's own steps; `nil` where the flow stands for the steps.
  public let stepCycles: [StepCycle]?
  /// Names of the attractors: a number is a fixed point's, counted from one; c1, c2, … are limit cycles, s1, s2, … cycles of
  /// the network's own steps. Basins and transitions are those of the steps where `stepCycles` is there.
  public let attractors: [String]?
  /// Basins of attraction.
  public let basins: Grid?
  /// What the task's stimuli do.
  public let transitions: [Transition]?
  /// What the figures come from; not part of the JSON, and `nil` in a result read from it.
  public let details: Details?
  /// What to know beside the numbers; not part of the JSON.
  public let remarks: [Remark]

  init(_ details: Details, remarks: [Remark]) {
    self.details = details
    self.remarks = remarks
    points = Point.all(of: details.set, alpha: details.alpha)
    complete = details.set.isComplete
    cycles = details.cycles?.map(Cycle.init)
    stepCycles = details.stepCycles?.map(StepCycle.init)
    attractors = details.isExtended ? Attractor.among(details.found).map(details.name) : nil
    basins = details.basins.map(Grid.init)
    transitions = details.transitions.map { graph in
      zip(graph.conditions, graph.destinations).map { condition, destinations in
        Transition(
          stimulus: condition.name, inputs: condition.segments.map(\.input),
          durations: condition.segments.map(\.duration), destinations: destinations.map { $0 ?? -1 })
      }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case points = "fixedPoints"
    case complete, cycles, stepCycles, attractors, basins, transitions
  }

  /// A list of fixed points, or an object with everything.
  public init(from decoder: any Decoder) throws {
    (details, remarks) = (nil, [])
    if let points = try? decoder.singleValueContainer().decode([Point].self) {
      self.points = points
      (complete, cycles, stepCycles, attractors, basins, transitions) = (nil, nil, nil, nil, nil, nil)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    points = try container.decode([Point].self, forKey: .points)
    complete = try container.decode(Bool.self, forKey: .complete)
    cycles = try container.decode([Cycle].self, forKey: .cycles)
    stepCycles = try container.decodeIfPresent([StepCycle].self, forKey: .stepCycles)
    attractors = try container.decode([String].self, forKey: .attractors)
    basins = try container.decodeIfPresent(Grid.self, forKey: .basins)
    transitions = try container.decodeIfPresent([Transition].self, forKey: .transitions)
  }

  /// A list of fixed points, or an object with everything.
  public func encode(to encoder: any Encoder) throws {
    guard let cycles else {
      var container = encoder.singleValueContainer()
      return try container.encode(points)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(points, forKey: .points)
    try container.encode(complete ?? false, forKey: .complete)
    try container.encode(cycles, forKey: .cycles)
    try container.encodeIfPresent(stepCycles, forKey: .stepCycles)
    try container.encode(attractors ?? [], forKey: .attractors)
    try container.encodeIfPresent(basins, forKey: .basins)
    try container.encodeIfPresent(transitions, forKey: .transitions)
  }
}

extension PortraitResult.Details {
  /// How an attractor is called: by its number in the tables.
  public func name(_ attractor: Attractor) -> String {
    switch attractor {
    case .fixedPoint(let point): "\((set.points.firstIndex(of: point) ?? -1) + 1)"
    case .limitCycle(let cycle): "c\((cycles?.firstIndex(of: cycle) ?? -1) + 1)"
    case .stepCycle(let cycle): "s\((stepCycles?.firstIndex(of: cycle) ?? -1) + 1)"
    }
  }

  /// Whether the fixed points are all there are, and why.
  public var completeness: String {
    switch set.completeness {
    case .proven(let how): "These are all: \(how)."
    case .searched(let why): "There may be more: \(why)."
    }
  }
}
