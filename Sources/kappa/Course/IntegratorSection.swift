// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Report
import Studies

/// "Make the circuit an integrator": σ_mn = 1 instead of 1.4, and the slow manifold that this gives.
enum IntegratorSection {
  static func section(_ number: String, decision: CourseTask) throws -> CourseSection {
    var section = CourseSection(
      "\(number)-integrator", "\(number). The integrator (σ̃_mn = 1) and its slow manifold")
    let alpha = decision.task.alpha
    let variants: [(name: String, recurrence: Double)] = [
      ("σ_mn = 0.7, forgets", 0.7), ("σ_mn = 1, integrates", 1), ("σ_mn = 1.4, decides", 1.4),
    ]
    let circuits = variants.map {
      EffectiveCircuit(PaperCircuit.decision(recurrence: $0.recurrence), transfer: .tanh)
    }
    // A pulse, then nothing for a hundred steps: what is left of κ?
    let pulses = [0.02, 0.05, 0.1, 0.2]
    var rows: [[String]] = []
    var values: [CourseValue] = []
    for (variant, circuit) in zip(variants, circuits) {
      let kept = retention(of: circuit, pulses: pulses, alpha: alpha)
      let performance = decision.performance(of: circuit)
      rows.append(
        [variant.name] + kept.map { "\(text($0.start, digits: 3)) → \(text($0.end, digits: 3))" }
          + [decision.shown(performance)?.accuracy ?? "–"])
      values.append(
        .object([
          "recurrence": .number(variant.recurrence), "pulses": .numbers(pulses),
          "kappaAfterPulse": .numbers(kept.map(\.start)), "kappaAfterDelay": .numbers(kept.map(\.end)),
          "accuracy": .optional(performance?.accuracy),
        ]))
    }
    section.tables = [
      ReportPage.Table(
        caption: "κ ten steps after a pulse of twenty steps, and a hundred steps later",
        header: [""] + pulses.map { "u = \(given($0))" } + ["right decisions"], rows: rows)
    ]
    let slow = try slowManifold(alpha: alpha, seed: decision.seed)
    let integrator = circuits[1]
    let times = [0.1, 0.3, 0.5, 1].map { (kappa: $0, time: $0 / -flow(integrator, $0)) }
    section.answer =
      "with σ_mn = 1 the flow near 0 vanishes like κ³: κ = 0.1 decays with "
      + "\(text(times[0].time, digits: 3)) τ, κ = 1 with \(text(times[3].time, digits: 3)) τ"
    section.paragraphs = [
      "σ̃_mn = σ_mn⟨φ'⟩(Δ) = 1 cancels the decay -κ. With σ_mn = 1 this holds at κ = 0 alone, for the gain falls as Δ "
        + "grows; small κ are kept, large ones slip back. Decay time κ/|dκ/dt| at κ = "
        + times.map { "\(given($0.kappa)): \(text($0.time, digits: 3)) τ" }.joined(separator: "; ") + ".",
      "In a network the slow points are a curve in N dimensions. \(slow.networks) states of a network of "
        + "\(slow.units) units with these covariances, started at random off the line of m, are on it after 5 τ to "
        + "\(percent(slow.distance)) of their distance, while κ has moved by \(percent(slow.drift)) only: fast onto "
        + "the manifold, slow along it.",
    ]
    let grid = stride(from: -2.0, through: 2.0, by: 0.02)
    section.figures = [
      Figure.curves(
        name: "\(number)-integrator",
        caption:
          "Flow of κ without input for three strengths of recurrence; along the axis for σ_mn = 1 nothing moves "
          + "near κ = 0.",
        alternative: "Flow of κ for three values of σ_mn.",
        panels: [
          CurvePanel(
            title: "", axes: ("κ", "τ dκ/dt"),
            curves: zip(variants, circuits).enumerated().map { index, pair in
              CurvePanel.Curve(pair.0.name, grid.map { ($0, flow(pair.1, $0)) }, colour: index)
            })
        ])
    ]
    section.values = [
      "variants": .list(values),
      "decayTimes": .list(times.map { .object(["kappa": .number($0.kappa), "time": .number($0.time)]) }),
      "slowManifold": .object([
        "units": .integer(slow.units), "starts": .integer(slow.networks),
        "distanceLeft": .number(slow.distance),
        "driftAlong": .number(slow.drift),
      ]),
    ]
    return section
  }

  static func flow(_ circuit: EffectiveCircuit, _ kappa: Double) -> Double {
    circuit.linearisation(kappa: [kappa], input: [0]).flow[0]
  }

  /// κ ten steps after the end of a pulse of twenty steps, when v is gone, and a hundred steps later.
  private static func retention(
    of circuit: EffectiveCircuit, pulses: [Double], alpha: Double
  ) -> [(start: Double, end: Double)] {
    var stimulus = Stimulus(trials: pulses.count, steps: 130, channels: 1)
    for (trial, pulse) in pulses.enumerated() { for t in 0..<20 { stimulus[trial, t, 0] = pulse } }
    let run = Simulation(alpha: alpha).run(circuit, under: stimulus)
    return pulses.indices.map { (run.kappa(trial: $0, step: 29, 0), run.kappa(trial: $0, step: 129, 0)) }
  }

  /// How fast states reach the line of m, and how slowly they move along it.
  private static func slowManifold(alpha: Double, seed: UInt64) throws
    -> (units: Int, networks: Int, distance: Double, drift: Double)
  {
    let units = 2048
    var stream = RandomStream(seed: seed, purpose: .redraws, stream: 1 << 32)
    let network = try PaperCircuit.decision(recurrence: 1).redraw(
      units: units, moments: .matched, transfer: .tanh, stream: &stream)
    let starts = 12
    let steps = Int((5 / alpha).rounded())
    let (m, input) = (network.m.column(0), network.inputs.column(0))
    let size = m.reduce(0) { $0 + $1 * $1 }
    let inputSize = input.reduce(0) { $0 + $1 * $1 }
    func along(_ x: [Double], _ axis: ArraySlice<Double>) -> Double {
      zip(axis, x).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func split(_ x: [Double]) -> (kappa: Double, off: Double) {
      let kappa = along(x, m) / size
      return (kappa, zip(m, x).reduce(0) { $0 + ($1.1 - kappa * $1.0) * ($1.1 - kappa * $1.0) }.squareRoot())
    }
    var distances = 0.0
    var (moved, reach) = (0.0, 0.0)
    for start in 0..<starts {
      let kappa = 0.15 * (2 * Double(start) / Double(starts - 1) - 1)
      var state = (0..<units).map { _ in 0.3 * stream.normal() }
      // Orthogonal to m and I (which are orthogonal here), so that it is a distance from the line and no input.
      let (first, second) = (along(state, m) / size, along(state, input) / inputSize)
      for (i, pair) in zip(state.indices, zip(m, input)) {
        state[i] += (kappa - first) * pair.0 - second * pair.1
      }
      let run = Simulation(alpha: alpha, keepsStates: true, keptSteps: 1).run(
        try NetworkDynamics(network, initialState: state),
        under: Stimulus(trials: 1, steps: steps, channels: 1))
      let (before, after) = (split(state), split(run.states ?? []))
      distances += after.off / before.off / Double(starts)
      moved += abs(after.kappa - before.kappa)
      reach += abs(before.kappa)
    }
    let drifts = moved / reach
    return (units, starts, distances, drifts)
  }
}
