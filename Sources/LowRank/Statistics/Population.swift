// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// One Gaussian population: the mean and covariance of the loadings of its units.
public struct Population: Sendable, Hashable {
  /// The layout that orders `mean` and `covariance`.
  public let layout: LoadingLayout
  /// α_p, the share of all units that belong to it.
  public let fraction: Double
  /// ȳ, the mean of each vector, in the order of `layout.vectors`.
  public let mean: [Double]
  /// C, covariances with 1/N (not 1/(N-1)), (D, D), so that covariance + product of means is the overlap (1/N) aᵀb.
  public let covariance: Matrix

  /// A population from its parameters.
  public init(layout: LoadingLayout, fraction: Double, mean: [Double], covariance: Matrix) {
    precondition(mean.count == layout.count, "one mean per vector of the layout")
    precondition(
      covariance.rows == layout.count && covariance.columns == layout.count,
      "one covariance per pair of vectors")
    self.layout = layout
    self.fraction = fraction
    self.mean = mean
    self.covariance = covariance
  }

  /// ā, the mean of one vector; zero for a vector that the layout does not have.
  public func mean(_ vector: ConnectivityVector) -> Double {
    layout.index(of: vector).map { mean[$0] } ?? 0
  }

  /// σ_ab, the covariance of two vectors; zero when the layout lacks one of them.
  public func covariance(_ a: ConnectivityVector, _ b: ConnectivityVector) -> Double {
    guard let i = layout.index(of: a), let j = layout.index(of: b) else { return 0 }
    return covariance[i, j]
  }

  /// Standard error of σ̂_ab when `units` units were drawn from a Gaussian: √((σ_aa σ_bb + σ_ab²)/N).
  public func standardError(_ a: ConnectivityVector, _ b: ConnectivityVector, units: Double) -> Double {
    let product = covariance(a, a) * covariance(b, b) + covariance(a, b) * covariance(a, b)
    return (product / units).squareRoot()
  }

  /// Standard error of ā when `units` units were drawn: √(σ_aa/N).
  public func standardError(_ a: ConnectivityVector, units: Double) -> Double {
    (covariance(a, a) / units).squareRoot()
  }
}
