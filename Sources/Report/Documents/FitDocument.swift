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
    ]
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
