// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Tasks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A task of the field and what is changed about it: the one type of task options for all studies.
public struct TaskRequest: Codable, Sendable, Hashable {
  /// The task's name, e.g. `perceptual-decision`; a file that describes one, `FILE.yaml`; or several in one network, `A+B`.
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
  /// - Throws: a `StudyError` of kind `usage` when there is no such task, or it does not have such an option; `badData` when a
  ///   description cannot be read.
  public func task() throws(StudyError) -> Tasks.Task {
    let source = try source()
    return try StudyError.converting { try source.task() }
  }

  /// Where the task comes from.
  ///
  /// - Throws: as `task`, but for what its options do.
  public func source() throws(StudyError) -> TaskSource {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, !(Self.isFile(name) && FileManager.default.fileExists(atPath: name)) {
      for (field, isGiven) in [
        ("preset", preset != nil), ("contextScale", contextScale != nil), ("delay", delay != nil),
      ] where isGiven {
        throw StudyError(
          .usage, field, "expected no such option for several tasks (\(name)), found one: write a description"
        )
      }
      var sources: [TaskSource] = []
      for part in parts { sources.append(try TaskRequest(part, inputNoise: inputNoise).source()) }
      return TaskSource(parts: sources)
    }
    if Self.isFile(name) {
      return try StudyError.converting { try TaskSource(descriptionIn: name, options: options) }
    }
    let names = Tasks.Task.names
    if !names.contains(name), let meant = nearest(name, among: names) {
      throw StudyError(
        .usage, "task",
        "expected one of \(names.joined(separator: ", ")), found \"\(name)\": did you mean \(meant)?")
    }
    guard names.contains(name) else {
      throw StudyError(
        .usage, "task",
        "expected one of \(names.joined(separator: ", ")), or a file FILE.yaml that describes a task, found "
          + "\"\(name)\"")
    }
    return TaskSource(name, options: options)
  }

  /// The file that describes the task, if one does.
  public var file: String? { Self.isFile(name) ? name : nil }

  /// Whether a name is that of a file.
  private static func isFile(_ name: String) -> Bool {
    name.contains("/") || [".yaml", ".yml"].contains { name.lowercased().hasSuffix($0) }
  }

  /// The same task without noise on its inputs.
  public var noiseless: TaskRequest {
    var request = self
    request.inputNoise = 0
    return request
  }
}
