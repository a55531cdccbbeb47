// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

/// The Gaussian circuit of every kind of network against theory.md's sums written out, and against limits.
@Suite struct CircuitFormsTests {
  private static let alpha = 0.2

  /// κ and z from an implementation of the test's own: averages by trapezoid, drives by their own equations.
  @Test(arguments: NetworkKind.all.filter { $0.transfer == .tanh || $0.transfer == .erf })
  func agreesWithAnIndependentImplementation(kind: NetworkKind) throws {
    let seed: UInt64 = 500
    let network = try randomNetwork(kind, units: 60, seed: seed)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<60).map { $0 * $0 % 3 })
    let stimulus = randomStimulus(trials: 1, steps: 20, channels: kind.inputs, seed: seed)
    let run = Simulation(alpha: Self.alpha).run(circuit, under: stimulus)
    let (kappa, z) = reference(circuit.statistics, network, stimulus, alpha: Self.alpha)
    // The trapezoid rule's own error is 1e-14 for Δ of order one; 1e-9 is the product's promise.
    #expect(relativeDifference(run.kappa, kappa) <= 1e-9)
    #expect(relativeDifference(run.outputs, z) <= 1e-9)
  }

  /// One population per unit: Δ = 0, the averages are the units' own rates, and the circuit is the network.
  @Test(arguments: NetworkKind.all) func isExactWithOnePopulationPerUnit(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 12, seed: 510)
    let stimulus = randomStimulus(trials: 2, steps: 30, channels: kind.inputs, seed: 511)
    let simulation = Simulation(alpha: Self.alpha)
    let full = simulation.run(try NetworkDynamics(network), under: stimulus)
    let circuit = simulation.run(try EffectiveCircuit(of: network, labels: Array(0..<12)), under: stimulus)
    #expect(relativeDifference(circuit.outputs, full.outputs) <= 1e-12)
    #expect(relativeDifference(circuit.kappa, full.kappa) <= 1e-12)
  }

  /// The side-by-side loops are the definition, with more trials than a block and longer than a tile.
  @Test(arguments: NetworkKind.all) func stepsAreTheDefinition(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 30, seed: 520)
    let circuit = try EffectiveCircuit(of: network, labels: (0..<30).map { $0 % 2 })
    let stimulus = randomStimulus(trials: 140, steps: 35, channels: kind.inputs, seed: 521)
    let noisy = Simulation(
      alpha: Self.alpha, noise: PrivateNoise(deviation: 0.4, seed: 1), keepsStates: true, threads: 1)
    let own = noisy.run(circuit, under: stimulus)
    let plain = noisy.run(PlainEuler(base: circuit), under: stimulus)
    // Sums in another order, and two ways to the same average.
    #expect(relativeDifference(own.outputs, plain.outputs) <= 1e-12)
    #expect(relativeDifference(own.kappa, plain.kappa) <= 1e-12)
    #expect(relativeDifference(own.states ?? [], plain.states ?? [0]) <= 1e-12)
  }

  /// Error against truly Gaussian networks falls as N^(-1/2), in either form, with biases and an initial state.
  @Test(arguments: NetworkForm.allCases) func closureErrorFallsWithTheRootOfN(form: NetworkForm) throws {
    let kind = NetworkKind(
      form: form, rank: 2, inputs: 1, outputs: 1, bias: true, current: form == .current, readoutBias: true,
      initialState: true)
    let parent = try randomNetwork(kind, units: 50, seed: 530)
    let statistics = try ConnectivityStatistics(of: parent)
    let circuit = try EffectiveCircuit(of: parent)
    let stimulus = randomStimulus(trials: 2, steps: 25, channels: 1, seed: 531)
    let simulation = Simulation(alpha: Self.alpha)
    let reduced = simulation.run(circuit, under: stimulus)
    let sizes = [64, 256, 1024, 4096]
    let errors = try sizes.map { units -> Double in
      var square = 0.0
      // 24 networks per size: the slope's own error is then about 0.03.
      for stream in UInt64(0)..<24 {
        var random = RandomStream(seed: 532, stream: stream)
        let network = try statistics.redraw(units: units, settings: parent.settings, stream: &random)
        let exact = simulation.run(try ManifoldDynamics(network), under: stimulus)
        square += zip(exact.outputs, reduced.outputs).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return square.squareRoot()
    }
    let slope = fittedSlope(sizes.map { log(Double($0)) }, errors.map { log($0) })
    #expect(abs(slope + 0.5) < 0.12, "slope \(slope), seeds 530–532")
  }

  /// Redrawn networks of every kind are consistent: their full dynamics is their manifold's.
  @Test(arguments: NetworkKind.all) func redrawsStartWhereTheyShould(kind: NetworkKind) throws {
    let parent = try randomNetwork(kind, units: 40, seed: 540)
    var random = RandomStream(seed: 541)
    let sample = try ConnectivityStatistics(of: parent)
      .redraw(units: 50, settings: parent.settings, stream: &random)
    #expect(sample.settings == parent.settings)
    let stimulus = randomStimulus(trials: 1, steps: 30, channels: kind.inputs, seed: 542)
    let simulation = Simulation(alpha: Self.alpha)
    let full = simulation.run(try NetworkDynamics(sample), under: stimulus)
    let manifold = simulation.run(try ManifoldDynamics(sample), under: stimulus)
    // x⊥(0) of a redraw is not orthogonal to its own [m I]: κ(0) is the statistics', and both agree on it.
    #expect(relativeDifference(manifold.outputs, full.outputs) <= 1e-10)
    #expect(relativeDifference(manifold.kappa, full.kappa) <= 1e-10)
  }

  /// Derivatives of manifold and circuit against finite differences, with everything.
  @Test(arguments: NetworkForm.allCases) func linearisationsAreDerivatives(form: NetworkForm) throws {
    let network = try randomNetwork(.everything(form), units: 50, seed: 550)
    func check(_ dynamics: some ReducedDynamics) {
      let (kappa, input) = ([0.4, -0.7], [0.3, 0.8])
      let here = dynamics.linearisation(kappa: kappa, input: input)
      // The flow is the derivative of the relaxed state, and z what is read once ζ has relaxed.
      var derivative = [Double](repeating: 0, count: dynamics.dimension)
      var span = derivative.mutableSpan
      let state = kappa + dynamics.relaxedState(input: input)
      dynamics.derivative(of: state.span, input: input.span, noiseVariance: 0, into: &span)
      #expect(relativeDifference(here.flow, Array(derivative.prefix(2))) <= 1e-12)
      for j in 0..<4 {
        func at(_ step: Double) -> Linearisation {
          var (k, u) = (kappa, input)
          if j < 2 { k[j] += step } else { u[j - 2] += step }
          return dynamics.linearisation(kappa: k, input: u)
        }
        let (up, down) = (at(1e-5), at(-1e-5))
        // Central differences: h² of third derivatives and rounding/h, both about 1e-10.
        for r in 0..<2 {
          #expect(abs((up.flow[r] - down.flow[r]) / 2e-5 - here.jacobian[r, j]) < 1e-8)
        }
        for o in 0..<2 {
          #expect(abs((up.outputs[o] - down.outputs[o]) / 2e-5 - here.outputJacobian[o, j]) < 1e-8)
        }
      }
    }
    check(try ManifoldDynamics(network))
    check(try EffectiveCircuit(of: network, labels: (0..<50).map { $0 % 2 }))
  }

  /// κ flows the same to the bit where nothing is read out.
  @Test(arguments: NetworkKind.all) func latentsAloneFlowAsBefore(kind: NetworkKind) throws {
    let network = try randomNetwork(kind, units: 30, seed: 555)
    var stream = RandomStream(seed: 556)
    func check(_ dynamics: some ReducedDynamics) {
      let alone = dynamics.latentsAlone
      #expect(alone.outputCount == 0 && alone.rank == kind.rank && alone.inputCount == kind.inputs)
      let kappa = (0..<kind.rank).map { _ in stream.normal() }
      let input = (0..<kind.inputs).map { _ in stream.normal() }
      let (with, without) = (
        dynamics.linearisation(kappa: kappa, input: input), alone.linearisation(kappa: kappa, input: input)
      )
      #expect(with.flow == without.flow && with.jacobian == without.jacobian && without.outputs.isEmpty)
      let stimulus = randomStimulus(trials: 2, steps: 12, channels: kind.inputs, seed: 557)
      let simulation = Simulation(alpha: Self.alpha)
      #expect(
        relativeDifference(
          simulation.run(alone, under: stimulus).kappa, simulation.run(dynamics, under: stimulus).kappa)
          <= 1e-12)
    }
    check(try ManifoldDynamics(network))
    check(try EffectiveCircuit(of: network, labels: (0..<30).map { $0 % 2 }))
  }

  /// After a long time under a constant input the network is where the linearisation says it stands still.
  @Test(arguments: NetworkForm.allCases) func stationaryStateIsTheLinearisations(form: NetworkForm) throws {
    // Weak recurrence has one fixed point, to which everything goes.
    let strong = try randomNetwork(.everything(form), units: 40, seed: 560)
    let network = try strong.replacing(
      n: Matrix(rows: 40, columns: 2) { 0.3 * strong.n[$0, $1] })
    let input = [0.4, -0.6]
    let stimulus = Stimulus(
      trials: 1, steps: 600, channels: 2, values: (0..<600).flatMap { _ in input })
    let run = Simulation(alpha: 0.2).run(try NetworkDynamics(network), under: stimulus)
    let kappa = (0..<2).map { run.kappa(trial: 0, step: 599, $0) }
    let there = try ManifoldDynamics(network).linearisation(kappa: kappa, input: input)
    // 600 steps of α = .2 forget everything to rounding.
    #expect(there.flow.allSatisfy { abs($0) < 1e-12 })
    for o in 0..<2 { #expect(abs(there.outputs[o] - run.output(trial: 0, step: 599, o)) < 1e-12) }
  }
}

/// κ and z of the Gaussian circuit, with nothing in common with the engine but the parameters.
private func reference(
  _ statistics: ConnectivityStatistics, _ network: Network, _ stimulus: Stimulus, alpha: Double
) -> (kappa: [Double], z: [Double]) {
  let layout = statistics.layout
  let biased = network.bias?.reachesReadout ?? true
  func average(_ a: ConnectivityVector, _ q: [ConnectivityVector: Double]) -> Double {
    statistics.populations.reduce(0) { total, population in
      var (mu, variance, coupling) = (0.0, 0.0, 0.0)
      for (x, value) in q {
        mu += value * population.mean(x)
        coupling += value * population.covariance(a, x)
        for (y, other) in q { variance += value * other * population.covariance(x, y) }
      }
      // The trapezoidal rule in z converges geometrically; ±9 and h = 0.02 leave 1e-16 for Δ of order one.
      var (rate, gain) = (0.0, 0.0)
      for step in -450...450 {
        let z = 0.02 * Double(step)
        let weight = 0.02 * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        rate += weight * network.transfer.value(mu + max(variance, 0).squareRoot() * z)
        gain += weight * network.transfer.derivative(mu + max(variance, 0).squareRoot() * z)
      }
      return total + population.fraction * (population.mean(a) * rate + coupling * gain)
    }
  }
  var (kappas, outputs) = ([Double](), [Double]())
  var kappa = network.start?.reduced.kappa ?? [Double](repeating: 0, count: layout.rank)
  var v = network.start?.reduced.filtered ?? [Double](repeating: 0, count: layout.inputCount)
  var zeta = network.start?.reduced.readouts ?? [Double](repeating: 0, count: layout.outputCount)
  func drive(_ time: Int, _ input: [Double], _ bias: Double) -> [ConnectivityVector: Double] {
    var q: [ConnectivityVector: Double] = [:]
    for r in kappa.indices { q[.m(r)] = kappa[r] }
    for k in input.indices { q[.input(k)] = input[k] }
    if layout.hasBias { q[.bias] = bias }
    let decay = pow(1 - alpha, Double(time))
    if layout.hasCurrent { q[.current] = 1 - decay }
    if layout.hasInitialState { q[.initialState] = decay }
    return q
  }
  for step in 0..<stimulus.steps {
    let u = (0..<layout.inputCount).map { stimulus[0, step, $0] }
    switch network.form {
    case .current:
      let q = drive(step, v, 1)
      let pull = kappa.indices.map { average(.n($0), q) }
      for r in kappa.indices { kappa[r] += alpha * (pull[r] - kappa[r]) }
      for k in v.indices { v[k] += alpha * (u[k] - v[k]) }
      let read = drive(step + 1, v, biased ? 1 : 0)
      outputs += zeta.indices.map { average(.readout($0), read) + network.readoutBias[$0] }
    case .rate:
      let q = drive(step, u, 1)
      let pull = kappa.indices.map { average(.n($0), q) }
      for o in zeta.indices { zeta[o] += alpha * (average(.readout(o), q) - zeta[o]) }
      for r in kappa.indices { kappa[r] += alpha * (pull[r] - kappa[r]) }
      outputs += zeta.indices.map { zeta[$0] + network.readoutBias[$0] }
    }
    kappas += kappa
  }
  return (kappas, outputs)
}
