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
  /// After which update the file was written last; `nil` while it is as it was found.
  private var saved: Int?

  init(trainer: Trainer, record: TrainingRecord, output: String?, inputs: [String], interval: Int) {
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
      if stop == next { try save() }
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
    let options = trainer.options
    return TrainingResult(
      task: trainer.task.name, preset: trainer.task.options.preset.rawValue, units: options.units,
      rank: options.isFullRank ? .full : .low(options.rank), seed: options.seed,
      updates: trainer.state.updates, loss: test.loss, accuracy: test.accuracy, seconds: seconds,
      losses: trainer.state.losses, remarks: remarks, state: trainer.state)
  }
}

extension Duration {
  /// In seconds.
  package var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
