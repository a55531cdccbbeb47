// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import TestSupport
import Testing

/// Fixed points where the Jacobian is singular: roots that are one, and lines and planes of a linear flow.
@Suite struct DegeneratePointTests {
  /// m with mᵀm/N = 1 and n = m times the overlap's transpose, so that nᵀm/N is the overlap to rounding.
  private func network(
    overlap: [[Double]], transfer: TransferFunction, units: Int = 150, input: [Double]? = nil
  ) throws -> Network {
    let rank = overlap.count
    var stream = RandomStream(seed: 3)
    var m = Matrix(rows: units, columns: rank) { _, _ in stream.normal() }
    for r in 0..<rank {
      for s in 0..<r {
        let part = zip(m.column(r), m.column(s)).reduce(0) { $0 + $1.0 * $1.1 } / Double(units)
        for i in 0..<units { m[i, r] -= part * m[i, s] }
      }
      let size = (m.column(r).reduce(0) { $0 + $1 * $1 } / Double(units)).squareRoot()
      for i in 0..<units { m[i, r] /= size }
    }
    let n = Matrix(rows: units, columns: rank) { i, r in
      (0..<rank).reduce(0) { $0 + overlap[r][$1] * m[i, $1] }
    }
    let inputs = Matrix(rows: units, columns: input == nil ? 0 : 1) { i, _ in
      (0..<rank).reduce(0) { $0 + (input?[$1] ?? 0) * m[i, $1] }
    }
    return try Network(
      m: m, n: n, inputs: inputs, readouts: Matrix(rows: units, columns: 0), transfer: transfer)
  }

  private func points(_ network: Network, input: [Double] = []) throws -> FixedPointSet {
    try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: input)
  }

  /// Overlap 1 in every direction: κ̇ is -κ³ or so, whose threefold root is one point, and it attracts.
  @Test func aMultipleRootIsOnePoint() throws {
    for transfer in [TransferFunction.tanh, .erf] {
      // erf'(0) is 2/√π.
      let one = transfer == .tanh ? 1.0 : Double.pi.squareRoot() / 2
      let set = try points(network(overlap: [[one, 0], [0, one]], transfer: transfer))
      #expect(set.points.count == 1 && set.continua.isEmpty, "\(transfer): \(set.points.map(\.kappa))")
      let point = try #require(set.points.first)
      #expect(point.isMarginal && norm(point.kappa) < 1e-6 && point.nearby == .attracting)
    }
    // One direction alone is degenerate, the other decays.
    let half = try points(network(overlap: [[1, 0], [0, 0.5]], transfer: .tanh))
    #expect(half.points.count == 1 && half.points[0].isMarginal && half.points[0].nearby == .attracting)
    // Where the linearisation decides, nothing else does.
    let regular = try points(network(overlap: [[1.2, 0], [0, 0.5]], transfer: .tanh))
    #expect(regular.points.count == 3 && regular.points.allSatisfy { $0.nearby == nil })
  }

  /// κ̇ = -κ + Σ n φ(m κ + b)/N of a few kinds of units, rank 1, as many of each.
  private func onePoint(_ kinds: [(m: Double, n: Double, b: Double)]) throws -> FixedPoint {
    let network = try Network(
      m: Matrix(rows: kinds.count, columns: 1) { i, _ in kinds[i].m },
      n: Matrix(rows: kinds.count, columns: 1) { i, _ in kinds[i].n },
      inputs: Matrix(rows: kinds.count, columns: 0), readouts: Matrix(rows: kinds.count, columns: 0),
      bias: Network.Bias(values: kinds.map(\.b)))
    let set = try points(network)
    let near = set.points.filter { abs($0.kappa[0]) < 1e-3 }
    #expect(near.count == 1, "\(set.points.map(\.kappa))")
    return try #require(near.first)
  }

  /// Units with biases ±1 have a gain that grows away from κ = 0 (tanh''' > 0 there): with f'(0) = 0 the flow is +κ³. With
  /// one bias alone it is -κ², which leads to zero on one side and away from it on the other.
  @Test func repellingAndHalfStable() throws {
    let gain = TransferFunction.tanh.derivative(1)
    let repelling = try onePoint([(1, 1 / gain, 1), (1, 1 / gain, -1)])
    #expect(repelling.isMarginal && repelling.nearby == .repelling)
    let half = try onePoint([(1, 2 / gain, 1), (0, -2 / gain, 1)])
    #expect(half.isMarginal && half.nearby == .mixed, "\(half)")
  }

  /// Linear φ: one point, an exact integrator's line without end, a plane of them, or nothing where an input pushes along
  /// the line.
  @Test func linearFlows() throws {
    let regular = try points(
      network(overlap: [[0.3, -0.8], [0.8, 0.3]], transfer: .linear, input: [0.4, -0.1]), input: [1])
    let only = try #require(regular.points.first)
    #expect(regular.isComplete && regular.points.count == 1 && regular.continua.isEmpty)
    #expect(only.speed < 1e-12 && only.kind == .stableFocus && norm(only.kappa) > 0.1)

    let integrator = try network(overlap: [[1, 0], [0, 0.5]], transfer: .linear, input: [1, 0])
    let rest = try points(integrator, input: [0])
    let line = try #require(rest.continua.first)
    #expect(rest.isComplete && rest.points.isEmpty && rest.continua.count == 1)
    #expect(line.kind == .line && line.extent == .unbounded && line.length == .infinity && line.isStable)
    #expect(norm(line.kappa) < 1e-12 && line.drift < 1e-10)
    let pushed = try points(integrator, input: [0.1])
    #expect(pushed.isComplete && pushed.points.isEmpty && pushed.continua.isEmpty)

    let plane = try points(network(overlap: [[1, 0], [0, 1]], transfer: .linear))
    #expect(plane.points.isEmpty && plane.continua.count == 1)
    #expect(plane.continua[0].kind == .plane && plane.continua[0].dimension == 2)
    let rankOne = try points(network(overlap: [[1]], transfer: .linear))
    #expect(rankOne.points.isEmpty && rankOne.continua.map(\.kind) == [.line])
  }

  /// A ray of fixed points of ReLU units goes on for ever: the region that was searched says nothing about its length.
  @Test func raysHaveNoLength() throws {
    // Half of the units have m = (1, 0), half (-1, 0): κ̇1 = 0 where κ1 > 0, and -κ1 where it is not.
    let units = 40
    let m = Matrix(rows: units, columns: 2) { i, r in r == 0 ? (i % 2 == 0 ? 1 : -1) : (i % 4 < 2 ? 1 : -1) }
    let n = Matrix(rows: units, columns: 2) { i, r in r == 0 && i % 2 == 0 ? 2 : 0 }
    let flat = Matrix(rows: units, columns: 2) { i, r in r == 0 ? m[i, 0] : 0 }
    let network = try Network(
      m: flat, n: n, inputs: Matrix(rows: units, columns: 0), readouts: Matrix(rows: units, columns: 0),
      transfer: .relu)
    let set = try points(network)
    let ray = try #require(set.continua.first)
    #expect(set.continua.count == 1 && ray.kind == .line && ray.length == .infinity)
  }
}
