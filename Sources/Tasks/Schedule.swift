// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A stretch of a trial with one name: fixation, stimulus, delay, …
public struct Epoch: Sendable, Hashable {
  /// What happens in it.
  public let name: String
  /// Its steps, counted from zero.
  public let steps: Range<Int>

  /// An epoch of a trial.
  public init(name: String, steps: Range<Int>) {
    self.name = name
    self.steps = steps
  }
}

/// The timing of a task in steps.
struct Schedule: Sendable, Hashable {
  /// Names of the phases.
  private let names: [String]
  /// Durations of the phases, the delay's being zero.
  private let durations: [Int]
  /// Place of the delay among the phases.
  private let delayPhase: Int
  /// Shortest and longest delay.
  let delay: ClosedRange<Int>
  /// Steps of the response window, at the end of each trial.
  let window: Int
  /// T, the steps of a trial with the longest delay.
  let steps: Int

  /// Longest delay that is accepted, so that a slip of the pen does not ask for terabytes.
  static let longest = 1_000_000

  init(_ timing: Timing, delay chosen: ClosedRange<Int>?) throws(TaskError) {
    let place = timing.phases.firstIndex { $0.name == "delay" }
    guard let place else { preconditionFailure("every protocol has a delay") }
    let range = chosen ?? timing.phases[place].duration
    guard range.lowerBound >= 0 else {
      throw TaskError(quantity: "delay", expected: "at least 0", found: "\(range.lowerBound)")
    }
    guard range.upperBound / timing.step < Schedule.longest else {
      throw TaskError(
        quantity: "delay", expected: "fewer than \(Schedule.longest) steps",
        found: "\(range.upperBound / timing.step) steps")
    }
    delay = (range.lowerBound / timing.step)...(range.upperBound / timing.step)
    delayPhase = place
    names = timing.phases.map(\.name)
    durations = timing.phases.map { $0.name == "delay" ? 0 : $0.duration.upperBound / timing.step }
    window = timing.window
    steps = delay.upperBound + durations.reduce(0, +)
  }

  /// Step at which a trial with a delay of so many steps is over.
  func end(delay: Int) -> Int { steps - self.delay.upperBound + delay }

  /// The steps of consecutive phases, in a trial with a delay of so many steps.
  func steps(of phases: ClosedRange<Int>, delay: Int) -> Range<Int> {
    func start(_ phase: Int) -> Int {
      durations[..<phase].reduce(0, +) + (phase > delayPhase ? delay : 0)
    }
    return start(phases.lowerBound)..<start(phases.upperBound + 1)
  }

  /// The epochs of a trial with a delay of so many steps.
  func epochs(delay: Int) -> [Epoch] {
    names.indices.map { Epoch(name: names[$0], steps: steps(of: $0...$0, delay: delay)) }
  }
}
