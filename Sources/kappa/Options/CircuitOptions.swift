import ArgumentParser
import Fitting
import LowRank
import NetworkFiles
import Report

/// Which circuit stands for the network: one from a file, the moments of its units, or one fitted to its dynamics.
struct CircuitOptions: ParsableArguments {
  /// A number of populations, or the choice of one.
  enum PopulationCount: Hashable, ExpressibleByArgument {
    case fixed(Int)
    case automatic

    init?(argument: String) {
      if argument == "auto" {
        self = .automatic
      } else if let count = Int(argument), (1...64).contains(count) {
        self = .fixed(count)
      } else {
        return nil
      }
    }
  }

  @Option(help: ArgumentHelp("A circuit from a file instead of one made here.", valueName: "file.json"))
  var circuit: String?

  @Option(
    help: ArgumentHelp(
      "How many Gaussian populations, 1 to 64, or auto: chosen by the error on held-out trials. (default: the file's own "
        + "populations, or 1)", valueName: "p|auto"))
  var populations: PopulationCount?

  @Option(
    name: .customLong("closure"),
    help: ArgumentHelp(
      "moments: means and covariances of clusters of units. regressed: couplings solved for the least error of κ and z on "
        + "training trials, to first order. "
        + "refined: all parameters fitted to the dynamics. (default: moments; with --populations auto, the simplest of the "
        + "three that is within 2 % of z on held-out trials)", valueName: "closure"))
  var wantedClosure: Distillation.Closure?

  @Option(
    help: ArgumentHelp(
      "refined: how strongly the fit is tied to the clusters; 0 leaves it free. (default: as strongly as costs little)",
      valueName: "eta"))
  var anchor: Double?

  /// The closure, where it is not chosen by its error.
  var closure: Distillation.Closure { wantedClosure ?? .moments }
  /// Whether the closure is chosen together with the number of populations.
  private var choosesClosure: Bool { populations == .automatic && wantedClosure == nil }

  /// Relative error of z on held-out trials below which a simpler circuit is preferred to a better one.
  static let enough = Fidelity.faithful.limit

  func validate() throws {
    if circuit != nil && (populations != nil || wantedClosure != nil || anchor != nil) {
      throw ValidationError("--circuit says it already: leave out --populations, --closure and --anchor.")
    }
    if anchor != nil && closure != .refined && !choosesClosure {
      throw ValidationError("--anchor belongs to --closure refined.")
    }
    if let anchor, !(anchor >= 0 && anchor.isFinite) {
      throw ValidationError("--anchor: expected a number of at least 0, found \(anchor).")
    }
  }

  /// Whether trials are needed to make the circuit, which then must not be those it is judged by.
  var isFitted: Bool { closure != .moments || populations == .automatic }

  /// The circuit for a network.
  ///
  /// - Parameter trials: what is run; its training and validation trials serve a fit.
  func load(for imported: ImportedNetwork, path: String, trials: RunTrials, seed: UInt64) throws
    -> CircuitFile
  {
    try loadWithLabels(for: imported, path: path, trials: trials, seed: seed).document
  }

  /// The circuit for a network, and the population of every unit where there are populations of units: not for a circuit
  /// from a file.
  func loadWithLabels(
    for imported: ImportedNetwork, path: String, trials: RunTrials, seed: UInt64
  ) throws -> (document: CircuitFile, labels: [Int]?) {
    if let circuit { return (try read(circuit, for: imported, path: path), nil) }
    guard let populations = populations ?? (closure == .moments ? nil : .fixed(1)) else {
      return (try .moments(of: imported, path: path), imported.populationLabels)
    }
    if case .fixed(1) = populations, closure == .moments {
      let document = CircuitFile(
        circuit: try EffectiveCircuit(of: imported.network), alpha: imported.alpha, closure: .moments,
        provenance: [:])
      return (document, nil)
    }
    return try fitted(populations, imported, path, trials, seed)
  }

  private func fitted(
    _ populations: PopulationCount, _ imported: ImportedNetwork, _ path: String, _ trials: RunTrials,
    _ seed: UInt64
  ) throws -> (CircuitFile, [Int]?) {
    // Moments of one unit are no covariance.
    let most = max(1, imported.network.unitCount / 2)
    if case .fixed(let count) = populations, count > most {
      throw Failure(
        .usage,
        "--populations: expected at most \(most) for the \(counted(imported.network.unitCount, "unit")) of \(path), two for "
          + "each population, found \(count)")
    }
    // Clusters alone need no trials; the fit then only reports errors nobody reads.
    let training = trials.training ?? trials.trials.stimulus
    let validation = trials.validation ?? trials.trials.stimulus
    var options = Distillation.Options(closure: closure, seed: seed)
    if let anchor { options.anchor = .strength(anchor) }
    let progress = ShareProgress("fitting the circuit")
    defer { progress.finish() }
    let result: Distillation
    do {
      switch populations {
      case .fixed(let count):
        options.populations = count
        result = try Distillation(
          of: imported.network, training: training, validation: validation, alpha: imported.alpha,
          options: options, progress: { progress.show($0) })
      case .automatic:
        let choice = try PopulationChoice(
          of: imported.network, training: training, validation: validation, alpha: imported.alpha,
          options: options, closures: choosesClosure ? Distillation.Closure.allCases : nil,
          enough: choosesClosure ? Self.enough : 0.01,
          progress: { progress.show($2, of: "P = \($0), \($1.rawValue)") })
        for point in choice.curve {
          Console.note(
            "P = \(point.populations), \(point.closure.rawValue): validation error \(percent(point.validationError))"
          )
        }
        result = choice.distillation
        Console.note(
          "chosen: \(result.closure.rawValue) with \(counted(result.circuit.statistics.populations.count, "population"))"
        )
      }
    } catch let error as DistillationError {
      throw Failure(.software, error.description)
    }
    var provenance = ["populations": "\(result.circuit.statistics.populations.count)", "fit seed": "\(seed)"]
    if let anchor = result.anchor {
      provenance["anchor"] = "\(anchor)"
      Console.note("anchor \(anchor), validation error \(percent(result.validationError))")
    }
    if result.closure != .moments {
      for (name, value) in Self.words(for: result.diagnosis) {
        provenance[name] = value
        Console.note("\(name): \(value)")
      }
      if result.diagnosis.isExcessive {
        Console.warn(
          "the circuit's weights are far larger than the network's (E[a²] more than five times): a larger --anchor "
            + "or fewer populations keep it closer to the units")
      }
    }
    let document = CircuitFile(
      circuit: result.circuit, alpha: imported.alpha,
      closure: CircuitFile.Closure(rawValue: result.closure.rawValue) ?? .refined, provenance: provenance)
    return (document, result.labels)
  }

  /// How far a fitted circuit is from clusters of the units, under the names that the report has for it.
  private static func words(for diagnosis: Diagnosis) -> [(name: String, value: String)] {
    [
      (
        "distance from clusters",
        "\(text(diagnosis.momentDistance, digits: 2)) SDs of the loadings (RMS over means and factors); couplings changed by "
          + percent(diagnosis.couplingChange)
      ),
      (
        "E[a²] over the network's, n and then w",
        diagnosis.weightSquareRatios.map { text($0, digits: 2) }.joined(separator: ", ")
      ),
      (
        "condition of each population's covariance of (m, I)",
        diagnosis.conditions.map { text($0, digits: 2) }.joined(separator: ", ")
      ),
    ]
  }

  private func read(_ circuit: String, for network: ImportedNetwork, path: String) throws -> CircuitFile {
    let document = try CircuitFile.read(circuit)
    let expected = network.network.layout
    let found = document.circuit.statistics.layout
    guard
      (found.rank, found.inputCount, found.outputCount)
        == (expected.rank, expected.inputCount, expected.outputCount)
    else {
      throw Failure(
        .badData,
        "\(circuit): expected rank \(expected.rank), \(counted(expected.inputCount, "input")), "
          + "\(counted(expected.outputCount, "output")) like \(path), found rank \(found.rank), "
          + "\(counted(found.inputCount, "input")), \(counted(found.outputCount, "output"))")
    }
    if document.alpha != network.alpha {
      Console.warn("\(circuit): made for α = \(document.alpha), run with the network's α = \(network.alpha)")
    }
    if document.circuit.transfer != network.network.transfer {
      Console.warn(
        "\(circuit): its φ is \(document.circuit.transfer.rawValue), the network's "
          + "\(network.network.transfer.rawValue)")
    }
    return document
  }
}

extension Distillation.Closure: ExpressibleByArgument {}

extension CircuitFile {
  /// The moments closure of a network: its own populations where the file has them, otherwise one.
  static func moments(of imported: ImportedNetwork, path: String) throws -> CircuitFile {
    do {
      return CircuitFile(
        circuit: try EffectiveCircuit(of: imported.network, labels: imported.populationLabels),
        alpha: imported.alpha, closure: .moments, provenance: [:])
    } catch {
      throw Failure(.badData, "\(path): \(error.description)")
    }
  }
}
