// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// Times several variants of the same work against one another.
///
/// The variants take turns: what else the machine does, and the frequency it happens to run at, meets them all alike, so
/// that their ratios hold even where the times themselves wander. The result is the median of the rounds.
public struct Stopwatch: Sendable {
  /// Which time counts.
  public enum Clock: Sendable {
    /// Processor time of the calling thread: blind to other processes.
    case thread
    /// Elapsed time: for work on several threads.
    case wall
  }

  /// Samples per variant.
  public var rounds: Int
  /// A sample repeats its work until it takes at least this long.
  public var minimumSample: Double
  /// Which time counts.
  public var clock: Clock

  /// A stopwatch.
  public init(rounds: Int = 11, minimumSample: Double = 0.002, clock: Clock = .thread) {
    precondition(rounds > 0, "at least one round")
    self.rounds = rounds
    self.minimumSample = minimumSample
    self.clock = clock
  }

  /// Median seconds per call of each variant.
  public func medians(of variants: [() -> Void]) -> [Double] {
    let repeats = variants.map { variant in
      var count = 1
      while true {
        let seconds = time(count, variant)
        if seconds >= minimumSample || count >= 1 << 24 { return count }
        count *= seconds < minimumSample / 16 ? 8 : 2
      }
    }
    var samples = [[Double]](repeating: [], count: variants.count)
    for _ in 0..<rounds {
      for (i, variant) in variants.enumerated() {
        samples[i].append(time(repeats[i], variant) / Double(repeats[i]))
      }
    }
    return samples.map { $0.sorted()[rounds / 2] }
  }

  private func time(_ count: Int, _ body: () -> Void) -> Double {
    let start = now()
    for _ in 0..<count { body() }
    return now() - start
  }

  private func now() -> Double {
    var time = timespec()
    clock_gettime(clock == .thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
