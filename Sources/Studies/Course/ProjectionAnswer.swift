// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// "Project the trajectories on the plane of m and I (m1 and m2), and compare with principal components."
public struct ProjectionAnswer: CourseAnswering {
  /// Shares of the variance of x and of φ(x) that each principal component explains.
  public let explainedActivations, explainedRates: [Double]
  /// Shares inside the span of [m I], and inside that of m alone.
  public let activationsInsideSpan, ratesInsideSpan, activationsInsideM, ratesInsideM: Double
  /// (Σλ)²/Σλ² of x and of φ(x).
  public let participationRatioActivations, participationRatioRates: Double
  /// Of m1 and I.
  public let cosineMI: Double
  /// RMS error of κ1 read as mᵀx/|m|², over its RMS.
  public let errorOfProjectionOnM: Double

  /// Where trials are at the end of the last stimulus but one (rank 2) or of the stimulus, and at their own end.
  public let readings: [Reading]
  /// Rank 2: correlations of κ1 and κ2 with f₁ and f₂ at the end of the trial, over all pairs of frequencies.
  public let correlations: [[Double]]

  /// A noiseless trial at two moments: (κ, v) at rank 1, (κ1, κ2) at rank 2.
  public struct Reading: Codable, Sendable, Hashable {
    /// The values of its conditions.
    public let labels: [Double]
    /// When the first stimulus has just gone, and at the end of the trial.
    public let afterStimulus, atEnd: [Double]
  }

  /// How many trials the variance is over; not part of the JSON, like what follows.
  public private(set) var trialCount = 0
  /// Noiseless trials of some conditions: their labels and their courses in two planes.
  public private(set) var courses: [Course] = []
  /// Whether the first plane is that of m and I (rank 1) or of m1 and m2.
  public private(set) var rank = 1

  /// One noiseless trial: (κ, v) or (κ1, κ2), and the two leading components of x, step by step.
  public struct Course: Sendable {
    /// The values of its conditions.
    public let labels: [Double]
    /// In the plane of m and I, or of m1 and m2.
    public let plane: [(x: Double, y: Double)]
    /// In that of the two leading components.
    public let leading: [(x: Double, y: Double)]
  }

  private enum CodingKeys: String, CodingKey {
    case explainedActivations, explainedRates, activationsInsideSpan, ratesInsideSpan, activationsInsideM
    case ratesInsideM, participationRatioActivations, participationRatioRates, cosineMI
    case errorOfProjectionOnM, readings, correlations
  }

  init(_ task: CourseTask) throws {
    let network = task.network
    let shown = network.rank + network.inputCount + 2
    let (x, rates, count) = try ActivityDimensions.activationsAndRates(
      of: network, under: task.trials.prefix(100).stimulus, alpha: task.task.alpha, keeping: shown,
      seed: task.seed)
    explainedActivations = Array(x.components.shares.prefix(shown))
    explainedRates = Array(rates.components.shares.prefix(shown))
    (activationsInsideSpan, ratesInsideSpan) = (x.insideSpan, rates.insideSpan)
    (activationsInsideM, ratesInsideM) = (x.insideM, rates.insideM)
    participationRatioActivations = x.components.participationRatio
    participationRatioRates = rates.components.participationRatio
    (cosineMI, errorOfProjectionOnM) = Self.naiveProjection(task)
    trialCount = count
    rank = network.rank
    let courses = try Self.courses(task, x.components)
    let stop = task.steps(of: network.rank == 1 ? "stimulus" : "stimulus 1").last ?? 0
    func place(_ course: Course, _ step: Int) -> [Double] { [course.plane[step].x, course.plane[step].y] }
    readings = courses.map {
      Reading(labels: $0.labels, afterStimulus: place($0, stop), atEnd: place($0, $0.plane.count - 1))
    }
    correlations =
      network.rank == 1
      ? []
      : (0..<2).map { k in
        (0..<2).map { f in
          Self.correlation(courses.map { place($0, $0.plane.count - 1)[k] }, courses.map { $0.labels[f] })
        }
      }
    // Of all pairs of frequencies, those that start from the ends and the middle are drawn.
    self.courses = courses.indices.filter { courses.count <= 12 || ($0 * 10) % courses.count < 10 }
      .map { courses[$0] }
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(max(a.count, 1))
    let (x, y) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    func product(_ a: [Double], _ x: Double, _ b: [Double], _ y: Double) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) }
    }
    let size = (product(a, x, a, x) * product(b, y, b, y)).squareRoot()
    return size > 0 ? product(a, x, b, y) / size : 0
  }

  /// κ1 by projection on m1 alone against κ1: RMS difference over RMS, and the cosine of m1 and I.
  private static func naiveProjection(_ task: CourseTask) -> (cosine: Double, error: Double) {
    let (network, full) = (task.network, task.full)
    let (m, input) = (network.m.column(0), network.inputs.column(0))
    func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let size = dot(m, m)
    let others = (0..<network.rank).map { dot(m, network.m.column($0)) / size }
    let along = dot(m, input) / size
    var (difference, square) = (0.0, 0.0)
    for trial in 0..<full.trials {
      var v = 0.0
      for t in 0..<full.steps {
        v += task.task.alpha * (task.trials.stimulus[trial, t, 0] - v)
        let kappa = full.kappa(trial: trial, step: t, 0)
        var naive = along * v
        for r in 0..<network.rank { naive += others[r] * full.kappa(trial: trial, step: t, r) }
        difference += (naive - kappa) * (naive - kappa)
        square += kappa * kappa
      }
    }
    return (
      dot(m, input) / (size * dot(input, input)).squareRoot(),
      square > 0 ? (difference / square).squareRoot() : 0
    )
  }

  /// Noiseless trials in both planes.
  private static func courses(_ task: CourseTask, _ components: PrincipalComponents) throws -> [Course] {
    let (stimulus, labels) = try task.noiseless(task.conditionNames)
    let run = Simulation(alpha: task.task.alpha, keepsStates: true).run(
      try NetworkDynamics(task.network), under: stimulus)
    let states = run.states ?? []
    let units = task.network.unitCount
    return labels.indices.map { trial in
      var plane: [(x: Double, y: Double)] = []
      var pair: [(x: Double, y: Double)] = []
      var v = 0.0
      for t in 0..<run.steps {
        v += task.task.alpha * (stimulus[trial, t, 0] - v)
        plane.append(
          (
            run.kappa(trial: trial, step: t, 0),
            task.network.rank == 1 ? v : run.kappa(trial: trial, step: t, 1)
          ))
        let start = (trial * run.steps + t) * units
        let along = (0..<2).map { k in
          (0..<units).reduce(0) {
            $0 + components.directions[$1, k] * (states[start + $1] - components.centre[$1])
          }
        }
        pair.append((along[0], along[1]))
      }
      return Course(labels: labels[trial], plane: plane, leading: pair)
    }
  }

  /// In one line.
  public var answer: String {
    "the span of m and I holds \(percent(activationsInsideSpan)) of the variance of x and \(percent(ratesInsideSpan)) of φ(x)'s; two components explain \(percent(explainedActivations.prefix(2).reduce(0, +))) of x "
      + "and \(percent(explainedRates.prefix(2).reduce(0, +))) of φ(x)"
  }
}
