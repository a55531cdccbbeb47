// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Synchronization

/// ⟨tanh'⟩(μ, Δ): every GSL rule, the certified trapezoid, and what simulations use, one value at a time and in batches.
///
/// Errors are the worst over Δ from 0.1 to 10⁶ with μ = 0, or over some (μ, Δ), against values of 40 digits and more;
/// relative to ⟨tanh'⟩ at μ = 0 and the same Δ, which is what tables promise: far from the centre ⟨tanh'⟩ itself is
/// smaller by many orders. GSL's rules are told to reach 1e-13.
enum GainBenchmark {
  /// ⟨tanh'⟩(0, Δ), by quadrature in 60-digit arithmetic.
  static let centred: [GainReference] = [
    .init(0, 0.1, 0.9901945312444675943577104), .init(0, 0.5, 0.8264838565676281490494033),
    .init(0, 1, 0.6057055096021588255835402), .init(0, 2, 0.3647387657430600751435567),
    .init(0, 4, 0.1946007205362743146172587), .init(0, 8, 0.09910319317822534862588418),
    .init(0, 20, 0.0398533016937593030492704), .init(0, 100, 0.00797851751948695669597363),
    .init(0, 1e3, 0.0007978842326862748448716714), .init(0, 1e4, 0.00007978845575216966455235787),
    .init(0, 1e6, 0.0000007978845608025372390060232),
  ]

  /// ⟨tanh'⟩(μ, Δ), likewise.
  static let shifted: [GainReference] = [
    .init(0.5, 0.5, 0.7117735206594618476386538, centre: 0.8264838565676281490494033),
    .init(1, 2, 0.328329786361967119404046, centre: 0.3647387657430600751435567),
    .init(3, 1, 0.04855844878939210714881681, centre: 0.6057055096021588255835402),
    .init(-2, 5, 0.1453280114194027311626029, centre: 0.1570382404374563076738258),
    .init(10, 4, 0.009960646281386535120453223, centre: 0.1946007205362743146172587),
    .init(-1, 100, 0.007978118636388344185737211, centre: 0.00797851751948695669597363),
    .init(8, 0.5, 7.421557964380932516118739e-7, centre: 0.8264838565676281490494033),
    .init(12, 1, 1.11578720316077826973896e-9, centre: 0.6057055096021588255835402),
  ]

  static func groups() -> [[BenchmarkCase]] { [rules() + simulations(), batches()] }

  /// One value after the other, by every rule.
  private static func rules() -> [BenchmarkCase] {
    guard let quadrature = QuadratureBox() else { return [] }
    let rules: [(String, (GaussianIntegrand) throws -> AdaptiveQuadrature.Result)] = [
      ("GSL qag", quadrature.qag), ("GSL qagi", quadrature.qagi), ("GSL cquad", quadrature.cquad),
      ("Gauss-Hermite 50", { try quadrature.hermite($0, 50) }),
      ("Gauss-Hermite 200", { try quadrature.hermite($0, 200) }),
    ]
    return rules.map { name, rule in
      oneByOne(name, centred) { mean, deviation in
        let integrand = GaussianIntegrand(.gain, of: .tanh, mean: mean, deviation: deviation)
        guard let result = try? rule(integrand) else { return (.nan, false) }
        return (result.value, result.converged)
      }
    }
  }

  /// One value after the other, as simulations ask for them.
  private static func simulations() -> [BenchmarkCase] {
    let gain = Gain(.tanh)
    return [("simulations, μ = 0", centred), ("simulations, any μ", shifted)].map { name, references in
      oneByOne(name, references, note: "⟨φ⟩ and ⟨φ'⟩ together") { mean, deviation in
        (gain.rateAndGain(mean: mean, variance: deviation * deviation).gain, false)
      }
    }
  }

  /// A case that computes each reference in turn; says where it is worst, and how often a wrong value passed for right.
  private static func oneByOne(
    _ variant: String, _ references: [GainReference], note: String = "",
    value: @escaping (Double, Double) -> (value: Double, converged: Bool)
  ) -> BenchmarkCase {
    let results = references.map { value($0.mean, $0.deviation) }
    let errors = zip(references, results).map { $0.relativeError(of: $1.value) }
    let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
    let silent = zip(errors, results).count { $0 > 1e-6 && $1.converged }
    var notes = note.isEmpty ? [] : [note]
    if errors[worst] > 1e-12 { notes.append("worst at Δ = \(references[worst].deviation)") }
    if silent > 0 { notes.append("\(silent) of \(references.count) wrong without a sign of it") }
    return BenchmarkCase(
      variant: variant, size: 1, operations: references.count, relativeError: errors[worst],
      note: notes.joined(separator: "; ")
    ) {
      var sum = 0.0
      for reference in references { sum += value(reference.mean, reference.deviation).value }
      keep(sum)
    }
  }

  /// A thousand values in one call; and the same number of bare look-ups in a table of 86 kB, the floor.
  private static func batches() -> [BenchmarkCase] {
    let count = 1000
    let gain = Gain(.tanh)
    var random = RandomStream(seed: 5)
    let variances = (0..<count).map { _ in 100 * random.uniform() }
    let means = (0..<count).map { _ in 2 * random.normal() }
    let zeros = [Double](repeating: 0, count: count)
    let batch = [("batch, μ = 0", zeros, centred), ("batch, any μ", means, shifted)].map {
      name, means, references in
      var rates = [Double](repeating: 0, count: references.count)
      var gains = rates
      gain.rateAndGain(
        means: references.map(\.mean), variances: references.map { $0.deviation * $0.deviation },
        rates: &rates,
        gains: &gains)
      let error = zip(references, gains).map { $0.relativeError(of: $1) }.max()
      // Two variables: exclusive access forbids lending two parts of one captured value at once.
      var outputRates = zeros
      var outputGains = zeros
      return BenchmarkCase(
        variant: name, size: count, operations: count, relativeError: error, note: "⟨φ⟩ and ⟨φ'⟩ together"
      ) {
        gain.rateAndGain(means: means, variances: variances, rates: &outputRates, gains: &outputGains)
        keep(outputGains[0])
      }
    }
    return batch + [lookUp(variances)]
  }

  /// Bare look-ups in a table of 86 kB, one for each variance (a multiple of four of them): the floor of anything that
  /// reads a table, and what other machines' times are best compared by.
  static func lookUp(
    _ variances: [Double], variant: String = "bare table look-up", note: String = "the floor"
  ) -> BenchmarkCase {
    precondition(variances.count % 4 == 0, "four sums side by side")
    var random = RandomStream(seed: 7)
    let table = (0..<10_752).map { _ in random.uniform() }
    return BenchmarkCase(
      variant: variant, size: variances.count, operations: variances.count, note: note
    ) {
      // Pointers: checks of indices would be part of the floor.
      table.withUnsafeBufferPointer { table in
        variances.withUnsafeBufferPointer { variances in
          // Four sums, so that no addition waits for the one before it.
          var sums = (0.0, 0.0, 0.0, 0.0)
          var i = 0
          while i < variances.count {
            sums.0 += table[cell(of: variances[i])]
            sums.1 += table[cell(of: variances[i + 1])]
            sums.2 += table[cell(of: variances[i + 2])]
            sums.3 += table[cell(of: variances[i + 3])]
            i += 4
          }
          keep(sums.0 + sums.1 + sums.2 + sums.3)
        }
      }
    }
  }

  /// 16 cells of nine numbers to an octave, as the table of gains has: exponent and four bits of the mantissa.
  @inline(__always) private static func cell(of variance: Double) -> Int {
    (Int((variance + 0.03125).bitPattern >> 48) & 0x3FF) * 9
  }
}

/// A value of ⟨tanh'⟩ known to double precision and beyond.
struct GainReference {
  let mean, deviation, gain: Double
  /// ⟨tanh'⟩(0, Δ).
  let centre: Double

  init(_ mean: Double, _ deviation: Double, _ gain: Double, centre: Double? = nil) {
    (self.mean, self.deviation, self.gain, self.centre) = (mean, deviation, gain, centre ?? gain)
  }

  func relativeError(of value: Double) -> Double { value.isNaN ? .infinity : abs(value - gain) / centre }
}

/// GSL's workspaces, kept by closures.
private final class QuadratureBox {
  private var quadrature: AdaptiveQuadrature

  init?() {
    guard let quadrature = try? AdaptiveQuadrature() else { return nil }
    self.quadrature = quadrature
  }

  func qag(_ integrand: GaussianIntegrand) throws -> AdaptiveQuadrature.Result {
    try quadrature.qag(integrand)
  }
  func qagi(_ integrand: GaussianIntegrand) throws -> AdaptiveQuadrature.Result {
    try quadrature.qagi(integrand)
  }
  func cquad(_ integrand: GaussianIntegrand) throws -> AdaptiveQuadrature.Result {
    try quadrature.cquad(integrand)
  }
  func hermite(_ integrand: GaussianIntegrand, _ count: Int) throws -> AdaptiveQuadrature.Result {
    try quadrature.hermite(integrand, count: count)
  }
}

/// Where `keep` leaves what it is given; read by nobody.
private let kept = Atomic<UInt64>(0)

/// Keeps the optimiser from leaving out a computation whose result nobody reads.
@inline(never) func keep(_ value: Double) { kept.store(value.bitPattern, ordering: .relaxed) }
