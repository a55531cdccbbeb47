// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// What `kappa fit` writes is a network that every other command reads.
@Suite struct FitFileTests {
  /// Activity of a network with one neuron that is scaled out of φ's range, without z; its fit, written and read again.
  private func withFit(_ body: (String, [Double], Stimulus, Int) throws -> Void) throws {
    let units = 40
    let network = try randomNetwork(units: units, rank: 1, inputs: 1, outputs: 1, seed: 77)
    var stimulus = randomStimulus(trials: 24, steps: 32, channels: 1, seed: 78)
    for trial in 0..<24 {
      for t in 0..<32 where t % 8 != 0 { stimulus[trial, t, 0] = stimulus[trial, t - 1, 0] }
    }
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: 0.2, keepsStates: true).run(dynamics, under: stimulus)
    var rates = dynamics.activationsAndRates(of: run, under: stimulus).rates
    for row in 0..<(24 * 32) { rates[row * units] = 20 * rates[row * units] + 30 }
    let recording = try ActivityFile.read(
      TensorFile(inMemory: [
        Tensor(name: "u", shape: [24, 32, 1], values: stimulus.values),
        Tensor(name: "rates", shape: [24, 32, units], values: rates), Tensor(name: "alpha", scalar: 0.2),
      ]), name: "activity")
    let result = try Fit(trials: TrialRequest(task: ""), rank: .fixed(1), repeats: 0).run(
      onActivity: recording, name: "activity")
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/net.npz"
    try NPZFile.write(try result.arrays, to: path)
    try body(path, rates, stimulus, units)
  }

  @Test func theReadoutIsEveryNeuronsOwnRate() throws {
    try withFit { path, rates, stimulus, units in
      let subject = try Subject(file: path)
      // Nothing in the file is said to be missing from the network.
      #expect(subject.remarks.isEmpty)
      let network = try subject.network()
      #expect(network.outputCount == units)
      let run = Simulation(alpha: subject.alpha).run(try NetworkDynamics(network), under: stimulus)
      var (error, size) = (0.0, 0.0)
      // The neuron in other units, and all others.
      for unit in [0, 1, 7] {
        for row in 0..<(24 * 32) {
          let (a, b) = (run.outputs[row * units + unit], rates[row * units + unit])
          error += (a - b) * (a - b) / (unit == 0 ? 400 : 1)
          size += b * b / (unit == 0 ? 400 : 1)
        }
      }
      #expect(error < 1e-3 * size)
    }
  }

  @Test func otherCommandsReadItAndJudgeByTheLatents() throws {
    try withFit { path, rates, stimulus, units in
      let folder = TemporaryFolder()
      defer { folder.remove() }
      let trials = folder.path + "/trials.npz"
      try NPZFile.write([Tensor(name: "u", shape: [24, 32, 1], values: stimulus.values)], to: trials)
      let subject = try Subject(file: path)
      let distilled = try Distill(
        trials: TrialRequest(file: trials), circuit: CircuitRequest(populations: .fixed(1)), redraws: 0,
        replicates: 0, depth: .summary
      ).run(on: subject)
      #expect(distilled.remarks.contains { $0.text.contains("rate of one unit") })
      #expect(distilled.findings?.run.network.outputCount == 0)
      let structure = try Structure(simulations: 20).run(on: subject)
      #expect(structure.tests.allSatisfy { !$0.vectors.contains { $0.hasPrefix("w") } })
      let portrait = try Portrait(input: [0], on: .manifold).run(on: subject)
      #expect(!portrait.points.isEmpty)
    }
  }
}
