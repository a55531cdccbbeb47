// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Studies

extension DataAnswer {
  /// Inputs, targets and the response window.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    return [
      .paragraph(
        "Trials of \(steps) steps, the protocol of the course sheet. The target stands at the end; the loss is the mean "
          + "square error there and nowhere else. Epochs: "
          + (task.labelled.epochs.first ?? []).map {
            "\($0.name) \($0.steps.lowerBound)–\($0.steps.upperBound - 1)"
          }.joined(separator: ", ") + "."),
      .paragraph(
        "Mean squared target, which is the loss of an output that is always zero: \(text(meanSquaredTarget, digits: 3))."
      ),
      .table(
        Document.Table(
          caption: "What varies from trial to trial", header: ["condition", "values"],
          rows: task.labelled.conditions.compactMap { condition in
            conditions[condition.name].map { values in
              [.text(condition.name), .text(values.map { given($0) }.joined(separator: ", "))]
            }
          })),
      .figure(figure(number, task)),
    ]
  }

  /// Four trials of both signs, weak and strong: u with its noise, ū without, and the target where it is asked.
  private func figure(_ number: String, _ task: CourseTask) -> Figure {
    let trials = task.trials
    let asked = task.meanOutputs(trials.target)
    let order = task.evidence.indices.sorted { (task.evidence[$0], $0) < (task.evidence[$1], $1) }
    let (negative, positive) = (order.filter { asked[$0] < 0 }, order.filter { asked[$0] > 0 })
    let chosen = [negative.first, negative.last, positive.first, positive.last].compactMap { $0 }
    func curve(_ trial: Int, _ value: (Int) -> Double) -> [(x: Double, y: Double)] {
      (0..<steps).map { (Double($0), value(trial * steps + $0)) }
    }
    return Figure.curves(
      name: "\(number)-data",
      caption:
        "Inputs of \(chosen.count) trials of both signs, the weakest and the strongest evidence of each: u with its "
        + "noise, ū without, and the target where it is asked.",
      alternative: "Inputs and targets of \(chosen.count) trials of \(task.title).",
      panels: chosen.enumerated().map { place, trial in
        CurvePanel(
          title: task.labels(trial), axes: ("step", "u, ẑ"),
          curves: [
            CurvePanel.Curve(place == 0 ? "u" : "", curve(trial) { trials.stimulus.values[$0] }, colour: 5),
            CurvePanel.Curve(place == 0 ? "ū" : "", curve(trial) { task.quiet.values[$0] }, look: .dashed),
            CurvePanel.Curve(
              place == 0 ? "ẑ" : "", curve(trial) { trials.mask[$0] == 0 ? .nan : trials.target[$0] },
              colour: 3),
          ])
      }, columns: 2)
  }
}

extension CourseTask {
  /// What a trial is decided by: its coherence, or f₁ - f₂.
  var evidence: [Double] {
    if let coherence = labelled["coherence"] { return coherence }
    guard let first = labelled["frequency 1"], let second = labelled["frequency 2"] else { return [] }
    return zip(first, second).map { $0 - $1 }
  }

  /// A trial's conditions in words.
  func labels(_ trial: Int) -> String {
    if let coherence = labelled["coherence"] { return "coherence \(given(coherence[trial]))" }
    guard let first = labelled["frequency 1"], let second = labelled["frequency 2"] else { return "" }
    return "f₁ = \(given(first[trial])), f₂ = \(given(second[trial]))"
  }
}

extension NetworkAnswer {
  /// The network's equations, and how they are simulated.
  func blocks() -> [Document.Block] {
    let latents = rank == 1 ? "κ" : "κ1 … κ\(rank)"
    return [
      .equations(
        Document.Equations([
          "τ dx_i/dt = -x_i + (1/N) Σ_r m_ir Σ_j n_jr φ(x_j) + I_i u(t),  i = 1 … \(units)",
          "z = (1/N) Σ_i w_i φ(x_i),  φ = tanh",
          "x_i ← x_i + α (-x_i + Σ_r m_ir k_r + I_i u),  k_r = (1/N) Σ_j n_jr φ(x_j),  α = dt/τ = \(given(alpha))",
        ])),
      .paragraph(
        "J = m nᵀ/N is never made: a step takes one sum over units for each column of n and one multiple of each column of "
          + "m, 2NR products instead of N². From x(0) = 0 the state stays x = m κ + I v, so that \(latents) and v say where all "
          + "\(units) units are: τ dκ/dt = -κ + (1/N) nᵀφ(m κ + I v), τ dv/dt = -v + u."),
      .paragraph(
        "Training goes back through the same steps: with a = ∂L/∂κ at step t + 1 and e = ∂L/∂z, the derivative of the loss "
          + "by x is φ'(x) (α n a + w e)/N, and by m, n and I it is a sum over steps of products with κ, φ(x) and v. That is the "
          + "exact gradient of the Euler steps, to rounding."),
    ]
  }
}

extension ControlAnswer {
  /// One batch, and a whole J.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    let low = task.trained[0]
    func curve(_ losses: [Double]) -> [(x: Double, y: Double)] {
      let stride = max(1, losses.count / 600)
      return losses.indices.filter { $0 % stride == 0 }.map { (Double($0 + 1), losses[$0]) }
    }
    return [
      .paragraph(
        "A network that cannot fit one batch has a fault in its gradient or too few parameters. Trained on the same "
          + "\(batch.trials) trials at every update, its loss on them falls from \(text(batch.firstLoss, digits: 2)) to "
          + "\(text(batch.lastLoss, digits: 2)) in \(batch.updates) updates; on new trials it is "
          + "\(text(batch.newLoss, digits: 2)), "
          + (batch.newLoss > 3 * batch.lastLoss
            ? "more than on the batch, whose noise it has learned as well. "
            : "much as on the batch: with \(parameters) parameters there is little noise to be learned. ")
          + "Fresh trials at every update avoid this altogether."),
      .paragraph(
        "Trained whole, J has \(fullRank.parameters) numbers instead of \(parameters). It begins with entries of "
          + "N(0, 0.64/N) and is trained with a step of 0.001. What training adds to J is "
          + "\(percent(fullRank.relativeChange)) of the initial J in norm, and "
          + "\(percent(fullRank.sharesOfChange[0])) of its square are in the first singular value, "
          + "\(percent(fullRank.sharesOfChange.prefix(3).reduce(0, +))) in the first three of \(task.network.unitCount): in a space "
          + "of \(fullRank.parameters) dimensions gradient descent moves in a few. That is the reason to look at networks of low "
          + "rank."),
      .table(
        Document.Table(
          caption: "On 1000 new trials of \(task.title.lowercased())",
          header: ["", "numbers trained", "updates", "loss", "right decisions"],
          rows: [
            [
              "rank 1, fresh trials", .count(parameters), .count(low.losses.count),
              .number(low.loss, digits: 3), .right(low.accuracy),
            ],
            [
              .text("rank 1, one batch of \(batch.trials)"), .count(parameters), .count(batch.updates),
              .number(batch.newLoss, digits: 3), .right(batch.newAccuracy),
            ],
            [
              "full rank, fresh trials", .count(fullRank.parameters), .count(fullRank.updates),
              .number(fullRank.loss, digits: 3), .right(fullRank.accuracy),
            ],
          ])),
      .figure(
        Figure.curves(
          name: "\(number)-controls", caption: "Loss of each batch before its update.",
          alternative: "Losses of rank 1 on fresh trials, rank 1 on one batch, and full rank.",
          panels: [
            CurvePanel(
              title: "", axes: ("update", "loss"),
              curves: [
                CurvePanel.Curve("rank 1", curve(low.losses), colour: 5),
                CurvePanel.Curve("one batch", curve(batchLosses), colour: 3),
                CurvePanel.Curve("full rank", curve(fullRank.losses), colour: 0),
              ], isLogarithmic: true)
          ])),
    ]
  }
}

extension TrainingAnswer {
  /// Losses, accuracies, and what the output does on each condition.
  func blocks(_ number: String, _ task: CourseTask) -> [Document.Block] {
    [
      .paragraph(
        "m and n trained by Adam on the exact gradient, \(updates) updates of 32 fresh trials; I and w stay "
          + "as they were drawn, w with a standard deviation of 4 (the readouts of 2.3 say why). "
          + "\(counted(networks.count, "network")) took \(text(task.seconds, digits: 2)) s. "
          + "Loss and right decisions are those of 1000 trials that training never saw."),
      .table(
        Document.Table(
          caption: "Trained networks; everything below is about the first.",
          header: ["seed", "loss", "right decisions"],
          rows: networks.map { [.count($0.seed), .number($0.loss, digits: 3), .right($0.accuracy)] })),
      .figure(Figure.loss(losses).renamed("\(number)-loss")),
      .figure(answersFigure(number, task)),
    ] + hidden(number, task)
  }

  /// The mean output over the response window of every trial against what was asked.
  private func answersFigure(_ number: String, _ task: CourseTask) -> Figure {
    let decision = task.task.kind == .perceptualDecision
    let targets = task.meanOutputs(task.trials.target)
    let asked = decision ? task.labelled["coherence"] ?? targets : targets
    let points: [(x: Double, y: Double)] = zip(asked, task.meanOutputs(task.full.outputs)).map { ($0, $1) }
    return Figure.curves(
      name: "\(number)-answers",
      caption: "Output of the network over the response window, one point a trial"
        + (decision ? ", against the signed strength of the evidence." : ", against (f₁ - f₂)/24."),
      alternative: "Mean output of each trial against what was asked.",
      panels: [
        CurvePanel(
          title: "", axes: (decision ? "coherence" : "target", "mean z"),
          curves: [CurvePanel.Curve("network", points, look: .points, colour: 0)])
      ])
  }

  /// Activations of a few units in two trials of opposite sign.
  private func hidden(_ number: String, _ task: CourseTask) -> [Document.Block] {
    guard let (stimulus, labels) = try? task.noiseless(task.conditionNames),
      let dynamics = try? NetworkDynamics(task.network)
    else { return [] }
    func evidence(_ trial: Int) -> Double {
      labels[trial].count > 1 ? labels[trial][0] - labels[trial][1] : labels[trial][0]
    }
    let order = labels.indices.sorted { (evidence($0), $0) < (evidence($1), $1) }
    guard let low = order.first, let high = order.last else { return [] }
    let run = Simulation(alpha: task.task.alpha, keepsStates: true).run(dynamics, under: stimulus)
    let states = run.states ?? []
    // From the smallest m to the largest, evenly.
    let m = task.network.m.column(0)
    let units = Array(m.indices).sorted { m[$0] < m[$1] }.map { $0 - m.startIndex }
    let shown = (0..<6).map { (place: Int) -> Int in units[place * (units.count - 1) / 5] }
    let count = task.network.unitCount
    func course(_ trial: Int, _ unit: Int) -> [(x: Double, y: Double)] {
      (0..<run.steps).map { (Double($0), states[(trial * run.steps + $0) * count + unit]) }
    }
    let name = rank == 1 ? "m" : "m1"
    let panels = [low, high].map { (trial: Int) -> CurvePanel in
      let values = labels[trial].map { text($0, digits: 2) }
      let curves = shown.enumerated().map { index, unit -> CurvePanel.Curve in
        let key = trial == low ? "\(name)_i = \(text(m[m.startIndex + unit], digits: 2))" : ""
        return CurvePanel.Curve(key, course(trial, unit), colour: index)
      }
      return CurvePanel(
        title: values.count > 1 ? "f₁ = \(values[0]), f₂ = \(values[1])" : "coherence \(values[0])",
        axes: ("step", "x_i"), curves: curves, hasKeyBelow: true)
    }
    return [
      .paragraph(
        "Hidden units: x_i = "
          + (rank == 1 ? "m_i κ + I_i v" : "m_i1 κ1 + m_i2 κ2 + I_i v")
          + ", so that all units are mixtures of the same \(rank + 1) time courses, each with its own weights. While the input "
          + "is on, I_i counts; afterwards units are ordered by m alone."),
      .figure(
        Figure.curves(
          name: "\(number)-units",
          caption:
            "Activations of six units, from the least to the largest \(name), in noiseless trials of the strongest "
            + "evidence of either sign.",
          alternative: "Activations of six units in two trials.", panels: panels)),
    ]
  }
}
