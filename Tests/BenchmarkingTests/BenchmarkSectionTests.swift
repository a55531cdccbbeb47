// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Testing

@testable import Benchmarking

/// What the benchmarks say about errors, and that they run; times are not looked at.
@Suite struct BenchmarkSectionTests {
  /// Every kernel within a few rounding errors of the compensated sums with the library's tanh.
  @Test func kernelsReportTheirErrors() throws {
    let cases = NetworkBenchmark.kernels(units: 300)
    #expect(Set(cases.map(\.variant)).count == cases.count)
    #expect(cases.filter { $0.relativeError == nil }.map(\.variant) == ["no tanh double", "no tanh single"])
    for item in cases {
      guard let error = item.relativeError else { continue }
      let limit = item.variant.contains("single") ? 1e-6 : 2e-15
      #expect(error <= limit, "\(item.variant): \(error)")
      // Single precision that were exact would not be single precision.
      if item.variant.contains("single") { #expect(error > 1e-12, "\(item.variant): \(error)") }
    }
  }

  /// By section, variant and size other tools know what was measured.
  @Test func everyCaseHasANameOfItsOwn() {
    for section in BenchmarkSection.allCases {
      let names = section.groups().joined().map { "\($0.variant) \($0.size)" }
      #expect(Set(names).count == names.count, "\(section): \(names.sorted())")
    }
  }

  /// tanh alone within a few units in the last place.
  @Test func tanhReportsItsError() throws {
    let cases = NetworkBenchmark.kernels(units: 1024)
    for (variant, limit) in [("tanh alone, double", 8e-16), ("tanh alone, single", 5e-7)] {
      let error = try #require(cases.first { $0.variant == variant }?.relativeError)
      #expect(error > 0 && error < limit, "\(variant): \(error)")
    }
  }

  /// A κ-step agrees with GSL's to rounding, with and without means and inputs.
  @Test func circuitsReportTheirErrors() {
    let errors = CircuitBenchmark.groups().joined().compactMap(\.relativeError)
    #expect(errors.count == 12 && errors.allSatisfy { $0 < 1e-14 }, "\(errors)")
  }

  /// The rules that hold do, and Gauss–Hermite fails where the widest Δ is.
  @Test func gainsReportTheirErrors() throws {
    let cases = GainBenchmark.groups().joined()
    func error(_ variant: String) throws -> Double {
      try #require(cases.first { $0.variant == variant }?.relativeError, "\(variant)")
    }
    for variant in ["GSL qag", "simulations, μ = 0", "simulations, any μ", "batch, μ = 0", "batch, any μ"] {
      #expect(try error(variant) < 1e-12, "\(variant)")
    }
    #expect(try error("Gauss-Hermite 50") > 0.5)
    #expect(try error("Gauss-Hermite 200") > 0.5)
    for item in cases where item.size == 1 { item.run() }
  }

  @Test func aSectionMeasuresEveryCase() {
    let measured = BenchmarkSection.gain.measure(rounds: 1)
    #expect(measured.count == BenchmarkSection.gain.groups().joined().count)
    #expect(measured.allSatisfy { $0.what == "gain" && $0.nanoseconds > 0 && $0.nanoseconds.isFinite })
  }

  /// The median of the rounds, per call.
  @Test func theStopwatchCallsEveryVariant() {
    var calls = [0, 0]
    let seconds = Stopwatch(rounds: 3, minimumSample: 1e-6).medians(of: [
      { calls[0] += 1 }, { calls[1] += 1 },
    ])
    #expect(seconds.count == 2 && calls.allSatisfy { $0 >= 4 })
  }
}
