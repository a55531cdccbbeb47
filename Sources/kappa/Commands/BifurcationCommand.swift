import Analysis
import ArgumentParser
import LowRank
import NetworkFiles
import Report

/// `kappa bifurcation`: how the fixed points of a circuit change with a parameter.
struct BifurcationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bifurcation",
    abstract: "Branches of a circuit's fixed points over a parameter, and their bifurcations.",
    discussion: """
      The parameter is an input (I1, I2, …), a covariance (sigma:n1,m1; with several populations sigma:n1,m1@2 for \
      that of the second one) or the strength of the recurrence (gain, 1 for the circuit as it stands). Folds, \
      pitchforks, crossings and Hopf points are located to rounding.

      Example: kappa bifurcation report/circuit.json --parameter I1 --range=-0.1:0.1
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

  @OptionGroup(title: "Reading a network") var reading: NetworkOptions
  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let folder = try output.map { try OutputFolder($0, keeping: [circuit]) }
    let document =
      circuit.hasSuffix(".json")
      ? try CircuitFile.read(circuit) : try .moments(of: reading.load(circuit), path: circuit)
    let span = try parsedRange()
    let diagram = try BifurcationSearch().diagram(
      of: document.circuit,
      input: try constantInput(input, channels: document.circuit.inputCount, of: circuit),
      parameter: try parsedParameter(document.circuit.statistics), over: span)
    for note in diagram.notes { Console.warn(note) }
    if let folder {
      try folder.create()
      let figure = Figure.bifurcations(diagram, parameter: parameter, range: span)
      for problem in try FigureFolder(path: folder.path).write([figure]).problems { Console.warn(problem) }
    }
    if json {
      try printJSON(BifurcationDocument(diagram))
      return
    }
    Console.print(Console.style(circuit, .bold))
    Console.print(
      "  \(counted(diagram.branches.count, "branch").replacing("branchs", with: "branches")) of fixed points over "
        + "\(parameter) from \(text(span.lowerBound)) to \(text(span.upperBound))")
    var table = Table(["bifurcation", parameter, "κ", "frequency τω"])
    for item in diagram.bifurcations {
      table.add([
        item.kind.rawValue, text(item.parameter, digits: 9),
        item.kappa.map { text($0) }.joined(separator: " "),
        item.frequency.map { text($0, digits: 6) } ?? "–",
      ])
    }
    if diagram.bifurcations.isEmpty {
      Console.print("  no bifurcations in this range")
    } else {
      table.print()
    }
  }

  private func parsedRange() throws -> ClosedRange<Double> {
    let ends = range.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low.isFinite, high.isFinite, low < high
    else {
      throw Failure(.usage, "--range: expected two numbers A:B with A below B, found \(range)")
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
        "--parameter: expected \(parameter)@P with a population P from 1 to \(count), found \(parameter)")
    }
    return .covariance(a, b, population: population - 1)
  }
}

/// A constant input from an option's text: one number per channel, zero without an option.
func constantInput(_ text: String?, channels: Int, of path: String) throws -> [Double] {
  guard let text else { return [Double](repeating: 0, count: channels) }
  let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
  let values = parts.compactMap { $0 }.filter(\.isFinite)
  guard values.count == parts.count, values.count == channels else {
    throw Failure(
      .usage, "--input: expected \(counted(channels, "number")), one per input of \(path), found \(text)")
  }
  return values
}

/// The JSON of `kappa bifurcation`.
private struct BifurcationDocument: Encodable {
  struct Point: Encodable {
    let parameter: Double
    let kappa: [Double]
    let eigenvalues: [[Double]]
    let stable: Bool
    let output: [Double]
  }

  struct Crossing: Encodable {
    let kind: String
    let parameter: Double
    let kappa: [Double]
    let frequency: Double?
  }

  let branches: [[Point]]
  let bifurcations: [Crossing]

  init(_ diagram: BifurcationDiagram) {
    branches = diagram.branches.map { branch in
      branch.points.map {
        Point(
          parameter: $0.parameter, kappa: $0.kappa,
          eigenvalues: $0.eigenvalues.map { [$0.real, $0.imaginary] },
          stable: $0.isStable, output: $0.outputs)
      }
    }
    bifurcations = diagram.bifurcations.map {
      Crossing(kind: $0.kind.rawValue, parameter: $0.parameter, kappa: $0.kappa, frequency: $0.frequency)
    }
  }
}
