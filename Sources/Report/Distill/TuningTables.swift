// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension DistillationTuning {
  private var populations: Int { moments.first?.rows.first?.sizes.count ?? 0 }

  /// Cells of the header after the first, and rows: one per moment and variable.
  package var cells: (header: [String], rows: [[String]]) {
    let header =
      ["r, network's κ", "r, circuit's κ", "change"]
      + (0..<populations).map { "population \($0 + 1)" }
    let rows = moments.flatMap { moment in
      moment.rows.map { row in
        [
          "\(moment.moment): \(row.name)",
          moment.isFollowed(row) ? Self.correlation(row.correlation) : "–",
          moment.isFollowed(row) ? row.circuitCorrelation.map(Self.correlation) ?? "–" : "–",
          text(row.size, digits: 2),
        ] + row.sizes.map { text($0, digits: 2) }
      }
    }
    return (header, rows)
  }

  /// Three decimals: between -1 and 1, more would only look exact.
  private static func correlation(_ value: Double) -> String {
    text((value * 1000).rounded() / 1000, digits: 3)
  }

  /// The table of the page.
  var table: Document.Table {
    Document.Table(
      caption:
        "Correlation r of measured with predicted slopes, and RMS change of the rate per SD of the variable"
        + (populations > 0 ? ": all units, each population" : ""),
      header: [""] + cells.header, rows: cells.rows.map { $0.map { .text($0) } })
  }

  /// What it is, and which population carries what.
  var paragraphs: [String] {
    if moments.isEmpty { return notes.map(\.text) }
    var all = [
      "The slope of a unit's rate with respect to a task variable, the other variables held. It is predicted from how far "
        + "the unit's loadings on m and I let the variable move it, given the slopes of κ and v, and from what φ makes of "
        + "that: with the network's own κ, and with the circuit's. A network of low rank has no other way to tune a unit, so that r "
        + "near 1 is what has to be; it is no test of the circuit's populations."
        + (cells.rows.contains { $0[1] == "–" } ? " A dash: rates hardly follow the variable." : "")
    ]
    if !carriers.isEmpty { all.append(carriers) }
    if isFitted && populations > 0 {
      all.append("The units of a population are those that are likeliest under it.")
    }
    return all + notes.map(\.text)
  }

  /// The population that carries each variable, where one does more than any other.
  package var carriers: String {
    guard populations > 1 else { return "" }
    return moments.compactMap { moment -> String? in
      let rows = moment.rows.filter(moment.isFollowed)
      func names(_ carrier: Int?) -> [String] { rows.filter { $0.carrier() == carrier }.map(\.name) }
      var parts = (0..<populations).compactMap { p -> String? in
        let own = names(p)
        return own.isEmpty ? nil : "\(listed(own)) most in population \(p + 1)"
      }
      let shared = names(nil)
      if !shared.isEmpty { parts.append("\(listed(shared)) in several populations about equally") }
      return parts.isEmpty
        ? nil : "At the \(moment.moment), rates follow " + parts.joined(separator: "; ") + "."
    }.joined(separator: " ")
  }
}

/// `a`, `a and b`, `a, b and c`.
private func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}
