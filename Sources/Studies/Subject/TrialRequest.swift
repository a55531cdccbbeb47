// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import NetworkFiles
import Tasks

/// Which trials are run: a file's, or a task's.
public struct TrialRequest: Codable, Sendable, Hashable {
  /// An .npz file with u (B, T, K), optionally target and mask (B, T, O).
  public var file: String?
  /// A task.
  public var task: TaskRequest?
  /// How many trials of the task; `nil` for 300.
  public var trialCount: Int?
  /// Seed of everything random.
  public var seed: UInt64
  /// Arrays in memory instead of a file, named as a file's are; not part of the JSON.
  public var arrays: [Tensor]? = nil

  private enum CodingKeys: CodingKey { case file, task, trialCount, seed }

  /// Trials of a file.
  public init(file: String, seed: UInt64 = 1) {
    self.init(file: file, task: nil, trialCount: nil, seed: seed)
  }

  /// Trials of a task.
  public init(task: TaskRequest, trialCount: Int? = nil, seed: UInt64 = 1) {
    self.init(file: nil, task: task, trialCount: trialCount, seed: seed)
  }

  /// Trials of the task of this name.
  public init(task name: String, trialCount: Int? = nil, seed: UInt64 = 1) {
    self.init(file: nil, task: TaskRequest(name), trialCount: trialCount, seed: seed)
  }

  /// All fields as they are.
  public init(file: String?, task: TaskRequest?, trialCount: Int?, seed: UInt64) {
    self.file = file
    self.task = task
    self.trialCount = trialCount
    self.seed = seed
  }

  /// How many trials of a task unless it is said.
  public static let defaultCount = 300
  /// The most trials of a task: (B, T, K) at 3000 steps and 4 channels, a million trials would already be 100 GB.
  public static let largestCount = 100_000

  /// Whether there are trials to run.
  public var isGiven: Bool { isRecorded || task != nil }
  /// Whether the trials are arrays, a file's or in memory.
  public var isRecorded: Bool { file != nil || arrays != nil }
  /// What messages call the arrays.
  var source: String { file ?? "trials" }

  /// The arrays of a file or in memory, checked.
  ///
  /// - Throws: a `StudyError` when the file or an array cannot be used.
  func recorded(channels: Int, outputs: Int) throws(StudyError) -> RecordedTrials {
    try StudyError.converting {
      if let arrays {
        return try TrialsFile.readAll(
          TensorFile(inMemory: arrays), from: source, channels: channels, outputs: outputs)
      }
      return try TrialsFile.readAll(source, channels: channels, outputs: outputs)
    }
  }

  /// Refuses two sources, or numbers that make no sense.
  public func validate() throws(StudyError) {
    if [file != nil, task != nil, arrays != nil].count(where: { $0 }) > 1 {
      throw StudyError(.usage, "", "`trials` and `task`: only one of them can say it.")
    }
    let count = trialCount ?? Self.defaultCount
    if count < 1 { throw StudyError(.usage, "trialCount", "expected at least 1, found \(count).") }
    if count > Self.largestCount {
      throw StudyError(.usage, "trialCount", "expected at most \(Self.largestCount), found \(count).")
    }
  }

  /// For studies that cannot do without.
  public func require() throws(StudyError) {
    guard isGiven else {
      throw StudyError(
        .usage, "",
        "no trials to run: `task` NAME (\(Tasks.Task.names.joined(separator: ", "))) or `trials` FILE.npz.")
    }
  }
}
