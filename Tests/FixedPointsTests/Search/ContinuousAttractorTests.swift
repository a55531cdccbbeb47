// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import Foundation
import LowRank
import TestSupport
import Testing

/// Lines and rings of fixed points against closed forms.
@Suite struct ContinuousAttractorTests {
  /// Overlap [[a, -b], [b, a]] with σ_m = 1 and zero means (Beiran et al. 2021): at b = 0 a ring, otherwise a cycle.
  private func turning(_ a: Double, _ b: Double, spread: Double = 1.1) -> EffectiveCircuit {
    let layout = LoadingLayout(rank: 2, inputCount: 1, outputCount: 1)
    return circuit(
      layout,
      factors: [
        [a, -b, spread, 0], [b, a, 0, spread], [a, 0, 0, 0.3], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
      ])
  }

  /// The radius solves ⟨φ'⟩(ρ) = 1/a; .48628, .84342, 1.33711 at a = 1.2, 1.5, 2. The eigenvalue along the ring is zero,
  /// that across it aρ ∂⟨φ'⟩/∂ρ.
  @Test(arguments: [(1.2, 0.48628), (1.5, 0.84342), (1.8, nil), (2, 1.33711)] as [(Double, Double?)])
  func ringOfFixedPoints(a: Double, published: Double?) throws {
    let set = try FixedPointSearch().fixedPoints(of: turning(a, 0, spread: 0), input: [0])
    #expect(set.continua.count == 1 && set.points.count == 1, "\(set.points.count) points")
    let ring = try #require(set.continua.first)
    #expect(ring.kind == .ring && ring.isStable && ring.drift < 1e-9)
    let gain = Gain(.tanh)
    let radius = ring.radius
    #expect(abs(gain.rateAndGain(mean: 0, variance: radius * radius).gain - 1 / a) < 1e-8)
    if let published { #expect(abs(radius - published) < 1e-5) }
    #expect(norm(ring.centre) < 1e-3 * radius && abs(ring.length / (2 * Double.pi * radius) - 1) < 1e-4)
    let across = a * radius * radius * gain.derivatives(mean: 0, variance: radius * radius).gain3
    let values = ring.eigenvalues.map(\.real)
    #expect(abs(values[0]) < 1e-9 && abs(values[1] - across) < 1e-7)
    // Silence in the middle, from which both directions grow at the rate a - 1.
    #expect(set.points[0].kind == .unstableNode && abs(set.points[0].eigenvalues[0].real - (a - 1)) < 1e-12)
    // No sum of signs says that something is missing.
    #expect(set.index == nil && !set.isComplete && set.slowPoints.isEmpty)
  }

  /// Overlaps 1.82 and 1.78: the ring breaks into two stable points and two saddles, at the radii of ⟨φ'⟩ = 1/1.82 and
  /// 1/1.78; along it deviations decay at 1.78/1.82 - 1 and grow at 1.82/1.78 - 1.
  @Test func aBrokenRingIsNearlyOne() throws {
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
    let broken = circuit(layout, factors: [[1.82, 0], [0, 1.78], [1, 0], [0, 1]])
    let found = try AttractorSearch().attractors(of: broken, input: [])
    #expect(found.fixedPoints.continua.isEmpty && found.fixedPoints.points.count == 5)
    let ring = try #require(found.nearRing)
    #expect(
      ring.points.map(\.isStable) == [true, false, true, false]
        || ring.points.map(\.isStable) == [false, true, false, true])
    #expect(norm(ring.centre) < 1e-9 && ring.spread < 0.05 && ring.spread > 0)
    let (decay, growth) = (1 / (1 - 1.78 / 1.82), 1 / (1.82 / 1.78 - 1))
    for (point, time) in zip(ring.points, ring.timeConstants) {
      #expect(abs(time / (point.isStable ? decay : growth) - 1) < 1e-6)
      let variance = norm(point.kappa) * norm(point.kappa)
      let gain = Gain(.tanh).rateAndGain(mean: 0, variance: variance).gain
      #expect(abs(gain * (point.isStable ? 1.82 : 1.78) - 1) < 1e-8)
    }
    // Two bistable latents of their own: four stable points and saddles between them, but nothing slow.
    let apart = circuit(layout, factors: [[2.5, 0], [0, 1.2], [1, 0], [0, 1]])
    #expect(try AttractorSearch().attractors(of: apart, input: []).nearRing == nil)
  }

  /// With an input the symmetry is gone and with it the ring: two points are left of it.
  @Test func anInputBreaksTheRing() throws {
    let set = try FixedPointSearch().fixedPoints(of: turning(1.8, 0), input: [0.1])
    #expect(set.continua.isEmpty && set.points.count == 3 && set.points.count { $0.isStable } == 1)
  }

  /// One bifurcation at g = 1/1.8, where both eigenvalues of silence pass zero at once; rings on one side of it only.
  @Test func oneBifurcationOfTheRing() throws {
    let diagram = try quick().diagram(of: turning(1.8, 0), input: [0], parameter: .gain, over: 0.4...1.2)
    #expect(diagram.bifurcations.map(\.kind) == [.circlePitchfork], "\(diagram.bifurcations)")
    let point = try #require(diagram.bifurcations.first)
    #expect(abs(point.parameter - 1 / 1.8) < 1e-8 && norm(point.kappa) < 1e-8)
    #expect(diagram.branches.count == 1 && diagram.notes.isEmpty)
    #expect(!diagram.continua.isEmpty)
    for item in diagram.continua {
      #expect(item.parameter > 1 / 1.8 && item.attractor.kind == .ring)
      let radius = item.attractor.radius
      let gain = Gain(.tanh).rateAndGain(mean: 0, variance: radius * radius).gain
      #expect(abs(gain * item.parameter * 1.8 - 1) < 1e-8)
    }
  }

  /// With b ≠ 0 points turn: one unstable fixed point, one stable cycle of radius .84342 that turns at ωτ = b/a.
  @Test func aCycleIsAnAttractor() throws {
    let found = try AttractorSearch().attractors(of: turning(1.5, 0.6), input: [0])
    #expect(found.fixedPoints.points.count == 1 && !found.fixedPoints.points[0].isStable)
    #expect(found.fixedPoints.continua.isEmpty && found.hasAttractor)
    let cycle = try #require(found.cycles.first)
    #expect(found.cycles.count == 1 && cycle.isStable)
    #expect(abs(2 * Double.pi / cycle.period - 0.4) < 1e-8)
    for point in cycle.orbit { #expect(abs(norm(point) - 0.84342) < 1e-5) }
    // On the ring nothing moves: no cycle there.
    let ring = try AttractorSearch().attractors(of: turning(1.5, 0), input: [0])
    #expect(ring.cycles.isEmpty && ring.hasAttractor)
  }

  /// σ_mn = 1: the flow along κ1 is -κ1³ to first order, so that silence is marginal, in continuous time and under the
  /// Euler map; the descents that come to rest beside it are no slow points, and nothing is said to be missing.
  @Test func marginalSilence() throws {
    let layout = LoadingLayout(rank: 2, inputCount: 1, outputCount: 1)
    let circuit = circuit(
      layout,
      factors: [
        [1, 0, 0.5, 0], [0, 0.5, 1.9, 0], [2.8, -2.2, 0, 0.3], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
      ])
    let set = try FixedPointSearch().fixedPoints(of: circuit, input: [0])
    #expect(set.points.count == 1 && set.continua.isEmpty && set.slowPoints.isEmpty, "\(set.slowPoints)")
    let point = try #require(set.points.first)
    #expect(norm(point.kappa) < 1e-12 && point.isMarginal && !point.isStable)
    #expect(point.stability(alpha: 0.2) == .marginal && point.unstableDirections == 0)
    guard case .searched(let reason) = set.completeness else {
      Issue.record("a degenerate point cannot be isolated")
      return
    }
    #expect(!reason.contains("missing"), "\(reason)")
  }

  /// Rounding leaves ±4e-16 of a zero eigenvalue; what it may leave decides nothing, and what is beyond it does.
  @Test func aLineOfALinearCircuit() throws {
    // f = κ (σ_nm - 1) for linear φ: with σ_nm = 1 along one of two axes every point of that axis is fixed.
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
    let base = circuit(layout, factors: [[1, 0], [0, 0.5], [1, 0], [0, 1]])
    let linear = EffectiveCircuit(base.statistics, transfer: .linear)
    let set = try FixedPointSearch().fixedPoints(of: linear, input: [])
    #expect(set.continua.count == 1 && set.points.isEmpty)
    let line = try #require(set.continua.first)
    #expect(line.kind == .line && line.isStable && line.drift < 1e-9 && line.length > 1)
    for point in line.path { #expect(abs(point[1]) < 1e-9) }
  }

  /// A ring of cosine connectivity in a finite network: its bumps stand at any angle, up to what evenly spaced units leave
  /// of the symmetry, which is far below rounding for 200 of them.
  @Test func aNetworkOfEvenlySpacedUnits() throws {
    let angles = (0..<200).map { 2 * Double.pi * Double($0) / 200 }
    let waves = Matrix(rows: 200, columns: 2) { $1 == 0 ? cos(angles[$0]) : sin(angles[$0]) }
    var strong = waves
    for i in strong.elements.indices { strong.elements[i] *= 3 }
    let network = try Network(m: waves, n: strong, inputs: waves, readouts: waves)
    var search = FixedPointSearch()
    search.starts = 60
    let set = try search.fixedPoints(of: ManifoldDynamics(network), input: [0, 0])
    #expect(set.continua.count == 1 && set.points.count == 1)
    let ring = try #require(set.continua.first)
    #expect(ring.kind == .ring && ring.isStable)
    // r = 3 ⟨cos θ tanh(r cos θ)⟩ over evenly spaced angles.
    let r = ring.radius
    let drive = angles.reduce(0) { $0 + cos($1) * TransferFunction.tanh.value(r * cos($1)) } / 200
    #expect(abs(r - 3 * drive) < 1e-8)
  }
}
