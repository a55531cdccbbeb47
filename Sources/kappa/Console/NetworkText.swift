// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles
import Report
import Studies

/// Prints what network this is and what had to be assumed about it.
func printNetworkHeader(_ imported: ImportedNetwork, path: String) {
  let network = imported.network
  let dense =
    network.denseConnectivity == nil
    ? "" : network.fullInputs == nil ? "full-rank J, cut to " : "full-rank J, with a fit of "
  Console.print(Console.style(Console.plain(path), .bold))
  Console.print(
    "  \(network.unitCount) units, \(dense)rank \(network.rank), \(counted(network.inputCount, "input")), "
      + "\(counted(network.outputCount, "output")), φ = \(network.transfer.rawValue), "
      + "α = \(text(imported.alpha)), dialect \(imported.dialect), gauge \(imported.summary.gauge.rawValue)")
  if !imported.assumptions.isEmpty {
    Console.print("  read as: " + imported.assumptions.joined(separator: "; "))
  }
  if let values = imported.summary.singularValues {
    Console.print(
      "  singular values of J kept: " + values.kept.prefix(8).map { text($0) }.joined(separator: ", ")
        + (values.kept.count > 8 ? ", …" : "")
        + "; lost: \(values.lost.count) of at most \(text(values.lost.first ?? 0)), "
        + "\(percent(values.lostShare)) of the squared norm")
  }
}

/// The lower triangle of covariances or overlaps, perhaps with the means beside it, and the largest standard error.
func printMoments(_ moments: MomentTable, _ values: [[MomentTable.Value]], withMeans: Bool) {
  var table = Table([""] + moments.vectors + (withMeans ? ["mean"] : []))
  for (row, name) in moments.vectors.enumerated() {
    let cells = values[row].enumerated().map { column, entry in
      column > row ? "" : text(entry.value, digits: 3)
    }
    table.add([name] + cells + (withMeans ? [text(moments.means[row].value, digits: 3)] : []))
  }
  table.print()
  let largest = values.flatMap { $0.map(\.error) }.max() ?? 0
  Console.print("  standard errors (finite N): at most \(text(largest, digits: 2))")
}
