import Analysis
import LowRank

/// What the verdict box says beyond the numbers of the comparison: what the contexts do, and what is left unexplained.
extension DistillationFindings {
  /// Whether the circuit predicts the trials, by the limits of `Fidelity`.
  public var predicts: Bool { Fidelity(run.circuitComparison).isPrediction }

  /// The verdict of a terminal and of JSON.
  public var sentences: [String] {
    var all = verdict.sentences
    if !contexts.sentences.isEmpty && !predicts {
      all.append(warning + " --populations auto looks for a circuit that follows the network.")
    }
    return all + contexts.sentences + [remainder(nil).sentence]
  }

  /// The verdict of the page: with the fixed points, which are only searched for the page, and with the survey of closures.
  func pageVerdict(
    _ portraits: [EpochPortrait], _ survey: ClosureSurvey?, _ told: DistillationContexts
  ) -> [String] {
    var all = verdict.sentences
    // What stands for rest is the weakest of the inputs.
    func strength(_ panel: TaskPanel) -> Double { panel.input.reduce(0) { $0 + $1 * $1 } }
    if let rest = portraits.min(by: { strength($0.panel) < strength($1.panel) }), !all.isEmpty {
      let isSilent = strength(rest.panel) == 0
      let input = rest.panel.input.map { text($0, digits: 2) }.joined(separator: ", ")
      all.insert(
        "\(isSilent ? "Without input" : "Under u = (\(input))") the network has \(pointCount(rest.manifold)); the circuit has "
          + "\(pointCount(rest.circuit)).", at: 1)
    }
    if let better = survey?.better { all.append(sentence(on: better)) }
    if survey?.better == nil, !contexts.sentences.isEmpty, !predicts { all.append(warning) }
    let rest = remainder(survey).sentence
    return all + told.sentences + [survey?.better.map { rest + " " + Self.rest(of: $0) } ?? rest]
  }

  /// The circuit that the page speaks of when it tells what the network does: the report's own, or where that does not
  /// follow the network, the simplest of the survey that does.
  func told(_ survey: ClosureSurvey?) -> DistillationContexts {
    guard let better = survey?.better else { return contexts }
    return DistillationContexts(of: better.entry.circuit, run, labels: better.entry.labels)
  }

  /// What single units are tuned to, by the populations of the circuit that the page speaks of.
  func tuning(_ survey: ClosureSurvey?, _ told: DistillationContexts) -> DistillationTuning {
    guard let entry = survey?.better?.entry else { return tuning }
    return DistillationTuning(run, told, labels: entry.labels, isFitted: entry.closure != .moments)
  }

  /// What the circuit in the place of the report's own leaves.
  private static func rest(of better: (entry: ClosureSurvey.Entry, row: ClosureTable.Row)) -> String {
    "The \(better.entry.name) leaves \(percent(Fidelity.worstError(better.row.comparisons[0])))."
  }

  /// How far the circuit in the place of the report's own was tested.
  private func sentence(on better: (entry: ClosureSurvey.Entry, row: ClosureTable.Row)) -> String {
    let comparison = better.row.comparisons[0]
    let decisions = comparison.outputs.compactMap(\.agreement).min().map {
      ", and makes \(percent($0)) of the network's decisions,"
    }
    return
      "A \(better.entry.name) \(Fidelity(comparison).phrase("z", error: percent(Fidelity.worstError(comparison))))\(decisions ?? "") on "
      + "\(min(100, run.trials.stimulus.trials)) trials it has not seen"
      + (contexts.sentences.isEmpty
        ? "." : "; what follows is read off that circuit, not off the one above.")
  }

  /// What stands before sentences on contexts that are read off a circuit that does not follow the network.
  private var warning: String {
    "What follows on contexts is read off a circuit that misses z by "
      + "\(percent(Fidelity.worstError(run.circuitComparison))): it need not hold for the network."
  }

  /// What is left unexplained.
  private func remainder(_ survey: ClosureSurvey?) -> Remainder {
    let strange = survey.map { survey in
      zip(survey.table.conditions, survey.own.comparisons).dropFirst().map {
        Remainder.Condition(name: $0, error: Fidelity.worstError($1))
      }
    }
    return Remainder(
      circuit: run.circuitComparison, isFitted: run.document.closure != .moments, band: band,
      trials: run.trials.stimulus.trials, elsewhere: strange ?? [])
  }
}
