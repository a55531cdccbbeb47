// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// One sentence on a circuit that claims no more than was tested.
public struct ClosureVerdict: Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the circuit was tested on trials of the task and predicts them, by the limits of `Fidelity`.
  public let holdsOnTask: Bool

  /// The verdict on one row of a table.
  public init(on row: ClosureTable.Row, in table: ClosureTable) {
    let all = zip(zip(table.conditions, table.familiar), row.comparisons)
    let familiar = all.filter { $0.0.1 }.map(\.1)
    let strange = all.filter { !$0.0.1 }.map { (name: $0.0.0, comparison: $0.1) }
    let worst = familiar.map { Fidelity($0) }.min()
    holdsOnTask = worst?.isPrediction ?? false
    var sentence: String
    if let worst {
      let answers = (familiar.first?.scoring ?? .sign).answers
      let decisions = familiar.flatMap { Fidelity.judged($0).compactMap(\.agreement) }.min()
      sentence =
        "On held-out trials of the task the circuit "
        + worst.phrase(
          "the network", error: Fidelity.share(familiar.map { Fidelity.worstError($0) }.max() ?? 0))
        + (decisions.map { ", and makes \(percent($0)) of its \(answers)" } ?? "")
    } else {
      sentence = "The circuit was not tested on trials of the task"
    }
    // Each condition goes into one of three lists.
    func list(_ isMeant: (Fidelity) -> Bool) -> String {
      strange.filter { isMeant(Fidelity($0.comparison)) }.map {
        "\($0.name) (\(Fidelity.share(Fidelity.worstError($0.comparison))))"
      }.joined(separator: ", ")
    }
    let (kept, rough, lost) = (
      list { $0.isPrediction }, list { $0 == .rough }, list { $0 == .none }
    )
    if !kept.isEmpty { sentence += "; it also follows it under \(kept)" }
    if !rough.isEmpty { sentence += "; only roughly under \(rough)" }
    if !lost.isEmpty { sentence += "; it does not follow it under \(lost)" }
    description = sentence + "."
  }
}
