// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// How certain the circuit's numbers and courses are: the bootstrap over units and networks redrawn from the mixture.
public struct DistillationIntervals: Sendable {
  /// What both kinds of resampling do to means and covariances: bootstrap, then redraws.
  public let moments: [Uncertainty]
  /// What they do to κ and z.
  public let bands: TrajectoryBands
  /// The report's trials on which κ and z were followed.
  public let trials: [Int]
  /// How many bootstraps, and as many redraws.
  public let replicates: Int

  /// The probability inside all intervals.
  public static let level = 0.9
  /// Numbers that are held for the bands: half a gigabyte of them, with what sorting takes.
  private static let largest = 30_000_000
  /// On how many trials κ and z are followed.
  public static let trialLimit = 20

  /// Resamples the units of the run's network, grouped by the populations of its circuit.
  init(_ run: SideBySide, replicates: Int, _ observer: some Observer) throws(StudyError) {
    let (labels, seed) = (run.reduction.labels, run.trialSet.seed)
    let count = run.trials.stimulus.trials
    // All replicates are in memory at once: fewer trials where they are long.
    let numbers = replicates * run.trials.stimulus.steps * (run.circuit.rank + run.circuit.outputCount)
    guard numbers <= Self.largest else {
      throw StudyError(
        .usage, "replicates",
        "expected at most \(replicates * Self.largest / numbers) for trials of "
          + "\(counted(run.trials.stimulus.steps, "step")), found \(replicates)")
    }
    let kept = min(count, Self.trialLimit, max(1, Self.largest / max(1, numbers)))
    trials = (0..<kept).map { $0 * count / kept }
    self.replicates = replicates
    let (chosen, imported) = (trials, run.imported)
    (moments, bands) = try StudyError.converting {
      try observer.metered("resampling units", total: 4 * replicates) { meter in
        let advance: @Sendable () -> Void = { meter.advance() }
        let moments = try [Uncertainty.Source.bootstrap, .redraw].map { source in
          try observer.check()
          return try Uncertainty.moments(
            of: imported.network, source: source, labels: labels, replicates: replicates, seed: seed,
            progress: advance)
        }
        try observer.check()
        let bands = try TrajectoryBands(
          of: imported.network, labels: labels, stimulus: run.trials.selecting(chosen).stimulus,
          own: run.network.selecting(chosen), alpha: imported.alpha, replicates: replicates,
          level: Self.level, seed: seed, progress: advance)
        return (moments, bands)
      }
    }
  }

  /// A number of the circuit with both intervals.
  public struct Number: Sendable {
    /// 0..<P.
    public let population: Int
    /// E.g. `σ(n1, m1)`.
    public let name: String
    /// The circuit's own value.
    public let value: Double
    /// What resampled units make of it.
    public let bootstrap: Uncertainty.Interval
    /// What networks drawn again from the mixture make of it.
    public let redraw: Uncertainty.Interval
  }

  /// The means and covariances that the equations are made of: those of the drives (m, I, b), and of n and w with them.
  public func numbers(_ layout: LoadingLayout) -> [Number] {
    let vectors = layout.vectors
    let per = vectors.count + vectors.count * (vectors.count + 1) / 2
    let found = moments.map { $0.intervals(level: Self.level) }
    func number(_ population: Int, _ name: String, _ place: Int) -> Number {
      let index = population * per + place
      return Number(
        population: population, name: name, value: moments[0].values[index], bootstrap: found[0][index],
        redraw: found[1][index])
    }
    return (0..<(moments[0].values.count / per)).flatMap { population -> [Number] in
      let covariances = (layout.weightCount..<vectors.count).flatMap { i in
        (0...i).map { j in
          number(
            population, "σ(\(vectors[j]), \(vectors[i]))", vectors.count + i * (i + 1) / 2 + j)
        }
      }
      return covariances.filter { $0.value != 0 }
        + vectors.indices.map { number(population, "mean of \(vectors[$0])", $0) }.filter { $0.value != 0 }
    }
  }

  /// Names of κ and z in the order of the bands' coverage.
  public var quantities: [String] {
    (0..<bands.rank).map { "κ\($0 + 1)" } + (0..<bands.outputCount).map { "z\($0 + 1)" }
  }
}
