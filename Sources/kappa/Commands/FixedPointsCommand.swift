// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import FixedPoints
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa fixed-points`: where the dynamics rests under a constant input.
struct FixedPointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixed-points", abstract: "Fixed points and their stability under a constant input.",
    discussion: """
      A network is searched on its exact manifold, where its fixed points are those of all N units; a circuit file as \
      a circuit. At rank 1 the search is complete; at higher rank it says whether it could prove to be. Slow points, \
      where trajectories linger although nothing rests there, are listed apart. --cycles, --basins and --task look \
      further, in continuous time: for limit cycles, for what leads where, and for what a task's stimuli do to the \
      attractors.

      Examples: kappa fixed-points net.npz --input 0.1,0
                kappa fixed-points net.npz --basins --task perceptual-decision
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

  @Flag(help: "Limit cycles too (rank 2 and beyond), by simulation and shooting.")
  var cycles = false

  @Flag(help: "Basins of attraction on a grid (rank 1 and 2).")
  var basins = false

  @OptionGroup(title: "Transitions between attractors") var transitions: TransitionOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions
  @Flag(
    help:
      "One JSON document: the list of fixed points, or with --cycles, --basins or --task an object with all of it."
  )
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
      let request = try request(rank: document.circuit.rank, rest: v)
      try report(
        Portrait(of: document.circuit, input: v, search: search(alpha), request), alpha: alpha, on: "circuit",
        v)
      return
    }
    let imported = try reading.load(network)
    let v = try constantInput(constant, channels: imported.network.inputCount, of: network)
    let search = search(imported.alpha)
    let request = try request(rank: imported.network.rank, rest: v)
    let portrait =
      on == .circuit
      ? try Portrait(
        of: CircuitFile.moments(of: imported, path: network).circuit, input: v, search: search, request)
      : try Portrait(of: ManifoldDynamics(imported.network), input: v, search: search, request)
    try report(portrait, alpha: imported.alpha, on: (on ?? .manifold).rawValue, v)
  }

  private func request(rank: Int, rest: [Double]) throws -> Portrait.Request {
    if basins && rank > 2 {
      throw Failure(
        .usage,
        "\(network): expected rank 1 or 2 for --basins, whose grid has an axis for each κ, found rank \(rank)"
      )
    }
    return Portrait.Request(
      cycles: cycles, basins: basins, conditions: try transitions.conditions(rest: rest, of: network))
  }

  private func search(_ alpha: Double) -> FixedPointSearch {
    var search = FixedPointSearch()
    search.starts = starts
    search.seed = seed
    // What private noise has built up in the long run.
    search.noiseVariance = noise * noise / (1 - (1 - alpha) * (1 - alpha))
    return search
  }

  private func report(_ portrait: Portrait, alpha: Double, on dynamics: String, _ v: [Double]) throws {
    let set = portrait.set
    if json {
      if cycles || basins || transitions.name != nil {
        try printJSON(PortraitDocument(portrait))
        return
      }
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
      cells += point.kappa.map { text(withoutRounding($0), digits: 6) }
      cells.append(point.outputs.map { text(withoutRounding($0)) }.joined(separator: " "))
      cells.append(point.eigenvalues.map(complexText).joined(separator: "  "))
      cells.append(point.timeConstants.map { text($0, digits: 3) }.joined(separator: "  "))
      cells.append(point.kind.rawValue)
      cells.append(point.isStable(alpha: alpha) ? "stable" : "unstable")
      table.add(cells)
    }
    table.print()
    Console.print("  " + completeness(set))
    if !set.slowPoints.isEmpty { printSlowPoints(set) }
    portrait.printAttractors(inputs: try transitions.inputs())
  }

  private func printSlowPoints(_ set: FixedPointSet) {
    Console.heading("Slow points (no fixed points: trajectories linger here)")
    var slow = Table([""] + kappaHeader(set) + ["speed τ|dκ/dt|", "z", "eigenvalues τλ"])
    for (index, point) in set.slowPoints.enumerated() {
      var cells = ["\(index + 1)"]
      cells += point.kappa.map { text($0) }
      cells.append(text(point.speed, digits: 3))
      cells.append(point.outputs.map { text($0) }.joined(separator: " "))
      cells.append(point.eigenvalues.map(complexText).joined(separator: "  "))
      slow.add(cells)
    }
    slow.print()
  }

  /// Zero to rounding is zero.
  private func withoutRounding(_ value: Double) -> Double { abs(value) < 1e-14 ? 0 : value }

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
}
