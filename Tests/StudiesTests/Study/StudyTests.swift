// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import Synchronization
import TestSupport
import Testing

/// What all studies have in common: they answer in process, hold their remarks, can be called off and refuse nonsense.
@Suite struct StudyTests {
  private let file = networksFolder + "/perceptual-decision.npz"

  /// Calls the work off as soon as something is under way.
  private final class Impatient: Observer {
    private let seen = Atomic(0)
    func report(_ progress: Progress) { seen.add(1, ordering: .relaxed) }
    func remark(_ remark: Remark) {}
    var isCancelled: Bool { seen.load(ordering: .relaxed) > 0 }
  }

  @Test func aComparisonIsThreeWordsAway() throws {
    let result = try Compare(task: "perceptual-decision").run(on: Subject(file: file))
    // The manifold is exact: only rounding, over some hundred steps, is left.
    #expect(result.manifold.outputs[0].relative < 1e-12)
    #expect(result.trials == 300 && result.closure == .moments && result.populations == 1)
    #expect(result.run?.network.trials == 300)
  }

  @Test func requestsAndResultsSurviveJSON() throws {
    var study = Compare(
      trials: TrialRequest(task: TaskRequest("perceptual-decision", delay: 20...40), trialCount: 8, seed: 3),
      circuit: CircuitRequest(populations: .automatic, closure: .refined, anchor: 0.01), precision: .single)
    #expect(try StudyJSON.read(Compare.self, from: StudyJSON.text(study)) == study)
    study.circuit = CircuitRequest(populations: .fixed(3))
    #expect(try StudyJSON.read(Compare.self, from: StudyJSON.text(study)) == study)
    let result = try Compare(task: "perceptual-decision").run(on: Subject(file: file))
    let text = try StudyJSON.text(result)
    let again = try StudyJSON.read(ComparisonResult.self, from: text)
    #expect(again.circuit == result.circuit && again.network == result.network && again.run == nil)
    #expect(try StudyJSON.text(again) == text)
    let inspection = try Inspect().run(on: Subject(file: file))
    let inspected = try StudyJSON.text(inspection)
    #expect(try StudyJSON.text(StudyJSON.read(InspectionResult.self, from: inspected)) == inspected)
  }

  @Test func aNetworkInMemoryIsASubject() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 1, outputs: 1, seed: 5)
    let subject = Subject(network, alpha: 0.2, name: "mine")
    let result = try Compare(task: "perceptual-decision").run(on: subject)
    #expect(result.network.path == "mine" && result.manifold.outputs[0].relative < 1e-12)
  }

  @Test func workThatNobodyWantsStops() throws {
    let subject = try Subject(file: file)
    let error = #expect(throws: StudyError.self) {
      try Compare(task: "perceptual-decision").run(on: subject, observer: Impatient())
    }
    #expect(error?.kind == .cancelled)
  }

  @Test func resultsHoldTheirRemarks() throws {
    let subject = try Subject(file: file, reading: ReadingRequest(alpha: 0.1))
    let collector = RemarkCollector()
    let result = try Compare(task: "perceptual-decision").run(on: subject, observer: collector)
    // What says that the network was read wrong comes first in the result; the observer hears of it at the end.
    #expect(result.remarks.map(\.code) == ["another-reading", .otherStep])
    #expect(collector.remarks == result.remarks.reversed())
    #expect(result.remarks[1].values == ["task": 0.2, "network": 0.1])
    #expect(result.remarks.allSatisfy { $0.weight == .warning })
  }

  /// No precondition can be reached from a request: what makes no sense is an error of usage that names the field.
  @Test(arguments: [
    (Compare(trials: TrialRequest(task: "nothing")), "task"),
    (Compare(trials: TrialRequest(task: "perceptual-decision", trialCount: 0)), "trialCount"),
    (Compare(trials: TrialRequest(task: "perceptual-decision", trialCount: .max)), "trialCount"),
    (Compare(trials: TrialRequest(file: nil, task: nil, trialCount: nil, seed: 1)), ""),
    (
      Compare(
        trials: TrialRequest(
          file: "a.npz", task: TaskRequest("perceptual-decision"), trialCount: nil, seed: 1)),
      ""
    ),
    (Compare(trials: TrialRequest(task: TaskRequest("perceptual-decision", delay: -9...(-3)))), "delay"),
    (Compare(trials: TrialRequest(task: TaskRequest("perceptual-decision", inputNoise: .nan))), "inputNoise"),
    (Compare(task: "perceptual-decision", circuit: CircuitRequest(populations: .fixed(-1))), "populations"),
    (Compare(task: "perceptual-decision", circuit: CircuitRequest(populations: .fixed(65))), "populations"),
    (Compare(task: "perceptual-decision", circuit: CircuitRequest(anchor: 1)), ""),
    (
      Compare(task: "perceptual-decision", circuit: CircuitRequest(closure: .refined, anchor: .infinity)),
      "anchor"
    ),
  ]) func nonsenseIsRefused(study: Compare, field: String) throws {
    let subject = try Subject(file: file)
    let error = #expect(throws: StudyError.self) { try study.run(on: subject) }
    #expect(error?.kind == .usage && error?.quantity == field, "\(String(describing: error))")
  }

  @Test(arguments: [
    ReadingRequest(alpha: 0), ReadingRequest(alpha: .nan), ReadingRequest(alpha: 2), ReadingRequest(dt: 1),
    ReadingRequest(alpha: 0.1, dt: 1, tau: 10), ReadingRequest(vectors: "m"), ReadingRequest(rank: 0),
  ]) func nonsensicalReadingsAreRefused(reading: ReadingRequest) throws {
    let error = #expect(throws: StudyError.self) { try Subject(file: file, reading: reading) }
    #expect(error?.kind == .usage)
  }

  @Test func errorsOfFilesKeepTheirKind() throws {
    let missing = #expect(throws: StudyError.self) { try Subject(file: "/nowhere/net.npz") }
    #expect(missing?.kind == .noInput && missing?.quantity == "/nowhere/net.npz")
    let subject = try Subject(file: file)
    let wrong = #expect(throws: StudyError.self) {
      try Compare(task: "context-dependent-decision").run(on: subject)
    }
    #expect(wrong?.kind == .badData && wrong?.quantity == file)
  }
}
