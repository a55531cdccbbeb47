// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// A circuit with everything that an interactive page shows around it.
public struct Exploration: Sendable {
  /// The circuit.
  public let file: CircuitFile
  /// α = dt/τ of the trials.
  public let alpha: Double
  /// The file's path, or the name it was given.
  public let name: String
  /// What the circuit is, and how well it follows the network, in a sentence or two.
  public let sentence: String
  /// The task, and what it asks for; `nil` for trials of a file.
  public let task: (name: String, words: String)?
  /// A name for every input channel, where the task or the file has names.
  public let inputNames: [String]?
  /// The inputs that stand for the task's epochs.
  public let panels: [TaskPanel]
  /// The trials that are shown.
  public let trials: ShownTrials?
  /// What to know beside it.
  public let remarks: [Remark]

  /// A circuit alone, or with trials on which nothing is known but their inputs and targets.
  init(
    _ file: CircuitFile, alpha: Double, name: String, trials: TrialSet?, shown: Int, remarks: [Remark]
  ) {
    self.file = file
    self.alpha = alpha
    self.name = name
    task = trials?.definition.map { ($0.name, $0.words) }
    inputNames = trials?.inputNames
    panels = trials.map { TaskPanel.panels($0) } ?? []
    self.trials = trials.map { ShownTrials($0, of: nil, rank: file.circuit.rank, most: shown) }
    sentence = Self.description(of: file) + "."
    self.remarks = remarks
  }

  /// A network's circuit beside the network.
  public init(_ run: SideBySide, shown: Int = Explore.defaultShown, remarks: [Remark] = []) {
    // A page has a slider for every mean and covariance: of many outputs it has those that the circuit misses most.
    let outputs = run.shownOutputs
    let whole = run.document
    let isWhole = outputs.count == whole.circuit.outputCount
    file =
      isWhole
      ? whole
      : CircuitFile(
        circuit: whole.circuit.keeping(outputs: outputs), alpha: whole.alpha, closure: whole.closure,
        provenance: whole.provenance)
    alpha = run.imported.alpha
    name = run.subject.circuitName
    task = run.trialSet.definition.map { ($0.name, $0.words) }
    inputNames = run.trialSet.inputNames
    panels = TaskPanel.panels(run.trialSet)
    trials = ShownTrials(
      run.trialSet, of: run.network, rank: run.network.rank, most: shown, outputs: outputs,
      populations: run.document.circuit.statistics.populations.count,
      lesion: { Self.lesions(run, of: $0) })
    let errors = outputs.map { percent(run.circuitComparison.outputs[$0].deviation.relative) }
    let count = run.trials.stimulus.trials
    let name = run.path.split(separator: "/").last.map(String.init) ?? run.path
    // A file's circuit may be anybody's.
    let whose = run.standIn.map { "the \($0) of \(name)" } ?? name
    let made =
      run.reduction.origin == .file
      ? "beside" : run.document.closure == .moments ? "made of" : "fitted to what is done by"
    var words =
      "\(Self.description(of: run.document)), \(made) the \(counted(run.imported.network.unitCount, "unit")) of \(whose)."
    if !errors.isEmpty {
      words +=
        " On \(counted(count, "trial")) its \(errors.count == 1 ? "z" : "outputs") differ\(errors.count == 1 ? "s" : "")"
        + " from the network's by \(errors.joined(separator: ", ")) (RMS, relative)."
    }
    if !isWhole {
      words +=
        " Of its \(whole.circuit.outputCount) outputs this page has the \(outputs.count) that it misses most: "
        + outputs.enumerated().map { "z\($0 + 1) is the network's z\($1 + 1)" }.joined(separator: ", ") + "."
    }
    sentence = words
    self.remarks = remarks
  }

  /// The network without the units of each population under some trials; `nil` where it is not known which units those are,
  /// or simulating it takes too long.
  private static func lesions(_ run: SideBySide, of numbers: [Int]) -> [Trajectory]? {
    let populations = run.document.circuit.statistics.populations.count
    guard populations > 1, let labels = run.reduction.labels, Set(labels).count == populations else {
      return nil
    }
    let (network, trials) = (run.imported.network, run.trials.selecting(numbers))
    let units = Double(network.unitCount)
    let sums = Double(trials.stimulus.trials * trials.stimulus.steps * populations) * units
    // A dense J takes N products for each unit; 1e10 of them are some seconds.
    guard sums * (network.denseConnectivity == nil ? 10 : units) <= 1e10 else { return nil }
    return
      (try? PopulationRemoval(
        network, circuit: run.document.circuit, labels: labels, under: trials.stimulus,
        simulation: run.simulation))?
      .pairs.compactMap(\.network)
  }

  private static func description(of file: CircuitFile) -> String {
    let circuit = file.circuit
    let count = circuit.statistics.populations.count
    return "A Gaussian circuit of \(circuit.rank) κ and \(counted(count, "population")), "
      + "φ = \(circuit.transfer.rawValue), closure \(file.closure.rawValue)"
  }

  /// The largest rank of a page: beyond it the page's own eigenvalues would not be good.
  public static let largestRank = 8
  /// The most means and covariances of a page, each of which has its slider.
  public static let mostSliders = 20_000

  /// Why there is no page on a circuit, as what was expected and found; `nil` where there can be one.
  public static func obstacle(_ circuit: EffectiveCircuit) -> (expected: String, found: String)? {
    let count = circuit.statistics.layout.count
    let populations = circuit.statistics.populations.count
    if circuit.rank > largestRank { return ("rank up to \(largestRank) for a page", "rank \(circuit.rank)") }
    guard populations > mostSliders / (count * (count + 3) / 2) else { return nil }
    return (
      "at most \(mostSliders) means and covariances for a page, which has a slider for each",
      "those of \(counted(count, "vector")) in \(counted(populations, "population"))"
    )
  }

  /// The standard errors of a population's means and covariances, with N α_p units drawn; `nil` unless they are moments
  /// of a known number of units.
  public func standardErrors(_ population: Population) -> (mean: [Double], covariance: Matrix)? {
    guard file.closure == .moments, let units = file.units else { return nil }
    let vectors = population.layout.vectors
    let count = Double(units) * population.fraction
    return (
      vectors.map { population.standardError($0, units: count) },
      Matrix(rows: vectors.count, columns: vectors.count) {
        population.standardError(vectors[$0], vectors[$1], units: count)
      }
    )
  }
}
