// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import ArgumentParser
import LowRank
import NetworkFiles
import Report
import Studies

/// `kappa ablate`: what each population does, by switching it off.
struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate", abstract: "Switch populations off, in the network and in its circuit.",
    discussion: """
      A population that is off has rates that act on nothing: its n and w count as zero, N stays. The table says what \
      that does to the network, and whether the circuit predicts it.

      Example: kappa ablate trained.pt --task context-dependent-decision --populations 3 --closure refined
      """)

  @Argument(help: "The network: .npz, .pt or .pth.")
  var network: String

  @OptionGroup(title: "Trials") var running: TrialOptions
  @OptionGroup(title: "Circuit") var reduction: CircuitOptions
  @OptionGroup(title: "Reading the network") var reading: NetworkOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws { try check(Ablate(task: "", circuit: reduction.request).validate) }

  func run() throws {
    let observer = ConsoleObserver()
    let study = Ablate(trials: try running.request(), circuit: reduction.request)
    let result = try study.run(
      on: Subject(networkFile: network, reading: reading.request, observer: observer), observer: observer)
    if json { return try printJSON(result) }
    if let imported = result.imported { printNetworkHeader(imported, path: network) }
    Console.print("  \(result.trials) trials of \(result.steps) steps: \(result.trialSource)")
    print(result)
    if result.closure != .moments {
      Console.printWrapped(
        "The circuit's populations are fitted; the units switched off are those of the cluster each began as. Where the "
          + "two columns differ, they have grown apart: --closure moments keeps them together.")
    }
  }

  private func print(_ run: AblationResult) {
    let isGraded = run.rows.contains { $0.network.accuracy == nil && $0.network.loss != nil }
    let hasTargets = run.rows.contains { $0.network.accuracy != nil }
    let hasIncongruent = run.rows.contains { $0.network.accuracyByContextIncongruent != nil }
    let measured = isGraded ? "loss" : hasTargets ? "accuracy" : "decisions agree"
    Console.heading("Without a population: network | circuit")
    var table = Table(
      ["off", "units", "change of z", measured] + run.contexts
        + (hasIncongruent ? run.contexts.map { "\($0), incongruent" } : []) + ["circuit's error"])
    for row in run.rows {
      func both(_ value: (AblationResult.Effect) -> Double?) -> String {
        "\(percent(value(row.network))) | \(percent(value(row.circuit)))"
      }
      func losses(_ value: (AblationResult.Effect) -> Double?) -> String {
        "\(text(value(row.network) ?? .nan, digits: 3)) | \(text(value(row.circuit) ?? .nan, digits: 3))"
      }
      table.add(
        [
          row.population == 0 ? "none" : "population \(row.population)",
          row.population == 0 ? "" : "\(row.units)", both { $0.change },
          isGraded ? losses { $0.loss } : both { hasTargets ? $0.accuracy : $0.agreement },
        ]
          + run.contexts.indices.map { context in
            isGraded
              ? losses { $0.lossByContext?[context] ?? nil } : both { $0.accuracyByContext?[context] ?? nil }
          }
          + (hasIncongruent
            ? run.contexts.indices.map { context in
              both { $0.accuracyByContextIncongruent?[context] ?? nil }
            } : [])
          + [percent(row.error)])
    }
    table.print()
    Console.printWrapped(
      "change of z: from the intact dynamics, relative to it. circuit's error: ablated circuit against ablated network."
        + (hasIncongruent
          ? " incongruent: trials whose two channels of evidence ask for opposite decisions, as published inactivations count."
          : "")
    )
  }
}
