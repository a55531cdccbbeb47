// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension GaussianAverageTable {
  /// One row per pair of mean and deviation; averages with all their digits.
  public var document: Document {
    var table = Document.Table(header: [
      "μ", "Δ", "⟨φ⟩", "⟨φ'⟩", "⟨φ''⟩", "⟨φ'''⟩", "⟨φ²⟩", "error of ⟨φ'⟩", "rule", "values of φ",
    ])
    for row in rows {
      table.add(
        [.number(row.mean), .number(row.delta)]
          + [row.rate, row.gain, row.gain2, row.gain3, row.square].map { .text("\($0)") }
          + [.text("≤ " + text(row.error, digits: 2)), .text(row.rule), .count(row.evaluations)])
    }
    return Document(title: "φ = \(transfer.rawValue), averages over N(μ, Δ²)", opening: [.table(table)])
  }
}
