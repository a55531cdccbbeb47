import Analysis
import LowRank
import Report
import Studies
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
  /// What becomes of the choices without each population; empty where there is nothing to say.
  var removalSentence: String { removals?.removals.sentence ?? "" }
  /// What is left of the choices without each population, and the network's own share of right ones.
  private let removals: (removals: Removals, network: [Double])?
  /// Which κ is negative where z is positive; empty where none is.
  let sign: String
  /// What the contexts do, in short.
  let sentences: [String]
  /// The same with the numbers of every population.
  let details: [String]

  /// - Parameter labels: the population of every unit, where there are populations of units.
  init(
    of circuit: EffectiveCircuit, _ run: SideBySide, labels: [Int]?, task: TaskTrials?,
    definition: Tasks.Task?
  ) {
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
    sign = Self.sign(run)
    removals = Self.removals(circuit, trajectory, run, groups, labels)
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
    // Without contexts there is nothing of which these would be a part.
    let more =
      mechanism.sentences.isEmpty ? [] : [removals?.removals.sentence ?? "", sign].filter { !$0.isEmpty }
    sentences = mechanism.sentences + more
    details = mechanism.details + more
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
  var tables: [ReportPage.Table] {
    [actionTable, gainTable] + (removalTable.map { [$0] } ?? [])
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
  private static func removals(
    _ circuit: EffectiveCircuit, _ trajectory: Trajectory, _ run: SideBySide,
    _ groups: [ContextModulation.Group],
    _ labels: [Int]?
  ) -> (removals: Removals, network: [Double])? {
    let trials = run.trials
    let populations = circuit.statistics.populations.count
    guard populations > 1, !trials.target.isEmpty, trials.outputs == trajectory.outputCount else {
      return nil
    }
    let target = trials.responses(
      of: Trajectory(
        trials: trials.stimulus.trials, steps: trials.stimulus.steps, rank: 0, outputCount: trials.outputs,
        kappa: [], outputs: trials.target), output: 0)
    func right(_ trajectory: Trajectory) -> [Double] {
      let found = trials.responses(of: trajectory, output: 0)
      return groups.map { group in
        let asked = group.trials.filter { (target[$0] ?? 0) != 0 }
        let right = asked.count { ((found[$0] ?? 0) > 0) == ((target[$0] ?? 0) > 0) }
        return Double(right) / Double(max(asked.count, 1))
      }
    }
    let own = Removals.Shares(
      intact: right(trajectory),
      without: (0..<populations).map {
        right(run.simulation.run(circuit.inactivating(population: $0), under: trials.stimulus))
      })
    let network = Removals.Shares(intact: right(run.network), without: [])
    let steps = trials.stimulus.trials * trials.stimulus.steps * run.imported.network.unitCount
    // Every population takes a simulation of the whole network: seconds, where it is not too large.
    guard let labels, Set(labels).count == populations, steps * populations <= 1_000_000_000 else {
      return (Removals(groups: groups.map(\.name), circuit: own), network.intact)
    }
    var without: [[Double]] = []
    for population in 0..<populations {
      guard let silent = try? run.imported.network.inactivating(labels.map { $0 == population }),
        let dynamics = try? NetworkDynamics(silent)
      else { return (Removals(groups: groups.map(\.name), circuit: own), network.intact) }
      without.append(right(run.simulation.run(dynamics, under: trials.stimulus)))
    }
    return (
      Removals(
        groups: groups.map(\.name), circuit: own,
        network: Removals.Shares(intact: network.intact, without: without)), network.intact
    )
  }

  /// The same as a table.
  private var removalTable: ReportPage.Table? {
    guard let (removals, network) = removals else { return nil }
    func row(_ name: String, _ shares: [Double]) -> [String] { [name] + shares.map { percent($0) } }
    return ReportPage.Table(
      caption: "Right decisions, also with one population inactivated (its rates act on nothing)",
      header: [""] + removals.groups,
      rows: [row("full network", network), row("circuit", removals.circuit.intact)]
        + removals.circuit.without.indices.flatMap { p in
          (removals.network.map { [row("network without the units of population \(p + 1)", $0.without[p])] }
            ?? [])
            + [row("circuit without population \(p + 1)", removals.circuit.without[p])]
        })
  }

  /// Which sign of κ a positive output goes with, where it is the other one: the sign of κ is that of m and n in the file.
  private static func sign(_ run: SideBySide) -> String {
    let (network, rank) = (run.network, run.network.rank)
    guard network.outputCount > 0 else { return "" }
    let count = network.trials * network.steps
    let correlations = (0..<rank).map { r -> Double in
      var (zk, zz, kk) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        let (z, k) = (network.outputs[i * network.outputCount], network.kappa[i * rank + r])
        zk += z * k
        zz += z * z
        kk += k * k
      }
      return zz > 0 && kk > 0 ? zk / (zz * kk).squareRoot() : 0
    }
    guard let r = correlations.indices.max(by: { abs(correlations[$0]) < abs(correlations[$1]) }),
      correlations[r] < -0.5
    else { return "" }
    return
      "A positive \(network.outputCount == 1 ? "z" : "z1") \(correlations[r] < -0.9 ? "is" : "mostly goes with") a "
      + "negative κ\(r + 1) here: over all "
      + "trials and steps the cosine of the two is \(text(correlations[r], digits: 3))."
  }
}
