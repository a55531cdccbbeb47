// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// Networks of known rank, given as nothing but the activity of their units.
@Suite struct ActivityFitTests {
  private func network(_ rank: Int, seed: UInt64) throws -> Network {
    try randomNetwork(units: 80, rank: rank, inputs: 2, outputs: 1, seed: seed)
  }

  /// Inputs that change slowly enough for the network to follow.
  private func stimulus(_ trials: Int, seed: UInt64) -> Stimulus {
    var stimulus = randomStimulus(trials: trials, steps: 40, channels: 2, seed: seed)
    for trial in 0..<trials {
      for t in 0..<40 where t % 8 != 0 {
        for k in 0..<2 { stimulus[trial, t, k] = stimulus[trial, t - 1, k] }
      }
    }
    return stimulus
  }

  @Test(arguments: [1, 2, 3])
  func exactActivityGivesTheNetworkBack(_ rank: Int) throws {
    let network = try network(rank, seed: UInt64(70 + rank))
    let training = try Activity(of: network, under: stimulus(48, seed: 1), alpha: 0.2)
    let test = try Activity(of: network, under: stimulus(24, seed: 2), alpha: 0.2)
    var options = ActivityFitOptions(rank: rank)
    options.rounds = 1
    options.updates = 100
    let fit = try ActivityFit(to: training, options: options)
    let explained = ExplainedVariance(
      of: try fit.rates(under: test.stimulus), against: test.rates, units: 80)
    // Noise-free activity of rank R determines the network on what it visits: rounding of single precision is left.
    #expect(explained.r2 > 1 - 1e-5, "rank \(rank), start \(fit.start): \(explained.r2)")
    let effective = try EffectiveConnectivity(visiting: training.rates, units: 80)
    let correlation = effective.correlation(try fit.network(), network)
    #expect(correlation > 0.999, "rank \(rank): \(correlation) in \(effective.directions.columns) directions")
  }

  /// Given as rates, saturated units leave φ⁻¹ no digits; relu units that are silent leave none at all.
  @Test(arguments: [TransferFunction.tanh, .relu])
  func ratesAtTheEndsOfPhiAreEnough(_ transfer: TransferFunction) throws {
    var network = try randomNetwork(
      units: 80, rank: 2, inputs: 2, outputs: 0, transfer: transfer, seed: 76)
    if transfer == .tanh {
      network = try Network(
        m: scaled(network.m, 4), n: network.n, inputs: scaled(network.inputs, 4), readouts: network.readouts,
        transfer: transfer)
    }
    let whole = try Activity(of: network, under: stimulus(48, seed: 1), alpha: 0.2)
    let activity = Activity(
      stimulus: whole.stimulus, units: 80, rates: whole.rates,
      given: Activity.Given(alpha: 0.2, transfer: transfer, readouts: Matrix(rows: 80, columns: 0)))
    var options = ActivityFitOptions(rank: 2)
    options.rounds = 1
    options.updates = 100
    let fit = try ActivityFit(to: activity, options: options)
    let test = try Activity(of: network, under: stimulus(24, seed: 2), alpha: 0.2)
    let explained = ExplainedVariance(
      of: try fit.rates(under: test.stimulus), against: test.rates, units: 80)
    #expect(explained.r2 > 0.9999, "\(transfer), start \(fit.start): \(explained.r2)")
  }

  private func scaled(_ matrix: Matrix, _ factor: Double) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { factor * $0 })
  }

  @Test func correlationOfEffectiveConnectivityIsThatOfTheMatrices() throws {
    let (one, other) = (try network(2, seed: 61), try network(1, seed: 62))
    let rates = try Activity(of: one, under: stimulus(8, seed: 3), alpha: 0.2).rates
    let effective = try EffectiveConnectivity(visiting: rates, units: 80)
    func entries(_ network: Network) -> [Double] {
      (0..<80).flatMap { i in
        (0..<80).map { j in
          (0..<effective.directions.columns).reduce(0.0) { sum, k in
            let row = (0..<80).reduce(0.0) { sum, l in
              let weight = (0..<network.rank).reduce(0) { $0 + network.m[i, $1] * network.n[l, $1] / 80 }
              return sum + weight * effective.directions[l, k]
            }
            return sum + row * effective.directions[j, k]
          }
        }
      }
    }
    let (a, b) = (entries(one), entries(other))
    let (ma, mb) = (a.reduce(0, +) / 6400, b.reduce(0, +) / 6400)
    let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
    let spreads = a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) } * b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) }
    // The same sums in another order.
    #expect(abs(effective.correlation(one, other) - covariance / spreads.squareRoot()) < 1e-10)
  }

  @Test func aFitIsTheSameForAnyNumberOfThreads() throws {
    let network = try network(2, seed: 81)
    let training = try Activity(of: network, under: stimulus(24, seed: 3), alpha: 0.2)
    func fit(_ threads: Int) throws -> ActivityParameters {
      var options = ActivityFitOptions(rank: 1)
      options.rounds = 1
      options.updates = 30
      options.threads = threads
      return try ActivityFit(to: training, options: options).parameters
    }
    #expect(try fit(1) == fit(2))
  }

  @Test func constantActivityIsRefused() throws {
    let given = Activity.Given(alpha: 0.2, transfer: .tanh, readouts: Matrix(rows: 3, columns: 0))
    let activity = Activity(
      stimulus: Stimulus(trials: 4, steps: 5, channels: 1), units: 3,
      rates: [Double](repeating: 0.5, count: 60), given: given)
    #expect(throws: DistillationError.self) {
      _ = try ActivityFit(to: activity, options: ActivityFitOptions(rank: 1))
    }
  }

  @Test func neuronsOutsideTheRangeOfPhiAreScaled() throws {
    let network = try network(1, seed: 91)
    let whole = try Activity(of: network, under: stimulus(32, seed: 4), alpha: 0.2)
    // Every third neuron in spikes per second.
    var rates = whole.rates
    for i in rates.indices where i % 80 % 3 == 0 { rates[i] = 20 * rates[i] + 30 }
    let activity = Activity(stimulus: whole.stimulus, units: 80, rates: rates, given: whole.given)
    var options = ActivityFitOptions(rank: 1)
    options.rounds = 2
    options.updates = 300
    let fit = try ActivityFit(to: activity, options: options)
    #expect(fit.scaled == (0..<80).filter { $0 % 3 == 0 })
    let explained = ExplainedVariance(
      of: try fit.rates(under: activity.stimulus), against: rates, units: 80)
    #expect(explained.r2 > 0.98, "\(explained.r2)")
  }

  @Test func theInverseOfPhiIsItsInverse() {
    for transfer in TransferFunction.allCases {
      for x in [-1.5, -0.3, 0.2, 1, 2] where transfer != .relu || x > 0 {
        #expect(abs(transfer.inverse(transfer.value(x)) - x) < 1e-9, "\(transfer) at \(x)")
      }
    }
  }
}
