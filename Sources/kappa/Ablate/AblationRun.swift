import LowRank
import NetworkFiles
import Studies

/// One population after the other switched off, in the network and in its circuit.
struct AblationRun {
  /// What is left of a dynamics without a population.
  struct Effect: Encodable {
    /// RMS change of z from the intact dynamics, relative to its RMS; all outputs together.
    let change: Double
    /// Share of decisions that are the intact network's.
    let agreement: Double?
    /// Share of decisions that are right, where there are targets.
    let accuracy: Double?
    /// The same for the trials of each context, where the task has contexts.
    let accuracyByContext: [Double?]?
  }

  /// One population's row; the first row is the intact pair.
  struct Row: Encodable {
    /// 1…P; 0 for none.
    let population: Int
    /// Its share of the units.
    let fraction: Double
    /// How many units are switched off.
    let units: Int
    let network: Effect
    let circuit: Effect
    /// Relative error of the ablated circuit against the ablated network.
    let error: Double
  }

  let rows: [Row]
  /// The names of the contexts, if there are any.
  let contexts: [String]

  /// Switches off every population in turn.
  ///
  /// - Parameter labels: the population of every unit, 0..<P.
  init(
    _ imported: ImportedNetwork, circuit: EffectiveCircuit, labels: [Int], trials: TrialSet
  ) throws {
    let simulation = Simulation(alpha: imported.alpha)
    let count = circuit.statistics.populations.count
    let progress = CountProgress("switching populations off", total: 2 * (count + 1))
    defer { progress.finish() }
    let network = simulation.run(try NetworkDynamics(imported.network), under: trials.trials.stimulus)
    let reduced = simulation.run(circuit, under: trials.trials.stimulus)
    let groups = ContextGroups(trials)
    contexts = groups.names
    func effect(_ run: Trajectory, from intact: Trajectory) -> Effect {
      let comparison = Comparison(of: run, against: intact, trials: trials.trials)
      let decisions = Comparison(of: run, against: network, trials: trials.trials)
      return Effect(
        change: total(comparison), agreement: decisions.outputs.first?.agreement,
        accuracy: Performance(of: run, trials: trials.trials, output: 0)?.accuracy,
        accuracyByContext: groups.names.isEmpty ? nil : groups.accuracies(of: run, trials.trials))
    }
    func row(_ population: Int, _ silent: [Bool], _ off: EffectiveCircuit) throws -> Row {
      let full = simulation.run(
        try NetworkDynamics(try imported.network.inactivating(silent)), under: trials.trials.stimulus)
      progress.advance()
      let without = simulation.run(off, under: trials.trials.stimulus)
      progress.advance()
      let fraction = population == 0 ? 0 : circuit.statistics.populations[population - 1].fraction
      return Row(
        population: population, fraction: fraction, units: silent.count { $0 },
        network: effect(full, from: network), circuit: effect(without, from: reduced),
        error: total(Comparison(of: without, against: full, trials: trials.trials)))
    }
    rows =
      [try row(0, labels.map { _ in false }, circuit)]
      + (try (0..<count).map { p in
        try row(p + 1, labels.map { $0 == p }, circuit.inactivating(population: p))
      })
  }
}

/// Relative error of all outputs together.
private func total(_ comparison: Comparison) -> Double {
  let parts = comparison.outputs.map(\.deviation.relative)
  return parts.isEmpty ? 0 : (parts.reduce(0) { $0 + $1 * $1 } / Double(parts.count)).squareRoot()
}

/// Trials by the context that the task gave them.
struct ContextGroups {
  let names: [String]
  private let members: [[Int]]

  init(_ trials: TrialSet) {
    guard let values = trials.task?["context"] else {
      (names, members) = ([], [])
      return
    }
    let distinct = Set(values).sorted()
    let titles = trials.definition.map { Array($0.inputNames.suffix(distinct.count)) } ?? []
    names = distinct.indices.map {
      titles.count == distinct.count ? titles[$0] : "context \(Int(distinct[$0]))"
    }
    members = distinct.map { value in values.indices.filter { values[$0] == value } }
  }

  /// Accuracy of the first output, context by context.
  func accuracies(of run: Trajectory, _ trials: Trials) -> [Double?] {
    members.map { Performance(of: run.selecting($0), trials: trials.selecting($0), output: 0)?.accuracy }
  }
}
