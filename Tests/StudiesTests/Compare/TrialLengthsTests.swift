// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// Trials of unequal lengths: what stands behind a trial's end is asked of nobody.
@Suite struct TrialLengthsTests {
  /// Trials of the perceptual decision; half of them end before the others, and behind their ends the input is reversed and
  /// strong, so that z there has the other sign.
  private func trials(lengths: Bool, mask: Bool) throws -> TrialRequest {
    let drawn = try TaskRequest("perceptual-decision").task().trials(count: 20, seed: 3)
    let (count, steps) = (20, drawn.stimulus.steps)
    let longer = 2 * steps
    func padded(_ values: [Double], _ pad: (Int) -> Double) -> [Double] {
      (0..<count).flatMap { b in
        (0..<longer).map { t in t < steps ? values[b * steps + t] : pad(b) }
      }
    }
    var tensors = [
      Tensor(
        name: "u", shape: [count, longer, 1],
        values: padded(drawn.stimulus.values) { b in drawn.target[b * steps + steps - 1] > 0 ? -2 : 2 }),
      Tensor(
        name: "target", shape: [count, longer, 1],
        values: padded(drawn.target) { b in drawn.target[b * steps + steps - 1] }),
    ]
    if mask {
      tensors.append(Tensor(name: "mask", shape: [count, longer, 1], values: padded(drawn.mask) { _ in 1 }))
    }
    if lengths {
      tensors.append(
        Tensor(name: "lengths", shape: [count], values: [Double](repeating: Double(steps), count: count)))
    }
    var request = TrialRequest(file: "")
    request.file = nil
    request.arrays = tensors
    return request
  }

  @Test(arguments: [false, true]) func nothingIsAskedBehindTheEnd(mask: Bool) throws {
    let subject = try Subject(file: networksFolder + "/perceptual-decision.npz")
    func accuracy(lengths: Bool) throws -> Double? {
      let result = try Compare(trials: trials(lengths: lengths, mask: mask)).run(on: subject)
      return result.performance?.first?.accuracy
    }
    #expect(try accuracy(lengths: true) == 1)
    let padded = try #require(try accuracy(lengths: false))
    #expect(padded < 0.5)
  }
}
