// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One turn from a point: where it ends, and ∂(end)/∂(start) from the variational equation dM/dt = (∂f/∂κ) M.
struct Turn {
  /// Φ_T(κ).
  let end: [Double]
  /// ∂Φ_T/∂κ, (R, R).
  let matrix: Matrix
  /// The largest width along any κ_r.
  let size: Double

  /// Steps that a turn begins with: a sixty-fourth of it or a quarter of τ. Whether they suffice is looked at when a
  /// cycle has been found, see `Orbit`.
  static func steps(for period: Double) -> Int { max(64, Int(min(period / 0.25, 1e6).rounded(.up))) }

  /// κ and M together, so that M is the derivative of the computed end.
  init(_ flow: LatentFlow, from start: [Double], period: Double, steps: Int) {
    let rank = start.count
    var state = start + [Double](repeating: 0, count: rank * rank)
    for i in 0..<rank { state[rank + i * rank + i] = 1 }
    let h = period / Double(steps)
    var (lowest, highest) = (start, start)
    for _ in 0..<steps {
      state = RungeKutta8.step(state, h) { state in
        let local = flow.at(Array(state.prefix(rank)))
        var slope = local.flow
        slope.reserveCapacity(state.count)
        for i in 0..<rank {
          for j in 0..<rank {
            var sum = 0.0
            for k in 0..<rank { sum += local.jacobian[i, k] * state[rank + k * rank + j] }
            slope.append(sum)
          }
        }
        return slope
      }
      for r in 0..<rank {
        lowest[r] = min(lowest[r], state[r])
        highest[r] = max(highest[r], state[r])
      }
    }
    size = zip(highest, lowest).reduce(0) { max($0, $1.0 - $1.1) }
    end = Array(state.prefix(rank))
    let last = state
    matrix = Matrix(rows: rank, columns: rank) { last[rank + $0 * rank + $1] }
  }

  /// How far deviations of rounding's size may be carried: the largest element of M, and 1 at least.
  var growth: Double { matrix.elements.reduce(1) { max($0, abs($1)) } }

  /// The end alone.
  static func end(_ flow: LatentFlow, from start: [Double], period: Double, steps: Int) -> [Double] {
    let h = period / Double(steps)
    var state = start
    for _ in 0..<steps { state = RungeKutta8.step(state, h, flow.slope) }
    return state
  }
}

/// Points along one turn, computed with at least twice as many steps as the turn itself: where it ends tells the error.
struct Orbit {
  /// κ at equally spaced times, the first being the start.
  private(set) var points: [[Double]] = []
  /// Where it ends.
  private(set) var end: [Double]

  init(_ flow: LatentFlow, from start: [Double], period: Double, steps: Int, points count: Int = 200) {
    end = start
    let parts = (2 * steps + count - 1) / count
    let h = period / Double(count * parts)
    for _ in 0..<count {
      points.append(end)
      for _ in 0..<parts { end = RungeKutta8.step(end, h, flow.slope) }
    }
  }

  /// k, when the points go round k times.
  var shorterPeriod: Int? {
    [5, 4, 2].first { k in
      let turn = points.count / k
      let widest = points.reduce(0) { max($0, distance($1, points[0])) }
      return points.count % k == 0 && distance(points[turn], points[0]) < 1e-6 * widest
    }
  }
}
