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
  /// For a report: up to how many populations the closures are compared; 0 for no comparison.
  public var closures: Int
  /// How much is looked into.
  public var depth: Depth

  /// A distillation.
  public init(
    trials: TrialRequest, circuit: CircuitRequest = CircuitRequest(), redraws: Int = 40,
    replicates: Int = 100, closures: Int = 4, depth: Depth = .report
  ) {
    self.trials = trials
    self.circuit = circuit
    self.redraws = redraws
    self.replicates = replicates
    self.closures = closures
    self.depth = depth
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
    guard (0...10_000).contains(redraws) else {
      throw StudyError(.usage, "redraws", "expected 0 to 10000, found \(redraws).")
    }
    guard replicates == 0 || (20...10_000).contains(replicates) else {
      throw StudyError(.usage, "replicates", "expected 0, or 20 to 10000, found \(replicates).")
    }
    guard (0...16).contains(closures) else {
      throw StudyError(.usage, "closures", "expected 0 to 16 populations, found \(closures).")
    }
  }

  /// Distils the network.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> DistillationResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let trials = try TrialSet(trials, for: subject, isFitted: circuit.isFitted, observer: collector)
    let fits = SharedFits(try subject.imported(), trials)
    let reduction = try Reduction(circuit, of: subject, trials: trials, fits: fits, observer: collector)
    let run = try SideBySide(subject, reduction: reduction, trials: trials, observer: collector)
    let findings = try DistillationFindings(
      run, redraws: redraws, replicates: replicates, observer: collector)
    var page: PageFindings?
    if depth == .report {
      page = try PageFindings(findings, fits: fits, closures: closures, observer: collector)
    }
    return DistillationResult(
      findings, page: page, remarks: subject.remarks + collector.remarks)
  }
}
