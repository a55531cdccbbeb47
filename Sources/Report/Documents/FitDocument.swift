// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension FitResult {
  /// The ranks, and what was found in words.
  public var sections: [Document.Section] {
    [
      Document.Section(
        "Ranks",
        [
          .table(
            Document.Table(
              header: ["R", "R² fitted", "R² other trials", "z error", "decisions", "start"],
              rows: ranks.map { row in
                [
                  .count(row.rank), .number(row.r2Train, digits: 4), .number(row.r2Test, digits: 4),
                  .percent(row.outputRelative), .percent(row.agreement), .text(row.start),
                ]
              })),
          .paragraph(
            "R²: share of the variance of all units' rates, on trials that the fit has seen and on others. z error: RMS "
              + "difference over RMS of the network's z. decisions: share that are the network's."),
        ] + held),
      Document.Section("Found", [.paragraph(sentence)]),
    ] + (agreement.map { [Self.section($0)] } ?? []) + (removals.isEmpty ? [] : [removed])
  }

  /// Prediction of what was held out, where a rank was to be chosen.
  private var held: [Document.Block] {
    let predictions = ranks.compactMap(\.prediction)
    guard !predictions.isEmpty else { return [] }
    return [
      .table(
        Document.Table(
          header: ["R", "R² held out", "its neurons held out", "principal components"],
          rows: predictions.map {
            [
              .count($0.rank), .uncertain($0.mean, error: $0.standardError, digits: 4),
              .number($0.neurons, digits: 4), .number($0.principalComponents, digits: 4),
            ]
          })),
      .paragraph(
        "Held out: trials that the fit has not seen, ± standard error over folds; the least rank within one of the best is "
          + "taken, or the least after which none halves what is left unexplained. Its neurons: those that another fit has "
          + "not seen either. Principal components: as many as the network has dimensions, of the same trials; "
          + "they describe activity and do not predict it from the inputs."
          + (ceiling.map { " Repeats of the same condition leave \(percent($0)) to be explained." } ?? "")),
    ]
  }

  /// What several fits agree on.
  private static func section(_ agreement: FitAgreement) -> Document.Section {
    let points = agreement.fixedPoints.map { "\($0[0]) stable and \($0[1]) other" }
    let same = Set(points).count == 1
    return Document.Section(
      "What is determined",
      [
        .table(
          Document.Table(
            header: ["between \(agreement.fits) fits", "mean", "least", "determined"],
            rows: agreement.quantities.map {
              [
                .text($0.name), .number($0.mean, digits: 3), .number($0.least, digits: 3),
                .text($0.isDetermined ? "yes" : "no"),
              ]
            })),
        .paragraph(
          "Fits of the same rank from other starts, R² \(agreement.r2.map { text($0, digits: 4) }.joined(separator: ", ")) "
            + "on other trials; every two are compared, and what the worst pair agrees on to "
            + "\(text(FitAgreement.enough)) counts as determined. Fixed points without input: "
            + (same ? "all have \(points[0])." : "\(points.joined(separator: "; ")): not determined.")
            + " Single weights are not to be read off a fit."),
      ])
  }

  /// What removing units does, in the fit and in the network.
  private var removed: Document.Section {
    Document.Section(
      "Predictions: units switched off",
      [
        .table(
          Document.Table(
            header: ["off", "units", "z of the network changes by", "of the fit", "difference", "decisions"],
            rows: removals.map {
              [
                .text($0.name), .count($0.units), .percent($0.network), .percent($0.fit), .percent($0.error),
                .percent($0.agreement),
              ]
            })),
        .paragraph(
          "The same units are switched off in both; the fit has not seen that. difference: RMS between the two, over the "
            + "RMS of the network's z with all units; decisions: share in which both agree."),
      ])
  }

  private var sentence: String {
    let net = chosen
    var text =
      "A network of rank \(net.rank) fitted to the activity explains \(percent(net.r2Test)) of the variance of "
      + "\(net.network.unitCount) rates"
    if let error = net.outputRelative { text += ", is \(percent(error)) off in z" }
    if let agreement = net.agreement { text += " and makes \(percent(agreement)) of the decisions" }
    text += ", on trials that it was not fitted to."
    return choice.map { "\(text) \($0.sentence)" } ?? text
  }
}
