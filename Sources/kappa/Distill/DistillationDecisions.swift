import Analysis
import LowRank
import Report
import Tasks

extension DistillRun {
  /// Psychometric curves on trials of their own; none for trials from a file and for tasks without a graded stimulus.
  func psychometricCurves(trials count: Int = 1200) throws -> (curves: [PsychometricCurve], asShare: Bool)? {
    guard let definition, definition.kind != .delayedMatchToSample else { return nil }
    let drawn = definition.labelledTrials(count: count, seed: seed &+ 3_000_003)
    let stimulus = drawn.trials.stimulus
    let full = run.simulation.run(try NetworkDynamics(run.imported.network), under: stimulus)
    let reduced = run.simulation.run(run.document.circuit, under: stimulus)
    let network = drawn.trials.responses(of: full, output: 0).map { $0 ?? 0 }
    let circuit = drawn.trials.responses(of: reduced, output: 0).map { $0 ?? 0 }
    func curve(
      _ panel: String, _ quantity: String, _ values: [Double], _ isShown: [Bool], asShare: Bool = true
    )
      -> PsychometricCurve
    {
      let chosen = values.indices.filter { isShown[$0] }
      return PsychometricCurve(
        panel: panel, quantity: quantity, values: chosen.map { values[$0] },
        network: chosen.map { network[$0] },
        circuit: chosen.map { circuit[$0] }, asShare: asShare)
    }
    let all = [Bool](repeating: true, count: count)
    switch definition.kind {
    case .perceptualDecision:
      return (drawn["coherence"].map { [curve("", "coherence", $0, all)] } ?? [], true)
    case .parametricWorkingMemory:
      guard let first = drawn["frequency 1"], let second = drawn["frequency 2"] else { return nil }
      return ([curve("", "f1 − f2 (Hz)", zip(first, second).map { $0 - $1 }, all, asShare: false)], false)
    case .contextDependentDecision:
      guard let context = drawn["context"], let colour = drawn["colour"], let motion = drawn["motion"] else {
        return nil
      }
      let curves = definition.inputNames.suffix(2).enumerated().flatMap { index, name in
        let shown = context.map { $0 == Double(index) }
        return [curve(name, "colour", colour, shown), curve(name, "motion", motion, shown)]
      }
      return (curves, true)
    case .multisensoryDecision:
      guard let modality = drawn["modality"], let visual = drawn["visual"], let auditory = drawn["auditory"]
      else {
        return nil
      }
      return (
        [
          curve("visual trials", "visual", visual, modality.map { $0 == 0 }),
          curve("auditory trials", "auditory", auditory, modality.map { $0 == 1 }),
          curve("trials with both", "visual", visual, modality.map { $0 == 2 }),
        ], true
      )
    case .delayedMatchToSample: return nil
    }
  }

  /// Circuits of clusters' moments with one to four populations beside the report's own, under familiar and strange
  /// conditions.
  func closureTable() throws -> ClosureTable? {
    let network = run.imported.network
    // Clusters are not defined for networks with a bias, and take long for very large ones.
    guard network.bias == nil, network.unitCount <= 5000, network.outputCount > 0 else { return nil }
    let progress = Progress("comparing closures", total: 5)
    defer { progress.finish() }
    var candidates: [ClosureTable.Candidate] = []
    for populations in 1...4 where populations <= network.unitCount / 20 || populations == 1 {
      let options = Distillation.Options(populations: populations, closure: .moments, seed: seed)
      if let result = try? Distillation(
        of: network, training: run.trials.stimulus, validation: run.trials.stimulus,
        alpha: run.imported.alpha,
        options: options)
      {
        candidates.append(
          ClosureTable.Candidate(
            name: "clusters' moments", populations: result.circuit.statistics.populations.count,
            dynamics: result.circuit))
      }
      progress.advance()
    }
    let own = run.document
    let count = own.circuit.statistics.populations.count
    if own.closure != .moments || count > 1 {
      candidates.append(
        ClosureTable.Candidate(
          name: own.closure == .moments ? "this report's" : "this report's, \(own.closure.rawValue)",
          populations: count, dynamics: own.circuit))
    }
    let conditions =
      TestCondition.around(run.trials.prefix(100), seed: seed) + (longerDelays().map { [$0] } ?? [])
    let table = try ClosureTable(
      of: network, candidates: candidates + rivals(populations: count, conditions), conditions: conditions,
      simulation: run.simulation)
    progress.advance()
    return table
  }

  /// Trials of the task with twice its longest delay, where it has one.
  private func longerDelays() -> TestCondition? {
    guard let definition, definition.delay.upperBound > 0 else { return nil }
    var options = definition.options
    options.delay = (2 * definition.delay.upperBound)...(2 * definition.delay.upperBound)
    guard let longer = try? Tasks.Task(definition.kind, options: options) else { return nil }
    return TestCondition(
      name: "delay × 2", trials: longer.trials(count: 100, seed: seed &+ 4_000_003), isFamiliar: false)
  }

  /// Reductions of other kinds: the network projected on one principal component fewer than it has dimensions, and as many
  /// average units as have the circuit's number of parameters.
  private func rivals(populations: Int, _ conditions: [TestCondition]) -> [ClosureTable.Candidate] {
    let network = run.imported.network
    var candidates: [ClosureTable.Candidate] = []
    let free = network.rank + network.inputCount
    // Every step of the projection takes N rates; for minutes of them the table is not worth it.
    let rates =
      conditions.reduce(0) { $0 + $1.trials.stimulus.trials * $1.trials.stimulus.steps } * network.unitCount
    if free > 1, rates < 20_000_000,
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
    var stream = RandomStream(seed: seed, stream: 5_000_003)
    if let merged = try? ConnectivityStatistics.merging(network, clusters: clusters, stream: &stream) {
      candidates.append(
        ClosureTable.Candidate(
          name: "\(clusters) merged units", populations: nil,
          dynamics: EffectiveCircuit(merged, transfer: network.transfer)))
    }
    return candidates
  }

  /// What this report's circuit has been seen to predict, and what not.
  func closureSentence(_ table: ClosureTable) -> String? {
    let own = table.rows.last { $0.name.hasPrefix("this report's") } ?? table.rows.first
    return own.map { ClosureVerdict(on: $0, in: table).description }
  }

  /// The closure table as the page shows it.
  func closureRows(_ table: ClosureTable) -> ReportPage.Table {
    ReportPage.Table(
      caption: "Relative error of z", header: [""] + table.conditions,
      rows: table.rows.map { row in
        [row.name + (row.populations.map { ", P = \($0)" } ?? "")]
          + row.comparisons.map { percent($0.outputs.map(\.deviation.relative).max() ?? .nan) }
      })
  }
}
