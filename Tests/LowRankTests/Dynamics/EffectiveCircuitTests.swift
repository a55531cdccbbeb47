// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

/// The Gaussian circuit against limits in which it is exact, and against a second implementation.
@Suite struct EffectiveCircuitTests {
  let simulation = Simulation(alpha: 0.2)

  /// φ = identity: E[a x] needs no Gaussian assumption, so that the circuit is the network, whatever its loadings.
  @Test func isExactForALinearNetwork() throws {
    for seed in UInt64(1)...5 {
      let network = try randomNetwork(
        units: 20, rank: 2, inputs: 2, outputs: 2, transfer: .linear, bias: seed % 2 == 0, seed: seed)
      let stimulus = randomStimulus(trials: 2, steps: 40, channels: 2, seed: seed)
      let full = simulation.run(try NetworkDynamics(network), under: stimulus)
      let circuit = simulation.run(
        try EffectiveCircuit(of: network, labels: (0..<20).map { $0 % 3 }), under: stimulus)
      #expect(relativeDifference(circuit.outputs, full.outputs) < 1e-12, "seed \(seed)")
      #expect(relativeDifference(circuit.kappa, full.kappa) < 1e-12, "seed \(seed)")
    }
  }

  /// One population per unit: no variance is left, Δ = 0, and the averages are the units' own rates.
  @Test(arguments: TransferFunction.allCases)
  func isExactWithOnePopulationPerUnit(transfer: TransferFunction) throws {
    let network = try randomNetwork(
      units: 12, rank: 2, inputs: 1, outputs: 1, transfer: transfer, bias: true, biasReachesReadout: false,
      seed: 21)
    let stimulus = randomStimulus(trials: 2, steps: 30, channels: 1, seed: 22)
    let full = simulation.run(try NetworkDynamics(network), under: stimulus)
    let circuit = simulation.run(try EffectiveCircuit(of: network, labels: Array(0..<12)), under: stimulus)
    #expect(relativeDifference(circuit.outputs, full.outputs) < 1e-12)
  }

  /// The sums of theory, written out vector by vector with a quadrature of the test's own.
  @Test func agreesWithAnIndependentImplementation() throws {
    for (seed, transfer) in zip(UInt64(31)..., [TransferFunction.tanh, .tanh, .erf, .softplus]) {
      let network = try randomNetwork(
        units: 60, rank: 1 + Int(seed % 3), inputs: 2, outputs: 2, transfer: transfer, seed: seed)
      let labels = (0..<60).map { $0 * $0 % 3 }
      let stimulus = randomStimulus(trials: 1, steps: 25, channels: 2, seed: seed)
      let circuit = try EffectiveCircuit(of: network, labels: labels)
      let trajectory = simulation.run(circuit, under: stimulus)
      let (kappa, z) = reference(circuit.statistics, transfer, stimulus, alpha: 0.2)
      #expect(relativeDifference(trajectory.kappa, kappa) < 1e-9, "κ, seed \(seed)")
      #expect(relativeDifference(trajectory.outputs, z) < 1e-9, "z, seed \(seed)")
    }
  }

  /// The kernel's steps are those of the definition: every φ, biases that do not reach the readouts, private noise, runs
  /// longer than a tile, more trials than a block, the last of them not full, and shapes with and without code of their own.
  @Test(arguments: TransferFunction.allCases)
  func stepsAreTheDefinition(transfer: TransferFunction) throws {
    let noisy = Simulation(
      alpha: 0.2, noise: PrivateNoise(deviation: 0.4, seed: 1), keepsStates: true, threads: 1)
    let shapes: [(rank: Int, inputs: Int, outputs: Int, populations: Int)] = [
      (2, 2, 1, 1), (1, 1, 1, 2), (2, 1, 17, 1), (1, 0, 17, 2), (2, 1, 0, 3), (1, 2, 18, 1), (3, 3, 2, 2),
    ]
    for (index, shape) in shapes.enumerated() {
      for (bias, reaches, means) in [(false, true, false), (true, false, true), (true, false, false)] {
        let seed = UInt64(300 + index)
        let network = try randomNetwork(
          units: 30, rank: shape.rank, inputs: shape.inputs, outputs: shape.outputs, transfer: transfer,
          bias: bias, biasReachesReadout: reaches, seed: seed)
        let mixture = try EffectiveCircuit(of: network, labels: (0..<30).map { $0 % shape.populations })
        let circuit = EffectiveCircuit(
          means ? mixture.statistics : mixture.statistics.withoutMeans, transfer: transfer,
          biasReachesReadout: reaches)
        let stimulus = randomStimulus(trials: 150, steps: 35, channels: shape.inputs, seed: seed)
        let own = noisy.run(circuit, under: stimulus)
        let plain = noisy.run(PlainEuler(base: circuit), under: stimulus)
        // Rounding of sums in another order, and of two ways to the same average.
        #expect(
          relativeDifference(own.outputs, plain.outputs) < 1e-12, "\(shape), bias \(bias), seed \(seed)")
        #expect(relativeDifference(own.kappa, plain.kappa) < 1e-12, "\(shape), bias \(bias), seed \(seed)")
        #expect(relativeDifference(own.states ?? [], plain.states ?? [0]) < 1e-12, "\(shape), seed \(seed)")
      }
    }
  }

  /// Error against truly Gaussian networks falls as N^(-1/2).
  @Test func closureErrorFallsWithTheRootOfN() throws {
    let parent = try ConnectivityStatistics(
      of: randomNetwork(units: 50, rank: 2, inputs: 1, outputs: 1, seed: 41))
    let circuit = EffectiveCircuit(parent, transfer: .tanh)
    let stimulus = randomStimulus(trials: 2, steps: 25, channels: 1, seed: 42)
    let reduced = simulation.run(circuit, under: stimulus)
    let sizes = [64, 256, 1024, 4096]
    let errors = try sizes.map { units -> Double in
      var square = 0.0
      // 24 networks per size: the slope's own error is then about 0.03.
      for stream in UInt64(0)..<24 {
        var random = RandomStream(seed: 43, stream: stream)
        let network = try parent.redraw(units: units, transfer: .tanh, stream: &random)
        let exact = simulation.run(try ManifoldDynamics(network), under: stimulus)
        square += zip(exact.outputs, reduced.outputs).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return square.squareRoot()
    }
    let slope = fittedSlope(sizes.map { log(Double($0)) }, errors.map { log($0) })
    #expect(abs(slope + 0.5) < 0.12, "slope \(slope), seeds 41–43")
  }

  /// Private noise widens every Δ_p² as the formula says: checked on a large network that really has the noise.
  @Test func privateNoiseEntersTheVariance() throws {
    let parent = try randomNetwork(units: 4000, rank: 1, inputs: 1, outputs: 1, means: false, seed: 51)
    let noise = PrivateNoise(deviation: 0.5, seed: 52)
    let noisy = Simulation(alpha: 0.2, noise: noise)
    let stimulus = Stimulus(
      trials: 1, steps: 40, channels: 1, values: [Double](repeating: 1.5, count: 40))
    let full = noisy.run(try NetworkDynamics(parent), under: stimulus)
    let manifold = noisy.run(try ManifoldDynamics(parent), under: stimulus)
    let circuit = noisy.run(try EffectiveCircuit(of: parent), under: stimulus)
    let quiet = simulation.run(try EffectiveCircuit(of: parent), under: stimulus)
    let error = relativeDifference(circuit.outputs, full.outputs)
    // Finite-N fluctuations are of order 1/√4000 = 1.6 %; leaving the term out costs 20 %.
    #expect(error < 0.08, "seeds 51, 52")
    #expect(relativeDifference(manifold.outputs, full.outputs) < 0.08)
    #expect(relativeDifference(quiet.outputs, full.outputs) > 2 * error)
  }

  /// A run taken up from the middle continues it: the state (κ, v) is all that a circuit remembers.
  @Test(arguments: [Simulation.Scheme.euler, .rungeKutta4])
  func startsFromAnyState(scheme: Simulation.Scheme) throws {
    let seed: UInt64 = 61
    let circuit = try EffectiveCircuit(
      of: try randomNetwork(units: 50, rank: 2, inputs: 2, outputs: 2, seed: seed),
      labels: (0..<50).map { $0 % 3 })
    let whole = randomStimulus(trials: 1, steps: 24, channels: 2, seed: seed)
    let simulation = Simulation(alpha: 0.2, scheme: scheme, keepsStates: true)
    let run = simulation.run(circuit, under: whole)
    let middle = try #require(run.states)[(9 * 4)..<(10 * 4)]
    let rest = Stimulus(trials: 1, steps: 14, channels: 2, values: Array(whole.values[20...]))
    let resumed = simulation.run(circuit.starting(at: Array(middle)), under: rest)
    #expect(resumed.kappa == Array(run.kappa[20...]), "seed \(seed)")
    #expect(resumed.outputs == Array(run.outputs[20...]), "seed \(seed)")
    #expect(circuit.starting(at: Array(middle)) != circuit)
  }

  /// From x(0) in the span of m and I the circuit starts where the network does; what is outside is told.
  @Test func startsWhereTheNetworkDoes() throws {
    let seed: UInt64 = 62
    let network = try randomNetwork(units: 40, rank: 2, inputs: 1, outputs: 1, seed: seed)
    let wanted = [0.5, -1.25, 0.75]
    let x = (0..<40).map { i in
      wanted[0] * network.m[i, 0] + wanted[1] * network.m[i, 1] + wanted[2] * network.inputs[i, 0]
    }
    let projection = try LatentProjection(network)
    let inside = projection.split(x, of: network)
    // Rounding of a pseudo-inverse of condition ten or so.
    for (found, value) in zip(inside.coefficients, wanted) { #expect(abs(found - value) < 1e-13) }
    #expect(inside.left < 1e-13)
    let start = try EffectiveCircuit(of: network).starting(at: inside.coefficients).initialState()
    #expect(start == inside.coefficients)
    var stream = RandomStream(seed: seed)
    #expect(projection.split((0..<40).map { _ in stream.normal() }, of: network).left > 0.5)
  }
}

/// Least-squares slope of y over x.
func fittedSlope(_ x: [Double], _ y: [Double]) -> Double {
  let meanX = x.reduce(0, +) / Double(x.count)
  let meanY = y.reduce(0, +) / Double(y.count)
  let top = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return top / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}

/// κ and z of the Gaussian circuit, with nothing in common with the engine but the parameters.
private func reference(
  _ statistics: ConnectivityStatistics, _ transfer: TransferFunction, _ stimulus: Stimulus, alpha: Double
) -> (kappa: [Double], z: [Double]) {
  let layout = statistics.layout
  let drive: [ConnectivityVector] =
    (0..<layout.rank).map { .m($0) } + (0..<layout.inputCount).map { .input($0) }
  func average(_ a: ConnectivityVector, _ q: [Double]) -> Double {
    statistics.populations.reduce(0) { total, population in
      var mu = 0.0
      var variance = 0.0
      var coupling = 0.0
      for (i, x) in drive.enumerated() {
        mu += q[i] * population.mean(x)
        coupling += q[i] * population.covariance(a, x)
        for (j, y) in drive.enumerated() { variance += q[i] * q[j] * population.covariance(x, y) }
      }
      // The trapezoidal rule in z converges geometrically; ±9 and h = 0.02 leave 1e-16 for Δ of order one.
      var rate = 0.0
      var gain = 0.0
      for step in -450...450 {
        let z = 0.02 * Double(step)
        let weight = 0.02 * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        rate += weight * transfer.value(mu + variance.squareRoot() * z)
        gain += weight * transfer.derivative(mu + variance.squareRoot() * z)
      }
      return total + population.fraction * (population.mean(a) * rate + coupling * gain)
    }
  }
  var kappa: [Double] = []
  var outputs: [Double] = []
  var q = [Double](repeating: 0, count: drive.count)
  for step in 0..<stimulus.steps {
    let pull = (0..<layout.rank).map { average(.n($0), q) }
    for r in 0..<layout.rank { q[r] += alpha * (pull[r] - q[r]) }
    for k in 0..<layout.inputCount {
      q[layout.rank + k] += alpha * (stimulus[0, step, k] - q[layout.rank + k])
    }
    kappa += q[..<layout.rank]
    outputs += (0..<layout.outputCount).map { average(.readout($0), q) }
  }
  return (kappa, outputs)
}
