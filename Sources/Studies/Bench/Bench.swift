// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmarking

/// How fast this machine is, and how exact: every rule, kernel and size. A question without a subject.
public struct Bench: Codable, Sendable, Hashable {
  /// What to measure; none for all.
  public var sections: [BenchmarkSection]
  /// How often each variant is timed.
  public var rounds: Int

  /// Benchmarks.
  public init(sections: [BenchmarkSection] = [], rounds: Int = 11) {
    self.sections = sections
    self.rounds = rounds
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    guard rounds > 0 else { throw StudyError(.usage, "rounds", "expected 1 or more, found \(rounds).") }
  }

  /// The sections in the order in which they are measured.
  public var wanted: [BenchmarkSection] {
    BenchmarkSection.allCases.filter { sections.isEmpty || sections.contains($0) }
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
      all += section.measure(rounds: rounds) { group(section, $0) }
    }
    return all
  }
}
