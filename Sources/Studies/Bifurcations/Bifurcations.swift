// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import NetworkFiles

/// Branches of a circuit's fixed points and limit cycles over a parameter, and their bifurcations.
///
///     let result = try Bifurcations(parameter: "I1", from: -1, to: 1).run(on: Subject(file: "circuit.json"))
///     print(result.bifurcations.map(\.kind))
public struct Bifurcations: Study, Hashable {
  /// `I1`, `I2`, …; `sigma:a,b[@population]`; or `gain`, 1 for the circuit as it stands.
  public var parameter: String
  /// The ends of the range, the lower one first.
  public var from, to: Double
  /// The constant input, one number per channel; `nil` for zero.
  public var input: [Double]?
  /// Resample the network's units so many times, 20 to 100000; `nil` for none.
  public var bootstrap: Int?
  /// For a bootstrap: the file of the network that a circuit was made from.
  public var network: String?
  /// How that file is to be read.
  public var reading: ReadingRequest
  /// Seed of the bootstrap.
  public var seed: UInt64

  /// A diagram.
  public init(
    parameter: String, from: Double, to: Double, input: [Double]? = nil, bootstrap: Int? = nil,
    network: String? = nil, reading: ReadingRequest = ReadingRequest(), seed: UInt64 = 1
  ) {
    self.parameter = parameter
    (self.from, self.to) = (from, to)
    self.input = input
    self.bootstrap = bootstrap
    self.network = network
    self.reading = reading
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    if let bootstrap, !(20...100_000).contains(bootstrap) {
      throw StudyError(.usage, "bootstrap", "expected 20 to 100000 replicates, found \(bootstrap).")
    }
    if network != nil && bootstrap == nil {
      throw StudyError(.usage, "", "`network` belongs to `bootstrap`.")
    }
    guard from.isFinite, to.isFinite, from < to else {
      throw StudyError(.usage, "range", "expected two numbers A:B with A below B, found \(rangeText)")
    }
    // Steps are shares of the range: what happens on a far smaller scale would be passed over without a word.
    let size = max(abs(from), abs(to))
    guard size <= 1e4, to - from >= 1e-6 * max(size, 1e-3) else {
      throw StudyError(
        .usage, "range",
        "expected ends between -10000 and 10000, a millionth of the larger one apart at least, found \(rangeText)"
      )
    }
  }

  private var rangeText: String { "\(given(from)):\(given(to))" }

  /// Follows the branches.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> BifurcationResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let document = try subject.circuit()
    let circuit = document.circuit
    let parameter = try BifurcationParameter(named: parameter, of: circuit)
    let range = try realisable(parameter, in: circuit, subject, collector)
    let input = try ConstantInput.checked(input, channels: circuit.inputCount, of: subject.name)
    let search = BifurcationSearch()
    return try StudyError.converting(about: subject.name) {
      let diagram = try collector.metered("following fixed points") { meter in
        try search.diagram(of: circuit, input: input, parameter: parameter, over: range) { meter.show($0) }
      }
      for note in diagram.notes { collector.remark(.warning(.branchGivenUp, note)) }
      let cycles = try collector.metered("following limit cycles") { meter in
        try search.cycles(from: diagram, of: circuit, input: input, parameter: parameter, over: range) {
          meter.show($0)
        }
      }
      for remark in cycles.flatMap(remarks) { collector.remark(remark) }
      let resampled = try bootstrap.map { count in
        let units = try BootstrapUnits(
          of: subject, circuit: document, network: network, reading: reading, observer: collector)
        return try BootstrapDiagram(
          of: units.network, labels: units.labels, input: input, parameter: parameter, over: range,
          replicates: count, seed: seed)
      }
      var beside: [NetworkBeside]?
      if case .network(let imported) = subject.matter {
        let found = try NetworkBeside.compare(imported.network, circuit, parameter, over: range, input: input)
        collector.remark(
          NetworkBeside.remark(
            found, name: subject.name, parameter: self.parameter,
            populations: circuit.statistics.populations.count))
        beside = found
      }
      return BifurcationResult(
        BifurcationResult.Details(
          subject: beside == nil
            ? subject.name
            : "\(subject.name): the circuit of \(counted(circuit.statistics.populations.count, "Gaussian population"))",
          network: beside, parameter: self.parameter, range: range, diagram: diagram, cycles: cycles,
          bootstrap: resampled), remarks: subject.remarks + collector.remarks)
    }
  }

  /// Says where a branch of cycles was given up.
  private func remarks(on branch: CycleBranch) -> [Remark] {
    [(branch.start, branch.points.first), (branch.end, branch.points.last)].compactMap { end, point in
      guard end.isGivenUp, let point else { return nil }
      return .warning(
        .branchGivenUp,
        "a branch of limit cycles ends near \(parameter) = \(text(point.parameter, digits: 6)), period "
          + "\(text(point.cycle.period, digits: 4)) τ, \(end)", values: ["parameter": point.parameter])
    }
  }

  /// The part of the range in which the covariances are those of some distribution.
  private func realisable(
    _ parameter: BifurcationParameter, in circuit: EffectiveCircuit, _ subject: Subject,
    _ observer: some Observer
  ) throws(StudyError) -> ClosedRange<Double> {
    let range = from...to
    guard case .covariance(let a, let b, let population) = parameter else { return range }
    let limits = try StudyError.converting(about: subject.name) {
      try RealisableRange(of: circuit, a, b, population: population)
    }
    let what =
      switch limits.scope {
      case .drives:
        "the covariance of the drives (m, I) is positive semi-definite and can hold the weights' (n, w)"
      case .variance: "the variance is not negative"
      }
    let interval =
      limits.upper == .infinity
      ? "from \(text(limits.lower, digits: 9)) on"
      : "from \(text(limits.lower, digits: 9)) to \(text(limits.upper, digits: 9))"
    guard let part = limits.part(of: range) else {
      throw StudyError(
        .usage, "range",
        "expected values of \(self.parameter) for which \(what), \(interval), found \(rangeText)")
    }
    if part != range {
      observer.remark(
        .warning(
          .cutRange,
          "`range` \(rangeText): \(what) for \(self.parameter) \(interval) only, the other values as they stand; the "
            + "range is cut to \(text(part.lowerBound, digits: 9)):\(text(part.upperBound, digits: 9))",
          values: ["from": part.lowerBound, "to": part.upperBound]))
    }
    return part
  }
}

extension Remark.Code {
  /// A branch could not be followed to its end.
  public static let branchGivenUp: Self = "branch-given-up"
  /// The range of a parameter was cut to where it means something.
  public static let cutRange: Self = "cut-range"
}

extension BifurcationParameter {
  /// The parameter that a person names.
  ///
  /// - Throws: a `StudyError` that says which ones there are.
  init(named name: String, of circuit: EffectiveCircuit) throws(StudyError) {
    if name == "gain" {
      self = .gain
      return
    }
    let (layout, populations) = (circuit.statistics.layout, circuit.statistics.populations.count)
    if name.hasPrefix("I"), let k = Int(name.dropFirst()), k >= 1, k <= layout.inputCount {
      self = .input(k - 1)
      return
    }
    let vectors = layout.vectors
    let known =
      "gain, I1…I\(layout.inputCount) or sigma:a,b with a and b among "
      + vectors.map(\.description).joined(separator: ", ")
    let parts = name.dropFirst(6).split(separator: "@", omittingEmptySubsequences: false)
    let names = (parts.first ?? "").split(separator: ",")
    let population = parts.count == 2 ? Int(parts[1]) : (populations == 1 ? 1 : nil)
    guard name.hasPrefix("sigma:"), names.count == 2,
      let a = vectors.first(where: { $0.description == names[0] }),
      let b = vectors.first(where: { $0.description == names[1] })
    else { throw StudyError(.usage, "parameter", "expected \(known), found \(name)") }
    guard parts.count <= 2, let population, (1...populations).contains(population) else {
      throw StudyError(
        .usage, "parameter",
        "expected sigma:\(names[0]),\(names[1])@P with a population P from 1 to \(populations), found \(name)"
      )
    }
    self = .covariance(a, b, population: population - 1)
  }
}
