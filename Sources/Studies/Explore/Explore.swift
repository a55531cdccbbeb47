// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What an interactive page on a circuit needs: the circuit, and where there are trials what network and circuit do on them.
///
///     let result = try Explore(trials: TrialRequest(task: "perceptual-decision")).run(on: Subject(file: "trained.npz"))
///     print(result.sentence)
public struct Explore: Study, Hashable {
  /// The trials; none for the circuit alone.
  public var trials: TrialRequest?
  /// The circuit of a network; without trials only moments can be had.
  public var circuit: CircuitRequest
  /// How many trials are shown.
  public var shown: Int

  /// How many trials are shown unless it is said.
  public static let defaultShown = 20

  /// A page.
  public init(
    trials: TrialRequest? = nil, circuit: CircuitRequest = CircuitRequest(), shown: Int = defaultShown
  ) {
    self.trials = trials
    self.circuit = circuit
    self.shown = shown
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials?.validate()
    try trials?.require()
    try circuit.validate()
    guard (1...1000).contains(shown) else {
      throw StudyError(.usage, "shown", "expected 1 to 1000 trials, found \(shown).")
    }
    if trials == nil, !circuit.isOpen {
      throw StudyError(
        .usage, "circuit",
        "expected trials beside it, on which network and circuit are compared: `task` NAME or `trials` FILE.npz"
      )
    }
  }

  /// Makes or reads the circuit, and runs the trials.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> Exploration {
    try validate()
    let result = try explore(subject, RemarkCollector(passingTo: observer))
    if let (expected, found) = Exploration.obstacle(result.file.circuit) {
      throw StudyError(.badData, subject.name, "expected \(expected), found \(found)")
    }
    return result
  }

  private func explore(_ subject: Subject, _ collector: RemarkCollector) throws(StudyError) -> Exploration {
    switch subject.matter {
    case .circuit(let file):
      guard circuit.isOpen else {
        throw StudyError(
          .usage, "circuit",
          "expected a network, of which a circuit can be made, found the circuit \(subject.name)")
      }
      let set = try trials.map { request throws(StudyError) in
        try TrialSet(request, for: subject, observer: collector)
      }
      return Exploration(
        file, alpha: subject.alpha, name: subject.name, trials: set, shown: shown,
        remarks: collector.remarks)
    case .network:
      guard let trials else {
        let reduction = try Reduction(momentsOf: subject)
        return Exploration(
          reduction.document, alpha: subject.alpha, name: subject.circuitName, trials: nil, shown: shown,
          remarks: subject.remarks + collector.remarks)
      }
      let drawn = try TrialSet(trials, for: subject, isFitted: circuit.isFitted, observer: collector)
      let (wanted, set) = try Distill(trials: trials, circuit: circuit)
        .request(for: subject, drawn, collector)
      let reduction = try Reduction(wanted, of: subject, trials: set, observer: collector)
      let run = try SideBySide(subject, reduction: reduction, trials: set, observer: collector)
      return Exploration(run, shown: shown, remarks: subject.remarks + collector.remarks)
    }
  }
}
