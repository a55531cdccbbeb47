// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import TestSupport
import Testing

@Suite struct UncertaintyTests {
  /// σ of m, n, I, w of a network drawn from a known Gaussian.
  private func truth() throws -> ConnectivityStatistics {
    let network = try randomNetwork(units: 400, rank: 1, inputs: 1, outputs: 1, seed: 111)
    return try ConnectivityStatistics(of: network)
  }

  @Test func redrawsScatterAsTheFormulaSays() throws {
    let statistics = try truth()
    var stream = RandomStream(seed: 112)
    let network = try statistics.redraw(units: 100, transfer: .tanh, stream: &stream)
    let measured = try ConnectivityStatistics(of: network).populations[0]
    let vectors = statistics.layout.vectors
    let result = try Uncertainty.moments(of: network, source: .redraw, replicates: 300, seed: 112)
    let deviations = result.deviations
    for (i, vector) in vectors.enumerated() {
      // An SD from 300 replicates is known to 1/√600 = 4.1 %, times 5.
      #expect(abs(deviations[i] / measured.standardError(vector, units: 100) - 1) < 0.21, "seed 112")
    }
    var index = vectors.count
    for (i, a) in vectors.enumerated() {
      for b in vectors[...i] {
        // SE(σ̂) = √((σ_aa σ_bb + σ_ab²)/N); 1/N moments shrink by (N-1)/N besides.
        #expect(
          abs(deviations[index] / measured.standardError(a, b, units: 100) - 1) < 0.22, "\(a)\(b), seed 112")
        index += 1
      }
    }
  }

  @Test func bootstrapIntervalsCoverTheEnsemble() throws {
    let statistics = try truth()
    let expected = statistics.populations[0].covariance(.n(0), .m(0))
    let layout = statistics.layout
    let (n, m) = (try #require(layout.index(of: .n(0))), try #require(layout.index(of: .m(0))))
    let place = layout.count + m * (m + 1) / 2 + n
    var covered = 0
    let networks = 60
    for k in 0..<networks {
      var stream = RandomStream(seed: 113, stream: UInt64(k))
      let network = try statistics.redraw(units: 80, transfer: .tanh, stream: &stream)
      let result = try Uncertainty.moments(
        of: network, source: .bootstrap, replicates: 80, seed: UInt64(k))
      if result.intervals(level: 0.9)[place].contains(expected) { covered += 1 }
    }
    // 54 expected, or a little fewer, as percentile bootstraps fall short; below 45 has probability 0.05 % at 90 %.
    #expect(covered >= 45, "\(covered) of \(networks), seed 113")
  }

  @Test func redrawnTrajectoriesCoverOtherNetworks() throws {
    let statistics = try truth()
    let stimulus = randomStimulus(trials: 1, steps: 12, channels: 1, seed: 114)
    var stream = RandomStream(seed: 114)
    // Matched, so that the mixture drawn from is the truth itself.
    let network = try statistics.redraw(
      units: 150, moments: .matched, transfer: .tanh, stream: &stream)
    let result = try Uncertainty.trajectories(
      of: network, source: .redraw, stimulus: stimulus, alpha: 0.2, replicates: 100, seed: 114)
    let intervals = result.intervals(level: 0.9)
    var covered = 0
    for k in 0..<60 {
      var other = RandomStream(seed: 115, stream: UInt64(k))
      let sample = try statistics.redraw(units: 150, transfer: .tanh, stream: &other)
      let run = Simulation(alpha: 0.2).run(try ManifoldDynamics(sample), under: stimulus)
      if intervals[11].contains(run.kappa[11]) { covered += 1 }
    }
    #expect((44...59).contains(covered), "\(covered) of 60, seeds 114 and 115")
  }

  /// Coverage and width, counted again from the intervals one by one.
  @Test func bandsCountHowOftenTheyHoldTheNetwork() throws {
    let network = try randomNetwork(units: 60, rank: 2, inputs: 1, outputs: 1, seed: 117)
    let labels = (0..<60).map { $0 % 2 }
    let stimulus = randomStimulus(trials: 3, steps: 9, channels: 1, seed: 117)
    let own = Simulation(alpha: 0.2).run(try ManifoldDynamics(network), under: stimulus)
    let bands = try TrajectoryBands(
      of: network, labels: labels, stimulus: stimulus, own: own, alpha: 0.2, replicates: 40, level: 0.8,
      seed: 117)
    #expect(bands.bands.map(\.source) == [.bootstrap, .redraw])
    for (index, band) in bands.bands.enumerated() {
      let direct = try Uncertainty.trajectories(
        of: network, source: band.source, labels: labels, stimulus: stimulus, alpha: 0.2, replicates: 40,
        seed: 117
      ).intervals(level: 0.8)
      for quantity in 0..<3 {
        var (inside, width, square) = (0, 0.0, 0.0)
        for trial in 0..<3 {
          for step in 0..<9 {
            let value =
              quantity < 2
              ? own.kappa(trial: trial, step: step, quantity) : own.output(trial: trial, step: step, 0)
            let point = trial * 9 + step
            let interval = quantity < 2 ? direct[point * 2 + quantity] : direct[54 + point]
            #expect(bands.interval(index, trial: trial, step: step, quantity: quantity) == interval)
            if interval.lower <= value && value <= interval.upper { inside += 1 }
            width += interval.upper - interval.lower
            square += value * value
          }
        }
        #expect(abs(band.coverage[quantity] - Double(inside) / 27) < 1e-12, "seed 117")
        let relative = width / 27 / (square / 27).squareRoot()
        // Sums in another order.
        #expect(abs(band.width[quantity] / relative - 1) < 1e-12, "seed 117")
      }
    }
  }

  @Test func replicatesDoNotDependOnThreads() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 116)
    let labels = (0..<40).map { $0 % 2 }
    for source in Uncertainty.Source.allCases {
      let runs = try [1, 2].map {
        try Uncertainty.moments(
          of: network, source: source, labels: labels, replicates: 20, seed: 116, threads: $0)
      }
      #expect(runs[0] == runs[1], "\(source), seed 116")
      #expect(runs[0].replicates.count == 20)
    }
  }
}
