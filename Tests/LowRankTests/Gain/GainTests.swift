// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
@testable import LowRank
import Testing

/// The fast averages against GSL, references and closed forms, on every path.
@Suite struct GainTests {
  private static let paths = [KernelPath.scalar, .baseline, .avx2, .avx512].filter(kappa_path_is_available)

  /// The promise of `Gain`: 1e-14 relative at μ = 0; 1e-13 elsewhere, at 500 random points between the nodes.
  @Test func tablesAgreeWithGSL() throws {
    let seed: UInt64 = 20_261
    let found = try TableCertificate.compare(count: 500, seed: seed)
    #expect(found.zeroMean <= 1e-14, "seed \(seed): \(found.zeroMean)")
    for (index, error) in found.plane.enumerated() {
      #expect(error <= 1e-13, "seed \(seed), average \(index): \(error)")
    }
  }

  /// Where the table is built, GSL's values and the certified sums say the same, but for rounding.
  @Test func tableValuesAreGSLs() {
    var values = ZeroMeanValues()
    for exponent in -12...12 {
      let deviation = Double(sign: .plus, exponent: exponent, significand: 1.25)
      #expect(values.gain(deviation: deviation) > 0)
    }
    #expect(values.confirmed == 25 && values.replaced == 0)
    #expect(values.gain(deviation: 0) == 1)
  }

  /// What the polynomials leave out is what the certificate says; neither may be zero, nor large.
  @Test func certificateIsTight() {
    let certificate = TableCertificate.current
    #expect(certificate.zeroMeanTail > 0 && certificate.zeroMeanTail < 1e-12)
    #expect(certificate.planeTails.count == 4)
    for tail in certificate.planeTails { #expect(tail > 0 && tail < 1e-11, "\(tail)") }
  }

  @Test(arguments: paths) func referencesOnEveryPath(path: KernelPath) {
    for reference in ReferenceAverages.all {
      let gain = Gain(reference.transfer, path: path)
      let variance = reference.deviation * reference.deviation
      let found = gain.derivatives(mean: reference.mean, variance: variance)
      let unit = 1 / (1 + reference.deviation)
      let size = 1 + (reference.transfer == .softplus ? abs(reference.mean) + reference.deviation : 0)
      let allowed = [1e-13 * size, 1e-13, 1e-13, 1e-13, 1e-13 * size * size]
      let values = [found.rate, found.gain, found.gain2, found.gain3, found.square]
      for index in 0..<5 {
        #expect(
          abs(values[index] - reference.values[index]) <= allowed[index],
          "\(reference.transfer), average \(index) at \(reference.mean), \(reference.deviation): \(values[index])"
        )
      }
      if reference.transfer == .tanh && reference.mean == 0 {
        #expect(abs(found.gain - reference.values[1]) <= 1e-14 * reference.values[1])
        #expect(abs(found.gain3 - reference.values[3]) <= 2e-13 * unit)
      }
    }
  }

  /// Curvatures of a batch are those of one at a time, to rounding; what is not finite stays where it is.
  @Test(arguments: TransferFunction.allCases) func curvaturesInBatches(transfer: TransferFunction) {
    let seed: UInt64 = 78
    var random = RandomStream(seed: seed, stream: 0)
    let special = [0, -0.0, 1e-300, -3, 700, -1e9, 1e200, .infinity, .nan]
    for path in Self.paths {
      let gain = Gain(transfer, path: path)
      for count in [0, 1, 7, 8, 9, 61, 145] {
        let means = (0..<count).map { $0 % 5 == 4 ? special[$0 % special.count] : 3 * random.normal() }
        let variances = (0..<count).map { $0 % 7 == 6 ? special[$0 % special.count] : 2 * random.uniform() }
        var (gains2, gains3) = ([Double](repeating: -1, count: count), [Double](repeating: -1, count: count))
        gain.curvatures(count: count, means: means, variances: variances, gains2: &gains2, gains3: &gains3)
        for i in 0..<count {
          let one = gain.curvatures(mean: means[i], variance: variances[i])
          for (found, expected) in [(gains2[i], one.gain2), (gains3[i], one.gain3)] {
            #expect(
              found.isNaN && expected.isNaN || abs(found - expected) <= 1e-14 * max(1, abs(expected)),
              "\(transfer) at \(means[i]), \(variances[i]): \(found), not \(expected); seed \(seed)")
          }
        }
      }
    }
  }

  /// One element has the same bits alone, in any place of a batch, and beside anything else.
  @Test(arguments: TransferFunction.allCases) func batchesGiveTheSameBits(transfer: TransferFunction) {
    let seed: UInt64 = 77
    var random = RandomStream(seed: seed, stream: 0)
    let special = [0, -0.0, 1e-300, -3, 700, -1e9, .infinity, .nan]
    for path in Self.paths {
      let gain = Gain(transfer, path: path)
      for count in [0, 1, 7, 8, 9, 16, 17, 61, 145] {
        let means = (0..<count).map { i -> Double in
          i % 3 == 0 ? 0 : (i % 5 == 0 ? special[i % 8] : Double.random(in: -4...4, using: &random))
        }
        let variances = (0..<count).map { i -> Double in
          i % 7 == 3
            ? [-1, 0, 1e-18, 1e12, 1e305, .infinity, .nan][i % 6] : Double.random(in: 0...9, using: &random)
        }
        var rates = [Double](repeating: -7, count: count)
        var gains = rates
        gain.rateAndGain(means: means, variances: variances, rates: &rates, gains: &gains)
        for i in 0..<count {
          var (rate, slope) = ([0.0], [0.0])
          gain.rateAndGain(means: [means[i]], variances: [variances[i]], rates: &rate, gains: &slope)
          let same =
            (rate[0].bitPattern == rates[i].bitPattern || rate[0].isNaN && rates[i].isNaN)
            && (slope[0].bitPattern == gains[i].bitPattern || slope[0].isNaN && gains[i].isNaN)
          #expect(same, "seed \(seed), \(transfer), mean \(means[i]), variance \(variances[i])")
          let single = gain.rateAndGain(mean: means[i], variance: variances[i])
          if single.gain.isFinite && single.rate.isFinite {
            #expect(abs(single.gain - gains[i]) <= 1e-15 && abs(single.rate - rates[i]) <= 1e-15)
          }
        }
      }
    }
  }

  /// Not even the sign of a zero depends on what stands beside it.
  @Test(arguments: paths) func zeroMeansKeepTheirBitsBesideOthers(path: KernelPath) {
    let gain = Gain(.tanh, path: path)
    for variance in [0, 1, 1e305, .infinity] {
      for mean in [0.0, -0.0] {
        let means = [Double](repeating: mean, count: 7)
        var (rates, gains) = ([Double](repeating: 7, count: 8), [Double](repeating: 7, count: 8))
        let variances = [Double](repeating: variance, count: 8)
        gain.rateAndGain(means: means + [mean], variances: variances, rates: &rates, gains: &gains)
        let among = (rates, gains)
        gain.rateAndGain(means: means + [1], variances: variances, rates: &rates, gains: &gains)
        for i in 0..<7 {
          #expect(rates[i].bitPattern == among.0[i].bitPattern, "rate at \(mean), \(variance)")
          #expect(gains[i].bitPattern == among.1[i].bitPattern, "gain at \(mean), \(variance)")
        }
      }
    }
  }

  @Test(arguments: TransferFunction.allCases) func guards(transfer: TransferFunction) {
    let gain = Gain(transfer)
    for (mean, variance) in [(Double.nan, 1.0), (0, .nan), (1, .nan), (.nan, .nan)] {
      let found = gain.rateAndGain(mean: mean, variance: variance)
      #expect(found.rate.isNaN && found.gain.isNaN, "\(transfer) at \(mean), \(variance)")
    }
    // Negative variances are rounding: they count as zero.
    for mean in [-1.5, 0.25, 3] {
      let found = gain.rateAndGain(mean: mean, variance: -1e-18)
      #expect(
        abs(found.rate - transfer.value(mean)) < 1e-14 && abs(found.gain - transfer.derivative(mean)) < 1e-14)
    }
    for (mean, variance) in [(1e9, 1.0), (-1e9, 1), (0, 1e14), (5, 1e30), (1e200, 1e305), (1e-320, 1e-320)] {
      let found = gain.rateAndGain(mean: mean, variance: variance)
      #expect(
        !found.rate.isNaN && found.gain >= 0 && found.gain <= 1.2,
        "\(transfer) at \(mean), \(variance): \(found)")
    }
  }

  /// Where squares overflow or nearly do, tanh is a step: ⟨tanh⟩ = erf(μ/(Δ√2)) to fifteen digits.
  @Test func tanhIsAStepWhereNumbersEnd() {
    for path in Self.paths {
      let gain = Gain(.tanh, path: path)
      for (mean, variance, expected) in [
        (1e200, 1e305, 1), (2e154, 5e307, 0.9953222650189527), (1e150, 1e300, 0.6826894921370859),
        (1e154, .infinity, 0), (-.infinity, 1, -1), (1e155, 0, 1), (-1e160, 1e10, -1),
      ] {
        var (rate, slope) = ([0.0], [0.0])
        gain.rateAndGain(means: [mean], variances: [variance], rates: &rate, gains: &slope)
        #expect(
          abs(rate[0] - expected) < 1e-14 && abs(slope[0]) < 1e-140, "\(mean), \(variance): \(rate), \(slope)"
        )
      }
    }
  }

  /// Beyond the zero-mean table the asymptote takes over without a step.
  @Test func theAsymptoteJoinsTheTable() {
    let gain = Gain(.tanh)
    let end = 33_554_432.0 - 0.03125
    let (below, above) = (
      gain.rateAndGain(mean: 0, variance: end.nextDown), gain.rateAndGain(mean: 0, variance: end)
    )
    #expect(abs(below.gain - above.gain) < 3e-15 * above.gain)
  }

  @Test func averagesAreOddAndEven() {
    let gain = Gain(.tanh)
    for (mean, variance) in [(0.3, 0.2), (2, 5), (9, 0.01), (1e-9, 1)] {
      let (right, left) = (
        gain.derivatives(mean: mean, variance: variance), gain.derivatives(mean: -mean, variance: variance)
      )
      #expect(right.rate == -left.rate && right.gain == left.gain && right.gain2 == -left.gain2)
      #expect(right.gain3 == left.gain3 && right.square == left.square)
    }
  }
}
