// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies
import Testing

/// Which inputs answers follow, against answers that are made of them.
@Suite struct FollowedTests {
  private func normal(_ seed: UInt64, _ count: Int) -> [Double] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in stream.normal() }
  }

  @Test func slopesAreThoseOfTheSum() throws {
    let (a, b, noise) = (normal(1, 400), normal(2, 400), normal(3, 400))
    // In units a hundred times as large the same input has the same slope per SD.
    var evidence = Matrix(rows: 400, columns: 3)
    var answers: [Double] = []
    for trial in 0..<400 {
      evidence[trial, 0] = 100 * a[trial]
      evidence[trial, 1] = b[trial]
      evidence[trial, 2] = 0.5
      answers.append(2 * a[trial] - 0.5 * b[trial] + 0.1 * noise[trial] + 7)
    }
    let found = try #require(Followed(answers: answers, evidence: evidence, channels: [1, 0, 2]))
    // The third channel never varies.
    #expect(found.inputs == [1, 0] && found.order == [1, 0])
    func sd(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / 400
      let squares = values.map { ($0 - mean) * ($0 - mean) }
      return (squares.reduce(0, +) / 400).squareRoot()
    }
    // Three standard errors of noise of .1 over 400 trials.
    #expect(abs(found.slopes[1] - 2 * sd(a)) < 0.015)
    #expect(abs(found.slopes[0] + 0.5 * sd(b)) < 0.015)
    for (terms, slope) in zip(found.terms, found.slopes) {
      #expect(abs(terms.reduce(0, +) / 400 - slope) < 1e-12)
      let error = sd(terms) / 20
      #expect(error > 0.003 && error < 0.008, "\\(error)")
    }
  }

  @Test func whatCannotBeToldApart() {
    let a = normal(4, 50)
    let same = Matrix(rows: 50, columns: 2) { trial, channel in channel == 0 ? a[trial] : 3 * a[trial] }
    #expect(Followed(answers: a, evidence: same, channels: [0, 1]) == nil)
    #expect(
      Followed(answers: [1, 2], evidence: Matrix(rows: 2, columns: 1) { r, _ in Double(r) }, channels: [0])
        == nil)
    let constant = Matrix(rows: 50, columns: 1) { _, _ in 1 }
    #expect(Followed(answers: a, evidence: constant, channels: [0]) == nil)
  }
}
