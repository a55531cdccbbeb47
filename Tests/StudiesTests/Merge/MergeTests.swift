// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// Merging units: what is redundant goes without loss, and what is not is told.
@Suite struct MergeTests {
  private static let trials = TrialRequest(task: "perceptual-decision", trialCount: 20)

  /// A network of 12 units with every unit twice, in an order in which copies are no neighbours; nothing else is alike in it.
  private func twice(dense: Bool, form: NetworkForm) throws -> Network {
    let half = 12
    var random = RandomStream(seed: 71)
    func normal(_ columns: Int, _ deviation: Double = 1) -> Matrix {
      let values = Matrix(rows: half, columns: columns) { _, _ in deviation * random.normal() }
      return Matrix(rows: 2 * half, columns: columns) { values[$0 % half, $1] }
    }
    let j = Matrix(rows: half, columns: half) { _, _ in random.normal() / Double(half).squareRoot() }
    return try Network(
      m: normal(2), n: normal(2), inputs: normal(1), readouts: normal(1, 4),
      bias: .init(values: normal(1).elements),
      readoutBias: [0.3], form: form,
      denseConnectivity: dense
        ? Matrix(rows: 2 * half, columns: 2 * half) { j[$0 % half, $1 % half] / 2 } : nil
    ).starting(at: normal(1).elements)
  }

  /// The sums behind z have half as many terms, each twice as large: z differs by roundings.
  @Test(arguments: Merge.Likeness.allCases, [false, true])
  func everyUnitTwiceShrinksToHalfWithoutLoss(by: Merge.Likeness, dense: Bool) throws {
    for form in NetworkForm.allCases {
      let network = try twice(dense: dense, form: form)
      let imported = ImportedNetwork(network, alpha: 0.2)
      let subject = Subject(imported, name: "twice")
      let result = try Merge(trials: Self.trials, by: by, units: 12, pairs: 5).run(on: subject)
      #expect(result.rows.map(\.units) == [24, 19, 14, 12], "\(form)")
      for row in result.rows {
        #expect(row.relative < 1e-12, "\(form), \(by), dense \(dense): \(row.units) units, \(row.relative)")
        #expect(row.solution.sharedWithOriginal > 1 - 1e-9)
      }
      #expect(result.rows.last?.largestGroup == 2)
      #expect(result.merged?.unitCount == 12)
      // One more cannot be had for nothing.
      let further = try Merge(trials: Self.trials, by: by, units: 11, pairs: 12).run(on: subject)
      #expect((further.rows.last?.relative ?? 0) > 1e-4)
    }
  }

  @Test func whatIsWrittenIsTheMergedNetwork() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    for dense in [false, true] {
      let network = try twice(dense: dense, form: .rate)
      let result = try Merge(trials: Self.trials, by: .loadings, units: 12).run(
        on: Subject(ImportedNetwork(network, alpha: 0.2), name: "twice"))
      let path = folder.path + "/small.npz"
      try NPZFile.write(result.arrays, to: path)
      var reading = ReadingRequest()
      if dense { reading.vectors = "J=J,I=I,w=w,bias=bias,x0=x0,z0=z0" }
      if dense { reading.scaling = .mean }
      let back = try Subject(file: path, reading: reading).imported()
      let merged = try #require(result.merged)
      #expect(back.network.form == .rate && back.network.inputs == merged.inputs)
      #expect(back.network.denseConnectivity == merged.denseConnectivity)
    }
  }

  @Test func retrainingBringsTheErrorDown() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/net.npz"
    var training = TrainingRequest()
    training.units = 24
    _ = try Train(
      TaskRequest("perceptual-decision", preset: .course), training: training, updates: 150, output: path
    ).run()
    let trials = TrialRequest(
      task: TaskRequest("perceptual-decision", preset: .course), trialCount: 100)
    func loss(_ retrain: Int) throws -> Double {
      let result = try Merge(trials: trials, by: .activity, units: 8, pairs: 8, retrain: retrain).run(
        on: Subject(file: path))
      if retrain > 0 { #expect(result.rows[1].relativeBeforeTraining != nil) }
      return try #require(result.rows.last?.loss)
    }
    #expect(try loss(100) < loss(0))
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let subject = Subject(ImportedNetwork(try twice(dense: false, form: .current), alpha: 0.2), name: "twice")
    for merge in [
      Merge(trials: Self.trials, by: .activity, units: 24),
      Merge(trials: Self.trials, by: .activity, units: 0),
      Merge(trials: Self.trials, by: .activity, units: 5, pairs: 0),
      Merge(trials: Self.trials, by: .activity, units: 5, retrain: -1),
    ] {
      #expect(throws: StudyError.self) { try merge.run(on: subject) }
    }
  }
}
