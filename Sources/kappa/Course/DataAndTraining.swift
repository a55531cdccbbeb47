// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Report
import Studies
import Tasks

/// "Generate and plot the data" and "train the network": what goes in, what is asked, and how training went.
extension CourseTask {
  /// Inputs, targets and the response window.
  func dataSection(_ number: String) -> CourseSection {
    var section = CourseSection("\(number)-data", "\(number). \(title): the data")
    let steps = task.steps
    let window = (0..<steps).filter { trials.mask[$0] != 0 }
    let conditions = labelled.conditions.filter { Set($0.values).count > 1 }
    section.answer =
      "\(steps) steps of α = dt/τ = \(given(task.alpha)); the output is asked at steps "
      + "\(window.first ?? 0) to \(window.last ?? 0)"
    section.paragraphs = [
      "Trials of \(steps) steps, the protocol of the course sheet. The target stands at the end; the loss is the mean "
        + "square error there and nowhere else. Epochs: "
        + (labelled.epochs.first ?? []).map { "\($0.name) \($0.steps.lowerBound)–\($0.steps.upperBound - 1)" }
        .joined(separator: ", ") + "."
    ]
    let weight = trials.mask.reduce(0, +)
    let square = zip(trials.mask, trials.target).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / max(weight, 1)
    section.paragraphs.append(
      "Mean squared target, which is the loss of an output that is always zero: \(text(square, digits: 3)).")
    section.tables = [
      ReportPage.Table(
        caption: "What varies from trial to trial", header: ["condition", "values"],
        rows: conditions.map {
          [$0.name, Set($0.values).sorted().map { given($0) }.joined(separator: ", ")]
        })
    ]
    let shown = 4
    func curve(_ trial: Int, _ value: (Int) -> Double) -> [(x: Double, y: Double)] {
      (0..<steps).map { (Double($0), value(trial * steps + $0)) }
    }
    section.figures = [
      Figure.curves(
        name: "\(number)-data",
        caption: "Inputs of \(shown) trials, and the targets in their response windows.",
        alternative: "Inputs and targets of \(shown) trials of \(title).",
        panels: [
          CurvePanel(
            title: "input", axes: ("step", "u"),
            curves: (0..<shown).map { trial in
              CurvePanel.Curve("", curve(trial) { trials.stimulus.values[$0] }, colour: trial)
            }),
          CurvePanel(
            title: "target", axes: ("step", "ẑ"),
            curves: (0..<shown).map { trial in
              CurvePanel.Curve(
                "", curve(trial) { trials.mask[$0] == 0 ? .nan : trials.target[$0] }, colour: trial)
            }),
        ])
    ]
    section.values = [
      "steps": .integer(steps), "alpha": .number(task.alpha),
      "window": .list(window.map { .integer($0) }), "meanSquaredTarget": .number(square),
      "conditions": .object(
        Dictionary(
          uniqueKeysWithValues: conditions.map { ($0.name, .numbers(Set($0.values).sorted())) })),
    ]
    return section
  }

  /// Losses, accuracies, and what the output does on each condition.
  func trainingSection(_ number: String) -> CourseSection {
    var section = CourseSection("\(number)-training", "\(number). \(title): the trained network")
    let first = trained[0]
    section.answer =
      "rank \(network.rank), \(network.unitCount) units: loss \(text(first.loss, digits: 3)), "
      + "\(text(100 * first.accuracy, digits: 4)) % right"
    section.paragraphs = [
      "m and n trained by Adam on the exact gradient, \(first.losses.count) updates of 32 fresh trials; I and w stay "
        + "as they were drawn, w with a standard deviation of 4 (question 15 says why). "
        + "\(trained.count) network\(trained.count == 1 ? "" : "s") took \(text(seconds, digits: 2)) s. "
        + "Loss and right decisions are those of 1000 trials that training never saw."
    ]
    section.tables = [
      ReportPage.Table(
        caption: "Trained networks; everything below is about the first.",
        header: ["seed", "loss", "right decisions"],
        rows: trained.map {
          ["\($0.seed)", text($0.loss, digits: 3), "\(text(100 * $0.accuracy, digits: 4)) %"]
        })
    ]
    section.figures = [Figure.loss(first.losses).renamed("\(number)-loss"), answersFigure(number)]
    section.values = [
      "rank": .integer(network.rank), "units": .integer(network.unitCount),
      "updates": .integer(first.losses.count),
      "networks": .list(
        trained.map {
          .object([
            "seed": .integer(Int(truncatingIfNeeded: $0.seed)), "loss": .number($0.loss),
            "accuracy": .number($0.accuracy),
          ])
        }), "losses": .numbers(first.losses),
    ]
    return section
  }

  /// The mean output over the response window of every trial against what was asked.
  private func answersFigure(_ number: String) -> Figure {
    let answers = meanOutputs(full)
    let targets = meanOutputs(
      Trajectory(
        trials: full.trials, steps: full.steps, rank: full.rank, outputCount: 1, kappa: full.kappa,
        outputs: trials.target))
    let decision = task.kind == .perceptualDecision
    let asked = decision ? labelled["coherence"] ?? targets : targets
    return Figure.curves(
      name: "\(number)-answers",
      caption: "Output of the network over the response window, one point a trial"
        + (decision ? ", against the signed strength of the evidence." : ", against (f₁ - f₂)/24."),
      alternative: "Mean output of each trial against what was asked.",
      panels: [
        CurvePanel(
          title: "", axes: (decision ? "coherence" : "target", "mean z"),
          curves: [
            CurvePanel.Curve("network", zip(asked, answers).map { ($0, $1) }, look: .points, colour: 0)
          ])
      ])
  }

  /// The mean over the response window of every trial.
  func meanOutputs(_ run: Trajectory) -> [Double] {
    (0..<run.trials).map { trial in
      var (sum, weight) = (0.0, 0.0)
      for t in 0..<run.steps {
        let mask = trials.mask[trial * run.steps + t]
        sum += mask * run.outputs[trial * run.steps + t]
        weight += mask
      }
      return weight > 0 ? sum / weight : 0
    }
  }

  /// The task for people.
  var title: String {
    task.kind == .perceptualDecision ? "Perceptual decision" : "Parametric working memory"
  }
}
