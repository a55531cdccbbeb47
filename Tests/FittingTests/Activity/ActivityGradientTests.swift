// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// The gradient of a fit against finite differences, and against itself on other numbers of threads.
@Suite struct ActivityGradientTests {
  /// Parameters that fit none of the activity, so that every error is large.
  private func parameters(_ units: Int, rank: Int, drives: Int, seed: UInt64) -> ActivityParameters {
    var stream = RandomStream(seed: seed)
    func some(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
    return ActivityParameters(
      m: some(units * rank), n: some(units * rank), loads: some(units * drives).map { 0.5 * $0 },
      gains: some(units).map { 1 + 0.2 * $0 }, offsets: some(units).map { 0.2 * $0 })
  }

  /// Activity of a network with everything that there is, a fifth of it missing.
  private func activity(_ form: NetworkForm, _ transfer: TransferFunction, seed: UInt64) throws -> Activity {
    var stream = RandomStream(seed: seed, stream: 3)
    var network = try randomNetwork(
      units: 21, rank: 2, inputs: 2, outputs: 1, transfer: transfer, bias: true, seed: seed)
    network = try Network(
      m: network.m, n: network.n, inputs: network.inputs, readouts: network.readouts, bias: network.bias,
      current: (0..<21).map { _ in 0.3 * stream.normal() }, form: form, transfer: transfer
    ).starting(at: (0..<21).map { _ in 0.5 * stream.normal() })
    let stimulus = randomStimulus(trials: 6, steps: 9, channels: 2, seed: seed)
    let whole = try Activity(of: network, under: stimulus, alpha: 0.3)
    var rates = whole.rates
    for i in rates.indices where stream.uniform() < 0.2 { rates[i] = .nan }
    return Activity(
      stimulus: stimulus, units: 21, rates: rates, outputs: whole.outputs, given: whole.given)
  }

  private func columns(_ form: NetworkForm) -> [ActivityDrives.Column] {
    [.input(0), .input(1), .bias] + (form == .current ? [.current, .start] : [])
  }

  /// A hundred outputs stand in the cost as a few sums, which the network itself gives exactly.
  @Test(arguments: NetworkForm.allCases) func manyOutputsAreFewSums(form: NetworkForm) throws {
    let plain = try randomNetwork(units: 40, rank: 2, inputs: 2, outputs: 100, seed: 46)
    let network = try Network(
      m: plain.m, n: plain.n, inputs: plain.inputs, readouts: plain.readouts, form: form)
    let activity = try Activity(
      of: network, under: randomStimulus(trials: 5, steps: 12, channels: 2, seed: 47), alpha: 0.3)
    let engine = ActivityEngine<Double>(activity, rank: 2, columns: [.input(0), .input(1)], threads: 1)
    #expect(engine.shape.outputs <= OutputSums.few && engine.shape.outputs > 1)
    var own = ActivityParameters(
      m: network.m.elements, n: network.n.elements, loads: network.inputs.elements,
      gains: [Double](repeating: 1, count: 40), offsets: [Double](repeating: 0, count: 40))
    #expect(engine.evaluate(own, trials: Array(0..<5), wantsGradient: false).total(1) < 1e-20)
    own.n = own.n.map { 0.5 * $0 }
    #expect(engine.evaluate(own, trials: Array(0..<5), wantsGradient: true).outputs > 1e-4)
  }

  @Test(arguments: [NetworkForm.current, .rate], [TransferFunction.tanh, .softplus])
  func gradientIsThatOfTheCost(_ form: NetworkForm, _ transfer: TransferFunction) throws {
    let activity = try activity(form, transfer, seed: 41)
    let columns = columns(form)
    let engine = ActivityEngine<Double>(activity, rank: 2, columns: columns, threads: 2)
    let p = parameters(21, rank: 2, drives: columns.count, seed: 42)
    let trials = [0, 2, 3, 4, 5]
    let gradient = try #require(engine.evaluate(p, trials: trials, wantsGradient: true).gradient)
    var stream = RandomStream(seed: 43)
    for block in ActivityParameters.blocks {
      let direction = p[keyPath: block].map { _ in stream.normal() }
      func cost(_ h: Double) -> Double {
        var moved = p
        for i in direction.indices { moved[keyPath: block][i] += h * direction[i] }
        return engine.evaluate(moved, trials: trials, wantsGradient: false).total(1)
      }
      // Central differences of fourth order: truncation near 1e-10 and rounding near 1e-12 here.
      let slope = centralDifference(of: cost, step: 3e-4)
      let found = zip(gradient[keyPath: block], direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(found - slope) < 1e-7 * max(1, abs(slope)), "\(form), \(transfer), \(block)")
    }
  }

  @Test func threadsChangeNoBit() throws {
    let activity = try activity(.current, .tanh, seed: 51)
    let p = parameters(21, rank: 2, drives: 5, seed: 52)
    func cost(_ threads: Int) throws -> (Double, ActivityParameters) {
      let engine = ActivityEngine<Float>(activity, rank: 2, columns: columns(.current), threads: threads)
      let cost = engine.evaluate(p, trials: [5, 4, 3, 2, 1, 0], wantsGradient: true)
      return (cost.total(1), try #require(cost.gradient))
    }
    let (one, two) = (try cost(1), try cost(2))
    #expect(one.0 == two.0)
    #expect(one.1 == two.1)
  }

  /// The fit's own passes are the Euler map of the network that it writes.
  @Test(arguments: [NetworkForm.current, .rate])
  func costIsThatOfTheNetwork(_ form: NetworkForm) throws {
    let activity = try activity(form, .tanh, seed: 61)
    var options = ActivityFitOptions(rank: 2)
    options.rounds = 1
    options.updates = 20
    options.free = [.m, .n, .inputs]
    let fit = try ActivityFit(to: activity, options: options)
    if form == .current {
      let explained = ExplainedVariance(
        of: try fit.rates(under: activity.stimulus), against: activity.rates, units: 21)
      #expect(abs(1 - explained.r2 - fit.trainingCost.rates) < 1e-5)
    }
    let network = try fit.network()
    let z = Simulation(alpha: 0.3).run(try NetworkDynamics(network), under: activity.stimulus).outputs
    let size = activity.outputs.reduce(0) { $0 + $1 * $1 }
    let error = zip(z, activity.outputs).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / size
    // In rate form the cost is that of what z relaxes to.
    if form == .current { #expect(abs(error - fit.trainingCost.outputs) < 1e-5) }
    #expect(error.isFinite)
  }
}
