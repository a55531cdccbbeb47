import Analysis
import ArgumentParser
import LowRank
import NetworkFiles
import Report

/// `kappa fixed-points`: where the dynamics rests under a constant input.
struct FixedPointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixed-points", abstract: "Fixed points and their stability under a constant input.",
    discussion: """
      A network is searched on its exact manifold, where its fixed points are those of all N units; a circuit file as \
      a circuit. At rank 1 the search is complete; at higher rank it says whether it could prove to be. Slow points, \
      where trajectories linger although nothing rests there, are listed apart.

      Example: kappa fixed-points net.npz --input 0.1,0
      """)

  /// Which dynamics.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case circuit, manifold
  }

  @Argument(help: ArgumentHelp("A network (.npz, .pt, .pth) or a circuit (.json).", valueName: "network"))
  var network: String

  @Option(
    name: .customLong("input"), parsing: .unconditional,
    help: ArgumentHelp("The constant input, one number per channel. (default: zero)", valueName: "v1,v2,…"))
  var constant: String?

  @Option(help: "circuit or manifold. (default: circuit for a circuit file, else manifold)")
  var on: Kind?

  @Option(help: "Standard deviation of each unit's private noise, per Euler step.")
  var noise = 0.0

  @Option(help: "Random starts, where the search needs them.")
  var starts = 200

  @Option(help: "Seed of the random starts.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading the network") var reading: NetworkOptions
  @Flag(help: "One JSON document on standard output: the fixed points.")
  var json = false

  func validate() throws {
    guard noise >= 0, noise.isFinite else {
      throw ValidationError("--noise: expected a standard deviation of at least 0, found \(noise).")
    }
    guard (1...1_000_000).contains(starts) else {
      throw ValidationError("--starts: expected a number from 1 to 1000000, found \(starts).")
    }
  }

  func run() throws {
    if network.hasSuffix(".json") {
      if on == .manifold {
        throw Failure(.usage, "\(network): expected a network for --on manifold, found a circuit file")
      }
      let document = try CircuitFile.read(network)
      let alpha = reading.stepSize ?? document.alpha
      let v = try constantInput(constant, channels: document.circuit.inputCount, of: network)
      try report(search(alpha).fixedPoints(of: document.circuit, input: v), alpha: alpha, on: "circuit", v)
      return
    }
    let imported = try reading.load(network)
    let v = try constantInput(constant, channels: imported.network.inputCount, of: network)
    let search = search(imported.alpha)
    let set =
      on == .circuit
      ? try search.fixedPoints(of: CircuitFile.moments(of: imported, path: network).circuit, input: v)
      : try search.fixedPoints(of: ManifoldDynamics(imported.network), input: v)
    try report(set, alpha: imported.alpha, on: (on ?? .manifold).rawValue, v)
  }

  private func search(_ alpha: Double) -> FixedPointSearch {
    var search = FixedPointSearch()
    search.starts = starts
    search.seed = seed
    // What private noise has built up in the long run.
    search.noiseVariance = noise * noise / (1 - (1 - alpha) * (1 - alpha))
    return search
  }

  private func report(_ set: FixedPointSet, alpha: Double, on dynamics: String, _ v: [Double]) throws {
    if json {
      // The document holds the fixed points alone; what is known about them goes to stderr.
      try printJSON(set.points.map(FixedPointEntry.init))
      Console.note(completeness(set))
      if !set.slowPoints.isEmpty { Console.note("\(counted(set.slowPoints.count, "slow point")) besides") }
      return
    }
    Console.print(Console.style(network, .bold))
    let input = v.isEmpty ? "" : " at v = (" + v.map { text($0) }.joined(separator: ", ") + ")"
    Console.print("  fixed points of the \(dynamics)\(input), α = \(text(alpha))")
    var table = Table(
      [""] + kappaHeader(set) + ["z", "eigenvalues τλ", "time constants /τ", "kind", "Euler map"])
    for (index, point) in set.points.enumerated() {
      var cells = ["\(index + 1)"]
      cells += point.kappa.map { text($0, digits: 6) }
      cells.append(point.outputs.map { text($0) }.joined(separator: " "))
      cells.append(point.eigenvalues.map(complex).joined(separator: "  "))
      cells.append(point.timeConstants.map { text($0, digits: 3) }.joined(separator: "  "))
      cells.append(point.kind.rawValue)
      cells.append(point.isStable(alpha: alpha) ? "stable" : "unstable")
      table.add(cells)
    }
    table.print()
    Console.print("  " + completeness(set))
    guard !set.slowPoints.isEmpty else { return }
    Console.heading("Slow points (no fixed points: trajectories linger here)")
    var slow = Table([""] + kappaHeader(set) + ["speed τ|dκ/dt|", "z", "eigenvalues τλ"])
    for (index, point) in set.slowPoints.enumerated() {
      var cells = ["\(index + 1)"]
      cells += point.kappa.map { text($0) }
      cells.append(text(point.speed, digits: 3))
      cells.append(point.outputs.map { text($0) }.joined(separator: " "))
      cells.append(point.eigenvalues.map(complex).joined(separator: "  "))
      slow.add(cells)
    }
    slow.print()
  }

  private func kappaHeader(_ set: FixedPointSet) -> [String] {
    let rank = set.points.first?.kappa.count ?? set.slowPoints.first?.kappa.count ?? 0
    return (0..<rank).map { "κ\($0 + 1)" }
  }

  private func completeness(_ set: FixedPointSet) -> String {
    switch set.completeness {
    case .proven(let how): "These are all: \(how)."
    case .searched(let why): "There may be more: \(why)."
    }
  }

  private func complex(_ value: Eigenvalue) -> String {
    if value.imaginary == 0 { return text(value.real) }
    return "\(text(value.real)) \(value.imaginary < 0 ? "-" : "+") \(text(abs(value.imaginary)))i"
  }
}

/// One entry of the JSON.
private struct FixedPointEntry: Encodable {
  let kappa: [Double]
  let eigenvalues: [[Double]]
  let stable: Bool
  let speed: Double
  let output: [Double]

  init(_ point: FixedPoint) {
    kappa = point.kappa
    eigenvalues = point.eigenvalues.map { [$0.real, $0.imaginary] }
    stable = point.isStable
    speed = point.speed
    output = point.outputs
  }
}
