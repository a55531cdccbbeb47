// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Tasks

/// Everything that a distillation finds out about a circuit, as values.
public struct DistillationFindings: Sendable {
  /// Network, manifold and circuit under the same trials.
  public let run: SideBySide
  /// What each assumption costs.
  public let budget: ErrorBudget
  /// What finite N alone would cost, where that was asked for and makes sense.
  public let band: SamplingBand?
  /// Why there is no band, when one was asked for.
  public let bandRemark: Remark?
  /// What the reduction achieved.
  public let verdict: Verdict
  /// The circuit beside the single Gaussian and those that were tried.
  public let circuits: [CircuitRow]
  /// The numbers of the κ-equations.
  public let terms: CircuitTerms
  /// The inputs that stand for the task's epochs.
  public let panels: [TaskPanel]
  /// What the task's contexts do.
  public let contexts: DistillationContexts
  /// What single units are tuned to.
  public let tuning: DistillationTuning
  /// How certain the circuit's numbers are.
  public let intervals: DistillationIntervals?
  /// Why there are none, when they were asked for.
  public let intervalRemark: Remark?

  /// Where the trials come from.
  public var source: String { run.trialSet.source }
  /// Seed of everything random.
  public var seed: UInt64 { run.trialSet.seed }
  /// Whether the circuit is a file's, and not made of the network here.
  public var isFromFile: Bool { run.reduction.origin == .file }
  /// Losses of the training, where the network's file holds them.
  public var trainingLosses: [Double] { run.imported.trainingLosses }
  /// The task, if the trials are those of one.
  public var definition: Tasks.Task? { run.trialSet.definition }

  init(
    _ run: SideBySide, redraws: Int, replicates: Int, observer: some Observer
  ) throws(StudyError) {
    self.run = run
    let (document, labels) = (run.document, run.reduction.labels)
    budget = ErrorBudget(
      network: run.network, truncation: run.truncation,
      isFitted: run.imported.network.fullInputs != nil, manifold: run.manifold, circuit: run.circuit,
      of: document.circuit,
      trials: run.trials, simulation: run.simulation)
    (band, bandRemark) = try Self.samplingBand(run, redraws: redraws, observer)
    verdict = Verdict(
      network: run.imported.network, populations: document.circuit.statistics.populations.count,
      manifold: run.manifoldComparison, circuit: run.circuitComparison, budget: budget, band: band,
      trials: run.trials.stimulus.trials, isFit: document.closure != .moments,
      parts: document.closure == .moments && run.reduction.origin != .file ? OwnParts(run).values : nil)
    circuits = try CircuitRow.rows(run)
    terms = CircuitTerms(
      of: document.circuit, unitCount: document.closure == .moments ? document.units : nil)
    contexts = DistillationContexts(of: document.circuit, ran: run.circuit, run, labels: labels)
    tuning = DistillationTuning(run, contexts, labels: labels, isFitted: document.closure != .moments)
    (intervals, intervalRemark) = try Self.intervals(run, replicates: replicates, observer)
    panels = TaskPanel.panels(run.trialSet)
    for remark in [bandRemark, intervalRemark].compactMap({ $0 }) { observer.remark(remark) }
    if tuning.moments.isEmpty { for note in tuning.notes { observer.remark(note) } }
  }

  private static func intervals(
    _ run: SideBySide, replicates: Int, _ observer: some Observer
  ) throws(StudyError) -> (DistillationIntervals?, Remark?) {
    if replicates == 0 { return (nil, nil) }
    if let remark = Self.manyOutputs(run, "intervals") { return (nil, remark) }
    if run.truncation != nil {
      return (
        nil,
        .note(
          .leftOut,
          "no intervals: units drawn again are those of \(run.standIn.map { "the \($0)" } ?? "J"), whose course is not the network's"
        )
      )
    }
    let isFile = run.reduction.origin == .file
    guard run.document.closure == .moments, !isFile else {
      let why =
        isFile
        ? "a file's circuit is no sample of this network's units"
        : "they are given for moments only, because a fit tells what this network does, and networks of "
          + "units drawn again from it often do something else"
      return (nil, .note(.leftOut, "no intervals: " + why))
    }
    do {
      return (try DistillationIntervals(run, replicates: replicates, observer), nil)
    } catch {
      if error.kind == .cancelled { throw error }
      return (nil, .note(.leftOut, "no intervals: \(error)"))
    }
  }

  /// That something which redraws all loadings is left out, where there are many readouts.
  private static func manyOutputs(_ run: SideBySide, _ what: String) -> Remark? {
    guard run.network.outputCount > SideBySide.mostShown else { return nil }
    return .note(
      .leftOut,
      "no \(what): networks of \(run.network.outputCount) readouts take long to draw again; a file with the few that matter "
        + "has them")
  }

  private static func samplingBand(
    _ run: SideBySide, redraws: Int, _ observer: some Observer
  ) throws(StudyError) -> (SamplingBand?, Remark?) {
    if redraws == 0 { return (nil, nil) }
    if run.network.outputCount == 0 {
      return (nil, .note(.leftOut, "no sampling band: it is one of z, and nothing is read out"))
    }
    if let remark = Self.manyOutputs(run, "sampling band") { return (nil, remark) }
    if run.truncation != nil {
      return (
        nil,
        .note(
          .leftOut,
          "no sampling band: finite N is not what a circuit of \(run.standIn.map { "the \($0)" } ?? "J") misses the network by"
        )
      )
    }
    if run.reduction.origin == .file {
      return (
        nil,
        .note(.leftOut, "no sampling band: a file's circuit is no sample of this network's units")
      )
    }
    let isOwn =
      run.document.circuit.statistics.populations.count == 1 || run.imported.populationLabels != nil
    guard run.document.closure == .moments, isOwn else {
      return (
        nil,
        .note(
          .leftOut,
          "no sampling band: it belongs to moments of the network's own populations, not to fits or clusters")
      )
    }
    do {
      let band = try observer.metered("redrawing networks", total: redraws) { meter in
        try SamplingBand(
          of: run.document.circuit, units: run.imported.network.unitCount, network: run.network,
          reduced: run.circuit, trials: run.trials, simulation: run.simulation, redraws: redraws,
          seed: run.trialSet.seed, progress: { meter.advance() })
      }
      return (band, nil)
    } catch {
      let error = StudyError(error)
      if error.kind == .cancelled { throw error }
      return (nil, .note(.leftOut, "no sampling band: \(error)"))
    }
  }
}
