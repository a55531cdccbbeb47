// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The values of a covariance for which a circuit's dynamics is that of some distribution of loadings.
///
/// Flow and readouts depend on the covariance D of the drives (m, I, b) and on the couplings B of the weights (n, w) to
/// them; the weights' covariances among themselves (σ_nn, σ_nw, σ_ww) act on nothing and are completed: with
///
///     [[W, B], [Bᵀ, D]],   W = B D⁺ Bᵀ or more
///
/// the whole is a covariance matrix exactly if D is positive semi-definite and B lies in its range. So σ_nm may be any
/// number where D is regular, and elements of D form an interval. Beyond it Δ² = qᵀ C q may be negative, and no units have
/// such loadings.
public struct RealisableRange: Sendable, Hashable {
  /// What the interval makes sure of.
  public enum Scope: Sendable, Hashable {
    /// That the drives' covariance is positive semi-definite, and σ_nn, σ_ww can be completed.
    case drives
    /// That no variance is negative: as the circuit stands, no distribution has its dynamics.
    case variance
  }

  /// What the interval makes sure of.
  public let scope: Scope
  /// The lowest value, to twelve digits of the vectors' deviations.
  public let lower: Double
  /// The highest value, infinite where nothing bounds it.
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
    let lowest = i == j ? 0 : -Double.infinity
    let family = CovarianceFamily(population, i, j)
    guard try family.isRealisable(own) else {
      (scope, lower, upper) = (.variance, lowest, .infinity)
      return
    }
    scope = .drives
    let first = layout.weightCount
    guard i >= first || j >= first else {
      // What does not reach the drives is bound by nothing but its sign.
      (lower, upper) = (lowest, .infinity)
      return
    }
    guard i >= first, j >= first else {
      // A coupling is free, unless the drives leave no room for it: then it is what it is.
      let isFree = try family.isRealisable(own + family.size)
      (lower, upper) = isFree ? (-.infinity, .infinity) : (own, own)
      return
    }
    // Cauchy–Schwarz says how far to look.
    let widest = family.size
    lower = try family.limit(from: own, to: i == j ? 0 : min(own, -widest))
    upper = i == j ? .infinity : try family.limit(from: own, to: max(own, widest))
  }
}

/// A population's covariance one element of which is varied, in units of the vectors' deviations.
private struct CovarianceFamily {
  private let matrix: Matrix
  private let (i, j): (Int, Int)
  private let first: Int
  /// The product of the two vectors' deviations.
  let size: Double

  init(_ population: Population, _ i: Int, _ j: Int) {
    let covariance = population.covariance
    let count = population.layout.count
    let deviations = (0..<count).map { covariance[$0, $0] > 0 ? covariance[$0, $0].squareRoot() : 1 }
    matrix = Matrix(rows: count, columns: count) { covariance[$0, $1] / (deviations[$0] * deviations[$1]) }
    (self.i, self.j) = (i, j)
    first = population.layout.weightCount
    size = deviations[i] * deviations[j]
  }

  /// Whether D is positive semi-definite and B lies in its range, to rounding, with a value in the place.
  func isRealisable(_ value: Double) throws(LinearAlgebraError) -> Bool {
    var changed = matrix
    changed[i, j] = value / size
    changed[j, i] = value / size
    let drives = matrix.rows - first
    let block = Matrix(rows: drives, columns: drives) { changed[first + $0, first + $1] }
    guard drives > 0 else { return true }
    let (values, vectors) = try block.symmetricEigensystem()
    guard (values.first ?? 0) >= -1e-12 else { return false }
    let largest = max(values.last ?? 0, 0)
    for k in 0..<drives where values[k] <= 1e-12 * largest {
      for weight in 0..<first {
        let row = (0..<drives).map { changed[weight, first + $0] }
        let part = (0..<drives).reduce(0) { $0 + vectors[$1, k] * row[$1] }
        if abs(part) > 1e-9 * max(norm(row), 1e-300) { return false }
      }
    }
    return true
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
