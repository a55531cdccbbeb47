// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import Foundation
import LowRank
import NetworkFiles
import Studies
import Synchronization
import TestSupport
import Testing

/// Fits that are called off and go on.
@Suite struct ResumedFitTests {
  /// Calls a study off after it has asked so many times.
  private final class Impatient: Observer {
    private let left: Atomic<Int>
    init(_ patience: Int) { left = Atomic(patience) }
    func report(_ progress: Studies.Progress) {}
    func remark(_ remark: Remark) {}
    var isCancelled: Bool { left.wrappingSubtract(1, ordering: .relaxed).newValue < 0 }
  }

  /// Noise makes every rank take its updates, and every start its race.
  private func recording(with one: Double = 0) throws -> RecordedActivity {
    let network = try randomNetwork(units: 24, rank: 2, inputs: 1, outputs: 1, seed: 301)
    let stimulus = randomStimulus(trials: 20, steps: 20, channels: 1, seed: 8)
    let activity = try Activity(of: network, under: stimulus, alpha: 0.2)
    var stream = RandomStream(seed: 9)
    var rates = activity.rates.map { min(max($0 + 0.05 * stream.normal(), -1), 1) }
    rates[5] += one
    let arrays = [
      Tensor(name: "u", shape: [20, 20, 1], values: stimulus.values),
      Tensor(name: "rates", shape: [20, 20, 24], values: rates),
      Tensor(name: "z", shape: [20, 20, 1], values: activity.outputs),
      Tensor(name: "alpha", scalar: 0.2),
    ]
    return try ActivityFile.read(TensorFile(inMemory: arrays), name: "recording")
  }

  private func study(rank: Fit.Rank, _ output: String, resume: String? = nil, threads: Int = 2) -> Fit {
    Fit(
      trials: TrialRequest(task: ""), rank: rank, largestRank: 2, folds: 2, starts: 2, repeats: 1,
      threads: threads, resume: resume, interval: 70, output: output)
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// The answer without the time that it took.
  private func text(_ result: FitResult) throws -> String {
    try StudyJSON.text(result).replacing(/"seconds" ?: ?[0-9.e-]+/, with: "")
  }

  @Test(arguments: [Fit.Rank.fixed(1), .automatic])
  func aFitThatIsCalledOffAgainAndAgainEndsInTheSameBits(_ rank: Fit.Rank) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let recording = try recording()
    let whole = folder.path + "/whole.npz"
    let expected = try study(rank: rank, whole).run(onActivity: recording, name: "recording")
    var last: String?
    var stops = 0
    var result: FitResult?
    while result == nil {
      try #require(stops < 400, "the fit does not come on")
      let next = folder.path + "/part-\(stops % 2).npz"
      do {
        // Never twice the same patience, nor the same number of threads.
        result = try study(rank: rank, next, resume: last, threads: 1 + stops % 3).run(
          onActivity: recording, name: "recording", observer: Impatient(11 + 7 * (stops % 7)))
      } catch {
        try #require(error.kind == .cancelled, "\(error)")
        // Called off before anything was done: the next one begins where this one did.
        if FileManager.default.fileExists(atPath: next) { last = next }
      }
      if result != nil { last = next }
      stops += 1
    }
    #expect(stops > 8)
    #expect(try bytes(#require(last)) == bytes(whole))
    #expect(try text(#require(result)) == text(expected))
  }

  /// The file of a fit that was called off in the middle.
  private func interrupted(_ folder: TemporaryFolder, _ recording: RecordedActivity) -> String {
    let path = folder.path + "/part.npz"
    #expect(throws: StudyError.self) {
      try study(rank: .fixed(1), path).run(
        onActivity: recording, name: "recording", observer: Impatient(40))
    }
    return path
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func anUnfinishedFitIsNoNetworkAndGoesOnWithItsOwnAlone() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let recording = try recording()
    let path = interrupted(folder, recording)
    #expect(refusal { _ = try Subject(networkFile: path) }.contains("a fit that was interrupted"))
    let out = folder.path + "/out.npz"
    func resuming(_ rank: Int, _ activity: RecordedActivity, _ path: String) -> String {
      refusal {
        _ = try study(rank: .fixed(rank), out, resume: path).run(onActivity: activity, name: "recording")
      }
    }
    #expect(resuming(2, recording, path).contains("expected 1, with which the fit in"))
    #expect(try resuming(1, self.recording(with: 1e-9), path).contains("found one to another"))
    #expect(resuming(1, recording, path) == "nothing")
    #expect(resuming(1, recording, out).contains("finished"))
    // Sizes that are not this fit's are refused, whatever the record says.
    let file = try UnfinishedFit(reading: path)
    for (name, numbers) in file.underway where !numbers.isEmpty {
      var underway = file.underway
      underway[name] = Array(numbers.dropLast())
      let wrong = folder.path + "/wrong.npz"
      try UnfinishedFit(record: file.record, finished: file.finished, underway: underway).write(to: wrong)
      #expect(resuming(1, recording, wrong).contains("found one of other sizes"), "\(name)")
    }
  }
}
