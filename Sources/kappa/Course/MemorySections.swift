// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Report
import Studies
import Tasks
import Training

/// The two time scales of working memory, and whether one latent would do.
extension CourseTask {
  func timeScaleSection(_ number: String) throws -> CourseSection {
    var section = CourseSection("\(number)-time-scales", "\(number). Working memory: two time scales")
    let exact = try ManifoldDynamics(network)
    var rows: [[String]] = []
    var values: [String: CourseValue] = ["inModes": .flag(isInModes)]
    func add(_ key: String, _ name: String, _ dynamics: some ReducedDynamics) throws {
      let eigenvalues = try dynamics.linearisation(
        kappa: [Double](repeating: 0, count: dynamics.rank), input: [0]
      ).latentJacobian.eigenvalues()
      let kept = try retention(of: dynamics)
      rows.append([
        name,
        eigenvalues.map {
          text($0.real, beside: 1, digits: 3)
            + ($0.imaginary == 0 ? "" : " ± \(text(abs($0.imaginary), digits: 2))i")
        }.joined(separator: ", "),
        eigenvalues.map {
          abs($0.real) < 1e-9
            ? "neither grows nor decays" : ($0.real < 0 ? text(-1 / $0.real, digits: 3) : "grows")
        }.joined(separator: ", "),
        kept.map { text($0.left, digits: 3) }.joined(separator: ", "),
        kept.map { text($0.secondHalf, digits: 3) }.joined(separator: ", "),
        kept.map { percent($0.determination) }.joined(separator: ", "),
      ])
      values[key] = .object([
        "eigenvalues": .list(eigenvalues.map { .numbers([$0.real, $0.imaginary]) }),
        "left": .numbers(kept.map(\.left)), "secondHalf": .numbers(kept.map(\.secondHalf)),
        "determination": .numbers(kept.map(\.determination)),
      ])
    }
    try add("network", "trained network", exact)
    try add("circuit", "its circuit", circuit)
    let paper = EffectiveCircuit(PaperCircuit.workingMemory(), transfer: .tanh)
    try add("paper", "the paper's circuit, σ_n2m2 = 0.5", paper)
    let delay = steps(of: "delay").count
    section.tables = [
      ReportPage.Table(
        caption: "At κ = 0 without input, and over the delay of \(delay) steps "
          + "(\(given(Double(delay) * task.alpha)) τ): what is left of κ1 and κ2 at its end",
        header: [
          "", "eigenvalues τλ", "time constants /τ", "left of κ1, κ2", "end over middle",
          "of them told by f₁",
        ],
        rows: rows)
    ]
    let kept = try retention(of: exact)
    let fromPaper = try retention(of: paper)
    let grows = kept[0].secondHalf > 1.05
    section.answer =
      (grows
        ? "κ1 of the trained network is not held but grows, \(text(kept[0].secondHalf, digits: 3)) times over the second "
          + "half of the delay, and \(percent(kept[1].left)) of κ2 is left at its end"
        : "over the delay the trained network keeps \(percent(kept[0].left)) of κ1 and \(percent(kept[1].left)) of κ2")
      + "; the paper's circuit keeps \(percent(fromPaper[0].left)) of κ1 and \(percent(fromPaper[1].left)) of κ2"
    section.paragraphs = [
      "What is left: the spread of κ over the first frequencies at the end of the delay, relative to the largest spread "
        + "in it (noiseless trials of all pairs of frequencies), which is 1 for what grows until the end. End over middle: "
        + "the same spread relative to that in the middle of the delay, when no input is left to change it. Told by f₁: how "
        + "much of the variance at the end a straight line in f₁ tells, for a spread alone might be that of two choices.",
      "One latent has to outlast the delay. The other must not: at the end it holds the second stimulus alone, so that "
        + "a weighted difference of the two is f₁ - f₂.",
    ]
    if grows {
      let rate =
        try exact.linearisation(
          kappa: [Double](repeating: 0, count: network.rank), input: [0]
        ).latentJacobian.eigenvalues().map(\.real).max() ?? 0
      section.paragraphs.append(
        "κ1 of this network does not stand still. "
          + (rate > 0
            ? "κ = 0 is unstable with τλ = \(text(rate, digits: 2)): a small beginning grows, at most by a factor of "
              + "\(text(exponential(rate, delay - delay / 2), digits: 3)) over the second half of the delay, and less "
              + "where κ is large. "
            : "")
          + "The sheet's delay has one length, so that a timed amplification does as well as a memory that lasts; "
          + "\(percent(kept[0].determination)) of κ1's variance at the end is linear in f₁.")
    }
    section.figures = [try memoryFigure(number)]
    section.values = values
    return section
  }

  /// What becomes of a small deviation in so many steps of a linear mode.
  private func exponential(_ rate: Double, _ steps: Int) -> Double {
    (0..<steps).reduce(1) { product, _ in product * (1 + task.alpha * rate) }
  }

  /// What is left of a latent when the delay is over.
  struct Retention {
    /// Its spread (SD over trials) at the end of the delay over the largest in it.
    let left: Double
    /// Its spread at the end of the delay over that in the middle of it.
    let secondHalf: Double
    /// Squared correlation with the first frequency at the end of the delay; zero where nothing is left to correlate.
    let determination: Double
  }

  /// What is left of each latent when the delay is over, over noiseless trials of all pairs of frequencies.
  func retention(of dynamics: some Dynamics) throws -> [Retention] {
    let (stimulus, labels) = try noiseless(["frequency 1", "frequency 2"])
    let run = simulation.run(dynamics, under: stimulus)
    let delay = steps(of: "delay")
    guard let last = delay.last else { return [] }
    let frequencies = labels.map { $0[0] }
    func moments(_ a: [Double], _ b: [Double]) -> Double {
      let count = Double(a.count)
      let (x, y) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
      return zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / count
    }
    return (0..<dynamics.rank).map { r in
      func values(_ step: Int) -> [Double] { (0..<run.trials).map { run.kappa(trial: $0, step: step, r) } }
      let end = values(last)
      let variances = delay.map { step -> Double in
        let kappa = values(step)
        return moments(kappa, kappa)
      }
      let (largest, final) = (variances.max() ?? 0, moments(end, end))
      let middle = variances[variances.count / 2]
      let along = moments(end, frequencies)
      let size = final * moments(frequencies, frequencies)
      return Retention(
        left: largest > 0 ? (final / largest).squareRoot() : 0,
        secondHalf: middle > 0 ? (final / middle).squareRoot() : 0,
        determination: size > 0 ? along * along / size : 0)
    }
  }

  private func memoryFigure(_ number: String) throws -> Figure {
    let (stimulus, labels) = try noiseless(["frequency 1", "frequency 2"])
    let run = simulation.run(try ManifoldDynamics(network), under: stimulus)
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
        }, hasKeyAtLeft: true)
    }
    return Figure.curves(
      name: "\(number)-memory",
      caption:
        "Latents of the trained network on noiseless trials with f₂ = \(text(middle, digits: 2)) and different f₁.",
      alternative: "κ1 and κ2 over time for several first frequencies.", panels: (0..<run.rank).map(panel))
  }

  /// A network of rank 1, trained in the same way: with the growing delay, and with the whole one from the start.
  func rankOneSection(_ number: String, updates: Int, progress: CourseProgress) throws -> CourseSection {
    var section = CourseSection("\(number)-rank-one", "\(number). Working memory: would one latent do?")
    let floor = memoryless
    let square =
      zip(trials.mask, trials.target).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / max(trials.mask.reduce(0, +), 1)
    var rows = [
      ["always zero", text(square, digits: 3), "–"],
      ["the best answer from f₂ alone", text(floor.loss, digits: 3), percent(floor.accuracy)],
    ]
    var values: [String: CourseValue] = [
      "memorylessLoss": .number(floor.loss), "memorylessAccuracy": .number(floor.accuracy),
      "zeroLoss": .number(square),
    ]
    var losses: [Double] = []
    for curriculum in [Curriculum.growing, .none] {
      var options = TrainingOptions.recommended(for: task.kind)
      options.units = network.unitCount
      options.seed = trained[0].seed
      options.rank = 1
      options.curriculum = curriculum
      let control = try Self.train(task, options, updates: updates) {
        progress.show("rank 1, delay \(curriculum.rawValue): update \($0) of \(updates)")
      }
      losses.append(control.loss)
      rows.append([
        "rank 1, " + (curriculum == .growing ? "growing delay" : "whole delay from the start"),
        text(control.loss, digits: 3), "\(text(100 * control.accuracy, digits: 4)) %",
      ])
      values[curriculum == .growing ? "growingDelay" : "wholeDelay"] = .object([
        "loss": .number(control.loss), "accuracy": .number(control.accuracy),
      ])
    }
    rows.append([
      "rank 2", text(trained[0].loss, digits: 3), "\(text(100 * trained[0].accuracy, digits: 4)) %",
    ])
    values["rankTwo"] = .object(["loss": .number(trained[0].loss), "accuracy": .number(trained[0].accuracy)])
    let best = losses.min() ?? .nan
    values["ratio"] = .number(best / trained[0].loss)
    section.tables = [
      ReportPage.Table(
        caption: "Controls: \(updates) updates, the same seed, tested on the whole delay",
        header: ["", "loss", "right decisions"], rows: rows)
    ]
    section.answer =
      "trained at rank 1 the loss ends at \(text(best, digits: 3)), at rank 2 at "
      + "\(text(trained[0].loss, digits: 3)); the best answer without memory has \(text(floor.loss, digits: 3))"
    section.paragraphs = [
      "With one latent both stimuli add to the same κ with the same sign: what remembers the first adds the second to "
        + "it, while a difference is asked for. Only v, which forgets within τ, is there besides."
    ]
    section.values = values
    return section
  }

  /// The best answer that depends on the second frequency alone: its least mean square error, and how many signs it has
  /// right at best.
  var memoryless: (loss: Double, accuracy: Double) {
    guard let second = labelled["frequency 2"] else { return (.nan, .nan) }
    let targets = meanOutputs(
      Trajectory(
        trials: full.trials, steps: full.steps, rank: full.rank, outputCount: 1, kappa: full.kappa,
        outputs: trials.target))
    var groups: [Double: [Double]] = [:]
    for (frequency, target) in zip(second, targets) { groups[frequency, default: []].append(target) }
    var sum = 0.0
    var (right, asked) = (0, 0)
    for key in groups.keys.sorted() {
      let group = groups[key] ?? []
      let mean = group.reduce(0, +) / Double(group.count)
      sum += group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let (above, below) = (group.count { $0 > 0 }, group.count { $0 < 0 })
      right += max(above, below)
      asked += above + below
    }
    return (sum / Double(max(targets.count, 1)), Double(right) / Double(max(asked, 1)))
  }
}
