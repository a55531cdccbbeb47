// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import Testing

/// Selectivity of recorded units: clusters are found, one population with noise is none, and useless files are said to be.
@Suite struct StructureOfActivityTests {
  /// 80 units whose rates over 60 trials are linear in two variables, with noise of a size of its own for every unit.
  private func recording(
    seed: UInt64, clustered: Bool, conditions: Bool = true, noise: Double = 0.6
  ) throws -> RecordedActivity {
    let (trials, steps, units) = (60, 2, 80)
    var stream = RandomStream(seed: seed)
    let variables = (0..<2).map { _ in (0..<trials).map { _ in stream.normal() } }
    let slopes = (0..<units).map { unit -> [Double] in
      guard clustered else { return [stream.normal(), 0.5 * stream.normal()] }
      // Every unit follows one of the two variables, up or down.
      let size = 1 + 0.2 * stream.normal()
      return unit % 2 == 0 ? [unit % 4 == 0 ? size : -size, 0] : [0, unit % 4 == 1 ? size : -size]
    }
    let sizes = (0..<units).map { $0 % 5 == 0 ? 4 * noise : noise }
    var rates = [Double](repeating: 0, count: trials * steps * units)
    for trial in 0..<trials {
      for unit in 0..<units {
        let mean = slopes[unit][0] * variables[0][trial] + slopes[unit][1] * variables[1][trial]
        for step in 0..<steps {
          rates[(trial * steps + step) * units + unit] = 5 + mean + sizes[unit] * stream.normal()
        }
      }
    }
    let u = Tensor(name: "u", shape: [trials, steps, 0], values: [])
    let labels =
      conditions
      ? (0..<2).map { Tensor(name: "condition_v\($0)", shape: [trials], values: variables[$0]) } : []
    return try ActivityFile.read(
      TensorFile(
        inMemory: [u, Tensor(name: "rates", shape: [trials, steps, units], values: rates)] + labels),
      name: "activity")
  }

  @Test func clustersAreFound() throws {
    let result = try Structure(populations: 4, simulations: 60).run(
      onActivity: recording(seed: 3, clustered: true, noise: 0.3), name: "activity")
    let pairs = try #require(result.tests.last)
    #expect((pairs.effect ?? 0) > 0.5)
    #expect((pairs.simulatedP ?? 1) < 0.05)
    let selectivity = try #require(result.selectivity)
    #expect(selectivity.variables == ["v0", "v1"])
    #expect(selectivity.populationsP < 0.05)
    #expect(selectivity.explained > 0.7 && selectivity.noiseShare < 0.2)
  }

  @Test func onePopulationWithNoiseSeldomLooksLikeMore() throws {
    // Twelve data sets at 5 %: four or more alarms have a probability of 2e-3, and noise that is left out gives more.
    var alarms = (pairs: 0, populations: 0, kurtosis: 0)
    for seed in 1...12 {
      let result = try Structure(populations: 3, simulations: 60).run(
        onActivity: recording(seed: UInt64(100 + seed), clustered: false), name: "activity")
      if (result.tests[2].simulatedP ?? 1) < 0.05 { alarms.pairs += 1 }
      if result.tests[1].p < 0.05 { alarms.kurtosis += 1 }
      if (result.selectivity?.populationsP ?? 0) < 0.05 { alarms.populations += 1 }
    }
    #expect(alarms.pairs < 4)
    #expect(alarms.kurtosis < 4)
    #expect(alarms.populations < 4)
  }

  @Test func withoutVariablesThereIsNothingToRegressOn() throws {
    let error = #expect(throws: StudyError.self) {
      try Structure().run(
        onActivity: recording(seed: 1, clustered: true, conditions: false), name: "activity")
    }
    #expect("\(try #require(error))".contains("condition_NAME"))
  }
}
