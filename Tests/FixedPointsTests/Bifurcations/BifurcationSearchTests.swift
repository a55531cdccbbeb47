// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Bifurcations against their exact places.
@Suite struct BifurcationSearchTests {
  /// The pitchfork of a tanh circuit with zero means lies at σ_mn = 1, κ = 0.
  @Test func pitchforkOfTheCoupling() throws {
    let diagram = try quick().diagram(
      of: circuit(1.4), input: [], parameter: .covariance(.n(0), .m(0), population: 0), over: 0.5...1.7)
    #expect(diagram.bifurcations.count == 1 && diagram.bifurcations.first?.kind == .pitchfork)
    let point = try #require(diagram.bifurcations.first)
    #expect(abs(point.parameter - 1) < 1e-8 && abs(point.kappa[0]) < 1e-8)
    // Silence throughout, and the pair born at 1.
    #expect(diagram.branches.count == 2 && diagram.notes.isEmpty)
    for branch in diagram.branches {
      for point in branch.points where point.parameter > 1.0001 {
        #expect(point.isStable == (abs(point.kappa[0]) > 1e-6))
      }
    }
  }

  /// The saddle-nodes of the course's decision circuit, against the exact pair of conditions f = f' = 0.
  @Test func foldsOfTheDecisionCircuit() throws {
    let course = decisionCircuit()
    let diagram = try quick().diagram(
      of: course, input: [0], parameter: .input(0), over: -0.1...0.1)
    #expect(diagram.bifurcations.map(\.kind) == [.fold, .fold])
    #expect(diagram.branches.count == 1)
    for bifurcation in diagram.bifurcations {
      #expect(abs(abs(bifurcation.parameter) - 0.0396) < 5e-5)
      let there = course.linearisation(kappa: bifurcation.kappa, input: [bifurcation.parameter])
      #expect(abs(there.flow[0]) < 1e-12 && abs(there.jacobian[0, 0]) < 1e-8)
    }
  }

  /// The pair born at σ_mn = 1 is there although all evenly spread probes lie below.
  @Test func armsAtTheEndOfTheRange() throws {
    let diagram = try quick().diagram(
      of: circuit(1.4), input: [], parameter: .covariance(.n(0), .m(0), population: 0), over: 0.2...1.03)
    #expect(diagram.branches.count == 2 && diagram.bifurcations.map(\.kind) == [.pitchfork])
    // Both ends of the pair.
    #expect(diagram.branches.flatMap(\.points).count { abs($0.parameter - 1.03) < 1e-12 } == 3)
  }

  /// Overlaps 1 and 1.1 between two independent pairs: two pitchforks at g = 1/1.1 and g = 1, a thousandth of the range
  /// apart, which one step along silence would leap over without a change of sign.
  @Test func twoCrossingsInOneStep() throws {
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
    let rows = [[1.1, 0], [0, 1], [1, 0], [0, 1]]
    let circuit = TestSupport.circuit(layout, factors: rows)
    let diagram = try quick().diagram(of: circuit, input: [], parameter: .gain, over: -60...30)
    let atRest = diagram.bifurcations.filter { norm($0.kappa) < 1e-6 }
    #expect(atRest.map(\.kind) == [.pitchfork, .pitchfork], "\(diagram.bifurcations)")
    #expect(zip(atRest, [1 / 1.1, 1]).allSatisfy { abs($0.parameter - $1) < 1e-8 })
  }

  /// Seen from the pair's branch, too, where it is flat, a pitchfork is one and in its place.
  @Test(arguments: [1.03, 1.07, 1.3])
  func aPitchforkIsOne(end: Double) throws {
    let diagram = try BifurcationSearch().diagram(
      of: circuit(1.4), input: [], parameter: .covariance(.n(0), .m(0), population: 0), over: 0.2...end)
    #expect(diagram.bifurcations.map(\.kind) == [.pitchfork], "\(diagram.bifurcations)")
    #expect(abs((diagram.bifurcations.first?.parameter ?? 0) - 1) < 1e-8)
  }

  /// Without input and bias a tanh circuit is odd: what meets at silence is a pitchfork, from whichever branch it is seen.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func silenceOnlyHasPitchforks(seed: UInt64) throws {
    let network = try strongNetwork(rank: 1, seed: seed)
    let diagram = try quick().diagram(
      of: try EffectiveCircuit(of: network), input: [0], parameter: .gain, over: 0.02...3)
    let atRest = diagram.bifurcations.filter { abs($0.kappa[0]) < 1e-6 }
    #expect(!atRest.isEmpty && atRest.allSatisfy { $0.kind == .pitchfork }, "seed \(seed): \(atRest)")
  }

  /// Two populations with opposite biases, n̄ = 1 and m̄ = 1 and .2: silence is a fixed point at every g, f'' ≠ 0 there, and
  /// f' = 0 at g = 1/(.6 tanh'(1)).
  @Test func transcriticalOfOppositeBiases() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0, hasBias: true)
    let circuit = EffectiveCircuit(
      ConnectivityStatistics(
        layout: layout, unitCount: 1000,
        populations: [[1, 1, 1], [1, 0.2, -1]].map {
          Population(layout: layout, fraction: 0.5, mean: $0, covariance: Matrix(rows: 3, columns: 3))
        }), transfer: .tanh)
    let diagram = try quick().diagram(of: circuit, input: [], parameter: .gain, over: 3.1...4.7)
    let crossing = diagram.bifurcations.filter { abs($0.kappa[0]) < 1e-6 }
    #expect(crossing.map(\.kind) == [.transcritical])
    #expect(abs((crossing.first?.parameter ?? 0) - 1 / (0.6 * TransferFunction.tanh.derivative(1))) < 1e-8)
  }

  /// κ̇ = (g a - 1) κ + g ω (rotation) near zero: a Hopf point at g = 1/a with frequency ω/a.
  @Test func hopfOfARotation() throws {
    let (a, omega) = (1.25, 0.8)
    let diagram = try quick().diagram(
      of: rotation(a, omega), input: [], parameter: .gain, over: 0.4...1.2)
    #expect(diagram.bifurcations.map(\.kind) == [.hopf])
    let point = try #require(diagram.bifurcations.first)
    #expect(abs(point.parameter - 1 / a) < 1e-8)
    #expect(abs((point.frequency ?? 0) - omega / a) < 1e-8)
  }

  /// Every point of every branch is a fixed point, and a branch reaches the ends of its range exactly.
  @Test func branchesAreFixedPoints() throws {
    let course = decisionCircuit()
    let diagram = try quick().diagram(
      of: course, input: [0], parameter: .input(0), over: -0.1...0.1)
    let branch = try #require(diagram.branches.first)
    let ends = [branch.points.first?.parameter ?? 0, branch.points.last?.parameter ?? 0].sorted()
    #expect(relativeDifference(ends, [-0.1, 0.1]) < 1e-12)
    for point in branch.points {
      #expect(abs(course.linearisation(kappa: point.kappa, input: [point.parameter]).flow[0]) < 1e-11)
    }
  }

  /// Zero means, σ_m = 1, overlaps a on the diagonal and ±ω off it.
  private func rotation(_ a: Double, _ omega: Double) -> EffectiveCircuit {
    let layout = LoadingLayout(rank: 2, inputCount: 0, outputCount: 0)
    // n1, n2, m1, m2 in terms of independent m1, m2.
    return TestSupport.circuit(layout, factors: [[a, omega], [-omega, a], [1, 0], [0, 1]])
  }
}
