// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import Foundation
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// Fits as a question: from a network, from a file of activity, and from files of no use.
@Suite struct FitTests {
  /// Inputs that are held for eight steps, so that the network follows them.
  private func stimulus(_ trials: Int, seed: UInt64) -> Stimulus {
    var stimulus = randomStimulus(trials: trials, steps: 32, channels: 1, seed: seed)
    for trial in 0..<trials {
      for t in 0..<32 where t % 8 != 0 { stimulus[trial, t, 0] = stimulus[trial, t - 1, 0] }
    }
    return stimulus
  }

  private func network(rank: Int) throws -> Network {
    try randomNetwork(units: 60, rank: rank, inputs: 1, outputs: 1, seed: UInt64(200 + rank))
  }

  /// Files of a test, removed with it.
  private func withFile(
    _ rates: [Double], _ stimulus: Stimulus, units: Int, more: [Tensor] = [], _ body: (String) throws -> Void
  ) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/activity.npz"
    try NPZFile.write(
      [
        Tensor(
          name: "u", shape: [stimulus.trials, stimulus.steps, stimulus.channels], values: stimulus.values),
        Tensor(name: "alpha", scalar: 0.2),
      ] + more
        + (more.contains { $0.name == "rates" }
          ? [] : [Tensor(name: "rates", shape: [stimulus.trials, stimulus.steps, units], values: rates)]),
      to: path)
    try body(path)
  }

  @Test(arguments: [1, 2])
  func theRankOfExactActivityIsFound(_ rank: Int) throws {
    let network = try network(rank: rank)
    let stimulus = stimulus(24, seed: 5)
    let activity = try Activity(of: network, under: stimulus, alpha: 0.2)
    let z = Tensor(name: "z", shape: [24, 32, 1], values: activity.outputs)
    try withFile(activity.rates, stimulus, units: 60, more: [z]) { path in
      let study = Fit(trials: TrialRequest(task: ""), largestRank: 3, folds: 2)
      let result = try study.run(onActivity: try ActivityFile.read(path), name: path)
      #expect(result.rank == rank, "\(result.ranks.compactMap(\.prediction?.folds))")
      #expect(result.choice?.grounds == .exact)
      #expect(result.chosen.r2Test > 0.999)
      #expect((result.chosen.outputRelative ?? 1) < 0.02)
      #expect(try result.arrays.contains { $0.name == "w" })
    }
  }

  /// Predictions of ranks 1, 2, … that leave so much in every one of four folds.
  private func predictions(leaving left: [Double]) throws -> [HeldOutPrediction] {
    let rows = left.enumerated().map { index, left in
      let folds = (0..<4).map { "\(1 - left + 1e-4 * Double($0))" }.joined(separator: ",")
      return "{\"rank\":\(index + 1),\"folds\":[\(folds)],\"neuronFolds\":[],\"principalComponents\":0}"
    }
    return try JSONDecoder().decode(
      [HeldOutPrediction].self, from: Data("[\(rows.joined(separator: ","))]".utf8))
  }

  @Test func noiseIsNoReasonForALowerRank() throws {
    // Noise leaves .025 at every rank: no rank halves what rank 1 leaves, and rank 2 is right all the same.
    let noisy = try #require(
      RankChoice(predictions(leaving: [0.043, 0.025, 0.025, 0.025]), outputErrors: [], most: 50))
    #expect(noisy.rank == 2 && noisy.grounds == .plateau)
    // Without noise every rank predicts better, and none after the second halves what is left.
    let full = try #require(
      RankChoice(predictions(leaving: [0.3, 0.02, 0.018, 0.016]), outputErrors: [], most: 50))
    #expect(full.rank == 2 && full.grounds == .diminishing)
    // z that rank 2 gives and rank 1 does not is a reason for rank 2, be it recorded or a network's.
    let rates = try predictions(leaving: [0.019, 0.018, 0.017, 0.016])
    for isNoisy in [false, true] {
      func rank(_ errors: [Double]) -> Int? {
        RankChoice(rates, outputErrors: errors, outputsAreNoisy: isNoisy, most: 50)?.rank
      }
      #expect(rank([0.04, 0.03, 0.03, 0.03]) == 1)
      #expect(rank([0.081, 0.021, 0.021, 0.02]) == 2)
      // A recorded z is no nearer than its noise.
      #expect(rank([0.2, 0.2, 0.2, 0.2]) == (isNoisy ? 1 : 4))
    }
  }

  @Test func missingEntriesAndLengthsAreNoHindrance() throws {
    let network = try network(rank: 1)
    let stimulus = stimulus(48, seed: 6)
    var stream = RandomStream(seed: 7)
    let exact = try Activity(of: network, under: stimulus, alpha: 0.2).rates
    var rates = exact.map { min(max($0 + 0.02 * stream.normal(), -1), 1) }
    for i in rates.indices where stream.uniform() < 0.3 { rates[i] = .nan }
    let lengths = Tensor(name: "lengths", shape: [48], values: (0..<48).map { $0 % 2 == 0 ? 32 : 24 })
    try withFile(rates, stimulus, units: 60, more: [lengths]) { path in
      let recording = try ActivityFile.read(path)
      #expect(recording.values[((1 * 32) + 30) * 60].isNaN)
      let result = try Fit(trials: TrialRequest(task: ""), rank: .fixed(1)).run(
        onActivity: recording, name: path)
      // Against what is known, noise included; the noise alone leaves this much.
      let spread = ExplainedVariance(of: exact, against: exact, units: 60).spread
      let ceiling = 1 - 0.0004 * Double(exact.count) / spread
      #expect(result.chosen.r2Test > ceiling - 0.02, "\(result.chosen.r2Test) of \(ceiling)")
    }
  }

  @Test func uselessFilesAreRefusedByName() throws {
    let stimulus = stimulus(6, seed: 8)
    var stream = RandomStream(seed: 9)
    let rates = (0..<(6 * 32 * 4)).map { _ in 0.5 * stream.uniform() }
    func refusal(_ rates: [Double], _ stimulus: Stimulus, units: Int, more: [Tensor] = []) throws -> String {
      var text = "nothing"
      try withFile(rates, stimulus, units: units, more: more) { path in
        do {
          _ = try ActivityFile.read(path)
        } catch { text = "\(error)" }
      }
      return text
    }
    #expect(try refusal(rates, stimulus, units: 4) == "nothing")
    #expect(
      try refusal(rates.map { _ in .nan }, stimulus, units: 4).contains("found all missing"))
    let flat = rates.enumerated().map { $0.offset % 4 == 2 ? 0.3 : $0.element }
    #expect(try refusal(flat, stimulus, units: 4).contains("1 of 4 that are constant (counted from 0: 2)"))
    #expect(try refusal(rates.map { $0 / 0 }, stimulus, units: 4).contains("inf"))
    let turned = Tensor(name: "rates", shape: [32, 6, 4], values: rates)
    #expect(
      try refusal(rates, stimulus, units: 4, more: [turned]).contains("swapaxes(rates, 0, 1)"))
    let lengths = Tensor(name: "lengths", shape: [6], values: [32, 32, 40, 32, 32, 32])
    #expect(try refusal(rates, stimulus, units: 4, more: [lengths]).contains("found 40 for trial 2"))
    let one = Stimulus(trials: 1, steps: 32, channels: 1)
    #expect(
      try refusal(Array(rates[..<128]), one, units: 4).contains("expected at least 2 trials"))
  }

  @Test func optionsThatMakeNoSenseAreRefused() {
    for study in [
      Fit(trials: TrialRequest(task: ""), rank: .fixed(0)),
      Fit(trials: TrialRequest(task: ""), largestRank: 0),
      Fit(trials: TrialRequest(task: ""), free: [.m]),
    ] { #expect(throws: StudyError.self) { try study.validate() } }
  }
}
