// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Fitting
import LowRank
import Tasks

/// Circuits of all closures over the number of populations beside the report's own, on trials that none was fitted to and
/// under conditions that none was made for.
public struct ClosureSurvey: Sendable {
  /// A circuit of the survey.
  public struct Entry: Sendable {
    /// How it was found.
    public let closure: Closure
    /// P.
    public let populations: Int
    /// The circuit.
    public let circuit: EffectiveCircuit
    /// The population of every unit in the clusters that it came from.
    public let labels: [Int]
    /// η, of a refined circuit.
    public let anchor: Double?

    init(_ fit: Distillation) {
      closure = fit.closure
      populations = fit.circuit.statistics.populations.count
      circuit = fit.circuit
      labels = fit.labels
      anchor = fit.anchor
    }
  }

  /// Every circuit's errors under every condition.
  public let table: ClosureTable
  /// The report's own circuit in the table.
  public let own: ClosureTable.Row
  /// What the report's own circuit has been seen to predict, and what not.
  public let verdict: ClosureVerdict
  /// Whether there were trials to fit regressed and refined circuits to.
  public let isFitted: Bool

  /// Makes the circuits and runs them.
  ///
  /// - Parameter most: P goes from one to this; 0 for no survey, `nil` for the circuits that were tried, where one was chosen,
  ///   and up to 4 otherwise.
  /// - Returns: `nil` without outputs, and for networks so large that clustering takes long.
  init?(
    _ distillation: DistillationFindings, most: Int?, fits: SharedFits, _ observer: some Observer
  ) throws {
    let run = distillation.run
    let network = run.imported.network
    guard most != 0, network.unitCount <= Self.largest, network.outputCount > 0 else { return nil }
    let tried = run.reduction.tried
    let entries =
      most == nil && !tried.isEmpty
      ? tried.map(Entry.init) : try Self.entries(distillation, most: most ?? 4, fits, observer)
    var candidates = entries.map {
      ClosureTable.Candidate(
        name: $0.closure.rawValue, populations: $0.populations, dynamics: $0.circuit)
    }
    let own = run.document
    let count = own.circuit.statistics.populations.count
    let known = entries.firstIndex { $0.circuit == own.circuit }
    if known == nil {
      candidates.append(
        ClosureTable.Candidate(
          name: own.closure == .moments ? "this report's" : "this report's, \(own.closure.rawValue)",
          populations: count, dynamics: own.circuit))
    }
    let place = known ?? candidates.count - 1
    let conditions =
      TestCondition.around(run.trials.prefix(100), seed: distillation.seed)
      + (distillation.longerDelays().map { [$0] } ?? [])
    let table = try ClosureTable(
      of: network, candidates: candidates + distillation.rivals(populations: count, conditions),
      conditions: conditions, simulation: run.simulation,
      // The first condition is the run's own trials, or the first of them.
      known: [run.network.prefix(conditions[0].trials.stimulus.trials)])
    let verdict = ClosureVerdict(on: table.rows[place], in: table)
    (self.table, self.own, self.verdict) = (table, table.rows[place], verdict)
    isFitted = entries.contains { $0.closure != .moments }
  }

  /// N above which clusters take too long for a table beside the main matter.
  private static let largest = 5000

  /// P outermost, closures from simple to elaborate.
  private static func entries(
    _ distillation: DistillationFindings, most: Int, _ fits: SharedFits, _ observer: some Observer
  ) throws -> [Entry] {
    let run = distillation.run
    let units = run.imported.network.unitCount
    let counts = (1...most).filter { $0 == 1 || $0 <= units / 20 }
    // Clusters need no trials; fits need their own.
    let closures: [Closure] = run.trialSet.training == nil ? [.moments] : Closure.allCases
    return try observer.metered("comparing closures") { meter in
      guard let distiller = try? fits.distiller() else { return [] }
      var entries: [Entry] = []
      for populations in counts {
        for closure in closures {
          try observer.check()
          let options = Distillation.Options(
            populations: populations, closure: closure, anchor: .strength(0))
          let fit = try? distiller.distil(options) {
            meter.show($0, of: "P = \(populations), \(closure.rawValue)")
          }
          guard let fit else { continue }
          entries.append(Entry(fit))
        }
      }
      return entries
    }
  }
}

extension DistillationFindings {
  /// Trials of the task with twice its longest delay, where it has one.
  fileprivate func longerDelays() -> TestCondition? {
    guard let definition, let kind = definition.kind, definition.delay.upperBound > 0 else { return nil }
    var options = definition.options
    options.delay = (2 * definition.delay.upperBound)...(2 * definition.delay.upperBound)
    guard let longer = try? Tasks.Task(kind, options: options) else { return nil }
    return TestCondition(
      name: "delay × 2", trials: longer.trials(count: 100, seed: RandomStream.seed(seed, for: .longerDelays)),
      isFamiliar: false)
  }

  /// Reductions of other kinds: the network projected on one principal component fewer than it has dimensions, and as many
  /// average units as have the circuit's number of parameters.
  fileprivate func rivals(populations: Int, _ conditions: [TestCondition]) -> [ClosureTable.Candidate] {
    let network = run.imported.network
    var candidates: [ClosureTable.Candidate] = []
    let free = network.rank + network.inputCount
    // Every step of the projection takes N rates and their sum for each output; for minutes of them the table is not worth
    // it.
    let rates =
      conditions.reduce(0) { $0 + $1.trials.stimulus.trials * $1.trials.stimulus.steps } * network.unitCount
    if free > 1, rates < 20_000_000 / (1 + network.outputCount / SideBySide.mostShown),
      let projected = try? PrincipalComponentDynamics(
        network, stimulus: run.trials.prefix(100).stimulus, alpha: run.imported.alpha, dimensions: free - 1)
    {
      candidates.append(
        ClosureTable.Candidate(
          name: "\(free - 1) principal component\(free > 2 ? "s" : "") of \(free)", populations: nil,
          dynamics: projected))
    }
    let clusters = min(
      network.unitCount, ConnectivityStatistics.mergingMatch(populations: populations, layout: network.layout)
    )
    var stream = RandomStream(seed: seed, stream: RandomStream.mergedUnits)
    if let merged = try? ConnectivityStatistics.merging(network, clusters: clusters, stream: &stream) {
      candidates.append(
        ClosureTable.Candidate(
          name: "\(clusters) merged units", populations: nil,
          dynamics: EffectiveCircuit(
            merged, settings: network.settings)))
    }
    return candidates
  }
}
