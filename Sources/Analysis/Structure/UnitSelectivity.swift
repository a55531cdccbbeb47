// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank

/// What every unit's rate makes of a task's variables, by linear regression over trials, and how sure that is.
///
/// The rows of `coefficients` are the selectivity vectors of Raposo et al. (2014). Each is the unit's own and noise:
///
///     β_i = b_i + ε_i,   ε_i ~ N(0, σ_i² (XᵀX)⁻¹)
///
/// with σ_i² the variance of the unit's residuals. Noise differs from unit to unit, so that vectors of one Gaussian
/// population look like none: `cloud` draws what one population would give with this noise, b from the Gaussian of
/// covariance Cov(β) - ⟨Cov(ε_i)⟩ (directions in which noise is larger than everything have none), for tests to compare with.
public struct UnitSelectivity: Sendable {
  /// Variables that took part, standardised over trials.
  public let variables: [String]
  /// Variables left out: the same in all trials, or a combination of others.
  public let constant, dependent: [String]
  /// Change of the rate per SD of each variable, the others held, (units, variables).
  public let coefficients: Matrix
  /// The units of the rows, counted from 0: those that are known in enough trials.
  public let units: [Int]
  /// Share of the variance over trials that the variables explain, all units together.
  public let explained: Double
  /// Share of noise in the coefficients' variance.
  public let noiseShare: Double

  private let means: [Double]
  private let signalRoot: Matrix
  private let noiseRoots: [Matrix]

  /// - Parameters:
  ///   - rates: a rate of every trial and unit, row-major (B, N); NaN where nothing is known.
  ///   - units: N.
  ///   - variables: at least one, of B values.
  /// - Throws: `LinearAlgebraError` when fewer than five units are known in enough trials, or no variable varies.
  public init(rates: [Double], units count: Int, variables: [Tuning.Variable]) throws(LinearAlgebraError) {
    precondition(!variables.isEmpty && count > 0, "a regression needs variables and units")
    let trials = rates.count / count
    let table = Matrix(rows: trials, columns: variables.count, elements: variables.flatMap(\.values))
    let independent = IndependentColumns(of: table)
    let names = variables.map(\.name)
    constant = independent.constant.map { names[$0] }
    dependent = independent.dependent.map { names[$0] }
    self.variables = independent.kept.map { names[$0] }
    let x = independent.select(table).standardised
    let width = x.columns
    guard width > 0 else {
      throw LinearAlgebraError(operation: "regression of rates", reason: "no variable varies over trials")
    }
    var (rows, found, roots, noise) = ([[Double]](), [Int](), [Matrix](), Matrix(rows: width, columns: width))
    var (residual, spread) = (0.0, 0.0)
    for unit in 0..<count {
      let known = (0..<trials).filter { !rates[$0 * count + unit].isNaN }
      // Two numbers more than the fit has, for a variance of what is left.
      guard known.count > width + 2, let fit = Self.fit(x, known, { rates[$0 * count + unit] }) else {
        continue
      }
      found.append(unit)
      rows.append(fit.slopes)
      roots.append(try fit.covariance.choleskyFactor())
      for i in noise.elements.indices { noise.elements[i] += fit.covariance.elements[i] }
      residual += fit.residual
      spread += fit.spread
    }
    guard found.count >= 5 else {
      throw LinearAlgebraError(
        operation: "regression of rates",
        reason: "\(found.count) units vary and are known in more than \(width + 2) trials, of at least 5")
    }
    let size = Double(found.count)
    let beta = Matrix(rows: rows.count, columns: width) { rows[$0][$1] }
    let means = (0..<width).map { beta.column($0).reduce(0, +) / size }
    var signal = Matrix(rows: width, columns: width) { a, b in
      zip(beta.column(a), beta.column(b)).reduce(0) { $0 + ($1.0 - means[a]) * ($1.1 - means[b]) }
        / (size - 1)
    }
    let total = (0..<width).reduce(0) { $0 + signal[$1, $1] }
    let noisy = (0..<width).reduce(0) { $0 + noise[$1, $1] } / size
    for i in signal.elements.indices { signal.elements[i] -= noise.elements[i] / size }
    let (values, vectors) = try signal.symmetricEigensystem()
    units = found
    coefficients = beta
    explained = spread > 0 ? 1 - residual / spread : 0
    noiseShare = total > 0 ? min(1, noisy / total) : 1
    self.means = means
    signalRoot = Matrix(rows: width, columns: width) { vectors[$0, $1] * max(0, values[$1]).squareRoot() }
    noiseRoots = roots
  }

  /// Vectors of one Gaussian population with the units' own noise, (units, variables).
  public func cloud(_ stream: inout RandomStream) -> Matrix {
    let width = means.count
    var result = Matrix(rows: noiseRoots.count, columns: width)
    for unit in noiseRoots.indices {
      let own = (0..<width).map { _ in stream.normal() }
      let noise = (0..<width).map { _ in stream.normal() }
      for a in 0..<width {
        var value = means[a]
        for b in 0..<width { value += signalRoot[a, b] * own[b] + noiseRoots[unit][a, b] * noise[b] }
        result[unit, a] = value
      }
    }
    return result
  }

  /// Least squares of one unit's rates with a constant; `nil` where its rates do not vary or the trials do not tell the
  /// variables apart.
  private static func fit(
    _ x: Matrix, _ known: [Int], _ rate: (Int) -> Double
  ) -> (slopes: [Double], covariance: Matrix, residual: Double, spread: Double)? {
    let (width, count) = (x.columns, Double(known.count))
    let level = known.reduce(0) { $0 + rate($1) } / count
    let centres = (0..<width).map { column in known.reduce(0) { $0 + x[$1, column] } / count }
    let gram = Matrix(rows: width, columns: width) { a, b in
      known.reduce(0) { $0 + (x[$1, a] - centres[a]) * (x[$1, b] - centres[b]) }
    }
    let right = (0..<width).map { a in
      known.reduce(0) { $0 + (x[$1, a] - centres[a]) * (rate($1) - level) }
    }
    let spread = known.reduce(0) { $0 + (rate($1) - level) * (rate($1) - level) }
    guard spread > 0, let slopes = try? gram.solvePositiveDefinite(right) else { return nil }
    let residual = known.reduce(0) { sum, trial in
      let predicted = (0..<width).reduce(level) { $0 + slopes[$1] * (x[trial, $1] - centres[$1]) }
      return sum + (rate(trial) - predicted) * (rate(trial) - predicted)
    }
    // Never quite zero, so that there is a root.
    let variance = max(residual / (count - Double(width) - 1), 1e-12 * spread / count)
    var inverse = Matrix(rows: width, columns: width)
    for a in 0..<width {
      let unit = (0..<width).map { $0 == a ? 1.0 : 0 }
      guard let column = try? gram.solvePositiveDefinite(unit) else { return nil }
      for b in 0..<width { inverse[b, a] = column[b] }
    }
    let covariance = Matrix(rows: width, columns: width) {
      variance * (inverse[$0, $1] + inverse[$1, $0]) / 2
    }
    guard slopes.allSatisfy(\.isFinite), covariance.elements.allSatisfy(\.isFinite) else { return nil }
    return (slopes, covariance, residual, spread)
  }
}
