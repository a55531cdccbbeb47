import Synchronization

/// A line on stderr that says how far a long piece of work is; silent for what takes less than a second.
final class Progress: Sendable {
  private let title: String
  private let total: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var done = 0
    var lastShown: ContinuousClock.Instant?
    var isLineOpen = false
  }

  /// Progress over `total` pieces of work.
  init(_ title: String, total: Int) {
    self.title = title
    self.total = total
  }

  /// One piece is done; from any thread.
  func advance() {
    state.withLock { state in
      state.done += 1
      let now = ContinuousClock.now
      // A terminal's line is renewed a few times a second; a log file gets a line every ten seconds.
      let pause: Duration = Console.isWatched ? .milliseconds(200) : .seconds(10)
      guard now - start > .seconds(1), now - (state.lastShown ?? start) > pause else { return }
      state.lastShown = now
      let share = total == 0 ? 100 : 100 * state.done / total
      if Console.isWatched {
        Console.write("\r\u{1B}[K\(title): \(share) %")
        state.isLineOpen = true
      } else {
        Console.write("\(title): \(share) %\n")
      }
    }
  }

  /// Removes the line.
  func finish() {
    state.withLock { state in
      if state.isLineOpen { Console.write("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }
}
