// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import NetworkFiles

/// Where the dynamics rests under a constant input: fixed points and slow points, and where asked for limit cycles,
/// basins of attraction, and what a task's stimuli do to the attractors.
///
///     let result = try Portrait().run(on: Subject(file: "trained.npz"))
///     print(result.points.filter { $0.stable == true }.map(\.kappa))
public struct Portrait: Study, Hashable {
  /// Which dynamics.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    /// The Gaussian circuit.
    case circuit
    /// The exact manifold, whose fixed points are those of all N units.
    case manifold
  }

  /// The constant input v, one number per channel; `nil` for zero.
  public var input: [Double]?
  /// Which dynamics; `nil` for a circuit file's circuit, or else the manifold.
  public var on: Kind?
  /// SD of each unit's private noise, per Euler step.
  public var noise: Double
  /// Random starts, where the search needs them.
  public var starts: Int
  /// Seed of the random starts.
  public var seed: UInt64
  /// Whether to look for limit cycles.
  public var cycles: Bool
  /// Whether to follow a grid of states to their attractors; rank 1 and 2.
  public var basins: Bool
  /// A task whose stimuli act on the attractors; its noise is left out.
  public var task: TaskRequest?

  /// A portrait.
  public init(
    input: [Double]? = nil, on: Kind? = nil, noise: Double = 0, starts: Int = 200, seed: UInt64 = 1,
    cycles: Bool = false, basins: Bool = false, task: TaskRequest? = nil
  ) {
    self.input = input
    self.on = on
    self.noise = noise
    self.starts = starts
    self.seed = seed
    self.cycles = cycles
    self.basins = basins
    self.task = task
  }

  /// Whether more than fixed points is asked for.
  public var isExtended: Bool { cycles || basins || task != nil }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try StudyError.checkNoise(noise)
    guard (1...1_000_000).contains(starts) else {
      throw StudyError(.usage, "starts", "expected a number from 1 to 1000000, found \(starts).")
    }
  }

  /// Looks for everything that was asked for.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> PortraitResult {
    try validate()
    switch subject.matter {
    case .circuit(let file):
      if on == .manifold {
        throw StudyError(
          .usage, subject.name, "expected a network for `on` manifold, found a circuit file")
      }
      return try portrait(of: file.circuit, .circuit, subject, observer)
    case .network(let imported):
      if on == .circuit {
        return try portrait(of: subject.circuit().circuit, .circuit, subject, observer)
      }
      let manifold = try StudyError.converting(about: subject.name) {
        try ManifoldDynamics(imported.network)
      }
      return try portrait(of: manifold, .manifold, subject, observer)
    }
  }

  private func portrait(
    of dynamics: some Portrayed, _ kind: Kind, _ subject: Subject, _ observer: some Observer
  ) throws(StudyError) -> PortraitResult {
    let input = try ConstantInput.checked(input, channels: dynamics.inputCount, of: subject.name)
    if basins && dynamics.rank > 2 {
      throw StudyError(
        .usage, subject.name,
        "expected rank 1 or 2 for `basins`, whose grid has an axis for each κ, found rank \(dynamics.rank)")
    }
    let stimuli = try task.map { task throws(StudyError) in
      try TaskStimuli(of: task.noiseless, rest: input, for: subject.name)
    }
    var search = FixedPointSearch()
    search.starts = starts
    search.seed = seed
    // What private noise has built up in the long run.
    search.noiseVariance = noise * noise / (1 - (1 - subject.alpha) * (1 - subject.alpha))
    search.alpha = subject.alpha
    return try StudyError.converting(about: subject.name) {
      let set = try dynamics.fixedPoints(search, input: input)
      var found = AttractorSearch.Found(fixedPoints: set, motion: set.motion(alpha: subject.alpha))
      // Basins and transitions need to know the cycles, too.
      if isExtended {
        let attractors = AttractorSearch(
          alpha: subject.alpha, seed: seed, noiseVariance: search.noiseVariance)
        found = try observer.metered("looking for limit cycles") { meter in
          try dynamics.cycles(attractors, input: input, beside: set) { meter.show($0) }
        }
      }
      let collector = RemarkCollector(passingTo: observer)
      if let ring = try NearRing(among: set.points) {
        collector.remark(
          .nearRing(
            ring,
            input.allSatisfy { $0 == 0 }
              ? "without input" : "at v = (\(input.map { text($0) }.joined(separator: ", ")))"))
      }
      var grid: Basins?
      if basins {
        grid = try observer.metered("following a grid of states") { meter in
          Basins(
            of: dynamics, input: input, found: found, noiseVariance: search.noiseVariance
          ) { meter.show($0) }
        }
      }
      var graph: TransitionGraph?
      if let stimuli {
        graph = try observer.metered("following stimuli") { meter in
          TransitionGraph(
            of: dynamics, rest: input, found: found, conditions: stimuli.conditions,
            noiseVariance: search.noiseVariance
          ) { meter.show($0) }
        }
      }
      return PortraitResult(
        PortraitResult.Details(
          subject: subject.name, dynamics: kind, alpha: subject.alpha, input: input,
          found: found, isExtended: isExtended, basins: grid, transitions: graph,
          inputMeaning: stimuli?.meaning,
          cutRank: subject.cutRank),
        remarks: subject.remarks + collector.remarks)
    }
  }
}

/// A dynamics whose fixed points and cycles can be looked for.
private protocol Portrayed: ReducedDynamics {
  func fixedPoints(_ search: FixedPointSearch, input: [Double]) throws(LinearAlgebraError) -> FixedPointSet
  func cycles(
    _ search: AttractorSearch, input: [Double], beside: FixedPointSet, progress: (Double) -> Void
  ) throws(LinearAlgebraError) -> AttractorSearch.Found
}

extension EffectiveCircuit: Portrayed {
  fileprivate func fixedPoints(_ search: FixedPointSearch, input: [Double]) throws(LinearAlgebraError)
    -> FixedPointSet
  { try search.fixedPoints(of: self, input: input) }

  fileprivate func cycles(
    _ search: AttractorSearch, input: [Double], beside set: FixedPointSet, progress: (Double) -> Void
  ) throws(LinearAlgebraError) -> AttractorSearch.Found {
    try search.cycles(of: self, input: input, beside: set, progress: progress)
  }
}

extension ManifoldDynamics: Portrayed {
  fileprivate func fixedPoints(_ search: FixedPointSearch, input: [Double]) throws(LinearAlgebraError)
    -> FixedPointSet
  { try search.fixedPoints(of: self, input: input) }

  fileprivate func cycles(
    _ search: AttractorSearch, input: [Double], beside set: FixedPointSet, progress: (Double) -> Void
  ) throws(LinearAlgebraError) -> AttractorSearch.Found {
    try search.cycles(of: self, input: input, beside: set, progress: progress)
  }
}
