// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking

/// How fast this machine is, and how exact: every rule, kernel and size. A question without a subject.
public struct Bench: Codable, Sendable, Hashable {
  /// What to measure; none for all but whole commands.
  public var sections: [BenchmarkSection]
  /// How often each variant is timed.
  public var rounds: Int
  /// The path of the command `kappa`, for the section of whole commands.
  public var command: String?

  /// Benchmarks.
  public init(sections: [BenchmarkSection] = [], rounds: Int = 11, command: String? = nil) {
    self.sections = sections
    self.rounds = rounds
    self.command = command
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    guard rounds > 0 else { throw StudyError(.usage, "rounds", "expected 1 or more, found \(rounds).") }
    if wanted.contains(.command), command == nil {
      throw StudyError(
        .usage, "command", "expected the path of the command kappa to run whole commands, found none.")
    }
  }

  /// The sections in the order in which they are measured.
  public var wanted: [BenchmarkSection] {
    BenchmarkSection.allCases.filter { sections.isEmpty ? $0 != .command : sections.contains($0) }
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - observer: may call the work off between sections.
  ///   - group: is given what was measured, group by group: variants to be compared with one another.
  public func run(
    observer: some Observer = SilentObserver(), group: (BenchmarkSection, [Measurement]) -> Void = { _, _ in }
  ) throws(StudyError) -> [Measurement] {
    try validate()
    var all: [Measurement] = []
    for section in wanted {
      try observer.check()
      if section == .command, let command {
        let measured = try CommandBench(program: command, rounds: rounds).measure(observer: observer)
        group(section, measured)
        all += measured
        continue
      }
      all += section.measure(rounds: rounds) { group(section, $0) }
    }
    return all
  }
}
