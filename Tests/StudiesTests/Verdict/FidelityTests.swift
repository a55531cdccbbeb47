// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Testing

@testable import Analysis
@testable import Studies

/// Words and limits in one place, and sentences made of them.
@Suite struct FidelityTests {
  @Test func noWordClaimsMoreThanItsNumber() {
    #expect(Fidelity(error: 0) == .faithful && Fidelity(error: 0.02) == .faithful)
    #expect(Fidelity(error: 0.0201) == .close && Fidelity(error: 0.1) == .close)
    #expect(Fidelity(error: 0.101) == .rough && Fidelity(error: 0.5) == .rough)
    #expect(Fidelity(error: 0.501) == .none && Fidelity(error: .infinity) == .none)
    #expect(Fidelity(error: .nan) == .none)
    // Wrong decisions are no small matter, however small the error.
    #expect(Fidelity(error: 0.01, agreement: 0.99) == .faithful)
    #expect(Fidelity(error: 0.01, agreement: 0.98) == .rough)
    #expect(Fidelity(error: 0.8, agreement: 1) == .none)
    #expect(Fidelity.allCases.filter(\.isPrediction) == [.close, .faithful])
    #expect(
      Fidelity.allCases.map { $0.phrase("z", error: "E") }.allSatisfy { $0.contains("z") && $0.contains("E") }
    )
  }

  /// Comparisons of a network whose output is one with circuits off by given factors.
  private func comparison(_ error: Double, wrong: Int = 0, of trials: Int = 100) -> Comparison {
    func run(_ value: (Int) -> Double) -> Trajectory {
      Trajectory(
        trials: trials, steps: 1, rank: 0, outputCount: 1, kappa: [], outputs: (0..<trials).map(value))
    }
    return Comparison(
      of: run { $0 < wrong ? -1 : 1 + error }, against: run { _ in 1 },
      trials: Trials(stimulus: Stimulus(trials: trials, steps: 1, channels: 0, values: [])))
  }

  private func verdict(_ comparisons: [Comparison]) throws -> ClosureVerdict {
    let network = try Network(
      m: Matrix(rows: 2, columns: 1) { _, _ in 1 }, n: Matrix(rows: 2, columns: 1) { _, _ in 1 },
      inputs: Matrix(rows: 2, columns: 0) { _, _ in 0 }, readouts: Matrix(rows: 2, columns: 1) { _, _ in 1 })
    let trials = Trials(stimulus: Stimulus(trials: 1, steps: 1, channels: 0, values: []))
    let names = ["held-out trials", "A", "B", "C"]
    let table = try ClosureTable(
      of: network, candidates: [],
      conditions: names.prefix(comparisons.count).enumerated().map {
        TestCondition(name: $1, trials: trials, isFamiliar: $0 == 0)
      }, simulation: Simulation(alpha: 0.2))
    return ClosureVerdict(
      on: ClosureTable.Row(name: "circuit", populations: 1, comparisons: comparisons), in: table)
  }

  @Test func aVerdictSaysHowWellUnderWhat() throws {
    let mixed = try verdict([comparison(0.01), comparison(0.05), comparison(0.3), comparison(0.9)])
    #expect(mixed.holdsOnTask)
    #expect(
      mixed.description
        == "On held-out trials of the task the circuit reproduces the network to 1.00\u{A0}%, and makes 100.0\u{A0}% of its "
        + "decisions; it also follows it under A (5.00\u{A0}%); only roughly under B (30.0\u{A0}%); it does not follow it "
        + "under C (90.0\u{A0}%).", "\(mixed)")
    let poor = try verdict([comparison(0.6)])
    #expect(!poor.holdsOnTask && poor.description.contains("does not follow the network"), "\(poor)")
    // Two wrong decisions in a hundred: an RMS of 2 √.02 = 28 %.
    let wrong = try verdict([comparison(0, wrong: 2)])
    #expect(!wrong.holdsOnTask && wrong.description.contains("only roughly"), "\(wrong)")
    #expect(wrong.description.contains("98.0\u{A0}% of its decisions"), "\(wrong)")
  }

  /// An output that is zero in both is no achievement: others are judged, or κ where there are none.
  @Test func outputsThatAreZeroAreNotJudged() {
    func run(_ kappa: Double, _ outputs: [Double]) -> Trajectory {
      Trajectory(trials: 1, steps: 1, rank: 1, outputCount: 2, kappa: [kappa], outputs: outputs)
    }
    let trials = Trials(stimulus: Stimulus(trials: 1, steps: 1, channels: 0, values: []))
    let silent = Comparison(of: run(1.5, [0, 0]), against: run(2, [0, 0]), trials: trials)
    #expect(Fidelity.judged(silent).map(\.name) == ["κ"] && Fidelity.worstError(silent) == 0.25)
    let half = Comparison(of: run(1.5, [0, 0.9]), against: run(2, [0, 1]), trials: trials)
    #expect(Fidelity.judged(half).map(\.name) == ["z2"] && Fidelity.judged(half).map(\.output) == [1])
    // An output that only the circuit has counts, and its error is no number.
    let stray = Comparison(of: run(2, [0.1, 1]), against: run(2, [0, 1]), trials: trials)
    #expect(Fidelity(stray) == .none)
    #expect(
      Remainder(circuit: stray, isFitted: false, band: nil, trials: 1).sentence.contains(
        "z1 itself, which it misses by more than its own size"))
  }

  @Test func withoutOutputsTheLatentsAreJudged() {
    func run(_ value: Double) -> Trajectory {
      Trajectory(trials: 1, steps: 2, rank: 2, outputCount: 0, kappa: [1, value, 1, value], outputs: [])
    }
    let comparison = Comparison(
      of: run(1.5), against: run(2),
      trials: Trials(stimulus: Stimulus(trials: 1, steps: 2, channels: 0, values: [])))
    #expect(Fidelity.worstError(comparison) == 0.25 && Fidelity(comparison) == .rough)
    #expect(Fidelity.judged(comparison).map(\.name) == ["κ1", "κ2"])
    #expect(comparison.kappa.map(\.size) == [1, 2])
  }
}
