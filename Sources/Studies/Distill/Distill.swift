// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The main job: from a trained network to its κ-equations, checked against the full network.
///
///     let result = try Distill(task: "perceptual-decision").run(on: Subject(file: "trained.npz"))
///     try DistillationReport(result).write(to: "report")
///
/// The second line belongs to the module Report and needs `depth` `.report`, which is the default.
public struct Distill: Study, Hashable {
  /// How much is looked into.
  public enum Depth: String, Codable, Sendable, Hashable {
    /// What stands in the JSON.
    case summary
    /// Also what a page shows: fixed points by epoch, other circuits on other trials, the bifurcation diagram, psychometric
    /// curves. It takes several times as long.
    case report
  }

  /// The trials.
  public var trials: TrialRequest
  /// The circuit.
  public var circuit: CircuitRequest
  /// How many networks are redrawn for the sampling band; 0 for none.
  public var redraws: Int
  /// How many bootstraps and redraws there are for the intervals of covariances, κ and z; 0 for none.
  public var replicates: Int
  /// For a report: up to how many populations the closures are compared; 0 for no comparison. `nil`: those that were tried
  /// where the circuit was chosen, otherwise up to 4.
  public var closures: Int?
  /// How much is looked into.
  public var depth: Depth
  /// Private noise with which the network is simulated once more, as its SD per Euler step, x ← … + s ξ: published losses
  /// and accuracies have 0.05, working memory 0.005. `nil` for none.
  public var noise: Double?

  /// The rank of a network that is fitted to the activity and stands in for a dense J, instead of J's cut; `nil` for the cut.
  public var fit: Fit.Rank?

  /// A distillation.
  public init(
    trials: TrialRequest, circuit: CircuitRequest = CircuitRequest(), redraws: Int = 40,
    replicates: Int = 100, closures: Int? = nil, depth: Depth = .report, noise: Double? = nil,
    fit: Fit.Rank? = nil
  ) {
    self.fit = fit
    self.trials = trials
    self.circuit = circuit
    self.redraws = redraws
    self.replicates = replicates
    self.closures = closures
    self.depth = depth
    self.noise = noise
  }

  /// A distillation on trials of the task of this name.
  public init(task: String, circuit: CircuitRequest = CircuitRequest(), depth: Depth = .report) {
    self.init(trials: TrialRequest(task: task), circuit: circuit, depth: depth)
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    try trials.validate()
    try trials.require()
    try circuit.validate()
    try StudyError.checkNoise(noise)
    if let fit { try Fit(trials: trials, rank: fit).validate() }
    guard (0...10_000).contains(redraws) else {
      throw StudyError(.usage, "redraws", "expected 0 to 10000, found \(redraws).")
    }
    guard replicates == 0 || (20...10_000).contains(replicates) else {
      throw StudyError(.usage, "replicates", "expected 0, or 20 to 10000, found \(replicates).")
    }
    if let closures, !(0...16).contains(closures) {
      throw StudyError(.usage, "closures", "expected 0 to 16 populations, found \(closures).")
    }
  }

  /// Distils the network.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> DistillationResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let subject = try subject.withoutOwnRates(collector)
    let drawn = try TrialSet(
      trials, for: subject, isFitted: circuit.isFitted || fit != nil, observer: collector)
    let represented = try standingIn(for: subject, drawn, collector)
    let (circuit, trials) = try request(for: represented, drawn, collector)
    let fits = SharedFits(try represented.imported(), trials)
    let reduction = try Reduction(circuit, of: represented, trials: trials, fits: fits, observer: collector)
    let run = try SideBySide(represented, reduction: reduction, trials: trials, observer: collector)
    var noisy: NoisyNetwork?
    if let noise, noise > 0 { noisy = try NoisyNetwork(run, deviation: noise, observer: collector) }
    let findings = try DistillationFindings(
      run, redraws: redraws, replicates: replicates, observer: collector)
    let portraits = try findings.portraits(all: depth == .report, collector)
    if let (portrait, ring) = portraits.lazy.compactMap({ portrait in portrait.nearRing.map { (portrait, $0) }
    }).first {
      let names = trials.inputNames ?? []
      collector.remark(
        .nearRing(
          ring,
          portrait.panel.strength == 0
            ? "without input" : "under \(portrait.panel.inputText(names))"))
    }
    var page: PageFindings?
    if depth == .report {
      page = try PageFindings(
        findings, portraits: portraits, fits: fits, closures: closures, observer: collector)
    }
    return DistillationResult(
      findings, portraits: portraits, page: page, noisy: noisy,
      remarks: represented.remarks + collector.remarks)
  }

  /// The subject with a network fitted to its activity standing in for it, where that was asked for; where a dense J is cut
  /// instead, that a fit can be had.
  private func standingIn(
    for subject: Subject, _ trials: TrialSet, _ observer: RemarkCollector
  ) throws(StudyError) -> Subject {
    guard let fit else {
      if try subject.network().denseConnectivity != nil {
        observer.remark(
          .note(
            .fitOffered,
            "J is cut to its rank: `fit` looks for a network of low rank with the same activity instead, which follows most "
              + "full-rank networks far better"))
      }
      return subject
    }
    let result = try Fit(trials: self.trials, rank: fit, repeats: 0).run(
      on: subject, dealt: trials, observer: observer)
    let net = result.chosen
    observer.remark(
      .note(
        .fitted,
        "κ, manifold and circuit are of a network of rank \(net.rank) fitted to the activity: it explains "
          + "\(percent(net.r2Test)) of the rates' variance on trials that it was not fitted to",
        values: ["rank": Double(net.rank), "r2": net.r2Test]))
    return try subject.represented(by: net.network)
  }

  /// Units above which clusters take so long that nobody should have to wait for them without having asked.
  private static let largestSearch = 20_000

  /// The circuit that is looked for. Where nothing is said about it: the simplest that follows the network, unless the
  /// file's units come in populations of their own.
  func request(
    for subject: Subject, _ trials: TrialSet, _ observer: some Observer
  ) throws(StudyError) -> (CircuitRequest, TrialSet) {
    let imported = try subject.imported()
    guard circuit.isOpen, imported.populationLabels == nil else { return (circuit, trials) }
    let units = imported.network.unitCount
    guard units <= Self.largestSearch else {
      observer.remark(
        .note(
          .leftOut,
          "no search for the simplest circuit: clusters of \(units) units take long; `populations` auto searches all the same"
        ))
      return (circuit, trials)
    }
    guard let dealt = try trials.withTrialsToFit() else {
      observer.remark(
        .note(
          .leftOut,
          "no search for the simplest circuit: it needs at least \(TrialSet.fewestToDealOut) trials, to fit to, to choose by "
            + "and to judge by, found \(trials.trials.stimulus.trials)"))
      return (circuit, trials)
    }
    return (CircuitRequest(populations: .automatic), dealt)
  }
}
