// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Studies
import TestSupport
import Testing

/// One dynamics alone, asked in process.
@Suite struct SimulateTests {
  private let trials = TrialRequest(task: "perceptual-decision", trialCount: 6, seed: 5)

  @Test(arguments: Simulate.Kind.allCases) func theNumbersOfCompare(_ kind: Simulate.Kind) throws {
    let subject = try randomSubject(rank: 2)
    let all = try #require(try Compare(trials: trials).run(on: subject).run)
    let one = try Simulate(trials: trials, dynamics: kind, threads: 1).run(on: subject).trajectory
    let other =
      switch kind {
      case .network: all.network
      case .manifold: all.manifold
      case .circuit: all.circuit
      }
    #expect(one.outputs == other.outputs && one.kappa == other.kappa)
  }

  @Test func aCircuitFileIsEnough() throws {
    let network = try randomSubject(rank: 2)
    let circuit = Subject(circuit: try network.circuit())
    let alone = try Simulate(trials: trials).run(on: circuit)
    #expect(alone.dynamics == .circuit)
    let beside = try Simulate(trials: trials, dynamics: .circuit).run(on: network)
    #expect(alone.trajectory.outputs == beside.trajectory.outputs)
  }

  @Test func theEndOfTrialsAlone() throws {
    let subject = try randomSubject(rank: 2)
    let whole = try Simulate(trials: trials, states: true).run(on: subject)
    let part = try Simulate(trials: trials, states: true, lastSteps: 3).run(on: subject)
    for (whole, part) in zip(whole.arrays, part.arrays) where ["z", "kappa", "x"].contains(whole.name) {
      let (count, steps, width) = (whole.shape[0], whole.shape[1], whole.shape[2])
      #expect(part.shape == [count, 3, width])
      var expected: [Double] = []
      for trial in 0..<count {
        let own = whole.values[(trial * steps * width)..<((trial + 1) * steps * width)]
        expected += own.suffix(3 * width)
      }
      #expect(part.values == expected, "\(whole.name)")
    }
    let all = try Simulate(trials: trials, states: true, lastSteps: 100_000).run(on: subject)
    #expect(all.arrays == whole.arrays)
  }

  /// What is saved can be run again as a file of trials, and says what each trial was.
  @Test func whatIsSavedIsAFileOfTrials() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/trials.npz"
    let subject = try randomSubject()
    let first = try Simulate(trials: trials).run(on: subject)
    try NPZFile.write(first.arrays, to: path)
    #expect(
      first.arrays.map(\.name) == [
        "z", "kappa", "u", "target", "mask", "condition_coherence", "condition_delay",
      ])
    #expect(first.arrays.last?.shape == [6])
    let again = try Simulate(trials: TrialRequest(file: path)).run(on: subject)
    #expect(again.trajectory.outputs == first.trajectory.outputs)
    #expect(again.trialSet.trials.target == first.trialSet.trials.target)
    #expect(again.trialSet.trials.mask == first.trialSet.trials.mask)
    // Of fewer steps, inputs and targets are those of the same steps.
    let end = try Simulate(trials: trials, lastSteps: 2).run(on: subject)
    let u = try #require(end.arrays.first { $0.name == "u" })
    let stimulus = end.trialSet.trials.stimulus
    #expect(u.shape == [6, 2, 1])
    for trial in 0..<6 {
      for step in 0..<2 {
        #expect(u.values[2 * trial + step] == stimulus[trial, stimulus.steps - 2 + step, 0])
      }
    }
  }

  @Test func noiseIsAFunctionOfItsSeed() throws {
    let subject = try randomSubject()
    let study = Simulate(trials: trials, noise: 0.1, threads: 1)
    var other = study
    other.threads = 2
    let found = try study.run(on: subject).trajectory.outputs
    #expect(try other.run(on: subject).trajectory.outputs == found)
    other.noise = 0
    #expect(try other.run(on: subject).trajectory.outputs != found)
  }

  @Test(arguments: [
    (Simulate(trials: TrialRequest(task: "perceptual-decision"), noise: .nan), "noise"),
    (Simulate(trials: TrialRequest(task: "perceptual-decision"), lastSteps: 0), "lastSteps"),
    (Simulate(trials: TrialRequest(task: "perceptual-decision"), threads: 0), "threads"),
    (
      Simulate(trials: TrialRequest(task: "perceptual-decision"), dynamics: .manifold, precision: .single),
      ""
    ),
    (Simulate(trials: TrialRequest(task: "perceptual-decision"), dynamics: .circuit, states: true), "states"),
    (Simulate(trials: TrialRequest(file: nil, task: nil, trialCount: nil, seed: 1)), ""),
  ]) func nonsenseIsRefused(_ study: Simulate, _ quantity: String) throws {
    let subject = try randomSubject()
    let error = #expect(throws: StudyError.self) { try study.run(on: subject) }
    #expect(error?.kind == .usage && error?.quantity == quantity, "\(String(describing: error))")
  }

  /// Every dynamics starts at the file's own state, at zero, or at one that is given.
  @Test func initialStates() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = networksFolder + "/perceptual-decision.npz"
    let units = try Subject(file: path).network().unitCount
    let (file, short) = (folder.path + "/x0.npz", folder.path + "/short.npz")
    let state = (0..<units).map { 0.3 * Double($0 % 7 - 3) }
    try NPZFile.write([Tensor(name: "x0", shape: [units], values: state)], to: file)
    try NPZFile.write([Tensor(name: "x0", shape: [units - 1], values: Array(state.dropLast()))], to: short)
    func first(_ start: String?, _ kind: Simulate.Kind) throws -> SimulationResult {
      try Simulate(trials: trials, dynamics: kind).run(
        on: Subject(file: path, reading: ReadingRequest(initialState: start)))
    }
    let own = try first(nil, .network).trajectory.outputs
    #expect(
      try first("zero", .network).trajectory.outputs == own
        && first("file", .network).trajectory.outputs == own)
    let moved = try first(file, .network)
    #expect(moved.trajectory.outputs != own)
    #expect(moved.remarks.contains { $0.code == Remark.Code.initialState && $0.text.contains("x0.npz") })
    let reduced = try first(file, .manifold).trajectory.outputs
    #expect(zip(moved.trajectory.outputs, reduced).allSatisfy { abs($0 - $1) < 1e-10 })
    let error = #expect(throws: StudyError.self) { try first(short, .network) }
    #expect(error?.text.contains("\(units) values, one per unit") == true, "\(String(describing: error))")
  }
}
