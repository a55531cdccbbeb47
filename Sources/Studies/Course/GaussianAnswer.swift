// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// "Fit a Gaussian to the loadings, compare it with their distribution, and draw networks from it."
public struct GaussianAnswer: CourseAnswering {
  /// Networks drawn from the Gaussian, on the first 250 trials.
  public struct Redrawn: Codable, Sendable, Hashable {
    /// N.
    public let units: Int
    /// `sampled`, or `matched` where the sample's moments are made equal to the fit.
    public let moments: String
    /// How many.
    public let networks: Int
    /// The median and the least share of right decisions, and the median loss.
    public let medianAccuracy, leastAccuracy, medianLoss: Double
  }

  /// Of every loading; 0 for a Gaussian.
  public let excessKurtosis: [Double]
  /// Standard error of N Gaussian units.
  public let kurtosisError: Double
  /// Mardia's two statistics, and their p against Gaussian clouds of the same N and D.
  public let mardiaSkewness, mardiaSkewnessP, mardiaKurtosis, mardiaKurtosisP: Double
  /// The draws.
  public let redrawn: [Redrawn]
  /// The trained network on the same trials; not part of the JSON.
  public private(set) var trained = CourseScore(nil)
  /// Loadings of the first network drawn, (N, D); likewise.
  public private(set) var resampled: Matrix?

  private enum CodingKeys: String, CodingKey {
    case excessKurtosis, kurtosisError, mardiaSkewness, mardiaSkewnessP, mardiaKurtosis, mardiaKurtosisP
    case redrawn
  }

  /// How many networks of the trained one's size are drawn.
  public static let redraws = 40
  private static let trials = 250

  init(_ task: CourseTask, meter: CourseMeter) throws {
    let network = task.network
    let normality = try Normality(network.loadings, seed: task.seed)
    excessKurtosis = normality.excessKurtosis
    kurtosisError = normality.kurtosisError
    (mardiaSkewness, mardiaSkewnessP) = (normality.skewness, normality.skewnessPValue)
    (mardiaKurtosis, mardiaKurtosisP) = (normality.kurtosis, normality.kurtosisPValue)
    func draw(units: Int, _ rule: ConnectivityStatistics.MomentRule, count: Int) throws -> Redrawn {
      var accuracies: [Double] = []
      var losses: [Double] = []
      for k in 0..<count {
        try meter.show("\(task.task.name): drawing networks from the Gaussian")
        var stream = RandomStream(seed: task.seed, purpose: .redraws, stream: UInt64(k))
        let other = try task.circuit.statistics.redraw(
          units: units, moments: rule, transfer: network.transfer, stream: &stream)
        let result = task.score(of: try ManifoldDynamics(other), trials: Self.trials)
        guard let loss = result.loss else { continue }
        accuracies.append(result.accuracy ?? 0)
        losses.append(loss)
      }
      func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
      }
      return Redrawn(
        units: units, moments: rule.rawValue, networks: count, medianAccuracy: median(accuracies),
        leastAccuracy: accuracies.min() ?? .nan, medianLoss: median(losses))
    }
    redrawn = [
      try draw(units: network.unitCount, .sampled, count: Self.redraws),
      try draw(units: network.unitCount, .matched, count: Self.redraws),
      try draw(units: 8 * network.unitCount, .sampled, count: 10),
    ]
    trained = task.score(of: try ManifoldDynamics(network), trials: Self.trials)
    var stream = RandomStream(seed: task.seed, purpose: .redraws, stream: 0)
    resampled = try task.circuit.statistics.redraw(
      units: network.unitCount, moments: .sampled, transfer: network.transfer, stream: &stream
    ).loadings
  }

  /// Whether one of Mardia's tests rejects at 5 %.
  public var isRejected: Bool { mardiaSkewnessP < 0.05 || mardiaKurtosisP < 0.05 }

  /// In one line.
  public var answer: String {
    "Mardia's test \(isRejected ? "rejects" : "does not reject") a Gaussian (p = "
      + "\(text(mardiaSkewnessP, digits: 2)) and \(text(mardiaKurtosisP, digits: 2))); networks "
      + "drawn from it are right in \(percent(redrawn[0].medianAccuracy)) of the trials (median)"
  }
}
