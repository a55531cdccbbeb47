// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank
import Report
import Studies
import Tasks
import Training

/// The paper's covariances as circuits, and the course sheet's slips beside the corrected form.
struct SlipSections {
  let decision: CourseTask
  let memory: CourseTask

  private var decisionCircuit: EffectiveCircuit {
    EffectiveCircuit(PaperCircuit.decision(), transfer: .tanh)
  }

  private func stable(_ circuit: EffectiveCircuit) throws -> [FixedPoint] {
    try FixedPointSearch().fixedPoints(of: circuit, input: [0]).points.filter(\.isStable)
  }

  /// The circuits with the paper's numbers on the course's tasks, also as drawn networks.
  func presetSection(_ number: String) throws -> CourseSection {
    var section = CourseSection("\(number)-presets", "\(number). The paper's covariances")
    var rows: [[String]] = []
    var values: [CourseValue] = []
    for (name, task, statistics) in [
      ("perceptual decision", decision, PaperCircuit.decision()),
      ("working memory", memory, PaperCircuit.workingMemory()),
    ] {
      let circuit = EffectiveCircuit(statistics, transfer: .tanh)
      let own = task.performance(of: circuit)
      rows.append([name + ", circuit", task.shown(own)?.accuracy ?? "–", task.shown(own)?.loss ?? "–"])
      var drawn: [CourseValue] = []
      for units in [128, 1024] {
        var stream = RandomStream(seed: task.seed, purpose: .redraws, stream: UInt64(units))
        let network = try statistics.redraw(units: units, transfer: .tanh, stream: &stream)
        let result = task.performance(of: try ManifoldDynamics(network))
        rows.append([
          "\(name), \(units) units drawn", task.shown(result)?.accuracy ?? "–",
          task.shown(result)?.loss ?? "–",
        ])
        drawn.append(
          .object([
            "units": .integer(units), "accuracy": .optional(result?.accuracy),
            "loss": .optional(result?.loss),
          ]))
      }
      values.append(
        .object([
          "task": .text(name), "accuracy": .optional(own?.accuracy), "loss": .optional(own?.loss),
          "drawn": .list(drawn),
        ]))
    }
    let points = try stable(decisionCircuit)
    let folds = try BifurcationSearch().diagram(
      of: decisionCircuit, input: [0], parameter: .input(0), over: -0.1...0.1
    ).bifurcations.map { abs($0.parameter) }
    let fold = folds.max() ?? .nan
    section.tables = [
      ReportPage.Table(
        caption: "On the course's tasks (\(decision.full.trials) trials)",
        header: ["", "right decisions", "loss"],
        rows: rows)
    ]
    section.answer =
      "the decision circuit rests at z = "
      + points.map { text($0.outputs[0]) }.joined(separator: " and ")
      + " and loses one of them at |v| = \(text(fold, digits: 3))"
    section.paragraphs = [
      "Decision: σ_mn = 1.4, σ_nI = 2.6, σ_mw = 2.1. Working memory: σ_n1m1 = 1, σ_n2m2 = 0.5, σ_n1I = 0.5, "
        + "σ_n2I = 1.9, σ_wm1 = 2.8, σ_wm2 = -2.2. m and I have variance 1; n and w are combinations of them, so that "
        + "units with these covariances exist.",
      "The decision circuit was not fitted to targets of ±1, nor the other to (f₁ - f₂)/24: their decisions count, not "
        + "their losses.",
    ]
    section.values = [
      "circuits": .list(values), "decisionOutputs": .numbers(points.map { $0.outputs[0] }),
      "decisionKappa": .numbers(points.map { $0.kappa[0] }), "saddleNode": .number(fold),
    ]
    return section
  }

  /// Each slip beside the corrected form.
  func slipSection(_ number: String) throws -> CourseSection {
    var section = CourseSection("\(number)-slips", "\(number). Slips of the sheet, side by side")
    var rows: [[String]] = []
    var values: [String: CourseValue] = [:]
    let right = decisionCircuit
    // 1/(2π) in front of the integrals instead of 1/√(2π).
    let factor = 1 / (2 * Double.pi).squareRoot()
    let wrong = EffectiveCircuit(right.statistics.scalingAverages(by: factor), transfer: .tanh)
    let (states, others) = (try stable(right), try stable(wrong))
    let critical = try BifurcationSearch().diagram(
      of: wrong, input: [0],
      // σ_nm of the scaled circuit is σ_mn times the factor.
      parameter: .covariance(.n(0), .m(0), population: 0), over: 0.5...1.5
    ).bifurcations.first { $0.kind == .pitchfork }.map { $0.parameter / factor }
    func list(_ points: [FixedPoint]) -> String {
      points.map { text($0.kappa[0], beside: 1, digits: 3) }.joined(separator: ", ")
    }
    let accuracies = [right, wrong].map { decision.performance(of: $0)?.accuracy }
    rows.append([
      "1/(2π) for 1/√(2π)",
      "stable at κ = \(list(others)); pitchfork at σ_mn = \(critical.map { text($0, digits: 3) } ?? "–")",
      "stable at κ = \(list(states)); pitchfork at σ_mn = 1",
    ])
    values["normalisation"] = .object([
      "stableKappa": .numbers(states.map { $0.kappa[0] }),
      "stableKappaWithSlip": .numbers(others.map { $0.kappa[0] }),
      "pitchforkWithSlip": .optional(critical), "accuracy": .optional(accuracies[0]),
      "accuracyWithSlip": .optional(accuracies[1]),
    ])
    // Δ from u instead of v, on the trained network's circuit.
    let unfiltered = decision.simulation.run(
      UnfilteredGainCircuit(decision.circuit), under: decision.trials.stimulus)
    let filtered = Comparison(of: decision.reduced, against: decision.full, trials: decision.trials)
    let slipped = Comparison(of: unfiltered, against: decision.full, trials: decision.trials)
    let between = Comparison(of: unfiltered, against: decision.reduced, trials: decision.trials).kappa[0]
      .relative
    rows.append([
      "Δ with u for v",
      "κ changes by \(percent(between)); off by \(percent(slipped.kappa[0].relative)) against the trained network",
      "off by \(percent(filtered.kappa[0].relative))",
    ])
    values["unfilteredInput"] = .object([
      "relativeErrorOfKappa": .number(filtered.kappa[0].relative),
      "changeOfKappa": .number(between), "relativeErrorOfKappaWithSlip": .number(slipped.kappa[0].relative),
    ])
    // Δ without cross terms and κ̇ without means, on both trained networks.
    for (name, task) in [("decision", decision), ("memory", memory)] {
      func error(_ statistics: ConnectivityStatistics) -> Double {
        let run = task.simulation.run(
          EffectiveCircuit(statistics, transfer: .tanh), under: task.trials.stimulus)
        return Comparison(of: run, against: task.full, trials: task.trials).outputs[0].deviation.relative
      }
      let (whole, crossless, meanless) = (
        error(task.circuit.statistics), error(task.circuit.statistics.withoutCrossTerms),
        error(task.circuit.statistics.withoutMeans)
      )
      rows.append([
        "Δ without 2σ_mI κv … (\(name))", "z off by \(percent(crossless)) against the trained network",
        "off by \(percent(whole))",
      ])
      rows.append(["no means (\(name))", "z off by \(percent(meanless))", "off by \(percent(whole))"])
      values["\(name)Terms"] = .object([
        "relativeErrorOfZ": .number(whole), "withoutCrossTerms": .number(crossless),
        "withoutMeans": .number(meanless),
      ])
    }
    // σ_n2m2 = 1 instead of 0.5.
    var retained: [[CourseTask.Retention]] = []
    var performances: [Performance?] = []
    for second in [0.5, 1] {
      let circuit = EffectiveCircuit(PaperCircuit.workingMemory(second: second), transfer: .tanh)
      retained.append(try memory.retention(of: circuit))
      performances.append(memory.performance(of: circuit))
    }
    func kept(_ k: Int) -> String {
      "left after the delay: κ1 \(text(retained[k][0].left, digits: 3)), κ2 \(text(retained[k][1].left, digits: 2)); "
        + "\(percent(performances[k]?.accuracy)) right"
    }
    rows.append(["σ_n2m2 = 1.0 for 0.5", kept(1), kept(0)])
    values["secondTimeScale"] = .object([
      "retention": .numbers(retained[0].map(\.left)), "retentionWithSlip": .numbers(retained[1].map(\.left)),
      "accuracy": .optional(performances[0]?.accuracy),
      "accuracyWithSlip": .optional(performances[1]?.accuracy),
    ])
    // Variances of 1 for all vectors.
    let impossible = right.statistics.replacing([(.n(0), .n(0), 1), (.readout(0), .readout(0), 1)])
    var refusal = "units were drawn"
    do {
      var stream = RandomStream(seed: decision.seed)
      _ = try impossible.redraw(units: 128, transfer: .tanh, stream: &stream)
    } catch {
      let least = try impossible.populations[0].covariance.symmetricEigensystem().values.first ?? .nan
      refusal = "no units can have these covariances: one of their eigenvalues is \(text(least, digits: 3))"
    }
    rows.append([
      "all variances 1 with σ_nI = 2.6", refusal,
      "n = 1.4 m + 2.6 I, w = 2.1 m: the same κ-dynamics, and units exist",
    ])
    values["impossibleVariances"] = .object(["refusal": .text(refusal)])
    section.tables = [
      ReportPage.Table(
        caption: "What each slip does, computed with it and without",
        header: ["slip", "with the slip", "corrected"],
        rows: rows)
    ]
    let grid = stride(from: -2.0, through: 2.0, by: 0.02)
    section.figures = [
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
              CurvePanel.Curve("1/√(2π)", grid.map { ($0, IntegratorSection.flow(right, $0)) }, colour: 0),
              CurvePanel.Curve(
                "1/(2π)", grid.map { ($0, IntegratorSection.flow(wrong, $0)) }, look: .dashed, colour: 3),
            ])
        ])
    ]
    section.answer =
      "1/(2π) leaves \(counted(others.count, "stable point")) instead of \(states.count); σ_n2m2 = 1 keeps "
      + "\(percent(retained[1][1].left)) of κ2 over the delay instead of \(percent(retained[0][1].left))"
    section.paragraphs = [
      "The sheet is otherwise followed. κ̇ without τ and an output that is never written are slips, too, but of the pen: "
        + "nothing can be computed from them."
    ]
    section.values = values
    return section
  }

  /// Readouts of SD 1 and 4.
  func readoutSection(_ number: String, units: Int, updates: Int, progress: CourseProgress) throws
    -> CourseSection
  {
    var section = CourseSection(
      "\(number)-readouts", "\(number). Why the readouts need a standard deviation of 4")
    var rows: [[String]] = []
    var values: [CourseValue] = []
    var losses: [Double] = []
    var bounds: [Double] = []
    for deviation in [1.0, 4.0] {
      var options = TrainingOptions.recommended(for: .perceptualDecision)
      options.units = units
      options.seed = decision.trained[0].seed
      options.readoutDeviation = deviation
      let result = try CourseTask.train(decision.task, options, updates: updates) {
        progress.show("readouts of SD \(given(deviation)): update \($0) of \(updates)")
      }
      let w = result.network.readouts.column(0)
      let bound = w.reduce(0) { $0 + abs($1) } / Double(units)
      let run = decision.simulation.run(try ManifoldDynamics(result.network), under: decision.trials.stimulus)
      let largest = run.outputs.reduce(0) { max($0, abs($1)) }
      rows.append([
        "SD \(given(deviation))", text(bound, digits: 3), text(largest, digits: 3),
        text(result.loss, digits: 3),
        "\(text(100 * result.accuracy, digits: 4)) %",
      ])
      values.append(
        .object([
          "deviation": .number(deviation), "bound": .number(bound), "largestOutput": .number(largest),
          "loss": .number(result.loss), "accuracy": .number(result.accuracy),
        ]))
      losses.append(result.loss)
      bounds.append(bound)
    }
    section.tables = [
      ReportPage.Table(
        caption: "Perceptual decision with readouts w ~ N(0, SD²), \(updates) updates",
        header: ["", "mean |w|", "largest |z|", "loss", "right decisions"], rows: rows)
    ]
    section.answer =
      "|z| ≤ mean|w| = \(text(bounds[0], digits: 3)) with SD 1: the loss stays at \(text(losses[0], digits: 3)), with SD 4 "
      + "it falls to \(text(losses[1], digits: 3))"
    section.paragraphs = [
      "z = wᵀφ(x)/N and |φ| < 1, so that |z| < mean|w|, which is √(2/π) ≈ 0.8 of the standard deviation on average. "
        + (bounds[0] < 1
          ? "Targets of ±1 are out of reach with this draw of N(0, 1), and the loss cannot get below (1 - mean|w|)² = "
            + "\(text((1 - bounds[0]) * (1 - bounds[0]), digits: 3))."
          : "This draw of N(0, 1) happens to have a mean above 1, so that ±1 is only just out of reach; more units come "
            + "closer to 0.8.")
    ]
    section.values = ["networks": .list(values)]
    return section
  }
}
