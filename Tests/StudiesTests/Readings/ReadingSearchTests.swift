// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// The search among readings, on networks whose own reading is known.
@Suite struct ReadingSearchTests {
  private func arrays(_ network: Network) -> [Tensor] {
    func tensor(_ name: String, _ matrix: Matrix) -> Tensor {
      Tensor(name: name, matrix)
    }
    return [
      tensor("m", network.m), tensor("n", network.n), tensor("I", network.inputs),
      tensor("w", network.readouts),
    ] + (network.bias.map { [Tensor(name: "bias", shape: [$0.values.count], values: $0.values)] } ?? [])
  }

  /// z of a network under some reading, recorded after the update or before it.
  private func recorded(_ network: Network, alpha: Double, before: Bool = false) throws -> [Tensor] {
    let stimulus = randomStimulus(trials: 3, steps: 40, channels: network.inputCount, seed: 7)
    let run = Simulation(alpha: alpha).run(try NetworkDynamics(network), under: stimulus)
    var z = run.outputs
    if before {
      for trial in 0..<3 {
        for step in 0..<40 {
          z[trial * 40 + step] = step == 0 ? 0 : run.outputs[trial * 40 + step - 1]
        }
      }
    }
    return [
      Tensor(name: "u", shape: [3, 40, network.inputCount], values: stimulus.values),
      Tensor(name: "z", shape: [3, 40, 1], values: z),
    ]
  }

  private func readings(_ network: Network, _ trials: [Tensor]) throws -> [Reading] {
    var request = TrialRequest(file: "")
    request.file = nil
    request.arrays = trials
    let subject = try Subject(TensorFile(inMemory: arrays(network)), name: "net")
    return try #require(try Inspect(trials: request).run(on: subject).readings)
  }

  /// Of many outputs a few are looked at, and the reading that is found is judged by all.
  @Test func manyOutputs() throws {
    let plain = try randomNetwork(units: 40, rank: 2, inputs: 1, outputs: 20, transfer: .relu, seed: 12)
    let network = try Network(
      m: plain.m, n: plain.n, inputs: plain.inputs, readouts: plain.readouts, form: .rate, transfer: .relu)
    let stimulus = randomStimulus(trials: 3, steps: 40, channels: 1, seed: 7)
    let z = Simulation(alpha: 0.35).run(try NetworkDynamics(network), under: stimulus).outputs
    let best = try #require(
      try readings(
        network,
        [
          Tensor(name: "u", shape: [3, 40, 1], values: stimulus.values),
          Tensor(name: "z", shape: [3, 40, 20], values: z),
        ]
      ).first)
    #expect(best.relative < 1e-9)
    #expect(best.options == ["--transfer", "relu", "--alpha", "0.35", "--form", "rate"])
  }

  /// φ, form and α are found together, α as the short number it is.
  @Test(arguments: [TransferFunction.relu, .logistic], [0.35, 1.0 / 3]) func findsWhatTheFileDoesNotSay(
    transfer: TransferFunction, alpha: Double
  ) throws {
    let plain = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, transfer: transfer, seed: 11)
    let network = try Network(
      m: plain.m, n: plain.n, inputs: plain.inputs, readouts: plain.readouts, form: .rate, transfer: transfer)
    let best = try #require(try readings(network, try recorded(network, alpha: alpha)).first)
    #expect(best.relative < 1e-9 && !best.beforeUpdate)
    #expect(
      best.options == ["--transfer", transfer.rawValue, "--alpha", "\(alpha)", "--form", "rate"])
  }

  /// Step sizes of all kinds, with every φ in both forms: a wrong step looks like another φ, or like a z one step behind.
  @Test(arguments: [0.0125, 1.0 / 30, 0.08, 0.125, 0.25, 0.6]) func findsStepsOfAllKinds(alpha: Double) throws
  {
    for (place, transfer) in TransferFunction.allCases.enumerated() where transfer != .linear {
      for form in NetworkForm.allCases {
        let plain = try randomNetwork(
          units: 40, rank: 1 + place % 2, inputs: 1, outputs: 1, transfer: transfer, seed: 20 + UInt64(place))
        let network = try Network(
          m: plain.m, n: plain.n, inputs: plain.inputs, readouts: plain.readouts, form: form,
          transfer: transfer)
        let before = place % 3 == 1
        let best = try #require(
          try readings(network, try recorded(network, alpha: alpha, before: before)).first)
        #expect(best.relative < Reading.right, "\(transfer), \(form): \(best)")
      }
    }
  }

  /// A right reading is told from those that come near it, and needs no options.
  @Test func aRightReadingNeedsNoOptions() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 1, outputs: 1, seed: 12)
    let found = try readings(network, try recorded(network, alpha: 0.2))
    let best = try #require(found.first)
    #expect(best.options.isEmpty && best.relative < 1e-12)
    #expect(found.dropFirst().allSatisfy { $0.relative > Reading.right })
    // The order: right ones first, then by error.
    #expect(zip(found.dropFirst(), found.dropFirst(2)).allSatisfy { $0.relative <= $1.relative })
  }

  /// z before the update is one step behind, which no option says.
  @Test func seesThatZStandsOneStepBehind() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 13)
    let best = try #require(try readings(network, try recorded(network, alpha: 0.2, before: true)).first)
    #expect(best.beforeUpdate && best.relative < 1e-12 && best.options.isEmpty)
  }

  /// Where none is right, none is said to be.
  @Test func noReadingOfAnotherNetworkIsRight() throws {
    let network = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 14)
    let other = try randomNetwork(units: 40, rank: 1, inputs: 1, outputs: 1, seed: 15)
    let found = try readings(network, try recorded(other, alpha: 0.2))
    #expect(found.count == 8 && found.allSatisfy { $0.relative > 1e-3 })
  }
}
