// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies
import TestSupport
import Testing

/// A network that was read wrongly is said to be so in the first two sentences, in JSON, on the page and in the terminal,
/// which prints the verdict of the JSON.
@Suite struct MisreadNetworkTests {
  /// What may be wrong.
  enum Fault: String, CaseIterable { case scaling, alpha, transfer, form }

  private static func reading(_ fault: Fault?) -> ReadingRequest {
    switch fault {
    case .scaling: ReadingRequest(transfer: .tanh, alpha: 0.2, scaling: Scaling.none)
    case .alpha: ReadingRequest(transfer: .tanh, alpha: 0.004)
    case .transfer: ReadingRequest(transfer: .logistic, alpha: 0.2)
    case .form: ReadingRequest(transfer: .tanh, alpha: 0.2, form: .rate)
    case nil: ReadingRequest(transfer: .tanh, alpha: 0.2)
    }
  }

  /// A decision network without α, φ and scaling in its file.
  private static func arrays() throws -> TensorFile {
    let network = try Subject(file: networksFolder + "/perceptual-decision.npz").network()
    func tensor(_ name: String, _ matrix: Matrix) -> Tensor {
      Tensor(name: name, matrix)
    }
    return TensorFile(inMemory: [
      tensor("m", network.m), tensor("n", network.n), tensor("I", network.inputs),
      tensor("w", network.readouts),
    ])
  }

  /// Trials of its task, with the z that the right reading gives or with targets.
  private static func trials(withTargets: Bool) throws -> TrialRequest {
    let task = try TaskRequest("perceptual-decision").task()
    let drawn = task.trials(count: 12, seed: 3)
    let stimulus = drawn.stimulus
    var tensors = [
      Tensor(name: "u", shape: [12, stimulus.steps, stimulus.channels], values: stimulus.values)
    ]
    if withTargets {
      tensors += [
        Tensor(name: "target", shape: [12, stimulus.steps, 1], values: drawn.target),
        Tensor(name: "mask", shape: [12, stimulus.steps, 1], values: drawn.mask),
      ]
    } else {
      let network = try Subject(arrays(), name: "net", reading: reading(nil)).network()
      let run = Simulation(alpha: 0.2).run(try NetworkDynamics(network), under: stimulus)
      tensors.append(Tensor(name: "z", shape: [12, stimulus.steps, 1], values: run.outputs))
    }
    var request = TrialRequest(file: "")
    request.file = nil
    request.arrays = tensors
    return request
  }

  private func distilled(_ fault: Fault?, withTargets: Bool) throws -> DistillationResult {
    let subject = try Subject(Self.arrays(), name: "net", reading: Self.reading(fault))
    return try Distill(
      trials: Self.trials(withTargets: withTargets), circuit: CircuitRequest(populations: .fixed(1)),
      redraws: 0, replicates: 0, closures: 0
    ).run(on: subject)
  }

  private func saysSo(_ sentences: some Sequence<String>) -> Bool {
    sentences.prefix(2).contains {
      $0.contains("as it was read does not") || $0.contains("but misses its targets")
        || $0.contains("seems to stand elsewhere")
        || $0.contains("seems to be read wrong")
    }
  }

  /// With z any of the four is seen; with targets whatever keeps the network from its task.
  @Test(arguments: Fault.allCases, [false, true]) func isSaidFirst(fault: Fault, withTargets: Bool) throws {
    let result = try distilled(fault, withTargets: withTargets)
    // In rate form this network does its task as well: targets cannot tell.
    if withTargets, fault == .form, result.comparison.performance?.first?.loss ?? 1 < 0.01 { return }
    #expect(saysSo(result.verdict), "\(result.verdict)")
    let report = try DistillationReport(result)
    #expect(saysSo(report.document().verdict), "\(report.document().verdict)")
    let codes = Set(result.comparison.remarks.map(\.code.rawValue))
    #expect(!codes.isDisjoint(with: withTargets ? ["fails-task", "another-reading"] : ["recorded-differs"]))
    if fault == .scaling { #expect(codes.contains("scaling-suspected")) }
  }

  /// Targets that are larger than z, all signs right: with another α z would be nearer to them, but the file says its α,
  /// and so it is that sizes differ which is said.
  @Test func whatTheFileSaysOfItselfIsNotDoubted() throws {
    var trials = try Self.trials(withTargets: true)
    trials.arrays = trials.arrays?.map {
      $0.name == "target" ? Tensor(name: "target", shape: $0.shape, values: $0.values.map { 4 * $0 }) : $0
    }
    let settings = [
      Tensor(name: "alpha", shape: [], values: [0.2]), Tensor(name: "transfer", shape: [1], text: ["tanh"]),
    ]
    let subject = try Subject(
      TensorFile(inMemory: Self.arrays().tensors + settings), name: "net", reading: ReadingRequest())
    let remarks = try Compare(trials: trials).run(on: subject).remarks
    #expect(!remarks.contains { $0.code == "another-reading" }, "\(remarks.map(\.text))")
  }

  @Test(arguments: [false, true]) func nothingIsSaidOfARightReading(withTargets: Bool) throws {
    let result = try distilled(nil, withTargets: withTargets)
    #expect(!saysSo(result.verdict))
    let codes = Set(result.comparison.remarks.map(\.code.rawValue))
    #expect(
      codes.isDisjoint(with: ["fails-task", "another-reading", "recorded-differs", "scaling-suspected"]))
    if !withTargets { #expect(result.comparison.recorded.map { $0.relative < 1e-12 } == true) }
  }
}
