// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Fits are held near the means that the network itself has.
@Suite struct OverallMeansTests {
  private let seed: UInt64 = 57

  /// Units of a heavy-tailed network without means: a Gaussian fit of it gains by inventing some.
  private func network() throws -> Network {
    let plain = try randomNetwork(units: 200, rank: 1, inputs: 1, outputs: 1, seed: seed)
    var loadings = plain.loadings
    for j in 0..<loadings.columns {
      for i in 0..<loadings.rows { loadings[i, j] = 1.5 * loadings[i, j] * abs(loadings[i, j]) }
    }
    return try Network(loadings: loadings, layout: plain.layout, transfer: .tanh)
  }

  @Test func aMixtureHasTheMeansAndDeviationsOfItsUnits() throws {
    let network = try network()
    let whole = OverallMeans(of: try ConnectivityStatistics(of: network))
    let halves = OverallMeans(
      of: try ConnectivityStatistics(of: network, labels: (0..<200).map { $0 % 2 }))
    // The law of total variance, to the rounding of sums over 200 units.
    for (a, b) in zip(whole.values + whole.deviations, halves.values + halves.deviations) {
      #expect(abs(a - b) < 1e-13 * (1 + abs(a)))
    }
    #expect(whole.distance(to: halves) < 1e-12)
  }

  @Test(arguments: [1, 2]) func fitsKeepTheMeans(populations: Int) throws {
    let network = try network()
    let training = randomStimulus(trials: 6, steps: 15, channels: 1, seed: seed)
    func fit(_ closure: Closure) throws -> Distillation {
      try Distillation(
        of: network, training: training, validation: training, alpha: 0.2,
        options: Distillation.Options(
          populations: populations, closure: closure, anchor: .strength(0), seed: seed, polished: 1))
    }
    for closure in [Closure.regressed, .refined] {
      let diagnosis = try fit(closure).diagnosis
      #expect(diagnosis.meanDistance <= Distillation.meanLimit, "\(closure), seed \(seed)")
      #expect(diagnosis.meanDistances.count == network.layout.count)
      #expect(diagnosis.meanDistance <= diagnosis.meanDistances.max() ?? 0)
    }
  }

  /// The pull on a sum has the derivatives of its own value.
  @Test func gradientOfASum() {
    let pull = Pull(
      weights: [0.5], centre: [0.1],
      sums: [Pull.Sum(terms: [(index: 0, factor: 2), (index: 2, factor: -0.3)], target: 0.7, weight: 1.4)])
    func at(_ x: [Double]) -> NormalEquations {
      var equations = NormalEquations(count: 3)
      pull.add(to: &equations, at: x)
      return equations
    }
    let x = [0.4, 9, -1.2]
    let here = at(x)
    // 0.5 · 0.3² + 1.4 (0.8 + 0.36 - 0.7)².
    #expect(abs(here.cost - (0.045 + 1.4 * 0.46 * 0.46)) < 1e-14)
    for i in 0..<3 {
      let step = 1e-3
      var (up, down) = (x, x)
      up[i] += step
      down[i] -= step
      // A quadratic's central difference is exact; gradient is half the derivative, downwards.
      let slope = (at(up).cost - at(down).cost) / (2 * step)
      #expect(abs(slope + 2 * here.gradient[i]) < 1e-11)
    }
    // Parameters that are not free count for the cost alone.
    var fewer = NormalEquations(count: 1)
    pull.add(to: &fewer, at: x)
    #expect(fewer.cost == here.cost && fewer.gradient == [here.gradient[0]])
  }
}
