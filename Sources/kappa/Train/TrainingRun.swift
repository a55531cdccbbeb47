// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Report
import Studies
import Tasks
import Training

/// A training run with its file: trains in intervals, and writes the network after each of them.
struct TrainingRun {
  private(set) var trainer: Trainer
  let record: TrainingRecord
  let output: String
  /// Files that must not be written over.
  let inputs: [String]
  /// Updates between two writings.
  let interval: Int

  /// Trains up to so many updates in all.
  mutating func train(until updates: Int) throws {
    let progress = LossLine(total: updates)
    defer { progress.finish() }
    while trainer.state.updates < updates {
      let next = min((trainer.state.updates / interval + 1) * interval, updates)
      do {
        try trainer.advance(by: next - trainer.state.updates)
      } catch {
        progress.finish()
        // The file stays as it is: the last interval's end, which was good.
        throw Failure(
          .software,
          "\(output): expected training to converge, found that \(error); the file holds the network after update "
            + "\(trainer.state.updates)")
      }
      try save()
      progress.show(trainer.state.losses)
    }
  }

  /// Writes the network and the state of its training.
  func save() throws {
    try TrainingFile(record: record, task: trainer.task, state: trainer.state)
      .write(to: output, protecting: inputs)
  }
}

/// A line on stderr with the update and the recent loss; nothing before the first second is over.
final class LossLine {
  private let total: Int
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private var isOpen = false

  init(total: Int) { self.total = total }

  /// Shows where training is.
  func show(_ losses: [Double]) {
    let now = ContinuousClock.now
    let pause: Duration = Console.isWatched ? .milliseconds(200) : .seconds(10)
    guard now - start > .seconds(1), now - (shown ?? start) > pause else { return }
    shown = now
    let recent = losses.suffix(20)
    let mean = recent.reduce(0, +) / Double(max(1, recent.count))
    let line = "update \(losses.count) of \(total), loss \(text(mean, digits: 3))"
    if Console.isWatched {
      Console.write("\r\u{1B}[K" + line)
      isOpen = true
    } else {
      Console.write(line + "\n")
    }
  }

  /// Removes the line.
  func finish() {
    if isOpen { Console.write("\r\u{1B}[K") }
    isOpen = false
  }
}
