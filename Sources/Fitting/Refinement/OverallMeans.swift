// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Means of the loadings over all units, Σ_p α_p ȳ_p: what a network determines whatever populations it is divided into.
///
/// A fit may move populations apart as the dynamics asks for, but a circuit whose loadings have other means than the
/// network's explains the dynamics by something that the network does not have. Fits are therefore held near these means,
/// and how far they are from them is said.
public struct OverallMeans: Sendable, Hashable {
  /// Means, in the order of `LoadingLayout.vectors`.
  public let values: [Double]
  /// SD over units of every vector; its size where it is constant, 1 where it is zero.
  public let deviations: [Double]
  private let layout: LoadingLayout

  /// Means and deviations over all units of a mixture, e.g. of a network taken as one population.
  public init(of statistics: ConnectivityStatistics) {
    layout = statistics.layout
    let means = (0..<statistics.layout.count).map { j in
      statistics.populations.reduce(0) { $0 + $1.fraction * $1.mean[j] }
    }
    values = means
    deviations = (0..<statistics.layout.count).map { j in
      let variance = statistics.populations.reduce(0) {
        $0 + $1.fraction * ($1.covariance[j, j] + ($1.mean[j] - means[j]) * ($1.mean[j] - means[j]))
      }
      if variance > 1e-24 * means[j] * means[j], variance > 0 { return variance.squareRoot() }
      return means[j] != 0 ? abs(means[j]) : 1
    }
  }

  /// |mean - mean of these| of every vector, in these SDs.
  public func distances(to other: OverallMeans) -> [Double] {
    precondition(layout == other.layout, "both are means of the same vectors")
    return values.indices.map { abs(other.values[$0] - values[$0]) / deviations[$0] }
  }

  /// The largest distance of an m or n, in SDs over units.
  public func distance(to other: OverallMeans) -> Double {
    let all = distances(to: other)
    return layout.vectors.indices.reduce(0) { largest, index in
      switch layout.vectors[index] {
      case .m, .n: max(largest, all[index])
      default: largest
      }
    }
  }
}

extension Pull {
  /// What an overall mean that is one SD off costs. An error of 2 % in κ and z costs 4e-4 each; a mean that is .1 SD
  /// off, as the standard error of a mean of 100 units is, as much.
  static let meanStrength = 4e-2

  /// The same with Σ_p α_p ȳ_p held near the network's own for every vector.
  func holding(_ means: OverallMeans, _ parameters: CircuitParameters) -> Pull {
    let shape = parameters.shape
    var held = self
    for a in 0..<shape.weights {
      let terms = (0..<shape.populations).map { p in
        (index: a * shape.basis + p * (1 + shape.drives), factor: 1.0)
      }
      held.sums.append(sum(terms, a, means))
    }
    for j in 0..<shape.drives {
      let terms = (0..<shape.populations).map { p in
        (index: shape.coefficients + shape.momentOffset(p) + j, factor: parameters.fractions[p])
      }
      held.sums.append(sum(terms, shape.weights + j, means))
    }
    return held
  }

  private func sum(_ terms: [(index: Int, factor: Double)], _ vector: Int, _ means: OverallMeans) -> Sum {
    let deviation = means.deviations[vector]
    return Sum(
      terms: terms, target: means.values[vector], weight: Self.meanStrength / (deviation * deviation))
  }
}
