// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How far the tables behind `Gain` can be off.
///
/// Two kinds of evidence, for tanh's averages, from which those of logistic and softplus follow: what the polynomials
/// leave out, known when the table is built, and the distance to GSL's QAG at random points between its nodes.
public struct TableCertificate: Sendable, Hashable {
  /// ⟨tanh'⟩ at μ = 0, relative, of both tables for it: the largest of the last two Chebyshev coefficients of a cell, doubled.
  public let zeroMeanTail: Double
  /// ⟨tanh⟩, ⟨tanh'⟩, ⟨tanh''⟩, ⟨tanh'''⟩ at any μ: the largest last Chebyshev coefficient of a cell, doubled. The
  /// derivatives' are relative to r = 1/√(1 + 10Δ²/3), the size of ⟨tanh'⟩ at μ = 0 but for a factor of up to 1.5.
  public let planeTails: [Double]

  /// The certificate of the tables in use; builds them if they are not yet.
  public static var current: TableCertificate {
    TableCertificate(
      zeroMeanTail: max(ZeroMeanTable.shared.tail, ZeroMeanCells.shared.tail),
      planeTails: Array(PlaneTable.shared.tails.prefix(4)))
  }

  /// The largest distances between table and GSL at random points.
  public struct Comparison: Sendable, Hashable {
    /// How many points.
    public let count: Int
    /// ⟨tanh'⟩ at μ = 0, relative error.
    public let zeroMean: Double
    /// The four averages at any μ, in the units of `planeTails`.
    public let plane: [Double]
  }

  /// Compares the tables with GSL's QAG at `count` points: Δ log-uniform from 1e-4 to 1e6, and m (`PlaneTable`)
  /// uniform, which spreads μ over where tanh is not saturated.
  ///
  /// - Throws: `QuadratureError` when GSL fails.
  public static func compare(count: Int, seed: UInt64) throws(QuadratureError) -> Comparison {
    var random = RandomStream(seed: seed, stream: 0)
    var quadrature = try AdaptiveQuadrature()
    let fast = Gain(.tanh)
    var (rates, gains) = ([0.0], [0.0])
    var zeroMean = 0.0
    var plane = [Double](repeating: 0, count: 4)
    for _ in 0..<count {
      let exponent = -4 + 10 * random.uniform()
      let deviation = powerOfTen(exponent)
      let variance = deviation * deviation
      let m = 0.001 + 0.899 * random.uniform()
      let unit = (1 + PlaneTable.perVariance * variance).squareRoot()
      let mean = PlaneTable.stretch * m / (1 - m) * unit
      let centred = GaussianIntegrand(.gain, of: .tanh, mean: 0, deviation: deviation)
      let exact = try quadrature.qag(centred).value
      fast.rateAndGain(means: [0], variances: [variance], rates: &rates, gains: &gains)
      for value in [fast.rateAndGain(mean: 0, variance: variance).gain, gains[0]] {
        zeroMean = max(zeroMean, abs(value - exact) / exact)
      }
      let all = fast.derivatives(mean: mean, variance: variance)
      for (index, (average, value, unit)) in [
        (GaussianAverage.rate, all.rate, 1), (.gain, all.gain, unit), (.gain2, all.gain2, unit),
        (.gain3, all.gain3, unit),
      ].enumerated() {
        let integrand = GaussianIntegrand(average, of: .tanh, mean: mean, deviation: deviation)
        let exact = try quadrature.qag(integrand, absoluteTolerance: 1e-16 / unit).value
        plane[index] = max(plane[index], abs(value - exact) * unit)
      }
    }
    return Comparison(count: count, zeroMean: zeroMean, plane: plane)
  }
}
