// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank
import NetworkFiles

/// The circuit that stands for a network in a study, and how it was found.
public struct Reduction: Sendable {
  /// Where a circuit comes from.
  public enum Origin: String, Codable, Sendable, Hashable {
    /// A file: nobody knows whose moments they are.
    case file
    /// Moments of the network's units, grouped by its own populations.
    case units
    /// Clusters of the network's units, or a fit that began from them.
    case clusters
  }

  /// The circuit as it is written to circuit.json.
  public let document: CircuitFile
  /// The population of every unit, where there are populations of units; `nil` for one, and for a file's circuit. Of a
  /// refined circuit these are the units that are likeliest under its populations as they are fitted, not those of the
  /// clusters that it began from.
  public let labels: [Int]?
  /// A fitted circuit's numbers as measured on the units of its populations; `nil` without a fit.
  public let measured: EffectiveCircuit?
  /// Where it comes from.
  public let origin: Origin
  /// The fit, where there was one, with its diagnosis.
  public let fit: Distillation?
  /// Circuits that were tried, where one was chosen, in the order in which they were tried.
  public let tried: [Distillation]

  /// The circuit itself.
  public var circuit: EffectiveCircuit { document.circuit }
  /// How its parameters were found.
  public var closure: Closure { document.closure }

  private init(
    _ document: CircuitFile, labels: [Int]?, origin: Origin, fit: Distillation? = nil,
    measured: EffectiveCircuit? = nil, tried: [Distillation] = []
  ) {
    self.document = document
    self.labels = labels
    self.origin = origin
    self.fit = fit
    self.measured = measured
    self.tried = tried
  }

  /// The moments of a network: of its own populations where the file has them, otherwise of all units.
  ///
  /// - Throws: a `StudyError` when a population has no moments, or the subject is a circuit.
  public init(momentsOf subject: Subject) throws(StudyError) {
    let imported = try subject.imported()
    let circuit = try StudyError.converting(about: subject.name) {
      try EffectiveCircuit(of: imported.network, labels: imported.populationLabels)
    }
    self.init(
      CircuitFile(circuit: circuit, alpha: imported.alpha, closure: .moments, provenance: [:]),
      labels: imported.populationLabels, origin: .units)
  }

  /// The circuit that a request asks for.
  ///
  /// - Parameters:
  ///   - trials: what is run; its trials for fitting and choosing serve a fit.
  ///   - observer: is told of progress, and what became of a fit.
  /// - Throws: `StudyError` when the request makes no sense, a file cannot be used or no fit leads anywhere.
  public init(
    _ request: CircuitRequest, of subject: Subject, trials: TrialSet,
    observer: some Observer = SilentObserver()
  ) throws(StudyError) {
    let fits = SharedFits(try subject.imported(), trials)
    try self.init(request, of: subject, trials: trials, fits: fits, observer: observer)
  }

  /// The same with fits that others of the study share.
  init(
    _ request: CircuitRequest, of subject: Subject, trials: TrialSet, fits: SharedFits,
    observer: some Observer
  ) throws(StudyError) {
    try request.validate()
    let imported = try subject.imported()
    if request.isGiven {
      self.init(try Self.given(request, for: subject, observer), labels: nil, origin: .file)
      return
    }
    guard
      let populations = request.populations ?? (request.wantedClosure == .moments ? nil : .fixed(1))
    else {
      try self.init(momentsOf: subject)
      return
    }
    if case .fixed(1) = populations, request.wantedClosure == .moments {
      let circuit = try StudyError.converting(about: subject.name) {
        try EffectiveCircuit(of: imported.network)
      }
      self.init(
        CircuitFile(circuit: circuit, alpha: imported.alpha, closure: .moments, provenance: [:]), labels: nil,
        origin: .units)
      return
    }
    let (fit, tried) = try Self.fitted(populations, request, subject, trials.seed, fits, observer)
    var provenance = [
      "populations": "\(fit.circuit.statistics.populations.count)", "fit seed": "\(trials.seed)",
    ]
    if let anchor = fit.anchor { provenance["anchor"] = "\(anchor)" }
    if fit.closure != .moments {
      for (name, value) in fit.diagnosis.words { provenance[name] = value }
    }
    for remark in Self.remarks(on: fit, of: imported.network) { observer.remark(remark) }
    let (labels, measured) = Self.units(of: fit, imported.network)
    self.init(
      CircuitFile(
        circuit: fit.circuit, alpha: imported.alpha, closure: fit.closure, provenance: provenance),
      labels: labels, origin: .clusters, fit: fit, measured: measured, tried: tried)
  }

  /// Which units a fit's populations stand for, and its numbers as measured on them.
  private static func units(of fit: Distillation, _ network: Network) -> ([Int], EffectiveCircuit?) {
    if fit.closure == .moments { return (fit.labels, nil) }
    if fit.closure == .refined, let labels = fit.circuit.statistics.likeliestPopulations(of: network),
      let measured = try? EffectiveCircuit(of: network, labels: labels)
    {
      return (labels, measured)
    }
    return (fit.labels, try? EffectiveCircuit(of: network, labels: fit.labels))
  }

  /// How far a fit's couplings α_p cov_p(a, y), a in (n, w), y in (m, I, …), are from those measured on the units of its
  /// populations: the root of the ratio of summed squares, each in units of E[a²] over all units; `nil` without a fit.
  public var couplingChange: Double? {
    guard let measured else { return nil }
    let (fitted, units) = (circuit.statistics, measured.statistics)
    let weights = fitted.layout.weightCount
    let squares = units.weightSquares
    var (change, size) = (0.0, 0.0)
    for (new, old) in zip(fitted.populations, units.populations) {
      for a in 0..<weights where squares[a] > 0 {
        for j in weights..<fitted.layout.count {
          let before = old.fraction * old.covariance[a, j]
          let difference = new.fraction * new.covariance[a, j] - before
          change += difference * difference / squares[a]
          size += before * before / squares[a]
        }
      }
    }
    return change == 0 ? 0 : (change / size).squareRoot()
  }

  private static func fitted(
    _ populations: CircuitRequest.PopulationCount, _ request: CircuitRequest, _ subject: Subject,
    _ seed: UInt64, _ fits: SharedFits, _ observer: some Observer
  ) throws(StudyError) -> (Distillation, [Distillation]) {
    let imported = try subject.imported()
    // Moments of one unit are no covariance.
    let most = max(1, imported.network.unitCount / 2)
    if case .fixed(let count) = populations, count > most {
      throw StudyError(
        .usage, "populations",
        "expected at most \(most) for the \(counted(imported.network.unitCount, "unit")) of \(subject.name), two for "
          + "each population, found \(count)")
    }
    var options = Distillation.Options(closure: request.wantedClosure, seed: seed)
    if let anchor = request.anchor { options.anchor = .strength(anchor) }
    return try StudyError.converting(about: subject.name) {
      try observer.metered("fitting the circuit") { meter in
        switch populations {
        case .fixed(let count):
          options.populations = count
          let fit = try fits.distiller().distil(options, progress: { meter.show($0) })
          return (fit, [])
        case .automatic:
          let choice = try PopulationChoice(
            from: fits.distiller(), options: options,
            closures: request.choosesClosure ? Closure.allCases : nil,
            enough: request.choosesClosure ? CircuitRequest.enough : 0.01,
            progress: { meter.show($2, of: "P = \($0), \($1.rawValue)") })
          for point in choice.curve { observer.remark(remark(on: point)) }
          let (fit, count) = (choice.distillation, choice.distillation.circuit.statistics.populations.count)
          observer.remark(
            .note(.chosen, "chosen: \(fit.closure.rawValue) with \(counted(count, "population"))"))
          return (fit, choice.distillations)
        }
      }
    }
  }

  private static func remark(on point: PopulationChoice.Point) -> Remark {
    .note(
      .candidate,
      "P = \(point.populations), \(point.closure.rawValue): \(words(point.validation))",
      values: ["populations": Double(point.populations)].merging(values(point.validation)) { $1 })
  }

  private static func words(_ error: ValidationError) -> String {
    "validation error \(percent(error.value)), below \(percent(error.bound)) on 95 of 100 other sets of trials"
  }

  private static func values(_ error: ValidationError) -> [String: Double] {
    ["validationError": error.value, "validationBound": error.bound]
  }

  /// What to know about a fit.
  private static func remarks(on fit: Distillation, of network: Network) -> [Remark] {
    var remarks: [Remark] = []
    if let anchor = fit.anchor {
      remarks.append(
        .note(
          .fitted, "anchor \(anchor), \(words(fit.validation))",
          values: ["anchor": anchor].merging(values(fit.validation)) { $1 }))
    }
    guard fit.closure != .moments else { return remarks }
    let distance = fit.diagnosis.meanDistance
    remarks.append(
      .note(
        .fitted,
        "fitted: overall means of m and n moved by at most \(text(distance, digits: 2)) SD over units from \(network.fullInputs == nil ? "the network's own" : "those of the network fitted to the activity")",
        values: ["distance": distance]))
    remarks += fit.diagnosis.words.map {
      .note(.fitted, "\($0.name): \($0.value)", values: ["distance": distance])
    }
    if fit.diagnosis.isExcessive {
      remarks.append(
        .warning(
          .excessiveWeights,
          "the circuit's weights are far larger than the network's (E[a²] more than five times): a larger `anchor` "
            + "or fewer populations keep it closer to the units",
          values: ["ratio": fit.diagnosis.weightSquareRatios.max() ?? 0]))
    }
    return remarks
  }

  private static func given(_ request: CircuitRequest, for subject: Subject, _ observer: some Observer)
    throws(StudyError) -> CircuitFile
  {
    let network = try subject.network()
    let file = request.file ?? "circuit"
    let document = try StudyError.converting { try request.document ?? CircuitFile.read(file) }
    let (expected, found) = (network.layout, document.circuit.statistics.layout)
    guard
      (found.rank, found.inputCount, found.outputCount)
        == (expected.rank, expected.inputCount, expected.outputCount)
    else {
      throw StudyError(
        .badData, file,
        "expected rank \(expected.rank), \(counted(expected.inputCount, "input")), "
          + "\(counted(expected.outputCount, "output")) like \(subject.name), found rank \(found.rank), "
          + "\(counted(found.inputCount, "input")), \(counted(found.outputCount, "output"))")
    }
    if document.alpha != subject.alpha {
      observer.remark(
        .warning(
          .otherStep,
          "\(file): made for α = \(document.alpha), run with the network's α = \(subject.alpha)",
          values: ["circuit": document.alpha, "network": subject.alpha]))
    }
    if document.circuit.transfer != network.transfer {
      observer.remark(
        .warning(
          .otherTransfer,
          "\(file): its φ is \(document.circuit.transfer.rawValue), the network's \(network.transfer.rawValue)"
        ))
    }
    return document
  }
}

extension Diagnosis {
  /// How far a fitted circuit is from clusters of the units, under the names that circuit.json has for it.
  var words: [(name: String, value: String)] {
    [
      (
        "distance from clusters",
        "\(text(momentDistance, digits: 2)) SDs of the loadings (RMS over means and factors); couplings changed by "
          + percent(couplingChange)
      ),
      (
        "E[a²] over the network's, n and then \(isOfSums ? "the fitted sums of w" : "w")",
        weightSquareRatios.map { text($0, digits: 2) }.joined(separator: ", ")
      ),
      (
        "condition of each population's covariance of (m, I)",
        conditions.map { text($0, digits: 2) }.joined(separator: ", ")
      ),
    ]
  }
}
