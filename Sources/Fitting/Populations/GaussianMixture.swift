// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank

/// A mixture of Gaussians with full covariances, fitted by expectation–maximisation from many starts.
///
/// Columns that are constant or combinations of others are left out (`columns`). The rest are standardised (mean 0, SD 1
/// per column), so that the units in which vectors are given do not matter; `floor` is added to the variances of the
/// standardised columns, which keeps a population from collapsing onto a unit; where a population turns out to be thin in
/// some direction, a thousandth of it. A mixture with a component of fewer than
/// 2(D + 1) rows is taken only when there is no other. How starts are made and chosen: `MixtureSearch`. What is found
/// and what it costs: notes/populations.md.
public struct GaussianMixture: Sendable, Hashable {
  /// How much is done to find the likeliest mixture.
  public enum Effort: Sendable, Hashable {
    /// For one mixture.
    case thorough
    /// For the mixtures of many subsamples: fewer starts.
    case quick
  }

  /// Columns that took part.
  public let columns: [Int]
  /// Weight of each component, the largest first; they add up to one.
  public let fractions: [Double]
  /// Mean log-likelihood per row, of the standardised columns.
  public let logLikelihood: Double
  /// The probability of each component for every row, (N, P); rows add up to one.
  public let responsibilities: Matrix
  /// The most probable component of every row.
  public let labels: [Int]
  /// Bayesian information criterion -2 N log L + (free parameters) log N; smaller is better.
  public let bic: Double
  /// Whether the log-likelihood had settled when the iterations ended.
  public let converged: Bool

  /// Fits a mixture to the rows of a table; the likeliest that is found.
  ///
  /// - Parameters:
  ///   - rows: (N, D), finite, e.g. `network.loadings`.
  ///   - components: P ≥ 1, no more than N.
  ///   - drives: columns by which alone some starts group the rows: those of m and I.
  ///   - effort: how much is done.
  ///   - floor: variance added to each standardised column within a component.
  ///   - stream: random numbers; the same stream gives the same mixture, whatever the number of threads.
  ///   - threads: starts side by side; `nil` for as many as there are cores.
  /// - Throws: `LinearAlgebraError` when no start gave a mixture (a covariance that cannot be factored).
  public init(
    _ rows: Matrix, components: Int, drives: [Int]? = nil, effort: Effort = .thorough, floor: Double = 1e-4,
    stream: inout RandomStream, threads: Int? = nil
  ) throws(LinearAlgebraError) {
    let found = try Self.optima(
      rows, components: components, atMost: 1, drives: drives, effort: effort, floor: floor, stream: &stream,
      threads: threads)
    guard let best = found.first else {
      throw LinearAlgebraError(operation: "Gaussian mixture", reason: "the likelihood is not finite")
    }
    self = best
  }

  /// Different mixtures, the likeliest first: where fits to the dynamics begin. Parameters as above.
  ///
  /// - Parameter limit: how many at most; two are different when some unit is in another population.
  /// - Throws: `LinearAlgebraError` when no start gave a mixture.
  public static func optima(
    _ rows: Matrix, components: Int, atMost limit: Int, drives: [Int]? = nil, effort: Effort = .thorough,
    floor: Double = 1e-4, stream: inout RandomStream, threads: Int? = nil
  ) throws(LinearAlgebraError) -> [GaussianMixture] {
    precondition(rows.rows > 0 && components > 0, "a mixture needs rows and components")
    let independent = IndependentColumns(of: rows)
    let standardised = independent.select(rows).standardised
    let places = drives?.compactMap { independent.kept.firstIndex(of: $0) }
    let table = MixtureTable(standardised)
    let runs = (effort == .thorough ? MixtureSearch.thorough : .quick).runs(
      try MixtureRows(standardised, drives: places?.isEmpty == false ? places : nil), table: table,
      components: min(components, table.count), floor: floor, seed: stream.next(), threads: threads)
    var found: [GaussianMixture] = []
    for run in runs where found.count < limit {
      let mixture = GaussianMixture(run, table, columns: independent.kept)
      if mixture.logLikelihood.isFinite,
        !found.contains(where: { AdjustedRandIndex($0.labels, mixture.labels).value == 1 })
      {
        found.append(mixture)
      }
    }
    guard !found.isEmpty else {
      throw LinearAlgebraError(
        operation: "Gaussian mixture of \(components) components",
        reason: "no start led to covariances that can be inverted")
    }
    return found
  }

  private init(_ run: MixtureRun, _ table: MixtureTable, columns: [Int]) {
    let (found, total) = run.expect(table)
    let (count, size, width) = (run.forms.count, Double(table.count), Double(table.width))
    // The largest component first.
    let order = run.sums.indices.sorted { (run.sums[$0].total, $1) > (run.sums[$1].total, $0) }
    let weights = (0..<table.count).flatMap { row in order.map { found[row * count + $0] } }
    let free = Double(count - 1) + Double(count) * (width + width * (width + 1) / 2)
    self.columns = columns
    fractions = order.map { run.sums[$0].total / size }
    logLikelihood = total / size
    converged = run.converged
    responsibilities = Matrix(rows: table.count, columns: count) { weights[$0 * count + $1] }
    labels = mostProbable(weights, components: count)
    bic = -2 * total + free * log(size)
  }
}

/// The component with the largest weight of every row; of equal ones the first.
func mostProbable(_ weights: [Double], components: Int) -> [Int] {
  stride(from: 0, to: weights.count, by: components).map { base in
    (0..<components).reduce(0) { weights[base + $1] > weights[base + $0] ? $1 : $0 }
  }
}

extension Matrix {
  /// Columns with mean 0 and SD 1; constant columns become zero.
  public var standardised: Matrix {
    var result = self
    let count = Double(max(rows, 1))
    for j in 0..<columns {
      let values = column(j)
      let mean = values.reduce(0, +) / count
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      let scale = deviation > 1e-12 * abs(mean) && deviation > 0 ? 1 / deviation : 0
      for i in 0..<rows { result[i, j] = (result[i, j] - mean) * scale }
    }
    return result
  }

}
