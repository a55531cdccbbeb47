// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Fixed points and bifurcations against values computed apart from this project, to 17 digits and more: the equations
/// written down anew in mpmath, averages by its quadrature over |x| ≤ 12 standard deviations with 20 to 30 digits, roots
/// by its `findroot` with the analytic Jacobian's determinant or trace as a further equation.
@Suite struct ReferencePointTests {
  /// κ* of the tanh circuit with zero means and σ_m = 1, and τJ there: ⟨φ'⟩(κ*) = 1/σ_mn.
  @Test(arguments: [
    (1.01, 0.10049553472481031178, -0.019610285377674782869),
    (1.1, 0.33087104238717494565, -0.16792849318822328099),
    (1.4, 0.73355723751906294193, -0.46324607134798922542),
    (2.0, 1.3371088959045816734, -0.71705546701658915519),
  ])
  func fixedPointOfTheCoupling(coupling: Double, kappa: Double, eigenvalue: Double) throws {
    let set = try FixedPointSearch().fixedPoints(of: circuit(coupling), input: [])
    #expect(set.points.count == 3 && set.isComplete)
    let point = try #require(set.points.last)
    #expect(abs(point.kappa[0] - kappa) < 1e-9 * kappa, "\(point.kappa[0])")
    #expect(abs(point.eigenvalues[0].real - eigenvalue) < 1e-9 * abs(eigenvalue))
    #expect(abs((set.points.first?.kappa[0] ?? 0) + kappa) < 1e-9 * kappa)
  }

  /// z = 2.1 κ* ⟨φ'⟩ of the decision circuit at rest.
  @Test func outputOfTheDecisionCircuit() throws {
    let set = try FixedPointSearch().fixedPoints(of: decisionCircuit(), input: [0])
    #expect(abs((set.points.last?.outputs[0] ?? 0) - 1.1003358562785944129) < 1e-9)
  }

  /// Two populations with means: n̄ = 1.2, m̄ = .8, σ_nm = .5, σ_mm = .9 (share .3); n̄ = -.4, m̄ = .5, σ_nm = 1.7,
  /// σ_mm = 1.3 (share .7).
  @Test func fixedPointOfTwoPopulationsWithMeans() throws {
    let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
    func population(_ share: Double, _ mean: [Double], _ coupling: Double, _ variance: Double) -> Population {
      Population(
        layout: layout, fraction: share, mean: mean,
        covariance: Matrix(rows: 2, columns: 2, elements: [3, coupling, coupling, variance]))
    }
    let circuit = EffectiveCircuit(
      ConnectivityStatistics(
        layout: layout, unitCount: 1000,
        populations: [population(0.3, [1.2, 0.8], 0.5, 0.9), population(0.7, [-0.4, 0.5], 1.7, 1.3)]),
      transfer: .tanh)
    let set = try FixedPointSearch().fixedPoints(of: circuit, input: [])
    #expect(set.points.count == 3)
    #expect(abs((set.points.last?.kappa[0] ?? 0) - 0.6797455210754175766) < 1e-9)
  }

  /// The saddle-nodes of the decision circuit: f = ∂f/∂κ = 0.
  @Test func foldOfTheDecisionCircuit() throws {
    let diagram = try quick().diagram(
      of: decisionCircuit(), input: [0], parameter: .input(0), over: -0.1...0.1)
    #expect(diagram.bifurcations.map(\.kind) == [.fold, .fold])
    for (bifurcation, side) in zip(diagram.bifurcations, [-1.0, 1]) {
      #expect(abs(bifurcation.parameter - side * 0.039596402805043616484) < 1e-12)
      #expect(abs(bifurcation.kappa[0] + side * 0.40178813539052700664) < 1e-8, "\(bifurcation.kappa)")
    }
  }

  /// A Hopf point away from the origin, of a circuit with means and without symmetry under an input of .3: f = 0,
  /// trace ∂f/∂κ = 0.
  @Test func hopfPointUnderAnInput() throws {
    let diagram = try quick().diagram(of: lopsided(), input: [0.3], parameter: .gain, over: 0.5...0.9)
    #expect(diagram.bifurcations.map(\.kind) == [.hopf])
    let hopf = try #require(diagram.bifurcations.first)
    #expect(abs(hopf.parameter - 0.69607983626100042) < 1e-8, "\(hopf.parameter)")
    #expect(abs(hopf.kappa[0] - 0.031846217022350072) < 1e-8)
    #expect(abs(hopf.kappa[1] + 0.14666892865562602) < 1e-8)
    #expect(abs((hopf.frequency ?? 0) - 0.84830489391761732) < 1e-8)
  }
}
