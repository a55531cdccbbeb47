// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Studies

/// `kappa inspect`: what is in a file, and how it is read.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a network file holds and how it is read.",
    discussion: """
      Prints size, rank, inputs, outputs, the tensors with their roles, what had to be assumed, and the covariances and \
      overlaps of all vectors (--json: with standard errors). With --task (or --trials), the network is run, too: how many \
      dimensions its activity fills (principal components, participation ratio) and how much of it lies in the span of m \
      and I. When the trials hold z as your own code computed it, all ways to read the file are tried, and the options \
      that give your z are printed.
      """)

  /// Most vectors of which covariances are printed.
  private static let shownVectors = 40

  @Argument(help: "The network: .npz, .pt, .pth, .pkl or .mat.")
  var network: String

  @OptionGroup(title: "Trials, to look at the activity, too") var running: TrialOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let observer = ConsoleObserver()
    let study = Inspect(trials: running.areGiven ? try running.request() : nil)
    let result = try study.run(
      on: Subject(networkFile: network, reading: reading.request, observer: observer), observer: observer)
    if json { return try printJSON(result) }
    guard let imported = result.imported else { return }
    printText(result, imported)
    if let activity = result.activity { printActivity(activity, of: imported.network) }
    if let readings = result.readings { printReadings(readings) }
  }

  private func printText(_ result: InspectionResult, _ imported: ImportedNetwork) {
    printNetworkHeader(imported, path: network)
    Console.heading("Tensors")
    var table = Table(["name", "shape", "type", "role"])
    for tensor in imported.summary.tensors {
      table.add([
        tensor.name, "(\(tensor.shape.map(String.init).joined(separator: ", ")))", tensor.type, tensor.role,
      ])
    }
    for entry in imported.summary.unread { table.add([entry.name, "", entry.what, "not read"]) }
    table.print()
    let count = result.moments.first?.vectors.count ?? 0
    guard count <= Self.shownVectors else {
      Console.print("  \(count) vectors, too many for a table of covariances; --json has the rest")
      return
    }
    for (index, moments) in result.moments.enumerated() {
      let name =
        (result.moments.count == 1 ? "" : " of population \(index + 1)")
        + (imported.network.standIn.map { " of the \($0)" } ?? "")
      Console.heading("Covariances\(name)")
      if result.moments.count > 1 { Console.print("  \(percent(moments.fraction)) of the units") }
      printMoments(moments, moments.covariances, withMeans: true)
      Console.heading("Overlaps (1/N) aᵀb\(name): covariances and products of means")
      printMoments(moments, moments.overlaps, withMeans: false)
    }
  }
}
