// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import Studies
import TestSupport
import Testing

/// Fixed points and what surrounds them, asked in process.
@Suite struct PortraitTests {
  @Test func aCircuitThatTurnsHasOneCycle() throws {
    let subject = turningCircuit()
    let found = try Portrait(cycles: true, basins: true).run(on: subject)
    let cycles = try #require(found.cycles)
    // 2π a/ω; see LimitCycleTests.
    #expect(cycles.count == 1 && abs(cycles[0].period - 2 * Double.pi * 1.5 / 0.8) < 1e-7)
    #expect(found.basins?.shares == [1] && found.attractors == ["c1"])
    let plain = try Portrait().run(on: subject)
    #expect(plain.points.count == 1 && plain.cycles == nil && plain.attractors == nil)
  }

  @Test func stimuliOfATask() throws {
    let subject = try randomSubject(inputs: 1)
    let found = try Portrait(task: TaskRequest("perceptual-decision")).run(on: subject)
    let (transitions, attractors) = (try #require(found.transitions), try #require(found.attractors))
    #expect(transitions.map(\.stimulus) == [-4, -2, -1, 1, 2, 4].map { "coherence \($0)" })
    for transition in transitions {
      #expect(transition.destinations.count == attractors.count)
      // 40 steps of 20 ms at τ = 100 ms.
      #expect(transition.durations == [8])
    }
    // The inputs of another task of as many channels are taken as they come, and this is said.
    #expect(found.details?.inputMeaning?.hasPrefix("I1 = ") == true)
  }

  @Test func resultsSurviveJSON() throws {
    let subject = turningCircuit()
    for study in [Portrait(), Portrait(cycles: true, basins: true)] {
      let text = try StudyJSON.text(study.run(on: subject))
      #expect(try StudyJSON.text(StudyJSON.read(PortraitResult.self, from: text)) == text)
      #expect(text.hasPrefix(study.isExtended ? "{" : "["))
    }
  }

  /// Without the turn the circle consists of fixed points: one entry, of the radius of ⟨φ'⟩(ρ) = 1/1.5.
  @Test func aCircuitThatDoesNotTurnHasOneRing() throws {
    let found = try Portrait(cycles: true).run(on: turningCircuit(turn: 0))
    #expect(found.points.map(\.kind) == [.point, .ring] && found.points.map(\.stable) == [false, true])
    let ring = try #require(found.points.last)
    #expect(abs(try #require(ring.radius) - 0.84342) < 1e-5 && (ring.drift ?? 1) < 1e-10)
    #expect(found.cycles?.isEmpty == true, "nothing moves along it")
    let text = try StudyJSON.text(Portrait().run(on: turningCircuit(turn: 0)))
    #expect(text.contains("\"ring\"") && !text.contains("\"point\""))
    #expect(try StudyJSON.text(StudyJSON.read(PortraitResult.self, from: text)) == text)
  }

  /// No precondition can be reached from a request: nonsense is an error of usage or data that says what it is about.
  @Test(arguments: [
    (Portrait(input: [.nan]), StudyError.Kind.usage, "input"),
    (Portrait(input: [1, 2]), .usage, "input"),
    (Portrait(noise: -1), .usage, "noise"),
    (Portrait(starts: 0), .usage, "starts"),
    (Portrait(task: TaskRequest("context-dependent-decision")), .badData, "network"),
    (Portrait(task: TaskRequest("none")), .usage, "task"),
  ]) func nonsenseIsRefused(_ study: Portrait, _ kind: StudyError.Kind, _ quantity: String) throws {
    let subject = try randomSubject(inputs: 1)
    let error = #expect(throws: StudyError.self) { try study.run(on: subject) }
    #expect(error?.kind == kind && error?.quantity == quantity, "\(String(describing: error))")
  }

  @Test func basinsNeedAGrid() throws {
    let subject = try randomSubject(rank: 3)
    let error = #expect(throws: StudyError.self) { try Portrait(basins: true).run(on: subject) }
    #expect(error?.kind == .usage && error?.text.contains("rank 3") == true)
    let circuit = turningCircuit()
    #expect(throws: StudyError.self) { try Portrait(on: .manifold).run(on: circuit) }
  }
}
