// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Testing

/// Courses whose geometry is known: without recurrence every unit follows its own input.
@Suite struct ResponseGeometryTests {
  /// Two linear units without recurrence, α = 1: x_t = u_t, in channel and unit.
  private func pair(readout: [Double]) throws -> Network {
    try Network(
      m: Matrix(rows: 2, columns: 1), n: Matrix(rows: 2, columns: 1),
      inputs: Matrix(rows: 2, columns: 2) { $0 == $1 ? 1 : 0 },
      readouts: Matrix(rows: 2, columns: 1, elements: readout), transfer: .linear)
  }

  /// Trials of two steps of which the second is asked, and the same trials once more: unit 1 stands at the trial's value, unit 2
  /// goes up and down by `other`.
  private func trials(_ values: [Double], other: Double, targets: [Double]) -> Trials {
    var stimulus = Stimulus(trials: 2 * values.count, steps: 4, channels: 2)
    let size = 8 * values.count
    var (target, mask) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    for b in 0..<(2 * values.count) {
      for t in 0..<4 {
        stimulus[b, t, 0] = values[b % values.count]
        stimulus[b, t, 1] = t % 2 == 0 ? other : -other
        target[b * 4 + t] = targets[b % values.count]
        mask[b * 4 + t] = t >= 2 ? 1 : 0
      }
    }
    return Trials(stimulus: stimulus, outputs: 1, target: target, mask: mask)
  }

  @Test func aReadoutProjectsOutWhatItDoesNotRead() throws {
    // Variances: of -2…1 with 1/P 1.25, of ±3 nine; the readout takes (1, 0.5) of them: 1.25 and 2.25 of 3.5.
    let found = try ResponseGeometry(
      of: pair(readout: [1, 0.5]), on: trials([-2, -1, 0, 1], other: 3, targets: [0, 1, 2, 3]), alpha: 1)
    #expect(abs(found.activity[0] - 9 / 10.25) < 1e-12 && abs(found.activity[1] - 1.25 / 10.25) < 1e-12)
    #expect(abs(found.output[0] - 2.25 / 3.5) < 1e-12 && abs(found.output[1] - 1.25 / 3.5) < 1e-12)
    let blind = try ResponseGeometry(
      of: pair(readout: [1, 0]), on: trials([-2, -1, 0, 1], other: 3, targets: [0, 1, 2, 3]), alpha: 1)
    #expect(blind.output[0] < 1e-20 && abs(blind.output[1] - 1) < 1e-12)
  }

  @Test func distancesGoWithTargetsOrNot() throws {
    let parallel = try ResponseGeometry(
      of: pair(readout: [1, 0]), on: trials([-2, -1, 0, 1], other: 3, targets: [0, 1, 2, 3]), alpha: 1)
    #expect(parallel.distanceWithTarget == 1)
    // The other unit moves all trials alike: distances stay.
    #expect((parallel.unevenness ?? 1) < 1e-12)
    // Distances 1, 3, 2, 4, 1, 5 against target distances 1, 2, 3, 1, 2, 1.
    let crossed = try ResponseGeometry(
      of: pair(readout: [1, 0]), on: trials([0, 1, -3, 2], other: 3, targets: [0, 1, 2, 3]), alpha: 1)
    #expect((crossed.distanceWithTarget ?? 1) < 0.5)
    // Three different trials have three pairs: too few to order.
    let few = try ResponseGeometry(
      of: pair(readout: [1, 0]), on: trials([0, 1, 2], other: 3, targets: [0, 1, 2]), alpha: 1)
    #expect(few.distanceWithTarget == nil && few.unevenness != nil)
  }
}
