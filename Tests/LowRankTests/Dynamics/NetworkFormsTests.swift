// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Synchronization
import TestSupport
import Testing

extension NetworkKind: CustomTestStringConvertible {
  /// The kind in a few words.
  public var testDescription: String { name }
}

/// Every form of a network against plain loops over its own equation, and its manifold against it.
@Suite struct NetworkFormsTests {
  private static let alpha = 0.2

  /// A simulation that nobody wants any more ends at the next block of trials, with a dense J at the next step.
  @Test(arguments: [false, true]) func cancellationIsHeardInTheMiddle(dense: Bool) throws {
    let network = try randomNetwork(.everything(.current, dense: dense), units: 24, seed: 66)
    let stimulus = randomStimulus(trials: 200, steps: 40, channels: network.inputCount, seed: 67)
    let (asked, done) = (Counter(), Counter())
    _ = Simulation(alpha: 0.2, threads: 1).run(
      try NetworkDynamics(network), under: stimulus, progress: { _ = done.next() },
      isCancelled: { asked.next() > 3 })
    // Three blocks of sixteen trials; of a dense J two steps of the first block.
    #expect(done.value <= 48 && done.value > 0)
    if dense { #expect(done.value <= 16) }
  }

  /// The engine's network, low-rank or dense, is the equation of the field's code written out.
  @Test(arguments: NetworkKind.all) func networkIsItsEquation(kind: NetworkKind) throws {
    let seed: UInt64 = 400
    for dense in [false, true] {
      var kind = kind
      kind.dense = dense
      let network = try randomNetwork(kind, units: 30, seed: seed)
      let stimulus = randomStimulus(trials: 3, steps: 40, channels: kind.inputs, seed: seed + 1)
      let run = Simulation(alpha: Self.alpha, keepsStates: true)
        .run(try NetworkDynamics(network), under: stimulus)
      let expected = writtenOut(network, stimulus, alpha: Self.alpha)
      // Sums of 30 terms in another order, 40 steps.
      #expect(relativeDifference(run.outputs, expected.outputs) <= 1e-12, "z, dense \(dense)")
      #expect(relativeDifference(run.states ?? [], expected.states) <= 1e-12, "states, dense \(dense)")
      #expect(relativeDifference(run.kappa, expected.kappa) <= 1e-12, "κ, dense \(dense)")
      guard !dense else { continue }
      let single = Simulation(alpha: Self.alpha).run(try SinglePrecisionNetwork(network), under: stimulus)
      // Units in single precision: 6e-8 a step, forgotten at the rate α.
      #expect(relativeDifference(single.outputs, expected.outputs) <= 1e-4)
      #expect(relativeDifference(single.kappa, expected.kappa) <= 1e-4)
    }
  }

  /// The manifold is exact in either form, with everything.
  @Test(arguments: NetworkKind.all) func manifoldIsExact(kind: NetworkKind) throws {
    for (alpha, scheme) in [(0.2, Simulation.Scheme.euler), (1, .euler), (0.3, .rungeKutta4)] {
      let seed: UInt64 = 410
      let network = try randomNetwork(kind, units: 40, seed: seed)
      let stimulus = randomStimulus(trials: 3, steps: 60, channels: kind.inputs, seed: seed)
      let simulation = Simulation(alpha: alpha, scheme: scheme)
      let full = simulation.run(try NetworkDynamics(network), under: stimulus)
      let reduced = simulation.run(try ManifoldDynamics(network), under: stimulus)
      // The product's promise: rounding over 60 steps, times the condition of [m I].
      #expect(relativeDifference(reduced.outputs, full.outputs) <= 1e-12, "z, α \(alpha)")
      #expect(relativeDifference(reduced.kappa, full.kappa) <= 1e-12, "κ, α \(alpha)")
    }
  }

  /// An input along m: x does not determine κ, and κ's own equation still does.
  @Test(arguments: NetworkForm.allCases) func inputsAlongMNeedNoWarning(form: NetworkForm) throws {
    let network = try randomNetwork(.everything(form), units: 40, seed: 420)
    let along = try network.replacing(
      inputs: Matrix(rows: 40, columns: 2) { $1 == 0 ? 3 * network.m[$0, 1] : network.m[$0, 0] })
    let stimulus = randomStimulus(trials: 2, steps: 60, channels: 2, seed: 421)
    let simulation = Simulation(alpha: 0.2)
    let full = simulation.run(try NetworkDynamics(along), under: stimulus)
    let reduced = simulation.run(try ManifoldDynamics(along), under: stimulus)
    #expect(relativeDifference(reduced.outputs, full.outputs) <= 1e-12)
    #expect(relativeDifference(reduced.kappa, full.kappa) <= 1e-12)
  }

  /// In rate form a bias in the current is a bias inside φ.
  @Test func rateFormHasOneBias() throws {
    let network = try randomNetwork(.everything(.rate), units: 20, seed: 430)
    #expect(network.current == nil)
    #expect(network.bias?.reachesReadout == true)
    let plain = try randomNetwork(
      NetworkKind(form: .rate, bias: false, readoutBias: true, initialState: true), units: 20, seed: 430)
    #expect(plain.bias != network.bias)
  }

  /// J = m nᵀ/N written out as a dense J is the same network.
  @Test(arguments: NetworkKind.all) func denseJOfLowRankIsTheSame(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 25, seed: 440)
    let j = Matrix(rows: 25, columns: 25) { i, k in
      (0..<network.rank).reduce(0) { $0 + network.m[i, $1] * network.n[k, $1] } / 25
    }
    let dense = try network.replacing(denseConnectivity: j)
    #expect(dense.reduced == network)
    let stimulus = randomStimulus(trials: 20, steps: 30, channels: kind.inputs, seed: 441)
    let simulation = Simulation(alpha: 0.3)
    let a = simulation.run(try NetworkDynamics(network), under: stimulus)
    let b = simulation.run(try NetworkDynamics(dense), under: stimulus)
    // Products in another order over 30 steps.
    #expect(relativeDifference(b.outputs, a.outputs) <= 1e-12)
    #expect(relativeDifference(b.kappa, a.kappa) <= 1e-12)
  }

  @Test func startsThatDoNotFitAreRefused() throws {
    let network = try randomNetwork(units: 20, rank: 1, inputs: 1, outputs: 1, seed: 450)
    #expect(throws: ShapeError.self) { try network.starting(at: [1, 2]) }
    #expect(throws: ShapeError.self) { try network.starting(at: [Double](repeating: .nan, count: 20)) }
    #expect(throws: LinearAlgebraError.self) { try NetworkDynamics(network, initialState: [1]) }
    #expect(try network.starting(at: [Double](repeating: 0, count: 20)) == network)
  }
}

/// Euler of a network with J written out, and κ beside it, as the field's code does it.
private func writtenOut(_ network: Network, _ stimulus: Stimulus, alpha: Double) -> (
  outputs: [Double], kappa: [Double], states: [Double]
) {
  let units = network.unitCount
  let j =
    network.denseConnectivity
    ?? Matrix(rows: units, columns: units) { i, k in
      (0..<network.rank).reduce(0) { $0 + network.m[i, $1] * network.n[k, $1] } / Double(units)
    }
  let bias = network.bias?.values ?? [Double](repeating: 0, count: units)
  let current = network.current ?? [Double](repeating: 0, count: units)
  let phi = network.transfer.value
  func mean(_ weights: Matrix, _ column: Int, _ rates: [Double]) -> Double {
    (0..<units).reduce(0) { $0 + weights[$1, column] * rates[$1] } / Double(units)
  }
  var (outputs, kappas, states) = ([Double](), [Double](), [Double]())
  for trial in 0..<stimulus.trials {
    var state = network.start?.state ?? [Double](repeating: 0, count: units)
    var kappa = network.start?.reduced.kappa ?? [Double](repeating: 0, count: network.rank)
    for step in 0..<stimulus.steps {
      let rates = network.form == .current ? zip(state, bias).map { phi($0 + $1) } : state
      let old = state
      for i in 0..<units {
        var received = 0.0
        for k in 0..<units { received += j[i, k] * rates[k] }
        for k in 0..<stimulus.channels { received += network.inputs[i, k] * stimulus[trial, step, k] }
        switch network.form {
        case .current: state[i] = old[i] + alpha * (-old[i] + received + current[i])
        case .rate: state[i] = old[i] + alpha * (-old[i] + phi(received + bias[i]))
        }
      }
      switch network.form {
      case .current:
        for r in kappa.indices { kappa[r] += alpha * (mean(network.n, r, rates) - kappa[r]) }
        let seen = network.bias?.reachesReadout ?? true ? bias : bias.map { _ in 0 }
        let read = zip(state, seen).map { phi($0 + $1) }
        for o in 0..<network.outputCount {
          outputs.append(mean(network.readouts, o, read) + network.readoutBias[o])
        }
      case .rate:
        for r in kappa.indices { kappa[r] = mean(network.n, r, state) }
        for o in 0..<network.outputCount {
          outputs.append(mean(network.readouts, o, state) + network.readoutBias[o])
        }
      }
      kappas += kappa
      states += state
    }
  }
  return (outputs, kappas, states)
}

/// A count that any thread may raise.
private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
