// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import Studies
import Tasks

/// What is changed about a task.
struct TaskOptions: ParsableArguments {
  @Option(
    help:
      "paper: the field's papers, dt 20 ms, τ 100 ms. course: the course sheet, in steps. (default: paper)")
  var preset: Tasks.Task.Preset?

  @Option(help: "Amplitude of a context channel, for tasks that have them. (default: 0.1)")
  var contextScale: Double?

  @Option(
    help: ArgumentHelp(
      "The task's delay: a number or a range A:B, in ms (preset paper) or steps (course).", valueName: "delay"
    ))
  var delay: String?

  @Option(help: "Standard deviation of the noise on the inputs, per step. (default: the task's)")
  var inputNoise: Double?

  /// The names of the options that were given.
  var given: [String] {
    [
      ("--delay", delay != nil), ("--context-scale", contextScale != nil),
      ("--input-noise", inputNoise != nil),
      ("--preset", preset != nil),
    ].filter(\.1).map(\.0)
  }

  /// The task of a name with these options.
  func request(_ name: String) throws(StudyError) -> TaskRequest {
    TaskRequest(
      name, preset: preset, contextScale: contextScale, delay: try delayRange(), inputNoise: inputNoise)
  }

  /// The options as the task wants them.
  func options() throws -> Tasks.Task.Options { try request("").options }

  private func delayRange() throws(StudyError) -> ClosedRange<Int>? {
    guard let delay else { return nil }
    let ends = delay.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
      throw StudyError(.usage, "delay", "expected a whole number or a range A:B, found \(delay)")
    }
    return first...last
  }
}

extension Tasks.Task.Preset: ExpressibleByArgument {}
