// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import Foundation
import LowRank
import TestSupport
import Testing

/// One population of zero means, unit variance of m, and overlaps σ.
private func centred(_ sigma: [[Double]], transfer: TransferFunction = .tanh) -> EffectiveCircuit {
  let rank = sigma.count
  let layout = LoadingLayout(rank: rank, inputCount: 0, outputCount: 0)
  // n = σm and a part of its own, so that units exist.
  let covariance = Matrix(rows: 2 * rank, columns: 2 * rank) { i, j in
    switch (i < rank, j < rank) {
    case (true, true): (0..<rank).reduce(i == j ? 0.25 : 0) { $0 + sigma[i][$1] * sigma[j][$1] }
    case (true, false): sigma[i][j - rank]
    case (false, true): sigma[j][i - rank]
    case (false, false): i == j ? 1 : 0
    }
  }
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 0,
      populations: [
        Population(
          layout: layout, fraction: 1, mean: [Double](repeating: 0, count: 2 * rank), covariance: covariance)
      ]), transfer: transfer)
}

private func states(_ circuit: EffectiveCircuit, g: Double, input: [Double] = []) throws -> BulkStates {
  try BulkSearch().states(of: BulkCircuit(circuit, strength: g, input: input))
}

/// ⟨f⟩ by a plain sum, independent of the package's rules.
private func average(_ deviation: Double, _ f: (Double) -> Double) -> Double {
  var sum = 0.0
  for i in -3000...3000 {
    let z = 0.004 * Double(i)
    sum += f(deviation * z) * exp(-z * z / 2)
  }
  return sum * 0.004 / (2 * Double.pi).squareRoot()
}

@Suite struct BulkTests {
  /// Published borders and Δ₀ (Mastrogiuseppe & Ostojic 2018; the digits by an independent solver).
  @Test(arguments: [
    (1.2, 1.23564, 1.20454, 0.24263), (1.5, 1.70910, 1.51997, 0.74769), (2.0, 2.80100, 2.05414, 1.92481),
  ]) func borders(g: Double, stationary: Double, structure: Double, delta0: Double) throws {
    let found = try CentredBulk.borders(strength: g, transfer: .tanh)
    // Half a unit of the last digit given.
    #expect(abs(found.stationary - stationary) < 6e-6, "\(found)")
    #expect(abs(found.structure - structure) < 6e-6, "\(found)")
    #expect(abs((found.delta0 ?? .nan) - delta0) < 6e-6, "\(found)")
  }

  /// The two-time theory's Δ₀ against the energy ½Δ₀² = g²(⟨Φ²⟩ - ⟨Φ⟩²), Φ = ln cosh, also right above g = 1.
  @Test(arguments: [1.01, 1.1, 1.5, 3, 10]) func energy(g: Double) throws {
    let delta0 = try #require(try CentredBulk.borders(strength: g, transfer: .tanh).delta0)
    func potential(_ x: Double) -> Double { abs(x) + log1p(exp(-2 * abs(x))) - log(2) }
    let first = average(delta0.squareRoot(), potential)
    let second = average(delta0.squareRoot()) { potential($0) * potential($0) }
    // Near g = 1 both sides are of order Δ₀² and their difference of order Δ₀³, so that digits cancel there.
    #expect(abs(0.5 * delta0 * delta0 / (g * g * (second - first * first)) - 1) < 1e-9, "\(delta0)")
  }

  @Test func noChaosBelowOne() throws {
    for g in [0, 0.5, 0.999, 1] {
      let borders = try CentredBulk.borders(strength: g, transfer: .tanh)
      // 1/⟨φ'⟩(0) by the tables, whose last digit is not exact.
      #expect(borders.delta0 == nil && abs(borders.structure - 1) < 1e-14, "\(borders)")
      #expect(borders.stationary == borders.structure, "\(borders)")
    }
  }

  /// The defining equations, by averages of their own, and the phases around the borders.
  @Test func phasesAndEquations() throws {
    for (sigma, g, phase) in [
      (0.9, 0.8, BulkStates.Phase.quiescent), (1.3, 0.8, .structuredStationary),
      (1.4, 1.5, .homogeneousChaos),
      (1.519, 1.5, .homogeneousChaos), (1.521, 1.5, .structuredChaos), (1.708, 1.5, .structuredChaos),
      (1.7092, 1.5, .structuredStationary), (3, 1.5, .structuredStationary),
    ] {
      let found = try states(centred([[sigma]]), g: g)
      #expect(
        found.phase == phase && found.isComplete, "σ \(sigma), g \(g): \(String(describing: found.phase))")
      for state in found.states {
        let delta = state.deviation
        let slope = average(delta) { 1 / (cosh($0) * cosh($0)) }
        let square = average(delta) { tanh($0) * tanh($0) }
        #expect(abs(sigma * slope * state.kappa[0] - state.kappa[0]) < 1e-10)
        #expect(abs(state.kappa[0] * state.kappa[0] + g * g * square - delta * delta) < 1e-10)
        let radius = g * g * average(delta) { pow(cosh($0), -4) }
        #expect(abs(state.radius - radius) < 1e-10)
      }
      for chaos in found.chaos where !chaos.isHomogeneous {
        let slope = average(chaos.variance.squareRoot()) { 1 / (cosh($0) * cosh($0)) }
        #expect(abs(sigma * slope - 1) < 1e-10)
        #expect(chaos.stillVariance > chaos.kappa[0] * chaos.kappa[0])
        #expect(chaos.stillVariance < chaos.variance)
      }
    }
  }

  /// Structured chaos by its two equations, with double averages of their own.
  @Test func structuredChaosEquations() throws {
    let (sigma, g) = (1.6, 1.5)
    let chaos = try #require(try states(centred([[sigma]]), g: g).leadingChaos)
    let (d0, d1, k2) = (chaos.variance, chaos.stillVariance, chaos.kappa[0] * chaos.kappa[0])
    func potential(_ x: Double) -> Double { abs(x) + log1p(exp(-2 * abs(x))) - log(2) }
    func twice(_ f: (Double) -> Double) -> Double {
      var sum = 0.0
      for i in -160...160 {
        let z = 0.05 * Double(i)
        var inner = 0.0
        for j in -160...160 {
          let y = 0.05 * Double(j)
          inner += f(d1.squareRoot() * z + (d0 - d1).squareRoot() * y) * exp(-y * y / 2) * 0.05
        }
        sum += inner * inner * exp(-z * z / 2) * 0.05
      }
      return sum / pow(2 * Double.pi, 1.5)
    }
    #expect(abs(g * g * twice(tanh) + k2 - d1) < 1e-9)
    let potentials = average(d0.squareRoot()) { potential($0) * potential($0) } - twice(potential)
    #expect(abs((d0 * d0 - d1 * d1) / 2 - g * g * potentials - k2 * (d0 - d1)) < 1e-9)
  }

  /// Rank 2, complex overlaps have no state besides zero; equal ones have a sphere of them.
  @Test func rankTwo() throws {
    let turning = try states(centred([[1.5, -0.6], [0.6, 1.5]]), g: 0.5)
    #expect(turning.states.count == 1 && turning.states[0].kappa == [0, 0] && turning.phase == nil)
    let ring = try states(centred([[1.5, 0], [0, 1.5]]), g: 0)
    #expect(ring.states.contains { abs(norm($0.kappa) - 0.84342) < 1e-5 || $0.kappa == [0, 0] })
    let noisy = try states(centred([[1.5, 0], [0, 1.5]]), g: 0.5)
    let state = try #require(noisy.states.first)
    #expect(state.isContinuum && state.isStable && noisy.phase == .structuredStationary)
    let square = average(state.deviation) { tanh($0) * tanh($0) }
    #expect(
      abs(norm(state.kappa) * norm(state.kappa) + 0.25 * square - state.deviation * state.deviation) < 1e-10)
    #expect(abs(1.5 * average(state.deviation) { 1 / (cosh($0) * cosh($0)) } - 1) < 1e-10)
  }

  /// g → 0: the κ-equations; g = 0 gives their fixed points bit by bit.
  @Test func withoutBulk() throws {
    let network = try randomNetwork(units: 60, rank: 1, inputs: 1, outputs: 1, seed: 7)
    let circuit = try EffectiveCircuit(of: network)
    let points = try FixedPointSearch().fixedPoints(of: circuit, input: [0.3]).points
    let none = try states(circuit, g: 0, input: [0.3])
    #expect(Set(none.states.map(\.kappa)) == Set(points.map(\.kappa)))
    let faint = try states(circuit, g: 1e-7, input: [0.3])
    #expect(faint.states.count == points.count)
    for point in points {
      // V is of order g², 1e-14.
      #expect(faint.states.contains { distance($0.kappa, point.kappa) < 1e-11 }, "seed 7")
    }
  }

  /// The general search (means forbid the formulas) agrees with the formulas where means are tiny.
  @Test(arguments: [(1.3, 0.8), (2.0, 1.5), (1.6, 1.5)]) func generalSearch(sigma: Double, g: Double) throws {
    let exact = try states(centred([[sigma]]), g: g)
    let plain = centred([[sigma]])
    let population = plain.statistics.populations[0]
    let nudged = EffectiveCircuit(
      ConnectivityStatistics(
        layout: plain.statistics.layout, unitCount: 0,
        populations: [
          Population(
            layout: plain.statistics.layout, fraction: 1, mean: [1e-9, 0], covariance: population.covariance)
        ]), transfer: .tanh)
    let general = try states(nudged, g: g)
    #expect(general.phase == exact.phase)
    for state in exact.states where state.kappa[0] != 0 {
      let nearest = try #require(
        general.states.min { distance($0.kappa, state.kappa) < distance($1.kappa, state.kappa) })
      #expect(distance(nearest.kappa, state.kappa) < 1e-6 && abs(nearest.radius - state.radius) < 1e-6)
    }
    for chaos in exact.chaos where !chaos.isHomogeneous {
      #expect(
        general.chaos.contains {
          distance($0.kappa, chaos.kappa) < 1e-5 && abs($0.variance - chaos.variance) < 1e-5
        })
    }
  }

  /// Squares of φ and of its derivatives, against a plain sum, and slopes against differences.
  @Test(arguments: [TransferFunction.tanh, .erf, .logistic, .softplus, .relu, .linear])
  func squares(transfer: TransferFunction) {
    for (mean, variance) in [(0.0, 0.3), (0.7, 1.2), (-1.4, 4.0)] {
      let found = SquareAverages(transfer, mean: mean, variance: variance)
      // ReLU's kink costs the plain sum its digits.
      let limit = transfer == .relu ? 2e-3 : 1e-11
      let slope = average(variance.squareRoot()) { pow(transfer.derivative(mean + $0), 2) }
      #expect(abs(found.slopeSquare.value - slope) < limit, "\(transfer) \(mean) \(variance)")
      func square(_ mean: Double, _ variance: Double) -> Double {
        SquareAverages(transfer, mean: mean, variance: variance).square.value
      }
      let h = 1e-4
      let byMean = (square(mean + h, variance) - square(mean - h, variance)) / (2 * h)
      let byVariance = (square(mean, variance + h) - square(mean, variance - h)) / (2 * h)
      #expect(abs(found.squareByMean - byMean) < 1e-6 * max(1, abs(byMean)), "\(transfer) \(mean)")
      #expect(
        abs(found.squareByVariance - byVariance) < 1e-6 * max(1, abs(byVariance)), "\(transfer) \(mean)")
    }
  }

  /// ReLU's activity runs away beyond g = √2, and there is nothing to report.
  @Test func runaway() throws {
    #expect(throws: LinearAlgebraError.self) { try states(centred([[0.5]], transfer: .relu), g: 1.6) }
    let calm = try states(centred([[0.5]], transfer: .relu), g: 1.2)
    #expect(calm.states.contains { $0.kappa == [0] })
  }

  /// Networks of 2000 units with a χ of their own: κ, Δ² and g²⟨φ'²⟩ of theory within 3 standard errors.
  @Test func networksAgree() throws {
    let circuit = centred([[2.0]])
    let state = try #require(try states(circuit, g: 1.2).states.first { $0.kappa[0] > 0 })
    var simulation = BulkSimulation(strength: 1.2)
    simulation.settling = 50
    simulation.duration = 1
    let seen = try (0..<6).map {
      try simulation.observe(
        circuit.statistics, transfer: .tanh, input: [], kappa: state.kappa, bulkVariance: state.bulkVariance,
        seed: 31 + UInt64($0))
    }
    func check(_ name: String, _ theory: Double, _ value: (BulkSimulation.Observation) -> Double) {
      let values = seen.map(value)
      let mean = values.reduce(0, +) / 6
      let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot()
      #expect(abs(mean - theory) < 3 * error, "\(name): \(mean) ± \(error), theory \(theory); seeds 31–36")
    }
    check("κ", state.kappa[0]) { $0.kappa[0] }
    check("Δ²", state.deviation * state.deviation) { $0.variance }
    check("radius", state.radius) { $0.radius }
    #expect(seen.allSatisfy { $0.speed < 1e-3 })
  }

  /// The variance of homogeneous chaos in networks of 2000 units.
  @Test func chaoticNetworks() throws {
    let circuit = centred([[0.5]])
    let theory = try #require(try states(circuit, g: 1.5).leadingChaos?.variance)
    var simulation = BulkSimulation(strength: 1.5)
    simulation.settling = 30
    simulation.duration = 30
    let values = try (0..<5).map {
      try simulation.observe(
        circuit.statistics, transfer: .tanh, input: [], kappa: [0], bulkVariance: theory,
        seed: 51 + UInt64($0)
      ).variance
    }
    let mean = values.reduce(0, +) / 5
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20).squareRoot()
    #expect(abs(mean - theory) < 3 * error, "\(mean) ± \(error), theory \(theory); seeds 51–55")
  }
}
