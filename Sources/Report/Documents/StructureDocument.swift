// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension StructureResult {
  /// Vectors, tests and mixtures, and the findings in words.
  public var sections: [Document.Section] {
    selectivitySections + [
      Document.Section(
        "Vectors",
        [
          .table(
            Document.Table(
              header: ["", "SD", "excess kurtosis"],
              rows: vectors.map {
                [.text($0.name), .number($0.deviation, digits: 3), .number($0.excessKurtosis, digits: 2)]
              })),
          .paragraph("standard error of a Gaussian's excess kurtosis: \(text(kurtosisError, digits: 2))"),
        ]),
      Document.Section("One Gaussian?", [.table(testTable)] + notes),
      Document.Section("Populations", [.table(mixtureTable), .paragraph(sentence)]),
    ]
  }

  /// What the regression is like, of activity.
  private var selectivitySections: [Document.Section] {
    guard let selectivity else { return [] }
    return [
      Document.Section(
        "Selectivity",
        [
          .paragraph(
            "Mean rates of \(units) units over \(selectivity.trials) trials, regressed on \(selectivity.variables.joined(separator: ", ")): "
              + "\(percent(selectivity.explained)) of their variance over trials explained. Vectors are changes of the rate per SD of each variable; "
              + "\(percent(selectivity.noiseShare)) of their variance over units is noise, which the simulated clouds have, too."
          )
        ])
    ]
  }

  private var testTable: Document.Table {
    Document.Table(
      header: ["", "value", "a Gaussian's", "p"],
      rows: tests.map { test in
        [
          .text(test.effect == nil ? test.name : "\(test.name), effect size"),
          .number(test.effect ?? test.value, digits: 3), .text(test.gaussian ?? "about 0"),
          .number(test.p, digits: 2),
        ]
      })
  }

  private var notes: [Document.Block] {
    tests.compactMap { test in
      test.simulatedP.map {
        .paragraph(
          "\(test.name): \(selectivity == nil ? "loadings" : "selectivity vectors") \(test.vectors.joined(separator: ", ")); p by the rank-sum test, as published; by the "
            + "simulated clouds' own effects \(text($0, digits: 2)).")
      }
    } + remarks.map { .paragraph($0) }
  }

  private var mixtureTable: Document.Table {
    let best = mixtures.map(\.bic).min() ?? 0
    return Document.Table(
      header: ["P", "BIC - best", "stability", "stability, held means"],
      rows: mixtures.map {
        [
          .count($0.populations), .number($0.bic - best, digits: 3), .number($0.stability, digits: 2),
          .number($0.stabilityHeldMeans, digits: 2),
        ]
      })
  }
}
