// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa simulate`: one dynamics alone.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Run one dynamics alone: a network, its exact manifold, or a circuit.",
    discussion: """
      Writes z (B, T, O) and kappa (B, T, R) and, with --states, x (B, T, N) to an .npz file. Values of step t are \
      read after the update with u_t; --last-steps keeps the end of every trial alone. A circuit file is simulated as a circuit.
      """)

  @Argument(help: ArgumentHelp("A network (.npz, .pt, .pth) or a circuit (.json).", valueName: "network"))
  var input: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "network, manifold or circuit. (default: circuit for a circuit file, else network)")
  var dynamics: Simulate.Kind?

  @Option(
    help: "Arithmetic of the full network's units, double or single: single is two to three times as fast.")
  var precision = Precision.double

  @Option(help: "Standard deviation of each unit's private noise, per Euler step.")
  var noise = 0.0

  @Option(help: "How many threads. (default: all cores; results do not depend on it)")
  var threads: Int?

  @Flag(help: "Keep the states x (B, T, N), too.")
  var states = false

  @Option(help: "Keep only this many steps of every trial, the last ones. (default: all)")
  var lastSteps: Int?

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The file to write.", valueName: "out.npz"))
  var output: String

  func validate() throws {
    try running.require()
    try check(
      Simulate(trials: TrialRequest(task: ""), noise: noise, threads: threads, lastSteps: lastSteps).validate)
  }

  func run() throws {
    try checkOutput(output, against: [input, running.trials])
    let observer = ConsoleObserver()
    let study = Simulate(
      trials: try running.request(), dynamics: dynamics, precision: precision, noise: noise, threads: threads,
      states: states, lastSteps: lastSteps)
    let subject = try Subject(file: input, reading: reading.request, observer: observer)
    let result = try study.run(on: subject, observer: observer)
    try NPZFile.write(result.arrays, to: output)
    let stimulus = result.trialSet.trials.stimulus
    let kept =
      result.trajectory.steps < stimulus.steps ? ", the last \(result.trajectory.steps) kept" : ""
    // Of a dense J only its own dynamics is the network's.
    let isCut = subject.circuitName != subject.name && (dynamics == .manifold || dynamics == .circuit)
    let what = isCut ? "\(Console.plain(subject.circuitName)): " : ""
    Console.print(
      "\(what)\(stimulus.trials) trials of \(stimulus.steps) steps\(kept), \(result.trialSet.source), "
        + "α = \(text(result.alpha)): wrote \(Console.plain(output))")
  }
}

extension Simulate.Kind: ExpressibleByArgument {}
