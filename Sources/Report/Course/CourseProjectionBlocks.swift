// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension ProjectionAnswer {
  /// Shares of variance, reading of κ, and trials in two planes.
  func blocks(_ number: String) -> [Document.Block] {
    // What rounding leaves of nothing is nothing.
    func share(_ value: Double) -> Document.Cell { .percent(value < 1e-12 ? 0 : value) }
    var shares = Document.Table(
      caption: "Share of the variance over \(trialCount) trials and all their steps",
      header: ["", "x", "φ(x)"],
      rows: zip(explainedActivations, explainedRates).enumerated().map { k, pair in
        [.text("principal component \(k + 1)"), share(pair.0), share(pair.1)]
      })
    shares.add(["inside the span of [m I]", .percent(activationsInsideSpan), .percent(ratesInsideSpan)])
    shares.add(["inside the span of m", .percent(activationsInsideM), .percent(ratesInsideM)])
    shares.add([
      "participation ratio", .number(participationRatioActivations, digits: 3),
      .number(participationRatioRates, digits: 3),
    ])
    let first = rank == 1 ? "" : "1"
    let plane = rank == 1 ? "m and I" : "m1 and m2"
    return [
      .paragraph(
        "x = m κ + I v: from x(0) = 0 nothing can leave the \(rank + 1) dimensions of m and I, so "
          + "that as many principal components explain everything. Components find these dimensions, but not m and I in "
          + "them: they are orthogonal and ordered by variance. The rates φ(x) bend out of the plane."),
      .paragraph(
        "κ is read by projecting on m and I together. On m alone, mᵀx/|m|², part of I v counts as κ, unless m ⟂ I: the "
          + "cosine of m\(first) and I is \(text(cosineMI, digits: 2)), and κ\(first) read in that way is off by "
          + "\(percent(errorOfProjectionOnM)) (RMS)."),
      .paragraph(rank == 1 ? decisionCourse : memoryCourse), .table(shares),
      .figure(
        Figure.curves(
          name: "\(number)-planes",
          caption:
            "Noiseless trials of \(courses.count) conditions, one colour each: in the plane of \(plane), "
            + "and in that of the two leading components of x.",
          alternative: "Trajectories of \(courses.count) conditions in two planes.",
          panels: [
            CurvePanel(
              title: "plane of \(plane)", axes: rank == 1 ? ("κ", "v") : ("κ1", "κ2"),
              curves: courses.enumerated().map { CurvePanel.Curve("", $1.plane, colour: $0) }),
            CurvePanel(
              title: "leading components of x", axes: ("PC 1", "PC 2"),
              curves: courses.enumerated().map { CurvePanel.Curve("", $1.leading, colour: $0) }),
          ])),
    ]
  }

  /// What the trials do in the plane of m and I.
  private var decisionCourse: String {
    func range(_ values: [Double]) -> String {
      guard let low = values.min(), let high = values.max() else { return "–" }
      return "\(text(low, beside: max(abs(low), abs(high)), digits: 2)) to "
        + text(high, beside: max(abs(low), abs(high)), digits: 2)
    }
    guard let strong = readings.max(by: { $0.labels[0] < $1.labels[0] }),
      let weak = readings.filter({ $0.labels[0] > 0 }).min(by: { $0.labels[0] < $1.labels[0] })
    else { return "" }
    let up = readings.filter { $0.labels[0] > 0 }.map { $0.atEnd[0] }
    let down = readings.filter { $0.labels[0] < 0 }.map { $0.atEnd[0] }
    let rest = readings.map { abs($0.atEnd[1]) / max(abs($0.atEnd[0]), .leastNormalMagnitude) }.max() ?? 0
    return
      "In the plane a trial first runs along I: v comes to the input within a few τ, to "
      + "\(text(strong.afterStimulus[1], digits: 2)) for the strongest evidence and \(text(weak.afterStimulus[1], digits: 2)) "
      + "for the weakest. Along m evidence adds up: at the end of the stimulus κ = "
      + "\(text(strong.afterStimulus[0], digits: 2)) and \(text(weak.afterStimulus[0], digits: 2)). Then the input goes, v "
      + "with it, and the trial turns on to the line of m: at its end |v| is at most \(percent(rest)) of |κ|. There κ lies "
      + "between \(range(up)) for positive evidence and between \(range(down)) for negative: the choice is the side, and the "
      + "strength of the evidence is forgotten as far as these ranges are narrow."
  }

  /// What the trials do in the plane of m1 and m2.
  private var memoryCourse: String {
    func shown(_ k: Int) -> String {
      "κ\(k + 1) with f₁ by \(text(correlations[k][0], digits: 2)) and with f₂ by \(text(correlations[k][1], digits: 2))"
    }
    guard correlations.count == 2 else { return "" }
    return
      "Each trial makes two excursions, one a stimulus. At the end of the trial, over all pairs of frequencies, \(shown(0)) "
      + "is correlated, \(shown(1)). "
      + (abs(correlations[0][0]) > abs(correlations[0][1])
        && abs(correlations[1][1]) > abs(correlations[1][0])
        ? "κ1 is where the first frequency is kept, κ2 where the second arrives; lines of equal f₁ - f₂ run across the plane, "
          + "and w reads the distance from one of them."
        : "Neither is the place of one frequency alone; w reads the combination that is f₁ - f₂.")
  }
}
