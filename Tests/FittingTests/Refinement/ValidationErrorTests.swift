// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

@testable import Fitting

/// How large an error may be on other trials.
struct ValidationErrorTests {
  /// Errors of trials drawn with a heavy tail: most are small, one in ten is twenty times larger.
  private static func error(_ stream: inout RandomStream, trials: Int) -> ValidationError {
    let exact = (0..<trials).map { _ in 1 + 0.1 * stream.normal() }
    let mine = exact.map { $0 + stream.normal() * (stream.uniform() < 0.1 ? 0.2 : 0.01) }
    func trajectory(_ outputs: [Double]) -> Trajectory {
      Trajectory(trials: trials, steps: 1, rank: 0, outputCount: 1, kappa: [], outputs: outputs)
    }
    return ValidationError(of: trajectory(mine), against: trajectory(exact))
  }

  /// Another draw's error is below the bound in about 95 of 100: another program found 94.3 % for this tail; the standard
  /// error over 1000 draws is .7 %.
  @Test func anotherDrawStaysBelowTheBound() {
    let seed: UInt64 = 5
    var stream = RandomStream(seed: seed)
    let draws = 1000
    let below = (0..<draws).count { _ in
      Self.error(&stream, trials: 300).bound >= Self.error(&stream, trials: 300).value
    }
    #expect((920...965).contains(below), "seed \(seed)")
  }

  /// Of one trial nobody knows; without an error there is none on others.
  @Test func oneTrialHasNoBound() {
    var stream = RandomStream(seed: 6)
    let one = Self.error(&stream, trials: 1)
    #expect(one.bound == one.value && one.value > 0)
    let same = Trajectory(trials: 2, steps: 1, rank: 0, outputCount: 1, kappa: [], outputs: [1, 2])
    #expect(ValidationError(of: same, against: same).bound == 0)
  }
}
