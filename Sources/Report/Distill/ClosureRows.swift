// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

extension DistillationReport {
  /// The closure table as the page shows it.
  func closureRows(_ table: ClosureTable) -> Document.Table {
    Document.Table(
      caption: "Relative error of z, the worst output's", header: [""] + table.conditions,
      rows: table.rows.map { row in
        [.text(row.name + (row.populations.map { ", P = \($0)" } ?? ""))]
          + row.comparisons.map { .percent(Fidelity.worstError($0)) }
      })
  }
}
