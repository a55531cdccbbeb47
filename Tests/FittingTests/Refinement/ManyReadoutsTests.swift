// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import TestSupport
import Testing

/// Circuits of networks with many outputs: populations are fitted to sums of the outputs, each output to its own z.
@Suite struct ManyReadoutsTests {
  /// Relative errors of the outputs on other trials.
  private func errors(_ network: Network, _ closure: Closure, populations: Int = 1) throws -> [Double] {
    let sets = (0..<3).map {
      randomStimulus(trials: 12, steps: 25, channels: network.inputCount, seed: 90 + $0)
    }
    let fit = try Distillation(
      of: network, training: sets[0], validation: sets[1], alpha: 0.2,
      options: Distillation.Options(populations: populations, closure: closure, anchor: .strength(0), seed: 7)
    )
    #expect(fit.circuit.outputCount == network.outputCount)
    let simulation = Simulation(alpha: 0.2)
    let exact = simulation.run(try NetworkDynamics(network), under: sets[2])
    let run = simulation.run(fit.circuit, under: sets[2])
    return Comparison(of: run, against: exact, trials: Trials(stimulus: sets[2])).outputs
      .map(\.deviation.relative)
  }

  private func selecting(_ outputs: Range<Int>, of network: Network) throws -> Network {
    try Network(
      m: network.m, n: network.n, inputs: network.inputs,
      readouts: network.readouts.selecting(columns: outputs), bias: network.bias, current: network.current,
      readoutBias: Array(network.readoutBias[outputs]), form: network.form, transfer: network.transfer
    ).starting(at: network.start?.state)
  }

  /// Among twelve outputs each one is met nearly as well as among four, where all of them are fitted. A refined circuit's
  /// populations serve twelve outputs here and four there, a regressed circuit's are the same.
  @Test(arguments: NetworkForm.allCases, [Closure.regressed, .refined])
  func everyOutputIsMetAsAmongFew(form: NetworkForm, closure: Closure) throws {
    var kind = NetworkKind.everything(form)
    kind.outputs = 12
    let network = try randomNetwork(kind, units: 150, seed: 71)
    let many = try errors(network, closure)
    for first in stride(from: 0, to: 12, by: 4) {
      let few = try errors(try selecting(first..<(first + 4), of: network), closure)
      for (o, error) in few.enumerated() {
        #expect(
          many[first + o] < (closure == .refined ? 3 : 1.3) * error + 0.005,
          "output \(first + o): \(many[first + o]), \(error)")
      }
    }
  }

  /// Outputs that are silent, or doubled, or nothing but another one's multiple do no harm.
  @Test func outputsMayDepend() throws {
    let plain = try randomNetwork(units: 120, rank: 2, inputs: 1, outputs: 3, seed: 72)
    let readouts = Matrix(rows: 120, columns: 12) { unit, o in
      o == 11 ? 0 : Double(o / 3 + 1) * plain.readouts[unit, o % 3]
    }
    let network = try Network(m: plain.m, n: plain.n, inputs: plain.inputs, readouts: readouts)
    let (many, few) = (try errors(network, .regressed), try errors(plain, .regressed))
    for o in 0..<11 { #expect(many[o] < 1.3 * few[o % 3] + 0.005, "\(o): \(many[o]), \(few[o % 3])") }
    #expect(many[11] == 0)
  }
}
