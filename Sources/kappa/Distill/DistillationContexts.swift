import Analysis
import LowRank
import Report
import Tasks

/// What contexts do to a circuit: the numbers behind the report's sentences on them.
struct DistillationContexts {
  /// The circuit that is spoken of.
  let circuit: EffectiveCircuit
  /// Its course under the report's trials.
  let trajectory: Trajectory
  let groups: [ContextModulation.Group]
  let modulation: [ContextModulation]
  let names: CircuitNames
  /// What the contexts do, in short.
  let sentences: [String]
  /// The same with the numbers of every population.
  let details: [String]

  init(of circuit: EffectiveCircuit, _ run: SideBySide, task: TaskTrials?, definition: Tasks.Task?) {
    self.circuit = circuit
    let inputs = definition?.inputNames ?? (0..<circuit.inputCount).map { "I\($0 + 1)" }
    names = CircuitNames(
      inputs: inputs, evidence: inputs.indices.filter { !inputs[$0].hasSuffix("context") },
      fractions: circuit.statistics.populations.map(\.fraction))
    let groups = Self.groups(run.trials.stimulus, task, definition)
    self.groups = groups
    var simulation = run.simulation
    simulation.keepsStates = true
    trajectory = simulation.run(circuit, under: run.trials.stimulus)
    guard circuit.inputCount > 0, circuit.rank > 0 else {
      (modulation, sentences, details) = ([], [], [])
      return
    }
    let states = trajectory.states ?? []
    let modulation = groups.map {
      ContextModulation(of: circuit, states: states, steps: run.trials.stimulus.steps, group: $0)
    }
    self.modulation = modulation
    let mechanism = Mechanism(modulation, names: names)
    sentences = mechanism.sentences
    details = mechanism.details
  }

  /// Trials by context, with the steps of the stimulus; all trials in one group for tasks without.
  private static func groups(_ stimulus: Stimulus, _ task: TaskTrials?, _ definition: Tasks.Task?)
    -> [ContextModulation.Group]
  {
    func window(_ trial: Int) -> Range<Int> {
      task?.epochs[trial].first { $0.name.hasPrefix("stimulus") }?.steps ?? 0..<stimulus.steps
    }
    func group(_ name: String, _ trials: [Int]) -> ContextModulation.Group {
      ContextModulation.Group(name: name, trials: trials, windows: trials.map(window))
    }
    let all = Array(0..<stimulus.trials)
    guard let task, let definition else { return [group("all trials", all)] }
    let (condition, titles): (String, [String])
    switch definition.kind {
    case .contextDependentDecision: (condition, titles) = ("context", Array(definition.inputNames.suffix(2)))
    case .multisensoryDecision:
      (condition, titles) = ("modality", ["visual trials", "auditory trials", "trials with both"])
    default: return [group("all trials", all)]
    }
    guard let values = task[condition] else { return [group("all trials", all)] }
    return titles.enumerated().map { index, title in
      group(title, all.filter { values[$0] == Double(index) })
    }.filter { !$0.trials.isEmpty }
  }

  /// The tables of the section on contexts.
  func tables(_ run: SideBySide) -> [ReportPage.Table] {
    [actionTable, gainTable] + (ablationTable(run).map { [$0] } ?? [])
  }

  /// How strongly each input acts on each latent, in all and through each population.
  private var actionTable: ReportPage.Table {
    let populations = names.fractions.count
    var rows: [[String]] = []
    for context in modulation {
      for r in 0..<circuit.rank {
        for k in names.evidence {
          let name =
            (modulation.count > 1 ? context.name + ": " : "") + names.inputs[k]
            + (circuit.rank > 1 ? " on κ\(r + 1)" : "")
          rows.append(
            [name, text(context.action(on: r, of: k), digits: 3)]
              + (populations > 1
                ? (0..<populations).map { text(context.action(on: r, of: k, through: $0), digits: 3) } : []))
        }
      }
    }
    return ReportPage.Table(
      caption: "Action of each input on κ while the stimulus is on",
      header: ["", populations > 1 ? "sum" : "action"]
        + (populations > 1 ? (0..<populations).map { "population \($0 + 1)" } : []),
      rows: rows)
  }

  /// Gains by context.
  private var gainTable: ReportPage.Table {
    ReportPage.Table(
      caption: "Gain ⟨φ'⟩ while the stimulus is on",
      header: [""] + names.fractions.indices.map { "population \($0 + 1)" },
      rows: modulation.map { context in [context.name] + context.windowGains.map { text($0, digits: 3) } })
  }

  /// How many decisions are right when a population is inactivated; `nil` where that makes no sense.
  private func ablationTable(_ run: SideBySide) -> ReportPage.Table? {
    let trials = run.trials
    let populations = circuit.statistics.populations.count
    guard populations > 1, !trials.target.isEmpty, trials.outputs == trajectory.outputCount else {
      return nil
    }
    let target = trials.responses(
      of: Trajectory(
        trials: trials.stimulus.trials, steps: trials.stimulus.steps, rank: 0, outputCount: trials.outputs,
        kappa: [], outputs: trials.target), output: 0)
    func row(_ name: String, _ trajectory: Trajectory) -> [String] {
      let found = trials.responses(of: trajectory, output: 0)
      return [name]
        + groups.map { group in
          let asked = group.trials.filter { (target[$0] ?? 0) != 0 }
          let right = asked.count { ((found[$0] ?? 0) > 0) == ((target[$0] ?? 0) > 0) }
          return percent(Double(right) / Double(max(asked.count, 1)))
        }
    }
    var rows = [row("full network", run.network), row("circuit", trajectory)]
    for p in 0..<populations {
      rows.append(
        row(
          "circuit without population \(p + 1)",
          run.simulation.run(circuit.inactivating(population: p), under: trials.stimulus)))
    }
    return ReportPage.Table(
      caption: "Right decisions, also with one population inactivated (its rates act on nothing)",
      header: [""] + groups.map(\.name), rows: rows)
  }
}
