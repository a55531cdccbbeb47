// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension DistillationContexts {
  /// The tables of the section on contexts.
  var tables: [Document.Table] {
    [actionTable, gainTable] + (removalTable.map { [$0] } ?? [])
  }

  /// How strongly each input acts on each latent, in all and through each population.
  private var actionTable: Document.Table {
    let populations = names.fractions.count
    var rows: [[Document.Cell]] = []
    for context in modulation {
      for r in 0..<circuit.rank {
        for k in names.evidence {
          let name =
            (modulation.count > 1 ? context.name + ": " : "") + names.inputs[k]
            + (circuit.rank > 1 ? " on κ\(r + 1)" : "")
          rows.append(
            [.text(name), .number(context.action(on: r, of: k), digits: 3)]
              + (populations > 1
                ? (0..<populations).map { .number(context.action(on: r, of: k, through: $0), digits: 3) }
                : []))
        }
      }
    }
    return Document.Table(
      caption: "Action of each input on κ while the stimulus is on",
      header: ["", populations > 1 ? "sum" : "action"]
        + (populations > 1 ? (0..<populations).map { "population \($0 + 1)" } : []),
      rows: rows)
  }

  /// Gains by context.
  private var gainTable: Document.Table {
    Document.Table(
      caption: "Gain ⟨φ'⟩ while the stimulus is on",
      header: [""] + names.fractions.indices.map { "population \($0 + 1)" },
      rows: modulation.map { context in
        [.text(context.name)] + context.windowGains.map { .number($0, digits: 3) }
      })
  }

  /// The same as a table.
  private var removalTable: Document.Table? {
    guard let (removals, network) = removals else { return nil }
    func row(_ name: String, _ shares: [Double]) -> [Document.Cell] {
      [.text(name)] + shares.map { .percent($0) }
    }
    return Document.Table(
      caption: "Right decisions, also with one population inactivated (its rates act on nothing)",
      header: [""] + removals.groups,
      rows: [row("full network", network), row("circuit", removals.circuit.intact)]
        + removals.circuit.without.indices.flatMap { p in
          (removals.network.map { [row("network without the units of population \(p + 1)", $0.without[p])] }
            ?? [])
            + [row("circuit without population \(p + 1)", removals.circuit.without[p])]
        })
  }
}
