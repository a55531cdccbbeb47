// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import TestSupport
import Testing

/// ReLU networks of rank 2 and 3: all fixed points, by cells.
@Suite struct PiecewiseLinearTests {
  private func network(units: Int, rank: Int, strength: Double, bias: Bool, seed: UInt64) throws -> Network {
    var stream = RandomStream(seed: seed)
    let m = Matrix(rows: units, columns: rank) { _, _ in stream.normal() }
    let n = Matrix(rows: units, columns: rank) { _, _ in strength * stream.normal() }
    // Correlated, so that there are attractors.
    let mixed = Matrix(rows: units, columns: rank) { n[$0, $1] + 2.2 * strength * m[$0, $1] }
    let b = (0..<units).map { _ in bias ? stream.normal() : 0 }
    return try Network(
      m: m, n: mixed, inputs: Matrix(rows: units, columns: 0), readouts: Matrix(rows: units, columns: 1),
      bias: bias ? Network.Bias(values: b) : nil, transfer: .relu)
  }

  /// Another way through the cells: every pair of kink lines meets in a point, and the four sign patterns around it are all
  /// patterns that any bounded or unbounded cell with a corner can have. Each pattern is solved and its solution tested.
  private func independent(_ network: Network) -> [[Double]] {
    let (count, share) = (network.unitCount, 1 / Double(network.unitCount))
    let b = network.bias?.values ?? [Double](repeating: 0, count: count)
    func argument(_ i: Int, _ x: Double, _ y: Double) -> Double {
      network.m[i, 0] * x + network.m[i, 1] * y + b[i]
    }
    var roots: [[Double]] = []
    for i in 0..<count {
      for j in 0..<i {
        let (a, c) = ((network.m[i, 0], network.m[i, 1]), (network.m[j, 0], network.m[j, 1]))
        let determinant = a.0 * c.1 - a.1 * c.0
        let x = (-b[i] * c.1 + b[j] * a.1) / determinant
        let y = (-a.0 * b[j] + c.0 * b[i]) / determinant
        var (axx, axy, ayx, ayy, hx, hy) = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        func include(_ k: Int) {
          let (nx, ny) = (network.n[k, 0] * share, network.n[k, 1] * share)
          axx -= nx * network.m[k, 0]
          axy -= nx * network.m[k, 1]
          ayx -= ny * network.m[k, 0]
          ayy -= ny * network.m[k, 1]
          hx += nx * b[k]
          hy += ny * b[k]
        }
        for k in 0..<count where k != i && k != j && argument(k, x, y) > 0 { include(k) }
        let kept = (axx, axy, ayx, ayy, hx, hy)
        for sides in 0..<4 {
          (axx, axy, ayx, ayy, hx, hy) = kept
          if sides & 1 == 1 { include(i) }
          if sides & 2 == 2 { include(j) }
          let d = axx * ayy - axy * ayx
          let root = [(hx * ayy - axy * hy) / d, (axx * hy - ayx * hx) / d]
          var rest = root
          for k in 0..<count {
            let value = max(argument(k, root[0], root[1]), 0)
            rest[0] -= share * network.n[k, 0] * value
            rest[1] -= share * network.n[k, 1] * value
          }
          if norm(rest) < 1e-10 * (1 + norm(root)),
            !roots.contains(where: { distance($0, root) < 1e-7 * (1 + norm(root)) })
          {
            roots.append(root)
          }
        }
      }
    }
    return roots
  }

  private func points(_ network: Network) throws -> FixedPointSet {
    var search = FixedPointSearch()
    // The list is the enumeration's; slow points are not looked at.
    search.starts = 1
    return try search.fixedPoints(of: ManifoldDynamics(network), input: [])
  }

  /// 200 networks of 40 to 128 units; `KAPPA_RELU_SEED` draws others.
  @Test func twoHundredNetworks() throws {
    let first = ProcessInfo.processInfo.environment["KAPPA_RELU_SEED"].flatMap { UInt64($0) } ?? 0
    var several = 0
    for seed in 0..<200 {
      let network = try network(
        units: 40 + seed * 88 / 199, rank: 2, strength: 0.4 + 0.01 * Double(seed), bias: true,
        seed: first + UInt64(seed))
      let expected = independent(network)
      let found = try points(network)
      #expect(found.isComplete, "seed \(seed)")
      #expect(found.points.count == expected.count, "seed \(seed): \(found.points.map(\.kappa)), \(expected)")
      for root in expected {
        #expect(found.points.contains { distance($0.kappa, root) < 1e-6 * (1 + norm(root)) }, "seed \(seed)")
      }
      if expected.count > 1 { several += 1 }
    }
    // The comparison would say little if every network had one.
    #expect(several > 10, "\(several) of 200 have several")
  }

  /// Without bias all kinks pass through zero: zero is there, once, and stable or not cone by cone, as simulations say.
  @Test func throughTheOrigin() throws {
    var kinds: Set<FixedPoint.Stability> = []
    for seed in 0..<30 {
      let network = try network(
        units: 60, rank: 2, strength: 0.1 + 0.05 * Double(seed), bias: false, seed: 900 + UInt64(seed))
      let set = try points(network)
      let zero = try #require(set.points.first { norm($0.kappa) < 1e-9 })
      #expect(set.points.count { norm($0.kappa) < 1e-9 } == 1 && zero.onKinks != nil, "seed \(seed)")
      let manifold = try ManifoldDynamics(network)
      var grows = false
      for angle in 0..<16 {
        var kappa = [cos(Double(angle) * .pi / 8 + 0.1), sin(Double(angle) * .pi / 8 + 0.1)]
        var last = 0.0
        for step in 0..<3000 {
          let flow = manifold.linearisation(kappa: kappa, input: []).flow
          for r in 0..<2 { kappa[r] += 0.02 * flow[r] }
          let size = norm(kappa)
          if step >= 1500 { last += Foundation.log(size) }
          for r in 0..<2 { kappa[r] /= size }
        }
        grows = grows || last > 0
      }
      #expect((zero.stability == .unstable) == grows, "seed \(900 + seed): \(zero.stability)")
      kinds.insert(zero.stability)
    }
    #expect(kinds.contains(.stable) && kinds.contains(.unstable))
  }

  /// Units that come in groups with the same kink, as patterns of ±1 have them.
  @Test func coincidentKinks() throws {
    var stream = RandomStream(seed: 5)
    let m = Matrix(rows: 60, columns: 2) { _, _ in stream.next() & 1 == 0 ? -1 : 1 }
    let n = Matrix(rows: 60, columns: 2) { 1.6 * m[$0, $1] }
    let bias = (0..<60).map { $0 % 2 == 0 ? 0.5 : -0.25 }
    let network = try Network(
      m: m, n: n, inputs: Matrix(rows: 60, columns: 0), readouts: Matrix(rows: 60, columns: 1),
      bias: Network.Bias(values: bias), transfer: .relu)
    let set = try points(network)
    #expect(set.isComplete && !set.points.isEmpty)
    #expect(set.points.allSatisfy { $0.speed < 1e-10 })
  }

  /// Rank 3 against many starts of Newton's method: none of its roots is missing.
  @Test func rankThree() throws {
    for seed in 0..<6 {
      let network = try network(
        units: 40, rank: 3, strength: 0.9 + 0.15 * Double(seed), bias: true, seed: 70 + UInt64(seed))
      let set = try points(network)
      #expect(set.isComplete && set.points.allSatisfy { $0.speed < 1e-9 })
      let manifold = try ManifoldDynamics(network)
      var stream = RandomStream(seed: 99)
      for _ in 0..<300 {
        var kappa = (0..<3).map { _ in 4 * stream.normal() }
        var size = Double.infinity
        for _ in 0..<30 {
          let at = manifold.linearisation(kappa: kappa, input: [])
          size = norm(at.flow)
          guard size > 1e-12, let inverse = try LUDecomposition(of: at.latentJacobian)?.inverse else { break }
          kappa = zip(kappa, inverse.times(at.flow)).map { $0 - $1 }
        }
        guard size < 1e-10 * (1 + norm(kappa)) else { continue }
        #expect(
          set.points.contains { distance($0.kappa, kappa) < 1e-6 * (1 + norm(kappa)) },
          "seed \(70 + seed): \(kappa)")
      }
    }
  }

  /// N = 512 at rank 2 takes seconds.
  @Test(.timeLimit(.minutes(1))) func large() throws {
    let set = try points(network(units: 512, rank: 2, strength: 1.2, bias: true, seed: 3))
    #expect(set.isComplete && set.points.allSatisfy { $0.speed < 1e-9 })
  }
}

/// ReLU networks of rank 1 without bias: all kinks are at κ = 0, with a slope on either side.
@Suite struct KinksAtRankOneTests {
  private func stability(_ m: [Double], _ n: [Double]) throws -> FixedPoint {
    let network = try Network(
      m: Matrix(rows: m.count, columns: 1) { i, _ in m[i] },
      n: Matrix(rows: m.count, columns: 1) { i, _ in n[i] },
      inputs: Matrix(rows: m.count, columns: 0), readouts: Matrix(rows: m.count, columns: 1), transfer: .relu)
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [])
    #expect(set.points.count == 1)
    return try #require(set.points.first)
  }

  /// κ̇ = (s - 1)κ with s the mean of n m over the units that are active on that side: .16 above and -.18 below, of which
  /// the mean over both sides, -.01, is neither.
  @Test func bothSidesDecide() throws {
    let above = try stability([1, -1], [2 * 1.16, -2 * 0.82])
    #expect(above.stability == .unstable && !above.isStable && above.kind == .unstableOnKinks)
    #expect(abs(above.eigenvalues[0].real + 0.01) < 1e-12)
    let below = try stability([1, -1], [2 * 0.82, -2 * 1.16])
    #expect(below.stability == .unstable)
    let both = try stability([1, -1], [2 * 0.9, -2 * 0.1])
    #expect(both.isStable && both.kind == .stableNode)
  }

  /// Random networks against the slopes of the exact flow on either side.
  @Test func randomNetworks() throws {
    var stream = RandomStream(seed: 11)
    var oneSided = 0
    for _ in 0..<60 {
      let m = (0..<12).map { _ in stream.normal() }
      let n = m.map { 1.8 * $0 + stream.normal() }
      func growth(_ side: Double) -> Double {
        zip(m, n).reduce(-side) { $0 + $1.1 * max($1.0 * side, 0) / 12 } * side
      }
      let rates = [growth(1), growth(-1)]
      let point = try stability(m, n)
      #expect(point.isStable == rates.allSatisfy { $0 < 0 })
      if rates.contains(where: { $0 > 0 }), rates.reduce(0, +) < 0 { oneSided += 1 }
    }
    // Networks in which the mean slope says the wrong thing are among them.
    #expect(oneSided > 3)
  }
}
