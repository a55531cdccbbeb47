// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Looks for the stationary states and the chaos of a circuit with a random bulk.
///
/// One population of zero means without input is solved by formula and bracketing (`CentredBulk`), and the list is
/// complete. Otherwise, at rank 1, κ is scanned and changes of sign are bracketed; at higher rank Newton's method runs from
/// many starts. Without a bulk the states are exactly the fixed points that `FixedPointSearch` finds.
public struct BulkSearch: Sendable {
  /// Random starts at rank ≥ 2.
  public var starts = 60
  /// Seed of the random starts.
  public var seed: UInt64 = 1

  /// A search with the usual effort.
  public init() {}

  /// Stationary states and chaos.
  ///
  /// - Throws: `LinearAlgebraError` when numerics fail, or the activity of unbounded φ runs away.
  public func states(of bulk: BulkCircuit) throws(LinearAlgebraError) -> BulkStates {
    if bulk.strength == 0 { return try withoutBulk(bulk) }
    if let centred = CentredBulk(bulk) { return try centred.states() }
    let flow = try LatentFlow(bulk.circuit, input: bulk.input, noiseVariance: 0)
    var found: [(kappa: [Double], variance: Double)] = []
    func add(_ kappa: [Double], _ variance: Double) {
      let scale = max(1, flow.scale)
      // What rounding left of a zero.
      let kappa = kappa.map { abs($0) < 1e-14 * scale ? 0 : $0 }
      if !found.contains(where: {
        distance($0.kappa, kappa) < 1e-6 * scale && abs($0.variance - variance) < 1e-6 * max(1, variance)
      }) {
        found.append((kappa, variance))
      }
    }
    if bulk.rank == 1 { try scan(bulk, flow, add) }
    var stream = RandomStream(seed: seed)
    for index in 0...starts {
      let start = flow.searchBox.map { index == 0 ? 0 : $0 * (2 * stream.uniform() - 1) }
      for variance in try bulk.stationaryVariances(bulk.arguments(start)) {
        if let end = try newton(bulk, from: start, variance) { add(end.kappa, end.variance) }
      }
    }
    var states: [BulkState] = []
    for state in found { states.append(try BulkState(bulk, kappa: state.kappa, variance: state.variance)) }
    states.sort { ($0.isStable ? 0 : 1, $0.kappa[0]) < ($1.isStable ? 0 : 1, $1.kappa[0]) }
    return BulkStates(
      states: states, chaos: try chaos(bulk, flow, states),
      completeness: .searched(
        bulk.rank == 1
          ? "κ was scanned at 401 places and changes of sign were bracketed; \(starts) starts found no more"
          : "\(starts) starts found no more"))
  }

  private func withoutBulk(_ bulk: BulkCircuit) throws(LinearAlgebraError) -> BulkStates {
    let set = try FixedPointSearch().fixedPoints(of: bulk.circuit, input: bulk.input)
    var states: [BulkState] = []
    for point in set.points { states.append(try BulkState(bulk, kappa: point.kappa, variance: 0)) }
    for ring in set.continua {
      states.append(try BulkState(bulk, kappa: ring.kappa, variance: 0, isContinuum: true))
    }
    return BulkStates(
      states: states.filter(\.isStable) + states.filter { !$0.isStable }, chaos: [],
      completeness: set.completeness)
  }

  /// E[nφ] - κ along κ at rank 1, on every branch of V.
  private func scan(
    _ bulk: BulkCircuit, _ flow: LatentFlow, _ add: ([Double], Double) -> Void
  ) throws(LinearAlgebraError) {
    let (low, high) = (-1.0137 * flow.searchBox[0] - 1e-12, 1.0291 * flow.searchBox[0] + 1e-12)
    func variances(_ kappa: Double) -> [Double] {
      (try? bulk.stationaryVariances(bulk.arguments([kappa]))) ?? []
    }
    func rest(_ kappa: Double, _ variance: Double) -> Double {
      bulk.latents([kappa], variance: variance)[0] - kappa
    }
    var before: [Double] = []
    var last = low
    for index in 0...400 {
      let kappa = low + (high - low) * Double(index) / 400
      let values = variances(kappa).map { rest(kappa, $0) }
      if values.count == before.count {
        for branch in values.indices where (values[branch] < 0) != (before[branch] < 0) {
          let root = try? bracketedRoot(between: last, and: kappa, tolerance: 1e-15 * flow.scale) {
            let all = variances($0)
            return all.indices.contains(branch) ? rest($0, all[branch]) : .nan
          }
          guard let root else { continue }
          let all = variances(root)
          if all.indices.contains(branch) { add([root], all[branch]) }
        }
      }
      (before, last) = (values, kappa)
    }
  }

  /// Newton's method on (κ, V), steps halved until the residual falls.
  private func newton(
    _ bulk: BulkCircuit, from start: [Double], _ variance: Double
  ) throws(LinearAlgebraError) -> (kappa: [Double], variance: Double)? {
    let rank = bulk.rank
    var state = start + [variance]
    func residual(_ state: [Double]) -> (size: Double, values: [Double], slopes: Matrix) {
      let (values, slopes) = bulk.map(Array(state.prefix(rank)), variance: state[rank])
      let rest = zip(values, state).map { $0 - $1 }
      return (norm(rest), rest, slopes)
    }
    var here = residual(state)
    let scale = 1 + norm(state)
    for _ in 0..<60 {
      if here.size < 1e-14 * scale { break }
      var shifted = here.slopes
      for i in 0...rank { shifted[i, i] -= 1 }
      guard let inverse = try LUDecomposition(of: shifted)?.inverse else { break }
      let step = inverse.times(here.values)
      var share = 1.0
      var moved = false
      while share > 1e-6 {
        var next = zip(state, step).map { $0 - share * $1 }
        next[rank] = max(next[rank], 0)
        let there = residual(next)
        if there.size < here.size {
          (state, here, moved) = (next, there, true)
          break
        }
        share /= 2
      }
      if !moved { break }
    }
    return here.size < 1e-11 * scale ? (Array(state.prefix(rank)), state[rank]) : nil
  }

  /// Chaos: zeros of E[nφ] - κ where V is replaced by the variance of the fluctuations at κ.
  private func chaos(
    _ bulk: BulkCircuit, _ flow: LatentFlow, _ states: [BulkState]
  ) throws(LinearAlgebraError) -> [BulkChaos] {
    guard bulk.transfer != .linear, states.contains(where: { $0.radius > 1 }) else { return [] }
    func fluctuations(_ kappa: [Double]) throws(LinearAlgebraError) -> (variance: Double, still: Double?) {
      let arguments = bulk.arguments(kappa)
      let stationary = try bulk.stationaryVariances(arguments).last ?? 0
      let found = try TwoTimeTheory(bulk, arguments: arguments).fluctuations(below: stationary)
      return (found?.variance ?? stationary, found?.still)
    }
    func rest(_ kappa: [Double]) throws(LinearAlgebraError) -> [Double] {
      zip(bulk.latents(kappa, variance: try fluctuations(kappa).variance), kappa).map { $0 - $1 }
    }
    func slopes(_ kappa: [Double]) throws(LinearAlgebraError) -> Matrix {
      let step = 1e-5 * max(1e-3, flow.scale)
      var matrix = Matrix(rows: bulk.rank, columns: bulk.rank)
      for j in 0..<bulk.rank {
        var (up, down) = (kappa, kappa)
        up[j] += step
        down[j] -= step
        let (a, b) = (try rest(up), try rest(down))
        for i in 0..<bulk.rank { matrix[i, j] = (a[i] - b[i]) / (2 * step) }
      }
      return matrix
    }
    var result: [BulkChaos] = []
    func add(_ kappa: [Double]) throws(LinearAlgebraError) {
      guard !result.contains(where: { distance($0.kappa, kappa) < 1e-6 * max(1, flow.scale) }) else { return }
      let (variance, still) = try fluctuations(kappa)
      guard let still else { return }
      let own = bulk.ownVariance(kappa)
      result.append(
        BulkChaos(
          kappa: kappa, variance: own + variance, stillVariance: own + still,
          hasStableLatents: try slopes(kappa).eigenvalues().allSatisfy { $0.real < 0 }))
    }
    for state in states where state.radius > 1 {
      var kappa = state.kappa
      for _ in 0..<40 {
        let here = try rest(kappa)
        if norm(here) < 1e-10 * max(1, flow.scale) {
          try add(kappa)
          break
        }
        guard let inverse = try LUDecomposition(of: slopes(kappa))?.inverse else { break }
        var step = inverse.times(here)
        let longest = 0.2 * max(flow.scale, 1e-3)
        let size = norm(step)
        if size > longest { for i in step.indices { step[i] *= longest / size } }
        kappa = zip(kappa, step).map { $0 - $1 }
      }
    }
    if bulk.rank == 1 {
      let (low, high) = (-1.0137 * flow.searchBox[0], 1.0291 * flow.searchBox[0])
      var last = (low, try rest([low])[0])
      for index in 1...48 {
        let kappa = low + (high - low) * Double(index) / 48
        let value = try rest([kappa])[0]
        if (value < 0) != (last.1 < 0),
          let root = try? bracketedRoot(
            between: last.0, and: kappa, tolerance: 1e-13 * flow.scale, of: { (try? rest([$0])[0]) ?? .nan })
        {
          try add([root])
        }
        last = (kappa, value)
      }
    }
    return result
  }
}
