// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// What the singular values of a dense connectivity say: a random part, and the outliers beyond it.
///
/// The singular values of gχ, χ_ij ~ N(0, 1/N), fill the quarter circle of radius 2g: the share of them below 2g x is
///
///     F(x) = (2/π)(x √(1 - x²) + asin x)      (Marchenko & Pastur 1967, square matrices)
///
/// A few directions added to gχ move single values out of it and leave the rest where they were. The estimate takes, from
/// the middle half of the values, whose places do not depend on outliers, the radius that fits their quantiles best:
///
///     2g = Σ_k s_k x_k / Σ_k x_k²,   F(x_k) = 1 - (k - ½)/N_b,   N_b values that are no outliers
///
/// and outliers are those above 2g(1 + 2.5 N^(-2/3)), where the largest value of pure noise hardly ever lies: it fluctuates
/// around 2g by about 2g N^(-2/3) (Johnstone 2001). Both are repeated until the number of outliers does not change.
public struct ConnectivitySpectrum: Sendable, Hashable {
  /// All singular values of J, descending.
  public let singularValues: [Double]
  /// g of the random part: its entries have variance g²/N, its spectrum of eigenvalues radius g. 0 where there is none.
  public let gain: Double
  /// How many singular values are outliers.
  public let outlierCount: Int
  /// Largest distance between the distribution of the values that are no outliers and the quarter circle's, 0…1.
  public let misfit: Double

  /// 2g, where the singular values of the random part end.
  public var edge: Double { 2 * gain }
  /// The outliers, descending.
  public var outliers: [Double] { Array(singularValues.prefix(outlierCount)) }

  /// Whether J has a random part: a bulk of values that is not rounding, and shaped like the quarter circle.
  ///
  /// Half of the values must not vanish; a misfit of .15 is three times what trained networks with a bulk show at N = 128.
  public var hasBulk: Bool { gain > 1e-6 * (singularValues.first ?? 0) && gain > 0 && misfit < 0.15 }

  /// The share of Σ s² that is not in the outliers: what a truncation to them leaves out.
  public var bulkShare: Double {
    let largest = singularValues.first ?? 0
    guard largest > 0 else { return 0 }
    let squares = singularValues.map { ($0 / largest) * ($0 / largest) }
    return squares.dropFirst(outlierCount).reduce(0, +) / squares.reduce(0, +)
  }

  /// The spectrum from all singular values of a square J, in any order.
  ///
  /// - Parameter values: N values, not negative and finite; others count as zero.
  public init(singularValues values: [Double]) {
    let sorted = values.map { $0.isFinite && $0 > 0 ? $0 : 0 }.sorted(by: >)
    singularValues = sorted
    let count = sorted.count
    var outliers = 0
    var edge = 0.0
    // The number of outliers only grows from one turn to the next, or stays: at most N turns.
    for _ in 0...count {
      let bulk = count - outliers
      guard bulk >= 8 else { break }
      var (top, bottom) = (0.0, 0.0)
      for k in (bulk / 4)..<(bulk - bulk / 4) {
        let x = QuarterCircle.quantile(1 - (Double(k) + 0.5) / Double(bulk))
        top += sorted[outliers + k] * x
        bottom += x * x
      }
      edge = top / bottom
      let limit = edge * (1 + 2.5 * QuarterCircle.fluctuation(count))
      let found = sorted.prefix { $0 > limit }.count
      if found <= outliers || found > count / 2 { break }
      outliers = found
    }
    // Where half of all values stand out, or nearly nothing is left, there is no bulk to stand out from.
    outlierCount = outliers
    gain = edge / 2
    let bulk = count - outliers
    misfit =
      edge > 0 && bulk > 0
      ? (0..<bulk).reduce(0) { worst, k in
        let below = QuarterCircle.distribution(sorted[outliers + k] / edge)
        return max(worst, abs(below - (1 - (Double(k) + 0.5) / Double(bulk))))
      } : 1
  }

  /// The spectrum of J, (N, N).
  ///
  /// - Throws: `LinearAlgebraError` for an empty matrix, a value that is not finite, or when the method fails.
  public init(of j: Matrix) throws(LinearAlgebraError) {
    self.init(singularValues: try SingularValueDecomposition(of: j).singularValues)
  }
}

/// The quarter circle of radius 1.
private enum QuarterCircle {
  /// F(x), 0 below 0 and 1 above 1.
  static func distribution(_ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    return 2 / Double.pi * (x * (1 - x * x).squareRoot() + asin(x))
  }

  /// x with F(x) = share, by bisection.
  static func quantile(_ share: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<52 {
      let middle = (low + high) / 2
      if distribution(middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// N^(-2/3).
  static func fluctuation(_ count: Int) -> Double { pow(Double(max(count, 1)), -2.0 / 3) }
}
