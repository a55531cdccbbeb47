// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import NetworkFiles
import Report
import Studies

/// `kappa merge`: how small a network can be.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Merge the units of a network that are most alike.",
    discussion: """
      Pairs of units are merged, --pairs at a time, until --to are left: what they receive is averaged, what they send is \
      added. --retrain U trains the smaller network on the task after each step. Every size has its error, its kind of \
      solution (fixed points without input, dimensions of the rates, share of the original's first three components that it \
      gives back), and beside it the truncation of J that has as many numbers.
      """)

  @Argument(help: ArgumentHelp("The network.", valueName: "network"))
  var network: String

  @OptionGroup(title: "Trials") var trials: TrialOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Option(help: "activity or loadings: what makes units alike.")
  var by: Merge.Likeness = .activity

  @Option(name: .customLong("to"), help: ArgumentHelp("Units at the end.", valueName: "units"))
  var units: Int

  @Option(help: "Pairs that are merged in a step.")
  var pairs = 10

  @Option(help: "Updates of training after each step; needs --task.")
  var retrain = 0

  @Option(help: "Step size of that training. (default: 0.001)")
  var learningRate: Double?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the smallest network.", valueName: "net.npz"))
  var output: String?

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    try trials.require()
    try check(try study().validate)
  }

  func run() throws {
    if let output { try OutputPath.check(output, against: [network, trials.trials]) }
    let result = try result(observer: ConsoleObserver())
    if let output { try NPZFile.write(result.arrays, to: output, protecting: [network]) }
    if json { return try printJSON(result) }
    Console.print(Console.style(network, .bold))
    Console.print(
      "  merged by \(result.by.rawValue), \(result.retrain) updates after each step; \(result.trialSource)")
    var table = Table([
      "units", "error of z", "loss", "right", "fixed points", "stable", "dimensions", "shared",
      "truncated to", "error of z",
    ])
    func cell(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }
    for row in result.rows {
      table.add([
        "\(row.units)", percent(row.relative), row.loss.map { text($0, digits: 3) } ?? "",
        percent(row.accuracy),
        cell(row.solution.fixedPoints), cell(row.solution.stable),
        text(row.solution.participationRatio, digits: 3), percent(row.solution.sharedWithOriginal),
        row.truncation.map { "rank \($0.rank)" } ?? "", row.truncation.map { percent($0.relative) } ?? "",
      ])
    }
    table.print()
    if let output { Console.print("\nWrote \(Console.plain(output))") }
  }

  /// What merging gives.
  func result(observer: any Observer, threads: Int? = nil) throws -> MergeResult {
    let subject = try Subject(networkFile: network, reading: reading.request, observer: observer)
    var study = try study()
    study.threads = threads
    return try study.run(on: subject, observer: observer)
  }

  private func study() throws -> Merge {
    var training = TrainingRequest()
    training.learningRate = learningRate
    training.seed = trials.seed
    return Merge(
      trials: try trials.request(), by: by, units: units, pairs: pairs, retrain: retrain, training: training)
  }
}

extension Merge.Likeness: ExpressibleByArgument {}
