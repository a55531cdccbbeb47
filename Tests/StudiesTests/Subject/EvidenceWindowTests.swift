// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import TestSupport
import Testing

@testable import Studies

/// When evidence is shown in trials whose epochs have names of their own, or none.
@Suite struct EvidenceWindowTests {
  /// Twelve trials of 20 steps: a rule throughout, evidence in steps 6 to 11, a go cue that is alike in all.
  private func trials(epochs: [String]?) throws -> TrialSet {
    var values: [Double] = []
    for trial in 0..<12 {
      for step in 0..<20 {
        values += [
          trial % 2 == 0 ? 1 : 0, (6..<12).contains(step) ? Double(trial / 2) - 2.5 : 0, step >= 15 ? 1 : 0,
        ]
      }
    }
    var tensors = [Tensor(name: "u", shape: [12, 20, 3], values: values)]
    if let epochs {
      tensors += [
        Tensor(name: "epochs", shape: [3], text: epochs),
        Tensor(name: "epoch_start", shape: [3], values: [0, 6, 12]),
        Tensor(name: "epoch_stop", shape: [3], values: [6, 12, 20]),
      ]
    }
    var request = TrialRequest(file: "")
    request.file = nil
    request.arrays = tensors
    return try TrialSet(request, inputs: 3, outputs: 1, of: "net", alpha: 0.2)
  }

  @Test func anEpochThatIsCalledSo() throws {
    let found = EvidenceWindow(try trials(epochs: ["Stimulus", "delay", "go"]))
    #expect(found.steps.allSatisfy { $0 == 0..<6 } && found.name == "while the stimulus is on")
  }

  @Test func theEpochInWhichInputsDiffer() throws {
    let found = EvidenceWindow(try trials(epochs: ["fix", "evidence", "go"]))
    #expect(found.steps.count == 12 && found.steps.allSatisfy { $0 == 6..<12 })
    #expect(found.name == "during evidence")
  }

  @Test func withoutEpochsTheStepsInWhichInputsDiffer() throws {
    let found = EvidenceWindow(try trials(epochs: nil))
    #expect(found.steps.allSatisfy { $0 == 6..<12 })
  }
}
