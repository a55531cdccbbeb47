// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Report
import Studies

/// "Project the trajectories on the plane of m and I (m1 and m2), and compare with principal components."
extension CourseTask {
  func projectionSection(_ number: String) throws -> CourseSection {
    let plane = network.rank == 1 ? "m–I" : "m1–m2"
    var section = CourseSection(
      "\(number)-projection", "\(number). \(title): the \(plane) plane against principal components")
    let shown = network.rank + network.inputCount + 2
    let (x, rates, count) = try ActivityDimensions.activationsAndRates(
      of: network, under: trials.prefix(100).stimulus, alpha: task.alpha, keeping: shown, seed: seed)
    var rows = (0..<shown).map { k in
      ["principal component \(k + 1)"]
        // What rounding leaves of nothing is nothing.
        + [x, rates].map { percent($0.components.shares[k] < 1e-12 ? 0 : $0.components.shares[k]) }
    }
    rows.append(["inside the span of [m I]", percent(x.insideSpan), percent(rates.insideSpan)])
    rows.append(["inside the span of m", percent(x.insideM), percent(rates.insideM)])
    rows.append([
      "participation ratio", text(x.components.participationRatio, digits: 3),
      text(rates.components.participationRatio, digits: 3),
    ])
    section.tables = [
      ReportPage.Table(
        caption: "Share of the variance over \(count) trials and all their steps", header: ["", "x", "φ(x)"],
        rows: rows)
    ]
    let naive = naiveProjection()
    let leading = x.components.shares.prefix(2).reduce(0, +)
    section.answer =
      "the span of m and I holds \(percent(x.insideSpan)) of the variance of x and \(percent(rates.insideSpan)) of φ(x)'s; two components explain \(percent(leading)) of x "
      + "and \(percent(rates.components.shares.prefix(2).reduce(0, +))) of φ(x)"
    section.paragraphs = [
      "x = m κ + I v: from x(0) = 0 nothing can leave the \(network.rank + network.inputCount) dimensions of m and I, so "
        + "that as many principal components explain everything. Components find these dimensions, but not m and I in "
        + "them: they are orthogonal and ordered by variance. The rates φ(x) bend out of the plane.",
      "κ is read by projecting on m and I together. On m alone, mᵀx/|m|², part of I v counts as κ, unless m ⟂ I: the "
        + "cosine of m\(network.rank == 1 ? "" : "1") and I is \(text(naive.cosine, digits: 2)), and κ"
        + "\(network.rank == 1 ? "" : "1") read in that way is off by \(percent(naive.error)) (RMS).",
    ]
    section.figures = [try planesFigure(number, x.components)]
    section.values = [
      "explainedActivations": .numbers(x.components.shares.prefix(shown)),
      "explainedRates": .numbers(rates.components.shares.prefix(shown)),
      "activationsInsideSpan": .number(x.insideSpan), "ratesInsideSpan": .number(rates.insideSpan),
      "activationsInsideM": .number(x.insideM), "ratesInsideM": .number(rates.insideM),
      "participationRatioActivations": .number(x.components.participationRatio),
      "participationRatioRates": .number(rates.components.participationRatio),
      "cosineMI": .number(naive.cosine), "errorOfProjectionOnM": .number(naive.error),
    ]
    return section
  }

  /// κ1 by projection on m1 alone against κ1: RMS difference over RMS, and the cosine of m1 and I.
  private func naiveProjection() -> (cosine: Double, error: Double) {
    let (m, input) = (network.m.column(0), network.inputs.column(0))
    func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let size = dot(m, m)
    let others = (0..<network.rank).map { dot(m, network.m.column($0)) / size }
    let along = dot(m, input) / size
    var (difference, square) = (0.0, 0.0)
    for trial in 0..<full.trials {
      var v = 0.0
      for t in 0..<full.steps {
        v += task.alpha * (trials.stimulus[trial, t, 0] - v)
        let kappa = full.kappa(trial: trial, step: t, 0)
        var naive = along * v
        for r in 0..<network.rank { naive += others[r] * full.kappa(trial: trial, step: t, r) }
        difference += (naive - kappa) * (naive - kappa)
        square += kappa * kappa
      }
    }
    return (
      dot(m, input) / (size * dot(input, input)).squareRoot(),
      square > 0 ? (difference / square).squareRoot() : 0
    )
  }

  /// Noiseless trials in the plane of m and I (or m1 and m2), and in that of the two leading components.
  private func planesFigure(_ number: String, _ components: PrincipalComponents) throws -> Figure {
    let (stimulus, labels) = try noiseless(
      task.kind == .perceptualDecision ? ["coherence"] : ["frequency 1", "frequency 2"])
    // Of all pairs of frequencies, those that start from the ends and the middle.
    let chosen = labels.indices.filter { labels.count <= 12 || ($0 * 10) % labels.count < 10 }
    let run = Simulation(alpha: task.alpha, keepsStates: true).run(
      try NetworkDynamics(network), under: stimulus)
    let states = run.states ?? []
    let units = network.unitCount
    var planes: [CurvePanel.Curve] = []
    var leading: [CurvePanel.Curve] = []
    for (index, trial) in chosen.enumerated() {
      var plane: [(x: Double, y: Double)] = []
      var pair: [(x: Double, y: Double)] = []
      var v = 0.0
      for t in 0..<run.steps {
        v += task.alpha * (stimulus[trial, t, 0] - v)
        plane.append(
          (
            run.kappa(trial: trial, step: t, 0),
            network.rank == 1 ? v : run.kappa(trial: trial, step: t, 1)
          ))
        let start = (trial * run.steps + t) * units
        let along = (0..<2).map { k in
          (0..<units).reduce(0) {
            $0 + components.directions[$1, k] * (states[start + $1] - components.centre[$1])
          }
        }
        pair.append((along[0], along[1]))
      }
      planes.append(CurvePanel.Curve("", plane, colour: index))
      leading.append(CurvePanel.Curve("", pair, colour: index))
    }
    return Figure.curves(
      name: "\(number)-planes",
      caption: "Noiseless trials of \(chosen.count) conditions, one colour each: in the plane of "
        + (network.rank == 1 ? "m and I" : "m1 and m2") + ", and in that of the two leading components of x.",
      alternative: "Trajectories of \(chosen.count) conditions in two planes.",
      panels: [
        CurvePanel(
          title: network.rank == 1 ? "plane of m and I" : "plane of m1 and m2",
          axes: network.rank == 1 ? ("κ", "v") : ("κ1", "κ2"), curves: planes),
        CurvePanel(title: "leading components of x", axes: ("PC 1", "PC 2"), curves: leading),
      ])
  }
}
