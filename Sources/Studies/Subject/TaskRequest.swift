// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Tasks

/// A task of the field and what is changed about it: the one type of task options for all studies.
public struct TaskRequest: Codable, Sendable, Hashable {
  /// The task's name, e.g. `perceptual-decision`.
  public var name: String
  /// Whose timings and scales; `nil` for the papers'.
  public var preset: Tasks.Task.Preset?
  /// Input of a context channel while it is on; `nil` for the task's own.
  public var contextScale: Double?
  /// Shortest and longest delay: milliseconds for `paper`, steps for `course`; `nil` for the task's own.
  public var delay: ClosedRange<Int>?
  /// SD of the noise on the inputs, per step; `nil` for the task's own.
  public var inputNoise: Double?

  /// A task; what is left out is the task's own.
  public init(
    _ name: String, preset: Tasks.Task.Preset? = nil, contextScale: Double? = nil,
    delay: ClosedRange<Int>? = nil, inputNoise: Double? = nil
  ) {
    self.name = name
    self.preset = preset
    self.contextScale = contextScale
    self.delay = delay
    self.inputNoise = inputNoise
  }

  /// The options as the task wants them.
  public var options: Tasks.Task.Options {
    Tasks.Task.Options(
      preset: preset ?? .paper, contextScale: contextScale, delay: delay, noise: inputNoise)
  }

  /// The task.
  ///
  /// - Throws: a `StudyError` of kind `usage` when there is no such task, or it does not have such an option.
  public func task() throws(StudyError) -> Tasks.Task {
    let names = Tasks.Task.names
    if !names.contains(name), let meant = nearest(name, among: names) {
      throw StudyError(
        .usage, "task",
        "expected one of \(names.joined(separator: ", ")), found \"\(name)\": did you mean \(meant)?")
    }
    return try StudyError.converting { try Tasks.Task(name: name, options: options) }
  }

  /// The same task without noise on its inputs.
  public var noiseless: TaskRequest {
    var request = self
    request.inputNoise = 0
    return request
  }
}
