// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The values of a parameter for which a circuit's covariances are those of some distribution.
///
/// A covariance matrix is positive semi-definite; its elements σ_ab for which it is, the others fixed, form an interval.
/// Beyond it Δ² = qᵀ C q may be negative, and no units have such loadings.
public struct RealisableRange: Sendable, Hashable {
  /// What the interval makes sure of.
  public enum Scope: Sendable, Hashable {
    /// The population's whole covariance.
    case covariance
    /// The covariance of the drives (m, I, b) alone, on which Δ² depends: as it stands, the whole one is not positive
    /// semi-definite, as that of a fitted circuit need not be.
    case drives
    /// That no variance is negative: not even the drives' covariance is positive semi-definite as it stands.
    case variance
  }

  /// What the interval makes sure of.
  public let scope: Scope
  /// The lowest value, to twelve digits of the vectors' deviations.
  public let lower: Double
  /// The highest value, infinite for a variance.
  public let upper: Double

  /// The part of a range within the interval; `nil` when it has no length.
  public func part(of range: ClosedRange<Double>) -> ClosedRange<Double>? {
    let (low, high) = (max(range.lowerBound, lower), min(range.upperBound, upper))
    return low < high ? low...high : nil
  }

  /// The interval of σ_ab in a population of a circuit.
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail.
  public init(
    of circuit: EffectiveCircuit, _ a: ConnectivityVector, _ b: ConnectivityVector, population: Int
  ) throws(LinearAlgebraError) {
    let population = circuit.statistics.populations[population]
    let layout = population.layout
    guard let i = layout.index(of: a), let j = layout.index(of: b) else {
      (scope, lower, upper) = (.variance, -.infinity, .infinity)
      return
    }
    let own = population.covariance[i, j]
    let isVariance = i == j
    let whole = CovarianceBlock(population.covariance, over: 0..<layout.count, i, j)
    let drives = CovarianceBlock(population.covariance, over: layout.weightCount..<layout.count, i, j)
    let block: CovarianceBlock
    if try whole.isRealisable(own) {
      (scope, block) = (.covariance, whole)
    } else if try drives.isRealisable(own) {
      (scope, block) = (.drives, drives)
      // What does not reach the drives is bound by nothing but its sign.
      if !drives.contains(i, j) {
        (lower, upper) = (isVariance ? 0 : -.infinity, .infinity)
        return
      }
    } else {
      (scope, lower, upper) = (.variance, isVariance ? 0 : -.infinity, .infinity)
      return
    }
    // Cauchy–Schwarz says how far to look.
    let widest = (population.covariance[i, i] * population.covariance[j, j]).squareRoot()
    lower = try block.limit(from: own, to: isVariance ? 0 : min(own, -widest))
    upper = isVariance ? .infinity : try block.limit(from: own, to: max(own, widest))
  }
}

/// Part of a covariance matrix one element of which is varied, in units of the vectors' deviations.
private struct CovarianceBlock {
  private let matrix: Matrix
  private let place: (i: Int, j: Int)?
  private let size: Double
  private let range: Range<Int>

  init(_ covariance: Matrix, over range: Range<Int>, _ i: Int, _ j: Int) {
    self.range = range
    let deviations = range.map { covariance[$0, $0] > 0 ? covariance[$0, $0].squareRoot() : 1 }
    let first = range.lowerBound
    matrix = Matrix(rows: range.count, columns: range.count) { k, l in
      covariance[first + k, first + l] / (deviations[k] * deviations[l])
    }
    let isInside = range.contains(i) && range.contains(j)
    place = isInside ? (i - first, j - first) : nil
    size = isInside ? deviations[i - first] * deviations[j - first] : 1
  }

  func contains(_ i: Int, _ j: Int) -> Bool { range.contains(i) && range.contains(j) }

  /// Whether the block is positive semi-definite to rounding with a value in the place.
  func isRealisable(_ value: Double) throws(LinearAlgebraError) -> Bool {
    var changed = matrix
    if let (i, j) = place {
      changed[i, j] = value / size
      changed[j, i] = value / size
    }
    return (try changed.symmetricEigenvalues().first ?? 0) >= -1e-12
  }

  /// The last value on the way from one that is realisable, by bisection: those that are form an interval.
  func limit(from start: Double, to end: Double) throws(LinearAlgebraError) -> Double {
    if try isRealisable(end) { return end }
    var (inside, outside) = (start, end)
    for _ in 0..<100 {
      let middle = (inside + outside) / 2
      if middle == inside || middle == outside { break }
      if try isRealisable(middle) { inside = middle } else { outside = middle }
    }
    return inside
  }
}
