// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Studies

/// Figures of many networks.
enum SweepFigures {
  /// Networks as points, their distances as well as two dimensions can show them (classical scaling, Torgerson 1952).
  static func map(_ group: SweepComparisonResult.Group, _ number: Int) -> Figure? {
    let count = group.distances.count
    guard count >= 4 else { return nil }
    let distances = Matrix(rows: count, columns: count) { group.distances[$0][$1] }
    guard let (places, _) = try? Kinds.scaledPlaces(distances) else { return nil }
    func place(_ network: Int, _ axis: Int) -> Double { axis < places.columns ? places[network, axis] : 0 }
    let kinds = group.kinds.max() ?? 1
    let curves = (1...kinds).map { kind in
      CurvePanel.Curve(
        kinds == 1 ? "" : "kind \(kind)",
        group.kinds.indices.filter { group.kinds[$0] == kind }.map { (place($0, 0), place($0, 1)) },
        look: .points, colour: kind - 1)
    }
    return .curves(
      name: "networks-\(number)",
      caption: "Networks by the distances between their κ-flows, in the two dimensions that show them best.",
      alternative:
        "\(count) networks as points in a plane, \(kinds == 1 ? "of one kind" : "of \(kinds) kinds").",
      panels: [CurvePanel(title: "", axes: ("", ""), curves: curves)])
  }

  /// The flows of networks of rank 1 over κ, without input.
  static func flows(_ group: SweepComparisonResult.Group, _ number: Int) -> Figure? {
    guard group.rank == 1, let flow = group.flow, let input = group.inputs.first else { return nil }
    let reach = 1.3 * (flow.states.map { abs($0[0]) }.max() ?? 1)
    var curves: [CurvePanel.Curve] = []
    for (index, network) in flow.networks.prefix(40).enumerated() {
      guard let manifold = try? ManifoldDynamics(network).latentsAlone else { return nil }
      let points = (0...80).map { step -> (x: Double, y: Double) in
        let kappa = reach * (Double(step) / 40 - 1)
        return (kappa, manifold.linearisation(kappa: [kappa], input: input).flow[0])
      }
      curves.append(CurvePanel.Curve("", points, colour: group.kinds[index] - 1))
    }
    return .curves(
      name: "flows-\(number)",
      caption:
        "Speed of κ against κ without input, network by network in the common gauge; colours are kinds.",
      alternative: "\(curves.count) curves of speed over κ.",
      panels: [CurvePanel(title: "", axes: ("κ", "τ dκ/dt"), curves: curves)])
  }

  /// The loss against what goes with it most.
  static func losses(_ group: SweepComparisonResult.Group, _ number: Int) -> Figure? {
    let strongest = group.correlations.sorted { abs($0.rank.value) > abs($1.rank.value) }
    let panels = strongest.compactMap { one -> CurvePanel? in
      let points = group.members.compactMap { member -> (x: Double, y: Double)? in
        guard let loss = member.loss, let x = member.measures.first(where: { $0.name == one.with })?.value
        else { return nil }
        return (x, loss)
      }
      guard !points.isEmpty else { return nil }
      return CurvePanel(
        title: "ρ = \(text(one.rank.value, digits: 2))", axes: (one.with, "loss"),
        curves: [CurvePanel.Curve("", points, look: .points, colour: 0)])
    }
    guard !panels.isEmpty else { return nil }
    return .curves(
      name: "losses-\(number)",
      caption: "Loss against the quantities that go with it most; a point a network.",
      alternative: "Loss over \(panels.prefix(3).map(\.axes.x).joined(separator: ", ")).",
      panels: Array(panels.prefix(3)))
  }
}
