// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How far a network's exact manifold and its circuit are from the network, on the same trials.
///
///     try Compare(task: "perceptual-decision").run(on: Subject(file: "trained.npz")).circuit.outputs[0].relative
public struct Compare: Study, Hashable {
  /// The trials.
  public var trials: TrialRequest
  /// The circuit.
  public var circuit: CircuitRequest
  /// `single`: the network is also run in single precision, and compared with itself in double.
  public var precision: Precision
  /// Noise that each unit receives for itself, as its SD per Euler step, x ← … + s ξ; `nil` for none. Published losses and
  /// accuracies have .05, those of working memory .005.
  public var noise: Double?

  /// A comparison.
  public init(
    trials: TrialRequest, circuit: CircuitRequest = CircuitRequest(), precision: Precision = .double,
    noise: Double? = nil
  ) {
    self.trials = trials
    self.circuit = circuit
    self.precision = precision
    self.noise = noise
  }

  /// A comparison on trials of the task of this name.
  public init(task: String, circuit: CircuitRequest = CircuitRequest()) {
    self.init(trials: TrialRequest(task: task), circuit: circuit)
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials.validate()
    try trials.require()
    try circuit.validate()
    try StudyError.checkNoise(noise)
  }

  /// Runs network, manifold and circuit.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> ComparisonResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let trials = try TrialSet(
      trials, for: subject, isFitted: circuit.isFitted, observer: collector)
    let reduction = try Reduction(circuit, of: subject, trials: trials, observer: collector)
    let run = try SideBySide(
      subject, reduction: reduction, trials: trials, single: precision == .single, noise: noise ?? 0,
      observer: collector)
    let check = NetworkCheck(run)
    // The result has them first; whoever follows the run is told as well.
    for remark in check.remarks { observer.remark(remark) }
    return ComparisonResult(run, check, remarks: subject.remarks + collector.remarks)
  }
}

/// Arithmetic of a network's units.
public enum Precision: String, Codable, Sendable, Hashable, CaseIterable {
  /// 64 bits.
  case double
  /// 32 bits.
  case single
}
