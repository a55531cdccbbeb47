// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

extension ReadoutAnswer {
  /// What SD 1 and SD 4 come to.
  func blocks() -> [Document.Block] {
    let (short, long) = (networks[0], networks[1])
    return [
      .paragraph(
        "z = wᵀφ(x)/N and |φ| < 1, so that |z| < mean|w|, which is √(2/π) ≈ 0.80 of the standard deviation on average. With "
          + "SD 1 a loss on targets ±1 cannot be below (1 - mean|w|)²: a loss of 0.05 needs a draw with mean|w| above 0.78, as "
          + "most are, and 0.005 one above 0.93, as few are (mean|w| of 128 units is 0.80 ± 0.05). "
          + (short.bound < 1
            ? "This draw has \(text(short.bound, digits: 3)) and could come to \(text(short.floor, digits: 2))."
            : "This draw has \(text(short.bound, digits: 3)), so that ±1 is just within reach.")),
      .paragraph(
        "What the bound forbids is one thing, what training reaches another. To come near it every unit has to be saturated "
          + "with the sign of its w, and the gradient vanishes on the way: after \(short.updates) updates the loss is "
          + "\(text(short.loss, digits: 3)) and the largest |z| \(text(short.largestOutput, digits: 3)), after \(long.updates) "
          + "\(text(long.loss, digits: 3)) and \(text(long.largestOutput, digits: 3)). With SD 4 a quarter of the way does, and "
          + "\(networks[2].updates) updates give \(text(networks[2].loss, digits: 3))."),
      .table(
        Document.Table(
          caption: "Perceptual decision with readouts w ~ N(0, SD²)",
          header: [
            "", "updates", "mean |w|", "least possible loss", "largest |z|", "loss", "right decisions",
          ],
          rows: networks.map {
            [
              .text("SD \(given($0.deviation))"), .count($0.updates), .number($0.bound, digits: 3),
              .number($0.floor, digits: 2), .number($0.largestOutput, digits: 3), .number($0.loss, digits: 3),
              .right($0.accuracy),
            ]
          })),
    ]
  }
}

extension PresetAnswer {
  /// The circuits and networks drawn from them.
  func blocks(trials: Int) -> [Document.Block] {
    var table = Document.Table(
      caption: "On the course's tasks (\(trials) trials)", header: ["", "right decisions", "loss"])
    for circuit in circuits {
      table.add([
        .text(circuit.task + ", circuit"), .percent(circuit.accuracy), .number(circuit.loss, digits: 3),
      ])
      for network in circuit.drawn {
        table.add([
          .text("\(circuit.task), \(network.units) units drawn"), .percent(network.accuracy),
          .number(network.loss, digits: 3),
        ])
      }
    }
    return [
      .paragraph(
        "Decision: σ_mn = 1.4, σ_nI = 2.6, σ_mw = 2.1. Working memory: σ_n1m1 = 1, σ_n2m2 = 0.5, σ_n1I = 0.5, "
          + "σ_n2I = 1.9, σ_wm1 = 2.8, σ_wm2 = -2.2. m and I have variance 1; n and w are combinations of them, so that "
          + "units with these covariances exist."),
      .paragraph(
        "The decision circuit was not fitted to targets of ±1, nor the other to (f₁ - f₂)/24: their decisions count, not "
          + "their losses."),
      .table(table),
    ]
  }
}

extension SlipAnswer {
  /// Each slip beside the corrected form.
  func blocks(_ number: String) -> [Document.Block] {
    var table = Document.Table(
      caption: "What each slip does, computed with it and without",
      header: ["slip", "with the slip", "corrected"])
    func list(_ points: [Double]) -> String {
      points.map { text($0, beside: 1, digits: 3) }.joined(separator: ", ")
    }
    table.add([
      "1/(2π) for 1/√(2π)",
      .text(
        "stable at κ = \(list(normalisation.stableKappaWithSlip)); pitchfork at σ_mn = "
          + (normalisation.pitchforkWithSlip.map { text($0, digits: 3) } ?? "–")),
      .text("stable at κ = \(list(normalisation.stableKappa)); pitchfork at σ_mn = 1"),
    ])
    table.add([
      "Δ with u for v",
      .text(
        "κ changes by \(percent(unfilteredInput.changeOfKappa)); off by "
          + "\(percent(unfilteredInput.relativeErrorOfKappaWithSlip)) against the trained network"),
      .text("off by \(percent(unfilteredInput.relativeErrorOfKappa))"),
    ])
    for (name, terms) in [("decision", decisionTerms), ("memory", memoryTerms)] {
      let whole = "off by \(percent(terms.relativeErrorOfZ))"
      table.add([
        .text("Δ without 2σ_mI κv … (\(name))"),
        .text("z off by \(percent(terms.withoutCrossTerms)) against the trained network"), .text(whole),
      ])
      table.add([
        .text("no means (\(name))"), .text("z off by \(percent(terms.withoutMeans))"), .text(whole),
      ])
    }
    func kept(_ left: [Double], _ accuracy: Double?) -> Document.Cell {
      .text(
        "left after the delay: κ1 \(text(left[0], digits: 3)), κ2 \(text(left[1], digits: 2)); "
          + "\(percent(accuracy)) right")
    }
    table.add([
      "σ_n2m2 = 1.0 for 0.5", kept(secondTimeScale.retentionWithSlip, secondTimeScale.accuracyWithSlip),
      kept(secondTimeScale.retention, secondTimeScale.accuracy),
    ])
    table.add([
      "all variances 1 with σ_nI = 2.6", .text(impossibleVariances.refusal),
      "n = 1.4 m + 2.6 I, w = 2.1 m: the same κ-dynamics, and units exist",
    ])
    let grid = stride(from: -2.0, through: 2.0, by: 0.02)
    let (right, wrong) = (PresetAnswer.decision, Self.slipped)
    return [
      .paragraph(
        "The sheet is otherwise followed. κ̇ without τ and an output that is never written are slips, too, but of the pen: "
          + "nothing can be computed from them."),
      .table(table),
      .figure(
        Figure.curves(
          name: "\(number)-slips",
          caption:
            "Flow of κ in the decision circuit with the Gaussian weight as it is and with the slip; what crosses "
            + "zero downwards is a choice.",
          alternative: "Flow of κ with 1/√(2π) and with 1/(2π).",
          panels: [
            CurvePanel(
              title: "", axes: ("κ", "τ dκ/dt"),
              curves: [
                CurvePanel.Curve("1/√(2π)", grid.map { ($0, right.flow($0)) }, colour: 0),
                CurvePanel.Curve(
                  "1/(2π)", grid.map { ($0, wrong.flow($0)) }, look: .dashed, colour: 3),
              ])
          ])),
    ]
  }
}
