// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How reproducible a mixture's populations are: fits to random 80 % of the units against one another, by the adjusted
/// Rand index of the units that two of them share.
public struct PopulationStability: Sendable, Hashable {
  /// Which mixture groups the units of a subsample.
  public enum Grouping: Sendable, Hashable {
    /// The likeliest mixture, as everywhere else here.
    case likeliest
    /// The stability index of Dubreuil, Valente et al. (2022), as their public code computes it: a variational mixture
    /// whose means are held at the data's, so that populations differ in covariance alone. They take 20 subsamples.
    case heldMeans
  }

  /// P.
  public let populations: Int
  /// How units were grouped.
  public let grouping: Grouping
  /// Adjusted Rand index of every pair of subsamples, on the units both contain.
  public let indices: [Double]
  /// Mean of the indices: 1 for populations that come out the same every time, near 0 for arbitrary ones.
  public var mean: Double { indices.reduce(0, +) / Double(max(indices.count, 1)) }
  /// Median of the indices, which published figures show.
  public var median: Double {
    let sorted = indices.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Fits `subsamples` mixtures.
  ///
  /// - Parameters:
  ///   - rows: (N, D), e.g. `network.loadings`. Constant and dependent columns are left out.
  ///   - grouping: which mixture.
  ///   - drives: columns of m and I, by which alone some starts of the likeliest mixture group the rows.
  ///   - share: fraction of the units in each subsample.
  ///   - seed: subsample k draws from stream k.
  ///   - threads: subsamples side by side; `nil` for as many as there are cores. The indices do not depend on it.
  /// - Throws: `LinearAlgebraError` when a mixture cannot be fitted.
  public init(
    _ rows: Matrix, populations: Int, grouping: Grouping = .likeliest, drives: [Int]? = nil,
    subsamples: Int = 6, share: Double = 0.8, seed: UInt64, threads: Int? = nil
  ) throws(LinearAlgebraError) {
    precondition(subsamples >= 2 && share > 0 && share <= 1, "at least two subsamples of a positive share")
    self.populations = populations
    self.grouping = grouping
    let size = min(rows.rows, max(populations, Int((share * Double(rows.rows)).rounded())))
    let fits = Concurrently.map(subsamples, threads: threads) { k -> Result<[Int: Int], LinearAlgebraError> in
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      let units = stream.sample(size, below: rows.rows).sorted()
      let part = Matrix(rows: units.count, columns: rows.columns) { rows[units[$0], $1] }
      do throws(LinearAlgebraError) {
        let labels: [Int]
        switch grouping {
        case .likeliest:
          labels = try GaussianMixture(
            part, components: populations, drives: drives, effort: .quick, stream: &stream, threads: 1
          ).labels
        case .heldMeans:
          let columns = IndependentColumns(of: part).select(part).standardised
          labels = try HeldMeansMixture(columns, components: populations, seed: stream.next()).labels
        }
        return .success(Dictionary(uniqueKeysWithValues: zip(units, labels)))
      } catch { return .failure(error) }
    }
    var found: [[Int: Int]] = []
    for fit in fits { found.append(try fit.get()) }
    var indices: [Double] = []
    for i in found.indices {
      for j in 0..<i {
        let common = found[i].keys.filter { found[j][$0] != nil }.sorted()
        indices.append(
          AdjustedRandIndex(common.compactMap { found[i][$0] }, common.compactMap { found[j][$0] }).value)
      }
    }
    self.indices = indices
  }
}
