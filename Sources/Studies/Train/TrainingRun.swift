// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Tasks
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training run with its file: trains in intervals, and writes the network after each of them.
struct TrainingRun {
  /// All cores.
  static let cores = ProcessInfo.processInfo.activeProcessorCount

  private(set) var trainer: Trainer
  let record: TrainingRecord
  let output: String?
  /// Files that must not be written over.
  let inputs: [String]
  /// Updates between two writings.
  let interval: Int
  /// Other tasks whose loss is measured along the way, and what was found.
  private let probed: [Tasks.Task]
  private var probes: [ProbeResult]
  /// After which update the file was written last; `nil` while it is as it was found.
  private var saved: Int?

  init(
    trainer: Trainer, record: TrainingRecord, output: String?, inputs: [String], interval: Int,
    probed: [Tasks.Task] = []
  ) {
    self.probed = probed
    probes = probed.map { ProbeResult(task: $0.name) }
    self.trainer = trainer
    self.record = record
    self.output = output
    self.inputs = inputs
    self.interval = interval
  }

  /// Trains up to so many updates in all.
  mutating func train(until updates: Int, _ observer: some Observer) throws {
    let meter = Meter("training", total: updates, observer)
    defer { meter.finish() }
    try probe()
    while trainer.state.updates < updates {
      let done = trainer.state.updates
      let next = min((done / interval + 1) * interval, updates)
      // An observer is asked more often than the file is written.
      let stop = min(next, done + 25)
      do {
        try trainer.advance(by: stop - done)
      } catch {
        // The file stays as it is: the last interval's end, which was good.
        throw StudyError(
          .software, output ?? "",
          "expected training to converge, found that \(error)"
            + (output == nil
              ? ""
              : saved.map { "; the file holds the network after update \($0)" } ?? "; the file is as it was"))
      }
      if stop == next {
        try save()
        try probe()
      }
      let recent = trainer.state.losses.suffix(20)
      meter.show(
        Double(stop) / Double(updates),
        of:
          "update \(stop) of \(updates), loss \(text(recent.reduce(0, +) / Double(max(1, recent.count)), digits: 3))"
      )
      if observer.isCancelled {
        if stop != next { try save() }
        try observer.check()
      }
    }
  }

  /// Measures the other tasks.
  private mutating func probe() throws {
    for (index, task) in probed.enumerated() {
      let test = try trainer.test(on: task)
      probes[index].updates.append(trainer.state.updates)
      probes[index].loss.append(test.loss)
      probes[index].accuracy.append(test.accuracy)
    }
  }

  /// Whether there is a file already.
  var outputExists: Bool { output.map { FileManager.default.fileExists(atPath: $0) } ?? false }

  /// Writes the network and the state of its training.
  mutating func save() throws {
    guard let output else { return }
    try TrainingFile(record: record, task: trainer.task, state: trainer.state)
      .write(to: output, protecting: inputs)
    saved = trainer.state.updates
  }

  /// What came of it, on new trials.
  func result(seconds: Double, remarks: [Remark]) throws -> TrainingResult {
    let test = trainer.test()
    guard test.loss.isFinite else {
      throw StudyError(
        .software, output ?? "",
        "expected a network with finite outputs after \(trainer.state.updates) updates, found a loss of "
          + "\(test.loss): lower `learningRate`, or set `clip`")
    }
    return TrainingResult(
      trainer, test: test, probes: probes.isEmpty ? nil : probes, seconds: seconds, remarks: remarks)
  }
}

extension Duration {
  /// In seconds.
  package var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
