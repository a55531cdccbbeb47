// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import ArgumentParser
import FixedPoints
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa bifurcation`: how the fixed points of a circuit change with a parameter.
struct BifurcationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bifurcation",
    abstract: "Branches of a circuit's fixed points over a parameter, and their bifurcations.",
    discussion: """
      The parameter is an input (I1, I2, …), a covariance (sigma:n1,m1; with several populations sigma:n1,m1@2 for \
      that of the second one) or the strength of the recurrence (gain, 1 for the circuit as it stands). Folds, \
      pitchforks, crossings and Hopf points are located to rounding. Limit cycles are followed from Hopf points and \
      from simulations at both ends and in the middle of the range, folds of cycles included. A range in which a \
      covariance matrix is not positive semi-definite throughout is cut. --bootstrap shows how well the network's units determine the diagram.

      Example: kappa bifurcation report/circuit.json --parameter I1 --range=-0.1:0.1 --bootstrap 200 --network net.npz
      """)

  @Argument(help: ArgumentHelp("A circuit (.json) or a network (.npz, .pt, .pth).", valueName: "circuit"))
  var circuit: String

  @Option(help: "I1, I2, …; sigma:a,b[@population]; or gain.")
  var parameter: String

  @Option(parsing: .unconditional, help: ArgumentHelp("From where to where.", valueName: "a:b"))
  var range: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The constant input, one number per channel. (default: zero)", valueName: "v1,v2,…"))
  var input: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Folder for the diagram as a figure, with its data and gnuplot script.", valueName: "dir"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Resample the network's units so many times: a ribbon of 5–95 %, and the share of replicates per topology.",
      valueName: "n"))
  var bootstrap: Int?

  @Option(
    name: .customLong("network"),
    help: ArgumentHelp(
      "For --bootstrap: the network that a circuit file was made from.", valueName: "network"))
  var source: String?

  @Option(help: "Seed of the bootstrap.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions
  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if let bootstrap, !(20...100_000).contains(bootstrap) {
      throw ValidationError("--bootstrap: expected 20 to 100000 replicates, found \(bootstrap).")
    }
    if source != nil && bootstrap == nil { throw ValidationError("--network belongs to --bootstrap.") }
  }

  func run() throws {
    let folder = try output.map {
      try OutputFolder($0, writing: [], keeping: [circuit, source].compactMap { $0 })
    }
    let imported = circuit.hasSuffix(".json") ? nil : try reading.load(circuit)
    let document =
      try imported.map { try CircuitFile.moments(of: $0, path: circuit) } ?? CircuitFile.read(circuit)
    let parameter = try parsedParameter(document.circuit.statistics)
    let span = try realisable(try parsedRange(), of: parameter, in: document.circuit)
    let input = try constantInput(input, channels: document.circuit.inputCount, of: circuit)
    let search = BifurcationSearch()
    let diagram = try watched("following fixed points") { progress in
      try search.diagram(
        of: document.circuit, input: input, parameter: parameter, over: span, progress: progress)
    }
    for note in diagram.notes { Console.warn(note) }
    let cycles = try watched("following limit cycles") { progress in
      try search.cycles(
        from: diagram, of: document.circuit, input: input, parameter: parameter, over: span,
        progress: progress)
    }
    for branch in cycles { warn(branch) }
    let resampled = try bootstrap.map { count in
      let (network, labels) = try BootstrapSource(
        circuit: document, path: circuit, imported: imported, network: source, reading: reading
      ).units
      return try BootstrapDiagram(
        of: network, labels: labels, input: input, parameter: parameter, over: span, replicates: count,
        seed: seed)
    }
    if let folder {
      try folder.create()
      let figure = Figure.bifurcations(
        diagram, cycles: cycles, bootstrap: resampled, parameter: self.parameter, range: span)
      for problem in try FigureFolder(path: folder.path).write([figure]).problems { Console.warn(problem) }
    }
    if json {
      try printJSON(BifurcationDocument(diagram, cycles: cycles, bootstrap: resampled))
      return
    }
    Console.print(Console.style(circuit, .bold))
    let count = diagram.branches.count
    Console.print(
      "  \(count) branch\(count == 1 ? "" : "es") of fixed points over \(self.parameter) from "
        + "\(text(span.lowerBound)) to \(text(span.upperBound))")
    printBifurcations(diagram, parameter: self.parameter)
    printCycles(cycles, parameter: self.parameter)
    if let resampled { printBootstrap(resampled) }
  }

  /// Says where a branch of cycles was given up.
  private func warn(_ branch: CycleBranch) {
    for (end, point) in [(branch.start, branch.points.first), (branch.end, branch.points.last)] {
      guard end.isGivenUp, let point else { continue }
      Console.warn(
        "a branch of limit cycles ends near \(parameter) = \(text(point.parameter, digits: 6)), period "
          + "\(text(point.cycle.period, digits: 4)) τ, \(end)")
    }
  }

  /// The part of the range in which the covariances are those of some distribution.
  private func realisable(
    _ range: ClosedRange<Double>, of parameter: BifurcationParameter, in circuit: EffectiveCircuit
  ) throws -> ClosedRange<Double> {
    guard case .covariance(let a, let b, let population) = parameter else { return range }
    let limits = try RealisableRange(of: circuit, a, b, population: population)
    let what =
      switch limits.scope {
      case .covariance: "the covariance is positive semi-definite"
      case .drives: "the covariance of the drives (m, I) is positive semi-definite"
      case .variance: "the variance is not negative"
      }
    let interval =
      limits.upper == .infinity
      ? "from \(text(limits.lower, digits: 9)) on"
      : "from \(text(limits.lower, digits: 9)) to \(text(limits.upper, digits: 9))"
    guard let part = limits.part(of: range) else {
      throw Failure(
        .usage,
        "--range: expected values of \(self.parameter) for which \(what), \(interval), found \(self.range)")
    }
    if part != range {
      Console.warn(
        "--range \(self.range): \(what) for \(self.parameter) \(interval) only, the other values as they stand; "
          + "the range is cut to \(text(part.lowerBound, digits: 9)):\(text(part.upperBound, digits: 9))")
    }
    return part
  }

  private func parsedRange() throws -> ClosedRange<Double> {
    let ends = range.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low.isFinite, high.isFinite, low < high
    else {
      throw Failure(.usage, "--range: expected two numbers A:B with A below B, found \(range)")
    }
    // Steps are shares of the range: what happens on a far smaller scale would be passed over without a word.
    let size = max(abs(low), abs(high))
    guard size <= 1e4, high - low >= 1e-6 * max(size, 1e-3) else {
      throw Failure(
        .usage,
        "--range: expected ends between -10000 and 10000, a millionth of the larger one apart at least, found \(range)"
      )
    }
    return low...high
  }

  private func parsedParameter(_ statistics: ConnectivityStatistics) throws -> BifurcationParameter {
    if parameter == "gain" { return .gain }
    let layout = statistics.layout
    if parameter.hasPrefix("I"), let k = Int(parameter.dropFirst()),
      (1...max(layout.inputCount, 1)).contains(k),
      layout.inputCount > 0
    {
      return .input(k - 1)
    }
    let vectors = layout.vectors
    let known =
      "gain, I1…I\(layout.inputCount) or sigma:a,b with a and b among "
      + vectors.map(\.description).joined(separator: ", ")
    guard parameter.hasPrefix("sigma:") else {
      throw Failure(.usage, "--parameter: expected \(known), found \(parameter)")
    }
    let parts = parameter.dropFirst(6).split(separator: "@", omittingEmptySubsequences: false)
    let names = (parts.first ?? "").split(separator: ",")
    let count = statistics.populations.count
    let population = parts.count == 2 ? Int(parts[1]) : (count == 1 ? 1 : nil)
    guard names.count == 2, let a = vectors.first(where: { $0.description == names[0] }),
      let b = vectors.first(where: { $0.description == names[1] })
    else { throw Failure(.usage, "--parameter: expected \(known), found \(parameter)") }
    guard parts.count <= 2, let population, (1...count).contains(population) else {
      throw Failure(
        .usage,
        "--parameter: expected sigma:\(names[0]),\(names[1])@P with a population P from 1 to \(count), "
          + "found \(parameter)")
    }
    return .covariance(a, b, population: population - 1)
  }
}

/// A constant input from an option's text: one number per channel, zero without an option.
func constantInput(_ text: String?, channels: Int, of path: String) throws -> [Double] {
  guard let text else { return [Double](repeating: 0, count: channels) }
  let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
  let values = parts.compactMap { $0 }.filter { abs($0) <= 1e6 }
  guard values.count == parts.count, values.count == channels else {
    throw Failure(
      .usage,
      "--input: expected \(counted(channels, "number")) up to 1e6 in size, one per input of \(path), found \(text)"
    )
  }
  return values
}
