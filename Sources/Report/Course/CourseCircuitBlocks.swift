// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension CircuitAnswer {
  /// The equations, and errors beside the network.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    var table = Document.Table(
      caption: "\(task.full.trials) trials of \(task.full.steps) steps",
      header: ["", "relative error of z", "decisions agree", "right decisions", "loss"],
      rows: [
        [
          "full network", .missing, .missing, .percent(networkAccuracy), .number(networkLoss, digits: 3),
        ]
      ])
    for (name, error) in [("exact manifold", manifold), ("Gaussian circuit", circuit)] {
      table.add([
        .text(name), .percent(error.relativeErrorOfZ), .percent(error.agreement), .percent(error.accuracy),
        .number(error.loss, digits: 3),
      ])
    }
    return [
      .paragraph(
        "The exact manifold is the network itself in R + K numbers. The circuit replaces sums over units by averages over "
          + "the fitted Gaussian; what it misses is what is not Gaussian, and the chance of \(task.network.unitCount) units."
      ),
      .equations(Document.Equations(equations)), .table(table),
      .figure(
        Figure.trajectories(network: task.full, manifold: task.manifold, circuit: task.reduced).renamed(
          "\(number)-trajectories")),
    ]
  }
}

extension IntegratorAnswer {
  /// What becomes of κ after pulses, the flow, and the slow manifold.
  func blocks(_ number: String) -> [Document.Block] {
    let table = Document.Table(
      caption: "κ ten steps after a pulse of twenty steps, and a hundred steps later",
      header: [""] + variants[0].pulses.map { "u = \(given($0))" } + ["right decisions"],
      rows: zip(Self.names, variants).map { name, variant in
        [.text(name)]
          + zip(variant.kappaAfterPulse, variant.kappaAfterDelay).map {
            .text("\(text($0, digits: 3)) → \(text($1, digits: 3))")
          } + [.percent(variant.accuracy)]
      })
    let grid = stride(from: -2.0, through: 2.0, by: 0.02)
    return [
      .paragraph(
        "σ̃_mn = σ_mn⟨φ'⟩(Δ) = 1 cancels the decay -κ. With σ_mn = 1 this holds at κ = 0 alone, for the gain falls as Δ "
          + "grows; small κ are kept, large ones slip back. Decay time κ/|dκ/dt| at κ = "
          + decayTimes.map { "\(given($0.kappa)): \(text($0.time, digits: 3)) τ" }.joined(separator: "; ")
          + "."),
      .paragraph(
        "In a network the slow points are a curve in N dimensions. \(slowManifold.starts) states of a network of "
          + "\(slowManifold.units) units with these covariances, started at random off the line of m, are on it after 5 τ to "
          + "\(percent(slowManifold.distanceLeft)) of their distance, while κ has moved by "
          + "\(percent(slowManifold.driftAlong)) only: fast onto the manifold, slow along it."),
      .table(table),
      .figure(
        Figure.curves(
          name: "\(number)-integrator",
          caption:
            "Flow of κ without input for three strengths of recurrence; along the axis for σ_mn = 1 nothing moves "
            + "near κ = 0.",
          alternative: "Flow of κ for three values of σ_mn.",
          panels: [
            CurvePanel(
              title: "", axes: ("κ", "τ dκ/dt"),
              curves: zip(Self.names, variants).enumerated().map { index, pair in
                let circuit = Self.circuit(pair.1.recurrence)
                return CurvePanel.Curve(pair.0, grid.map { ($0, circuit.flow($0)) }, colour: index)
              })
          ])),
    ]
  }
}
