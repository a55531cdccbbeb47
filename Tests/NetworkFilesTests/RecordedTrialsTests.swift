// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import NetworkFiles

/// Labels and recorded outputs of trials files.
struct RecordedTrialsTests {
  private func ones(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor(name: name, shape: shape, values: [Double](repeating: 1, count: shape.reduce(1, *)))
  }

  private func read(_ tensors: [Tensor], unread: [UnreadEntry] = []) throws -> RecordedTrials {
    try TrialsFile.recorded(
      TensorFile(container: "test", tensors: [ones("u", [2, 5, 3])] + tensors, unread: unread))
  }

  @Test func everythingThatAFileMayHold() throws {
    let recorded = try read([
      ones("y", [2, 5]), ones("z", [2, 5, 1]), ones("mask", [2, 5, 1]),
      Tensor(name: "conditions", shape: [2], text: ["b", "a"]),
      Tensor(name: "condition_context", shape: [2], values: [1, 0]),
      Tensor(name: "epochs", shape: [2], text: ["cue", "go"]),
      Tensor(name: "epoch_start", shape: [2], values: [0, 3]),
      Tensor(name: "epoch_stop", shape: [2, 2], values: [2, 5, 3, 4]),
      Tensor(name: "input_names", shape: [3], text: ["x", "y", "z"]),
      Tensor(name: "lengths", shape: [2], values: [5, 4]),
      ones("speed", [2]),
    ])
    #expect(recorded.trials.outputs == 1 && recorded.trials.target.count == 10)
    #expect(recorded.z?.count == 10)
    #expect(recorded.conditions.map(\.name) == ["condition", "context"])
    #expect(recorded.conditions[0].labels == ["b", "a"])
    #expect(recorded.conditions[0].values == [0, 1])
    #expect(recorded.epochs.map(\.name) == ["cue", "go"])
    #expect(recorded.epochs[1].start == [3, 3])
    #expect(recorded.epochs[1].stop == [5, 4])
    #expect(recorded.inputNames == ["x", "y", "z"])
    #expect(recorded.lengths == [5, 4])
    #expect(recorded.unknown == ["speed"])
  }

  @Test func oneMaskServesAllOutputs() throws {
    let recorded = try read([ones("target", [2, 5, 2]), ones("mask", [2, 5])])
    #expect(recorded.trials.mask.count == 20)
  }

  @Test func trialsAndStepsTheOtherWayRound() throws {
    let error = #expect(throws: FormatError.self) { try read([ones("target", [5, 2, 1])]) }
    #expect(error?.advice?.contains("swapaxes") == true)
  }

  @Test func whatDoesNotFit() {
    for tensors: [Tensor] in [
      [ones("z", [2, 4, 1])], [ones("target", [2, 5, 1]), ones("z", [2, 5, 2])], [ones("lengths", [3])],
      [Tensor(name: "lengths", shape: [2], values: [5, 6])],
      [Tensor(name: "lengths", shape: [2], values: [1, 1.5])],
      [Tensor(name: "epochs", shape: [1], text: ["a"])],
      [
        Tensor(name: "epochs", shape: [1], text: ["a"]), Tensor(name: "epoch_start", shape: [1], values: [3]),
        Tensor(name: "epoch_stop", shape: [1], values: [2]),
      ], [Tensor(name: "input_names", shape: [2], text: ["a", "b"])], [ones("conditions", [3])],
      [ones("input_names", [3])],
    ] {
      #expect(throws: FormatError.self) { try read(tensors) }
    }
    #expect(throws: FormatError.self) {
      try read([], unread: [UnreadEntry(name: "z", what: "complex numbers")])
    }
  }

  /// Which outputs are graded is told by the targets, or by the file.
  @Test func gradedOutputs() throws {
    let targets = Tensor(name: "target", shape: [2, 5, 2], values: (0..<20).map { $0 % 2 == 0 ? 1 : 0.3 })
    #expect(try read([targets]).trials.decides == [true, false])
    #expect(try read([targets, ones("graded", [])]).trials.decides == [false, false])
    let given = Tensor(name: "graded", shape: [2], values: [1, 0])
    #expect(try read([targets, given]).trials.decides == [false, true])
    #expect(try read([ones("z", [2, 5, 2]), given]).trials.decides(0, of: 2) == false)
    #expect(try read([ones("z", [2, 5, 2])]).trials.decides(0, of: 2))
    for wrong in [
      ones("graded", [3]), Tensor(name: "graded", shape: [1], values: [0.5]),
      Tensor(name: "graded", shape: [1], text: ["yes"]),
    ] {
      #expect(throws: FormatError.self) { try read([targets, wrong]) }
    }
  }
}
