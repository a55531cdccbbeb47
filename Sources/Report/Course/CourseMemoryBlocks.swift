// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension TimeScaleAnswer {
  /// Eigenvalues, what is left after the delay, and κ over time.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    var table = Document.Table(
      caption: "At κ = 0 without input, and over the delay of \(delay) steps "
        + "(\(given(Double(delay) * alpha)) τ): what is left of κ1 and κ2 at its end",
      header: [
        "", "eigenvalues τλ", "time constants /τ", "left of κ1, κ2", "end over middle", "of them told by f₁",
      ])
    for (name, memory) in [
      ("trained network", network), ("its circuit", circuit), ("the paper's circuit, σ_n2m2 = 0.5", paper),
    ] {
      func list(_ values: [Double]) -> Document.Cell {
        .text(values.map { text($0, digits: 3) }.joined(separator: ", "))
      }
      table.add([
        .text(name),
        .text(
          memory.eigenvalues.map {
            text($0[0], beside: 1, digits: 3) + ($0[1] == 0 ? "" : " ± \(text(abs($0[1]), digits: 2))i")
          }.joined(separator: ", ")),
        .text(
          memory.eigenvalues.map {
            abs($0[0]) < 1e-9
              ? "neither grows nor decays" : ($0[0] < 0 ? text(-1 / $0[0], digits: 3) : "grows")
          }.joined(separator: ", ")),
        list(memory.left), list(memory.secondHalf),
        .text(memory.determination.map { percent($0) }.joined(separator: ", ")),
      ])
    }
    var blocks: [Document.Block] = [
      .paragraph(
        "What is left: the spread of κ over the first frequencies at the end of the delay, relative to the largest spread "
          + "in it (noiseless trials of all pairs of frequencies), which is 1 for what grows until the end. End over middle: "
          + "the same spread relative to that in the middle of the delay, when no input is left to change it. Told by f₁: how "
          + "much of the variance at the end a straight line in f₁ tells, for a spread alone might be that of two choices."
      ),
      .paragraph(
        "One latent has to outlast the delay. The other must not: at the end it holds the second stimulus alone, so that "
          + "a weighted difference of the two is f₁ - f₂."),
    ]
    if grows {
      let rate = network.eigenvalues.map { $0[0] }.max() ?? 0
      // What becomes of a small deviation in so many steps of a linear mode.
      let growth = (0..<(delay - delay / 2)).reduce(1.0) { product, _ in product * (1 + alpha * rate) }
      blocks.append(
        .paragraph(
          "κ1 of this network does not stand still. "
            + (rate > 0
              ? "κ = 0 is unstable with τλ = \(text(rate, digits: 2)): a small beginning grows, at most by a factor of "
                + "\(text(growth, digits: 3)) over the second half of the delay, and less where κ is large. "
              : "")
            + "The sheet's delay has one length, so that a timed amplification does as well as a memory that lasts; "
            + "\(percent(network.determination[0])) of κ1's variance at the end is linear in f₁."))
    }
    blocks.append(.table(table))
    if let figure = try? figure(number, task) { blocks.append(.figure(figure)) }
    return blocks
  }

  private func figure(_ number: String, _ task: CourseTask) throws -> Figure {
    let (stimulus, labels) = try task.noiseless(task.conditionNames)
    let run = task.simulation.run(try ManifoldDynamics(task.network), under: stimulus)
    // One second frequency, all first ones.
    let second = Set(labels.map { $0[1] }).sorted()
    let middle = second[second.count / 2]
    let chosen = labels.indices.filter { labels[$0][1] == middle }
    func panel(_ r: Int) -> CurvePanel {
      CurvePanel(
        title: "κ\(r + 1)", axes: ("step", "κ\(r + 1)"),
        curves: chosen.enumerated().map { index, trial in
          CurvePanel.Curve(
            r == 0 ? "f₁ = \(text(labels[trial][0], digits: 2))" : "",
            (0..<run.steps).map { (Double($0), run.kappa(trial: trial, step: $0, r)) }, colour: index)
        }, hasKeyBelow: true)
    }
    return Figure.curves(
      name: "\(number)-memory",
      caption:
        "Latents of the trained network on noiseless trials with f₂ = \(text(middle, digits: 2)) and different f₁.",
      alternative: "κ1 and κ2 over time for several first frequencies.", panels: (0..<run.rank).map(panel))
  }
}

extension RankOneAnswer {
  /// The controls beside rank 2 and beside answers without memory.
  func blocks() -> [Document.Block] {
    func row(_ name: String, _ trained: Trained) -> [Document.Cell] {
      [.text(name), .number(trained.loss, digits: 3), .right(trained.accuracy)]
    }
    return [
      .paragraph(
        "With one latent both stimuli add to the same κ with the same sign: what remembers the first adds the second to "
          + "it, while a difference is asked for. Only v, which forgets within τ, is there besides."),
      .table(
        Document.Table(
          caption: "Controls: \(updates) updates, the same seed, tested on the whole delay",
          header: ["", "loss", "right decisions"],
          rows: [
            ["always zero", .number(zeroLoss, digits: 3), .missing],
            [
              "the best answer from f₂ alone", .number(memorylessLoss, digits: 3),
              .percent(memorylessAccuracy),
            ],
            row("rank 1, growing delay", growingDelay),
            row("rank 1, whole delay from the start", wholeDelay), row("rank 2", rankTwo),
          ])),
    ]
  }
}
