// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies
import Tasks

/// `kappa fixed-points`: where the dynamics rests under a constant input.
struct FixedPointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fixed-points", abstract: "Fixed points and their stability under a constant input.",
    discussion: """
      A network is searched on its exact manifold, where its fixed points are those of all N units; a circuit file as \
      a circuit. At rank 1 the search is complete; at higher rank it says whether it could prove to be. Slow points, \
      where trajectories linger although nothing rests there, are listed apart. --cycles, --basins and --task look \
      further: for cycles, for what leads where, and for what a task's stimuli do to the attractors. They do so in \
      continuous time, and by the network's own steps where α is 0.5 or more or a fixed point is stable in one of the \
      two only; it is said which.

      Examples: kappa fixed-points net.npz --input 0.1,0
                kappa fixed-points net.npz --basins --task perceptual-decision
      """)

  @Argument(help: ArgumentHelp("A network (.npz, .pt, .pth) or a circuit (.json).", valueName: "network"))
  var network: String

  @Option(
    name: .customLong("input"), parsing: .unconditional,
    help: ArgumentHelp("The constant input, one number per channel. (default: zero)", valueName: "v1,v2,…"))
  var constant: String?

  @Option(help: "circuit or manifold. (default: circuit for a circuit file, else manifold)")
  var on: Portrait.Kind?

  @Option(help: "Standard deviation of each unit's private noise, per Euler step.")
  var noise = 0.0

  @Option(help: "Random starts, where the search needs them.")
  var starts = 200

  @Option(help: "Seed of the random starts.")
  var seed: UInt64 = 1

  @Flag(help: "Limit cycles too (rank 2 and beyond), and cycles of the steps where α is not small.")
  var cycles = false

  @Flag(help: "Basins of attraction on a grid (rank 1 and 2).")
  var basins = false

  @Option(
    help: ArgumentHelp(
      "With --task: what stimuli do to attractors as a graph, .dot or .graphml.", valueName: "file"))
  var graph: String?

  @OptionGroup(title: "Transitions between attractors") var transitions: TransitionOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions
  @Flag(
    help:
      "One JSON document: the list of fixed points, or with --cycles, --basins or --task an object with all of it."
  )
  var json = false

  func validate() throws {
    try check(Portrait(noise: noise, starts: starts).validate)
    if let graph {
      guard transitions.name != nil else {
        throw ValidationError("--graph: expected --task beside it, whose stimuli are the edges, found none")
      }
      guard graphLanguage != nil else {
        throw ValidationError("--graph: expected a name that ends in .dot or .graphml, found \(graph)")
      }
    }
  }

  private var graphLanguage: PortraitResult.GraphLanguage? {
    PortraitResult.GraphLanguage.allCases.first { graph?.hasSuffix("." + $0.rawValue) == true }
  }

  func run() throws {
    try checkOutput(graph, against: [network])
    let observer = ConsoleObserver()
    let study = Portrait(
      input: try NumberList.input(constant), on: on, noise: noise, starts: starts, seed: seed, cycles: cycles,
      basins: basins, task: transitions.request)
    let result = try study.run(
      on: Subject(file: network, reading: reading.request, observer: observer), observer: observer)
    if let graph, let language = graphLanguage, let text = result.graph(language) {
      try FileWriter.write(text, to: graph, protecting: [network])
    }
    if json {
      try printJSON(result)
      // The list holds the fixed points alone; what is known about them goes to stderr.
      if let details = result.details, !study.isExtended {
        Console.note(details.completeness)
        let slow = details.set.slowPoints.count
        if slow > 0 { Console.note("\(counted(slow, "slow point")) besides") }
      }
      return
    }
    if let document = result.document { Console.print(document) }
  }
}

extension Portrait.Kind: ExpressibleByArgument {}

/// A task whose stimuli act on the attractors.
struct TransitionOptions: ParsableArguments {
  @Option(
    name: .customLong("task"),
    help: ArgumentHelp(
      "Where the stimuli of a task move each attractor: the noiseless inputs of its trials, then rest at --input.",
      valueName: "name"))
  var name: String?

  @Option(help: "paper or course: the task's timings and scales.")
  var preset: Tasks.Task.Preset = .paper

  @Option(help: "Amplitude of a context channel, for tasks that have them. (default: 0.1)")
  var contextScale: Double?

  func validate() throws {
    if name == nil && (contextScale != nil || preset != .paper) {
      throw ValidationError("--preset and --context-scale belong to --task.")
    }
  }

  /// The same as studies want it.
  var request: TaskRequest? { name.map { TaskRequest($0, preset: preset, contextScale: contextScale) } }
}
