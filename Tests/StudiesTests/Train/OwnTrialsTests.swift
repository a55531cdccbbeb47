// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// Training on trials and on tasks of one's own.
@Suite struct OwnTrialsTests {
  /// The sign of a pulse, asked for at the end, and a target that is a plateau.
  private func write(_ path: String, count: Int = 40, shift: Double = 0) throws {
    let steps = 30
    var (u, target, mask) = ([Double](), [Double](), [Double]())
    for b in 0..<count {
      let sign = b % 2 == 0 ? 1.0 : -1
      for t in 0..<steps {
        u.append((5..<20).contains(t) ? 0.4 * sign + shift : 0)
        target.append(t >= 25 ? sign : 0)
        mask.append(t >= 25 ? 1 : 0)
      }
    }
    try NPZFile.write(
      [
        Tensor(name: "u", shape: [count, steps, 1], values: u),
        Tensor(name: "target", shape: [count, steps, 1], values: target),
        Tensor(name: "mask", shape: [count, steps, 1], values: mask),
      ], to: path)
  }

  private func request(_ trials: TrialsToTrainOn, updates: Int, threads: Int, _ output: String?) -> Train {
    var training = TrainingRequest()
    (training.units, training.batch, training.rank) = (32, 10, .low(1))
    return Train(
      nil, trials: trials, training: training, updates: updates, interval: 40, threads: threads,
      output: output)
  }

  @Test func theyAreLearnedTheSameOnEveryNumberOfThreadsAndWhenInterrupted() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (path, part) = (folder.path + "/" + ("trials.npz"), folder.path + "/" + ("part.npz"))
    try write(path)
    let trials = TrialsToTrainOn(file: path, heldOut: 0.25, alpha: 0.2, inputNoise: 0.1)
    let one = try request(trials, updates: 160, threads: 1, nil).run()
    #expect(one.heldOut == 10 && one.task == path && one.preset == nil)
    #expect(one.accuracy == 1 && one.loss < 0.1, "\(one.loss)")
    #expect(try request(trials, updates: 160, threads: 3, nil).run().state == one.state)
    _ = try request(trials, updates: 80, threads: 2, part).run()
    // The file has moved; and the trials are looked at, not only their name.
    let moved = folder.path + "/" + ("moved.npz")
    try FileManager.default.moveItem(atPath: path, toPath: moved)
    var going = Train(nil, updates: 160, resume: part)
    let gone = #expect(throws: StudyError.self) { try going.run() }
    #expect(gone?.kind == .noInput)
    going.trials = TrialsToTrainOn(file: moved)
    #expect(try going.run().state == one.state)
    try write(moved, shift: 0.01)
    let changed = #expect(throws: StudyError.self) { try going.run() }
    #expect(changed?.text.contains("the trials that training began with") == true)
  }

  @Test func whatCannotBeTrainedOnIsSaid() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/" + ("trials.npz")
    try NPZFile.write(
      [Tensor(name: "u", shape: [3, 4, 1], values: [Double](repeating: 0, count: 12))], to: path)
    let noTarget = #expect(throws: StudyError.self) {
      try request(TrialsToTrainOn(file: path), updates: 5, threads: 1, nil).run()
    }
    #expect(noTarget?.kind == .badData && noTarget?.text.contains("'target'") == true)
    try write(path, count: 1)
    let single = #expect(throws: StudyError.self) {
      try request(TrialsToTrainOn(file: path), updates: 5, threads: 1, nil).run()
    }
    #expect(single?.text.contains("at least 2 trials") == true)
    for trials in [
      TrialsToTrainOn(file: path, heldOut: 1), TrialsToTrainOn(file: path, alpha: 0),
      TrialsToTrainOn(file: path, inputNoise: -1),
    ] {
      #expect(throws: StudyError.self) { try request(trials, updates: 5, threads: 1, nil).run() }
    }
    #expect(throws: StudyError.self) { try Train(nil).run() }
    #expect(throws: StudyError.self) {
      try Train(TaskRequest("duration"), trials: TrialsToTrainOn(file: path)).run()
    }
  }

  /// A description travels with the network: its training goes on without the file.
  @Test func aDescriptionIsKeptInTheNetwork() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (path, part) = (folder.path + "/" + ("own.yaml"), folder.path + "/" + ("part.npz"))
    let text = """
      task: own
      step: 20
      inputs: [pulse]
      outputs: [z]
      labels:
        side: [-1, 1]
      epochs:
        - name: pulse
          duration: 100..200
          input: {pulse: side}
        - name: answer
          duration: 100
          target: side / 2
      score: {within: 0.2}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    var training = TrainingRequest()
    (training.units, training.batch) = (24, 8)
    let whole = try Train(TaskRequest(path), training: training, updates: 60, interval: 20).run()
    #expect(whole.task == "own" && whole.tolerance == 0.2)
    _ = try Train(TaskRequest(path), training: training, updates: 40, interval: 20, output: part).run()
    try FileManager.default.removeItem(atPath: path)
    #expect(try Train(nil, updates: 60, resume: part).run().state == whole.state)
    try Data(text.replacingOccurrences(of: "side / 2", with: "side / 3").utf8).write(
      to: URL(fileURLWithPath: path))
    let other = #expect(throws: StudyError.self) {
      try Train(TaskRequest(path), updates: 60, resume: part).run()
    }
    #expect(other?.text.contains("another description") == true)
    let comparison = try Compare(trials: TrialRequest(task: path, trialCount: 20)).run(
      on: Subject(file: part), observer: SilentObserver())
    #expect(comparison.performance?.first?.accuracy != nil)
  }

  @Test func otherTasksAreMeasuredAlongTheWay() throws {
    var training = TrainingRequest()
    (training.units, training.batch) = (24, 8)
    let request = Train(
      TaskRequest("perceptual-decision"), training: training, updates: 50, interval: 20,
      probes: [TaskRequest("parametric-working-memory")])
    let probes = try #require(try request.run().probes)
    #expect(
      probes.count == 1 && probes[0].updates == [0, 20, 40, 50] && probes[0].loss.allSatisfy { $0 > 0 })
    var wrong = request
    wrong.probes = [TaskRequest("delayed-match-to-sample")]
    #expect(throws: StudyError.self) { try wrong.run() }
  }
}
