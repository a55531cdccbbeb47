// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import Studies
import Testing

/// The course as a library call. Few updates: whether networks learn is for other tests.
@Suite struct CourseStudyTests {
  private static let result = Result { try Course(units: 24, updates: 45, networks: 2, seed: 7).run() }
  private var course: CourseResult { get throws { try Self.result.get() } }

  private func answers<Answer>(_ kind: Answer.Type) throws -> [Answer] {
    try course.sections.compactMap { $0.answer.values as? Answer }
  }

  @Test func theQuestionsAreAnsweredInTheSheetsOrder() throws {
    #expect(
      try course.sections.map(\.question.name) == [
        "2.1-data", "2.2-network", "2.3-training", "2.3-controls", "2.3-readouts", "2.4-connectivity",
        "2.5-gaussian", "2.6-projection", "2.7-circuit", "2.7-fixed-points", "2.7-integrator", "3.1-data",
        "3.2-training", "3.2-rank-one", "3.3-connectivity", "3.4-gaussian", "3.5-projection", "3.6-circuit",
        "3.6-fixed-points", "3.7-time-scales", "4-presets", "4-slips",
      ])
    for item in try course.sections {
      #expect(item.question.text.hasPrefix(item.question.number + ". "))
      #expect(!item.answer.values.answer.isEmpty)
    }
  }

  @Test func trainingAndControlsAreWhatWasAskedFor() throws {
    let training = try answers(TrainingAnswer.self)
    #expect(training.map(\.rank) == [1, 2] && training.map(\.updates) == [15, 45])
    #expect(training.allSatisfy { $0.networks.count == 2 && $0.networks.map(\.seed) == [7, 8] })
    let controls = try #require(try answers(ControlAnswer.self).first)
    #expect(controls.parameters == 48 && controls.fullRank.parameters == 576)
    #expect(controls.batchLosses.count == 15 && controls.fullRank.losses.count == 3)
    #expect(controls.batch.firstLoss == controls.batchLosses.first)
    #expect(controls.fullRank.sharesOfChange.reduce(0, +) <= 1 + 1e-12)
    #expect(controls.fullRank.relativeChange > 0)
    let readouts = try #require(try answers(ReadoutAnswer.self).first)
    #expect(
      readouts.networks.map(\.deviation) == [1, 1, 4] && readouts.networks.map(\.updates) == [15, 135, 15])
    for network in readouts.networks {
      // No output passes mean|w|, and no loss the square of what is missing to ±1.
      #expect(network.largestOutput <= network.bound)
      #expect(network.loss >= network.floor)
    }
  }

  @Test func theNumbersObeyTheTheory() throws {
    let projection = try answers(ProjectionAnswer.self)
    #expect(projection.allSatisfy { abs($0.activationsInsideSpan - 1) < 1e-12 })
    #expect(projection[0].correlations.isEmpty && projection[1].correlations.count == 2)
    #expect(projection[1].correlations.joined().allSatisfy { abs($0) <= 1 + 1e-12 })
    let presets = try #require(try answers(PresetAnswer.self).first)
    #expect(abs(presets.saddleNode - 0.0396) < 1e-3)
    let slips = try #require(try answers(SlipAnswer.self).first)
    #expect(abs(try #require(slips.normalisation.pitchforkWithSlip) - 2.5066) < 1e-3)
    #expect(slips.normalisation.stableKappa.count == 2)
    #expect(slips.normalisation.stableKappaWithSlip.count == 1)
    for (answer, rank) in zip(try answers(ConnectivityAnswer.self), [1, 2]) {
      #expect(answer.rank == rank && answer.accuracyUndriven != nil)
      for r in 0..<rank {
        // Order n…, w, m…, I: the drive of v is σ_nI + n̄ Ī, the rate of κ σ_nm + n̄ m̄ - 1.
        let last = answer.covariance.count - 1
        let means = answer.mean[r] * answer.mean[last]
        #expect(abs(answer.atRest[r].driveOfMeans - means) < 1e-12)
        #expect(abs(answer.atRest[r].drive - answer.covariance[r][last] - means) < 1e-12)
        let m = rank + 1 + r
        let rate = answer.covariance[r][m] + answer.mean[r] * answer.mean[m] - 1
        #expect(abs(answer.atRest[r].rate - rate) < 1e-12)
      }
      // The gauge m → m/c, n → c n leaves σ_nm and the product σ_nI σ_wm alone; I of variance 1 takes σ_I out of it.
      #expect(answer.besidePaper.count == 3 * rank)
      let input = answer.sigma(.input(0), .input(0)).squareRoot()
      for r in 0..<rank {
        let rows = answer.besidePaper[(3 * r)..<(3 * r + 3)]
        let (nm, nI, wm) = (rows[3 * r], rows[3 * r + 1], rows[3 * r + 2])
        #expect(nm.scaled == nm.trained && nI.scaled >= 0)
        #expect(abs(nI.scaled * wm.scaled * input - nI.trained * wm.trained) < 1e-12)
      }
    }
    let paper = try answers(ConnectivityAnswer.self)[1].besidePaper.map(\.paper)
    #expect(paper == [1, 0.5, 2.8, 0.5, 1.9, -2.2])
    let memory = try #require(try answers(TimeScaleAnswer.self).first)
    #expect(memory.paper.secondHalf.count == 2)
  }

  /// What minimising (dκ/dt)² makes zero is a fixed point of the complete search, at rank 1 each of them.
  @Test func minimaThatVanishAreFixedPoints() throws {
    for answer in try answers(FixedPointAnswer.self) {
      for input in answer.inputs {
        #expect(input.minimised.converged <= input.minimised.starts)
        // Newton's last step from 1e-9 of the flow: some 1e-8 of κ at the slopes of these circuits.
        if let distance = input.minimised.largestDistance { #expect(distance < 1e-6) }
        #expect(input.minimised.roots.count + input.minimised.missed >= input.circuit.points.count)
        #expect(input.minimised.slowPlaces.allSatisfy { $0.speed > 0 })
      }
    }
    #expect(try answers(FixedPointAnswer.self)[0].inputs.allSatisfy { $0.minimised.missed == 0 })
  }

  /// course.json holds all numbers: read again and written again it is the same text.
  @Test func theDocumentCanBeReadAgain() throws {
    let text = try StudyJSON.text(try course)
    let again = try StudyJSON.read(CourseResult.self, from: text)
    #expect(try StudyJSON.text(again) == text)
    #expect(again.decision == nil)
  }

  @Test func theSameSeedGivesTheSameDocument() throws {
    let small = Course(units: 20, updates: 9, networks: 1)
    let first = try StudyJSON.text(small.run())
    #expect(try StudyJSON.text(small.run()) == first)
    #expect(try StudyJSON.text(Course(units: 20, updates: 9, networks: 1, seed: 2).run()) != first)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    for (quantity, course) in [
      ("units", Course(units: 3)), ("networks", Course(networks: 0)), ("updates", Course(updates: 1)),
      ("units", Course(units: 1_000_000)),
    ] {
      let error = #expect(throws: StudyError.self) { try course.run() }
      #expect(error?.kind == .usage && error?.quantity == quantity)
    }
  }

  /// Called off in the middle of a training, it stops there.
  @Test func itCanBeCalledOff() throws {
    struct Never: Observer {
      func remark(_ remark: Remark) {}
      var isCancelled: Bool { true }
    }
    let error = #expect(throws: StudyError.self) {
      try Course(units: 16, updates: 1_000_000, networks: 1).run(observer: Never())
    }
    #expect(error?.kind == .cancelled)
  }
}
