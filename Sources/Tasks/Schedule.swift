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
  /// Names and durations of the phases; the delay's own entry is not used.
  private let phases: [(name: String, steps: Int)]
  /// Shortest and longest delay.
  let delay: ClosedRange<Int>
  /// Steps of the response window, at the end of each trial.
  let window: Int
  /// T, the steps of a trial with the longest delay.
  let steps: Int

  /// Longest trial that is accepted, so that a slip of the pen does not ask for terabytes.
  static let longest = 1_000_000

  init(_ timing: Timing, delay chosen: ClosedRange<Int>?) throws(TaskError) {
    var delay = 0...0
    var phases: [(name: String, steps: Int)] = []
    for phase in timing.phases {
      if phase.name == "delay" {
        let range = chosen ?? phase.duration
        guard range.lowerBound >= 0 else {
          throw TaskError(quantity: "delay", expected: "at least 0", found: "\(range.lowerBound)")
        }
        delay = (range.lowerBound / timing.step)...(range.upperBound / timing.step)
      }
      phases.append((phase.name, phase.duration.upperBound / timing.step))
    }
    guard delay.upperBound < Schedule.longest else {
      throw TaskError(
        quantity: "delay", expected: "fewer than \(Schedule.longest) steps",
        found: "\(delay.upperBound) steps")
    }
    self.phases = phases
    self.delay = delay
    window = timing.window
    steps = delay.upperBound + phases.reduce(0) { $0 + ($1.name == "delay" ? 0 : $1.steps) }
  }

  /// The epochs of a trial with a delay of so many steps.
  func epochs(delay: Int) -> [Epoch] {
    var start = 0
    return phases.map { phase in
      let length = phase.name == "delay" ? delay : phase.steps
      defer { start += length }
      return Epoch(name: phase.name, steps: start..<(start + length))
    }
  }

  static func == (a: Schedule, b: Schedule) -> Bool {
    a.epochs(delay: a.delay.upperBound) == b.epochs(delay: b.delay.upperBound) && a.delay == b.delay
      && a.window == b.window
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(epochs(delay: delay.upperBound))
    hasher.combine(delay)
    hasher.combine(window)
  }
}
