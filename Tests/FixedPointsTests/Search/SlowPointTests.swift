// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Slow points: local minima of |f|, and of q = ½|dx/dt|² (Sussillo & Barak 2013), which is the field's.
@Suite struct SlowPointTests {
  /// Two copies of a circuit just behind its saddle-node, with m and n of another size: each κ lingers where the saddle-node
  /// was.
  private func network(scale: Double) throws -> Network {
    let units = 400
    var stream = RandomStream(seed: 31)
    var m = Matrix(rows: units, columns: 2)
    var n = m
    var input = Matrix(rows: units, columns: 1)
    for i in 0..<units {
      let (a, b) = (stream.normal(), stream.normal())
      let group = i % 2
      m[i, group] = a * (group == 0 ? scale : 1)
      n[i, group] = 2 * (1.4 * a + b) / (group == 0 ? scale : 1)
      // The input that the second group gets pushes it past its saddle-node; the first one's is weak.
      input[i, 0] = 0.3 * a + (group == 0 ? 1 : 2) * 0.4 * b
    }
    return try Network(m: m, n: n, inputs: input, readouts: Matrix(rows: units, columns: 0))
  }

  @Test func qIsTheSpeedOfTheUnits() throws {
    var found = 0
    for input in [0.1, 0.2, 0.3, 0.4] {
      let network = try network(scale: 3)
      let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [input])
      let dynamics = try NetworkDynamics(network)
      for point in set.slowPoints + set.slowPointsInState {
        let x = (0..<network.unitCount).map { i in
          (0..<2).reduce(network.inputs[i, 0] * input) { $0 + network.m[i, $1] * point.kappa[$1] }
        }
        let drive = [input]
        // The network's state is x and, beside it, κ.
        let state = x + point.kappa
        var change = state
        var span = change.mutableSpan
        dynamics.derivative(of: state.span, input: drive.span, noiseVariance: 0, into: &span)
        let q = change.prefix(network.unitCount).reduce(0) { $0 + 0.5 * $1 * $1 }
        #expect(abs(point.stateSpeed - q) < 1e-9 * (1 + q), "input \(input)")
        found += 1
      }
    }
    #expect(found > 0, "no slow points: the test shows nothing")
  }
}
