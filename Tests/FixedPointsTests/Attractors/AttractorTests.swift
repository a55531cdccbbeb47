// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Basins and transitions of circuits whose separatrices are known.
@Suite struct AttractorTests {
  /// The basin of silence is the disc inside the unstable cycle, whose radius is the smaller root of the growth rate.
  @Test func basinInsideAnUnstableCycle() throws {
    let circuit = bistable()
    let found = try portrait(circuit)
    let set = found.fixedPoints
    #expect(set.points.count == 1 && set.points[0].isStable && found.cycles.count == 2)
    let basins = Basins(of: circuit, input: [0], found: found, nodes: 25)
    #expect(basins.attractors.count == 2 && basins.undecided == 0)
    var (low, high) = (1e-3, 0.6)
    try #require(growth(low) < 0 && growth(high) > 0)
    while high - low > 1e-9 {
      let middle = (low + high) / 2
      if growth(middle) < 0 { low = middle } else { high = middle }
    }
    for (index, label) in basins.labels.enumerated() {
      let node = basins.node(index)
      let radius = (node[0] * node[0] + node[1] * node[1]).squareRoot()
      #expect(label == (radius < low ? 0 : 1), "at \(node), separatrix \(low)")
    }
    let spacing = basins.axes[0][1] - basins.axes[0][0]
    let margin = try #require(basins.margin(of: 0))
    #expect(margin >= low && margin < low + 1.5 * spacing)
  }

  @Test func aKickStartsTheOscillationAndNothingElse() throws {
    let circuit = bistable()
    let found = try portrait(circuit)
    let graph = TransitionGraph(
      of: circuit, rest: [0], found: found,
      conditions: [0.0, 0.05, 2].map {
        StimulusCondition(name: "\($0)", segments: [StimulusCondition.Segment(input: [$0], duration: 3)])
      })
    #expect(graph.destinations == [[0, 1], [0, 1], [1, 1]])
  }

  /// Long stimuli beyond the saddle-nodes at |v| = .0396 decide; weaker ones, however long, do not change a decision.
  @Test func decisionsAreOverruledBeyondTheSaddleNode() throws {
    let circuit = decisionCircuit()
    let found = AttractorSearch.Found(
      fixedPoints: try FixedPointSearch().fixedPoints(of: circuit, input: [0]))
    let graph = TransitionGraph(
      of: circuit, rest: [0], found: found,
      conditions: [-0.045, -0.035, 0.035, 0.045].map {
        StimulusCondition(name: "\($0)", segments: [StimulusCondition.Segment(input: [$0], duration: 200)])
      })
    #expect(graph.attractors.map { $0.kappa[0] < 0 } == [true, false])
    #expect(graph.destinations == [[0, 0], [0, 1], [0, 1], [1, 1]])
    let basins = Basins(of: circuit, input: [0], found: found, nodes: 40)
    #expect(basins.shares == [0.5, 0.5] && basins.undecided == 0)
  }

  private func portrait(_ circuit: EffectiveCircuit) throws -> AttractorSearch.Found {
    var search = AttractorSearch()
    search.fixedPoints.starts = 20
    search.fixedPoints.budget = 200
    search.cycles.starts = 3
    return try search.attractors(of: circuit, input: [0])
  }
}
