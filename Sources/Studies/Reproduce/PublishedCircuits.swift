// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LibC
import LowRank

private typealias Line = ReproductionResult.Line
private let lastDigit = "the last digit given"

private func circuit(_ statistics: ConnectivityStatistics) -> EffectiveCircuit {
  EffectiveCircuit(statistics, transfer: .tanh)
}

extension Reproduction {
  /// Phase diagram, κ against the overlap at several g, bistability under input.
  func mastrogiuseppe() throws -> ReproductionResult.Paper {
    var lines: [Line] = []
    for (g, stationary, structure, delta0) in [
      (1.2, 1.23564, 1.20454, 0.24263), (1.5, 1.70910, 1.51997, 0.74769), (2, 2.80100, 2.05414, 1.92481),
    ] {
      let borders = try CentredBulk.borders(strength: g, transfer: .tanh)
      lines += [
        Line(
          "σ_mn where structured activity begins, g = \(given(g))", structure, borders.structure,
          within: 1e-5,
          lastDigit),
        Line(
          "σ_mn where it becomes stationary, g = \(given(g))", stationary, borders.stationary, within: 1e-5,
          lastDigit),
        Line(
          "Δ₀ of homogeneous chaos, g = \(given(g))", delta0, borders.delta0 ?? .nan, within: 1e-5, lastDigit),
      ]
    }
    for (overlap, kappa) in [(1.01, 0.10050), (1.1, 0.33087), (1.4, 0.73356), (2, 1.33711)] {
      let points = try FixedPointSearch().fixedPoints(
        of: circuit(TheoryCircuit.rankOne(overlap: overlap)), input: [])
      lines.append(
        Line(
          "κ* without bulk, σ_mn = \(given(overlap))", kappa, points.points.map { $0.kappa[0] }.max() ?? .nan,
          within: 1e-5, lastDigit))
    }
    let decision = circuit(PaperCircuit.decision())
    var (inside, outside) = (0.0, 0.2)
    for _ in 0..<30 {
      let middle = (inside + outside) / 2
      if try FixedPointSearch().fixedPoints(of: decision, input: [middle]).points.count > 1 {
        inside = middle
      } else {
        outside = middle
      }
    }
    lines.append(
      Line(
        "input |v| at which bistability ends (σ_mn 1.4, σ_nI 2.6)", 0.0396, inside, within: 5e-5, lastDigit))
    return ReproductionResult.Paper(
      .mastrogiuseppe2018, lines, pictures: [try phases(), try overlaps()],
      explanations: [
        "Trajectories between states are not reproduced by equations in κ: with a bulk they are no closed system. "
          + "`kappa bulk --networks` simulates networks instead."
      ])
  }

  private func phases() throws -> ReproductionResult.Picture {
    let strengths = (0...50).map { 0.05 * Double($0) }
    let borders = try strengths.map { try CentredBulk.borders(strength: $0, transfer: .tanh) }
    let chaotic = borders.filter { $0.delta0 != nil && $0.stationary <= 4 }
    return ReproductionResult.Picture(
      title: "Phases", x: "σ_mn", y: "g",
      curves: [
        .init(name: "structure begins", x: borders.map(\.structure), y: strengths, isPoints: false),
        .init(
          name: "it stands still to the right", x: chaotic.map(\.stationary), y: chaotic.map(\.strength),
          isPoints: false),
      ])
  }

  private func overlaps() throws -> ReproductionResult.Picture {
    let axis = (0...60).map { 0.5 + 0.05 * Double($0) }
    return ReproductionResult.Picture(
      title: "κ against overlap", x: "σ_mn", y: "κ",
      curves: try [0, 0.8, 1.2, 1.5].map { g in
        let values = try axis.map { overlap -> Double in
          let bulk = BulkCircuit(
            circuit(TheoryCircuit.rankOne(overlap: overlap)), strength: g == 0 ? 1e-9 : g, input: [])
          let found = try BulkSearch().states(of: bulk)
          let stable = found.states.filter(\.isStable).map { abs($0.kappa[0]) }.max()
          return stable ?? found.leadingChaos.map { abs($0.kappa[0]) } ?? 0
        }
        return .init(name: "g = \(given(g))", x: axis, y: values, isPoints: false)
      })
  }

  /// Rings, cycles, polygons.
  func beiran() throws -> ReproductionResult.Paper {
    var lines: [Line] = []
    for (a, radius) in [(1.2, 0.48628), (1.5, 0.84342), (2, 1.33711)] {
      let set = try FixedPointSearch().fixedPoints(
        of: circuit(TheoryCircuit.rotation(strength: a)), input: [0, 0])
      let ring = set.continua.first { $0.kind == .ring }
      lines.append(
        Line("radius of the ring, a = \(given(a))", radius, ring?.radius ?? .nan, within: 1e-5, lastDigit))
    }
    var path: ReproductionResult.Curve?
    for (a, b) in [(1.5, 0.6), (2.0, 0.3)] {
      let turning = circuit(TheoryCircuit.rotation(strength: a, turn: b))
      let points = try FixedPointSearch().fixedPoints(of: turning, input: [0, 0]).points
      let cycle = try LimitCycleSearch().cycles(of: turning, input: [0, 0], fixedPoints: points).cycles.first(
        where: \.isStable)
      lines.append(
        Line(
          "ωτ of the limit cycle, a = \(given(a)), b = \(given(b))", b / a,
          cycle.map { 2 * Double.pi / $0.period } ?? .nan, within: 1e-7,
          "the period's own error, from shooting"))
      if path == nil, let cycle {
        path = .init(
          name: "limit cycle", x: cycle.orbit.map { $0[0] }, y: cycle.orbit.map { $0[1] }, isPoints: false)
      }
    }
    var pictures: [ReproductionResult.Picture] = []
    var corners: [ReproductionResult.Curve] = []
    for count in [4, 6, 8] {
      let set = try FixedPointSearch().fixedPoints(
        of: circuit(TheoryCircuit.polygon(corners: count, strength: 4)), input: [])
      let stable = set.points.filter(\.isStable)
      lines.append(
        Line(
          "stable fixed points of \(count / 2) populations", Double(count), Double(stable.count), within: 0,
          "a count"))
      corners.append(
        .init(
          name: "\(count) corners", x: stable.map { $0.kappa[0] }, y: stable.map { $0.kappa[1] },
          isPoints: true))
    }
    if let path { pictures.append(.init(title: "Limit cycle", x: "κ1", y: "κ2", curves: [path])) }
    pictures.append(.init(title: "Polygons", x: "κ1", y: "κ2", curves: corners))
    return ReproductionResult.Paper(.beiran2021, lines, pictures: pictures)
  }

  /// The circuits of decision and working memory, and what populations do.
  func dubreuil() throws -> ReproductionResult.Paper {
    let decision = try FixedPointSearch().fixedPoints(of: circuit(PaperCircuit.decision()), input: [0])
    let memory = circuit(PaperCircuit.workingMemory()).linearisation(kappa: [0, 0], input: [0]).latentJacobian
    let gating = circuit(TheoryCircuit.gating(recurrence: 0.5, input: 1, gating: 10))
    let slopes = gating.linearisation(kappa: [0], input: [0, 0, 1, 0]).jacobian
    // The same moments over all units as one Gaussian: the two stimuli can no longer be told apart.
    let merged = circuit(try gating.statistics.merged()).linearisation(kappa: [0], input: [0, 0, 1, 0])
      .jacobian
    let gain = Gain(.tanh)
    return ReproductionResult.Paper(
      .dubreuil2022,
      [
        Line(
          "|z*| of the decision circuit", 1.1,
          decision.points.filter(\.isStable).map { $0.outputs[0] }.max() ?? .nan,
          within: 5e-4, lastDigit),
        Line("decay of κ1 in the working-memory circuit, 1/τ", 0, -memory[0, 0], within: 1e-12, "exact"),
        Line("decay of κ2, 1/τ", 0.5, -memory[1, 1], within: 1e-12, "exact"),
        Line(
          "coupling of the stimulus that the context selects", 0.5 * gain.gain(mean: 0, deviation: 0),
          slopes[0, 1],
          within: 1e-12, "exact"),
        Line(
          "coupling of the other one", 0.5 * gain.gain(mean: 0, deviation: 10), slopes[0, 2], within: 1e-12,
          "exact"),
        Line(
          "ratio of both couplings with one Gaussian: nothing is selected", 1, merged[0, 1] / merged[0, 2],
          within: 1e-12, "exact"),
      ],
      explanations: [
        "Effect sizes of ePAIRS and accuracies of redrawn networks are statistics over 100 trained networks a task, hours of "
          + "training: `kappa train`, `kappa structure` and `kappa resample` do the same for one network at a time."
      ])
  }

  /// Patterns of a memory.
  func hopfield() throws -> ReproductionResult.Paper {
    let lines = try [(1.5, 2), (2.0, 2), (2.0, 3)].map { strength, patterns -> Line in
      var kappa = strength
      for _ in 0..<200 { kappa = strength * tanh(kappa) }
      let memory = circuit(TheoryCircuit.memory(patterns: patterns, strength: strength))
      let points = try FixedPointSearch().fixedPoints(
        of: memory, input: [Double](repeating: 0, count: patterns))
      let stored = points.points.filter { point in
        point.isStable && point.kappa.count { abs($0) > 1e-6 } == 1
      }
      return Line(
        "κ of a stored pattern, g = \(given(strength)), \(patterns) patterns (κ = g tanh κ)", kappa,
        stored.count == 2 * patterns ? stored.map { $0.kappa.max() ?? .nan }.max() ?? .nan : .nan,
        within: 1e-9,
        "rounding; all ±patterns are stable")
    }
    return ReproductionResult.Paper(
      .hopfield1982, lines,
      explanations: [
        "The capacity of 0.138 N patterns needs rank of order N and is no matter of low-rank theory."
      ])
  }

  /// What waits for fits.
  func valente() -> ReproductionResult.Paper {
    ReproductionResult.Paper(
      .valente2022, [],
      explanations: [
        "R² of networks refitted from their activity (.984, .958, .925, .984 on four tasks) needs fits of networks to rates, "
          + "minutes each, and the authors' trained networks: not part of this suite."
      ])
  }
}

extension ConnectivityStatistics {
  /// One population with the same moments over all units.
  fileprivate func merged() throws -> ConnectivityStatistics {
    let count = layout.count
    let mean = (0..<count).map { a in populations.reduce(0) { $0 + $1.fraction * $1.mean[a] } }
    let covariance = Matrix(rows: count, columns: count) { a, b in
      populations.reduce(0) {
        $0 + $1.fraction * ($1.covariance[a, b] + ($1.mean[a] - mean[a]) * ($1.mean[b] - mean[b]))
      }
    }
    return ConnectivityStatistics(
      layout: layout, unitCount: unitCount,
      populations: [Population(layout: layout, fraction: 1, mean: mean, covariance: covariance)])
  }
}
