// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import TestSupport
import Testing

/// What every `Dynamics` promises beyond its types, checked by every conformer.
@Suite struct DynamicsConformance {
  private static func network(bias: Bool = false) throws -> Network {
    try randomNetwork(units: 24, rank: 2, inputs: 2, outputs: 2, bias: bias, seed: 11)
  }

  @Test func network() throws {
    try check(NetworkDynamics(try Self.network(), initialState: (0..<24).map { 0.1 * Double($0 % 5) }))
  }

  @Test func manifold() throws {
    try check(ManifoldDynamics(try Self.network(), initialState: (0..<24).map { 0.1 * Double($0 % 5) }))
  }

  @Test(arguments: NetworkForm.allCases, [false, true]) func networkWithEverything(
    form: NetworkForm, dense: Bool
  )
    throws
  {
    try check(NetworkDynamics(try randomNetwork(.everything(form, dense: dense), units: 24, seed: 13)))
  }

  @Test(arguments: NetworkForm.allCases) func manifoldWithEverything(form: NetworkForm) throws {
    try check(ManifoldDynamics(try randomNetwork(.everything(form), units: 24, seed: 14)))
  }

  @Test(arguments: NetworkForm.allCases) func circuitWithEverything(form: NetworkForm) throws {
    let network = try randomNetwork(.everything(form), units: 24, seed: 15)
    try check(EffectiveCircuit(of: network, labels: (0..<24).map { $0 % 2 }))
  }

  @Test func manifoldWithABias() throws { try check(ManifoldDynamics(try Self.network(bias: true))) }

  @Test func circuit() throws { try check(EffectiveCircuit(of: try Self.network())) }

  @Test func circuitOfSeveralPopulationsWithABias() throws {
    try check(EffectiveCircuit(of: try Self.network(bias: true), labels: (0..<24).map { $0 % 3 }))
  }

  @Test func circuitWhoseReadoutsAreNotBiased() throws {
    let network = try randomNetwork(
      units: 24, rank: 2, inputs: 0, outputs: 1, bias: true, biasReachesReadout: false, seed: 12)
    let circuit = try EffectiveCircuit(of: network)
    ownEulerIsTheDefinition(circuit)
    theEndAloneIsTheSame(circuit)
  }

  private func check(_ dynamics: some Dynamics) throws {
    let start = dynamics.initialState()
    #expect(start.count == dynamics.dimension)
    #expect(start.allSatisfy { $0.isFinite })
    derivativeIsPure(dynamics)
    ownEulerIsTheDefinition(dynamics)
    threadsDoNotMatter(dynamics)
    theEndAloneIsTheSame(dynamics)
    noInputNoTrial(dynamics)
    expectOrder(1, of: .euler, dynamics)
    expectOrder(4, of: .rungeKutta4, dynamics)
  }

  private func derivativeIsPure(_ dynamics: some Dynamics) {
    let state = (0..<dynamics.dimension).map { 0.3 - 0.1 * Double($0 % 7) }
    let input = (0..<dynamics.inputCount).map { 0.5 * Double($0) }
    var first = [Double](repeating: .nan, count: dynamics.dimension)
    var second = [Double](repeating: 7, count: dynamics.dimension)
    var span = first.mutableSpan
    dynamics.derivative(of: state.span, input: input.span, noiseVariance: 0, into: &span)
    span = second.mutableSpan
    dynamics.derivative(of: state.span, input: input.span, noiseVariance: 0, into: &span)
    #expect(first == second, "what stood in the result before plays no part")
    #expect(first.allSatisfy { $0.isFinite })
  }

  private func ownEulerIsTheDefinition(_ dynamics: some Dynamics) {
    let stimulus = randomStimulus(trials: 70, steps: 25, channels: dynamics.inputCount, seed: 3)
    var simulation = Simulation(alpha: 0.2)
    simulation.keepsStates = true
    let own = simulation.run(dynamics, under: stimulus)
    let plain = simulation.run(PlainEuler(base: dynamics), under: stimulus)
    // Kernels sum in another order than the definition: rounding, nothing else.
    #expect(relativeDifference(own.outputs, plain.outputs) < 1e-12)
    #expect(relativeDifference(own.kappa, plain.kappa) < 1e-12)
    #expect(relativeDifference(own.states ?? [], plain.states ?? [0]) < 1e-12)
  }

  private func threadsDoNotMatter(_ dynamics: some Dynamics) {
    // Enough trials that every dynamics runs several of them side by side.
    let stimulus = randomStimulus(trials: 300, steps: 6, channels: dynamics.inputCount, seed: 4)
    let noise = PrivateNoise(deviation: 0.1, seed: 9)
    let one = Simulation(alpha: 0.2, noise: noise, threads: 1).run(dynamics, under: stimulus)
    let many = Simulation(alpha: 0.2, noise: noise, threads: 5).run(dynamics, under: stimulus)
    #expect(one == many, "the same bits for any number of threads")
    // A trial alone gives the bits it gives in company.
    for noise in [nil, noise] {
      let simulation = Simulation(alpha: 0.2, noise: noise, threads: 1)
      let together = simulation.run(dynamics, under: stimulus)
      let width = stimulus.steps * stimulus.channels
      let first = Stimulus(
        trials: 1, steps: stimulus.steps, channels: stimulus.channels,
        values: Array(stimulus.values.prefix(width)))
      #expect(simulation.run(dynamics, under: first) == together.prefix(1))
    }
    let last = Stimulus(
      trials: 1, steps: stimulus.steps, channels: stimulus.channels,
      values: Array(stimulus.values.suffix(stimulus.steps * stimulus.channels)))
    let quiet = Simulation(alpha: 0.2, threads: 1)
    let alone = quiet.run(dynamics, under: last)
    #expect(alone.outputs == Array(quiet.run(dynamics, under: stimulus).outputs.suffix(alone.outputs.count)))
  }

  /// What is kept of the last steps are the bits that stand there when everything is kept.
  private func theEndAloneIsTheSame(_ dynamics: some Dynamics) {
    let stimulus = randomStimulus(trials: 40, steps: 70, channels: dynamics.inputCount, seed: 5)
    for scheme in Simulation.Scheme.allCases {
      let noise = scheme == .euler ? PrivateNoise(deviation: 0.1, seed: 2) : nil
      var simulation = Simulation(alpha: 0.2, scheme: scheme, noise: noise, keepsStates: true, threads: 1)
      let all = simulation.run(dynamics, under: stimulus)
      for kept in [0, 1, 37, 70, 71] {
        simulation.keptSteps = kept
        let some = simulation.run(dynamics, under: stimulus)
        #expect(some.steps == min(kept, 70))
        func end(_ values: [Double], _ width: Int) -> [Double] {
          (0..<40).flatMap { values[($0 * 70 * width)..<(($0 + 1) * 70 * width)].suffix(some.steps * width) }
        }
        #expect(some.kappa == end(all.kappa, dynamics.rank), "κ of \(kept) steps")
        #expect(some.outputs == end(all.outputs, dynamics.outputCount), "z of \(kept) steps")
        #expect(some.states == end(all.states ?? [], dynamics.recordedDimension), "states of \(kept) steps")
      }
    }
  }

  private func noInputNoTrial(_ dynamics: some Dynamics) {
    let empty = Stimulus(trials: 0, steps: 0, channels: dynamics.inputCount)
    let trajectory = Simulation(alpha: 0.2).run(dynamics, under: empty)
    #expect(trajectory.kappa.isEmpty && trajectory.outputs.isEmpty)
  }

  /// Fits the order by halving the step: the error of the last κ and z against a much finer solution.
  private func expectOrder(_ order: Double, of scheme: Simulation.Scheme, _ dynamics: some Dynamics) {
    let coarse = randomStimulus(trials: 1, steps: 6, channels: dynamics.inputCount, seed: 8)
    func end(_ scheme: Simulation.Scheme, _ divisions: Int) -> [Double] {
      var fine = Stimulus(trials: 1, steps: 6 * divisions, channels: coarse.channels)
      for step in 0..<fine.steps {
        for k in 0..<fine.channels { fine[0, step, k] = coarse[0, step / divisions, k] }
      }
      let run = Simulation(alpha: 0.4 / Double(divisions), scheme: scheme).run(dynamics, under: fine)
      return Array(run.kappa.suffix(dynamics.rank)) + Array(run.outputs.suffix(dynamics.outputCount))
    }
    let exact = end(.rungeKutta4, 64)
    func error(_ divisions: Int) -> Double {
      zip(end(scheme, divisions), exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    // From 4 to 16 divisions the next term of the error expansion shifts the slope by less than 0.35.
    let slope = log2(error(4) / error(16)) / 2
    #expect(abs(slope - order) < 0.35, "slope \(slope) of \(scheme)")
  }
}
