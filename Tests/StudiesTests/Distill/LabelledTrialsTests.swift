// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import Tasks
import TestSupport
import Testing

/// Trials from a file with labels are looked at as those of a task are.
@Suite struct LabelledTrialsTests {
  /// Trials of a task as somebody would save them, with texts for contexts.
  private func write(_ task: Tasks.Task, to path: String, count: Int) throws {
    let drawn = task.labelledTrials(count: count, seed: 9)
    let (stimulus, epochs) = (drawn.trials.stimulus, drawn.epochs)
    let names = epochs[0].map(\.name)
    func bounds(_ end: (Range<Int>) -> Int) -> [Double] {
      epochs.flatMap { trial in
        names.map { name in
          Double(trial.first { $0.name == name }.map { end($0.steps) } ?? 0)
        }
      }
    }
    var tensors = [
      Tensor(name: "u", shape: [count, stimulus.steps, stimulus.channels], values: stimulus.values),
      Tensor(name: "target", shape: [count, stimulus.steps, 1], values: drawn.trials.target),
      Tensor(name: "mask", shape: [count, stimulus.steps, 1], values: drawn.trials.mask),
      Tensor(name: "epochs", shape: [names.count], text: names),
      Tensor(name: "epoch_start", shape: [count, names.count], values: bounds(\.lowerBound)),
      Tensor(name: "epoch_stop", shape: [count, names.count], values: bounds(\.upperBound)),
      Tensor(name: "input_names", shape: [stimulus.channels], text: task.inputNames),
    ]
    for condition in drawn.conditions {
      tensors.append(
        condition.name == "context"
          ? Tensor(
            name: "condition_context", shape: [count],
            text: condition.values.map { $0 == 0 ? "colour" : "motion" })
          : Tensor(name: "condition_" + condition.name, shape: [count], values: condition.values))
    }
    try NPZFile.write(tensors, to: path)
  }

  @Test func contextsCurvesAndTuning() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/trials.npz"
    let task = try TaskRequest("context-dependent-decision").task()
    try write(task, to: path, count: 30)
    let study = Distill(
      trials: TrialRequest(file: path), circuit: CircuitRequest(populations: .fixed(1)), redraws: 0,
      replicates: 0, closures: 0)
    let result = try study.run(on: Subject(file: networksFolder + "/context-dependent-decision.npz"))
    let findings = try #require(result.findings)
    let groups = findings.contexts.groups
    #expect(Set(groups.map(\.name)) == ["colour context", "motion context"])
    #expect(groups.map(\.trials.count).reduce(0, +) == 30)
    // The stimulus, not the whole trial; and the channels that say which context it is are no evidence.
    let stimulus = try #require(
      task.labelledTrials(count: 1, seed: 9).epochs[0].first { $0.name == "stimulus" })
    #expect(groups.allSatisfy { $0.windows.allSatisfy { $0 == stimulus.steps } })
    #expect(findings.contexts.names.evidence == [0, 1])
    let curves = try #require(result.page?.psychometrics)
    #expect(curves.asShare)
    #expect(
      Set(curves.curves.map { $0.panel + ": " + $0.quantity }) == [
        "colour context: colour", "colour context: motion", "motion context: colour",
        "motion context: motion",
      ])
    #expect(curves.curves.allSatisfy { $0.counts.reduce(0, +) > 0 })
    let tuned = try #require(result.tuning.first)
    #expect(tuned.moment == "end of stimulus" && tuned.variables.map(\.name).contains("colour"))
    // Panels carry the names of the file's epochs.
    let titles = Set(findings.panels.flatMap { $0.title.split(separator: ",").map { String($0) } })
    #expect(titles.contains { $0.contains("stimulus") }, "\(titles)")
  }

  /// Trials that are dealt out keep their labels.
  @Test func dealtOutTrialsKeepTheirLabels() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/trials.npz"
    let task = try TaskRequest("perceptual-decision").task()
    try write(task, to: path, count: 30)
    let subject = try Subject(file: networksFolder + "/perceptual-decision.npz")
    let set = try TrialSet(TrialRequest(file: path), for: subject, isFitted: true)
    let numbers = try #require(set.numbers)
    let own = task.labelledTrials(count: 30, seed: 9)
    #expect(set.task?["coherence"] == numbers.map { own["coherence"]?[$0] ?? .nan })
    #expect(set.task?.epochs == numbers.map { own.epochs[$0] })
  }
}
