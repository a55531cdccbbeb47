// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Foundation
import LowRank
import Testing

/// The random part of J and the outliers, on gχ + m nᵀ/N of known g.
@Suite struct ConnectivitySpectrumTests {
  private func noise(_ units: Int, gain: Double, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    let scale = gain / Double(units).squareRoot()
    return Matrix(rows: units, columns: units) { _, _ in scale * stream.normal() }
  }

  /// g to its own sampling error, and the number of directions that were put in, whatever their strength beyond the edge.
  @Test(arguments: [0, 1, 3], [0.3, 1, 2]) func findsGainAndOutliers(rank: Int, gain: Double) throws {
    let units = 200
    for seed in UInt64(0)..<3 {
      var j = noise(units, gain: gain, seed: 700 + seed)
      var stream = RandomStream(seed: 710 + seed)
      for r in 0..<rank {
        // A direction of singular value s gives one near s + g²/s: far beyond 2g for s = 4g and more.
        let strength = (4 + Double(r)) * gain
        let (m, n) = (
          (0..<units).map { _ in stream.normal() }, (0..<units).map { _ in stream.normal() }
        )
        for i in 0..<units { for k in 0..<units { j[i, k] += strength * m[i] * n[k] / Double(units) } }
      }
      let spectrum = try ConnectivitySpectrum(of: j)
      #expect(spectrum.outlierCount == rank, "seed \(seed)")
      #expect(spectrum.hasBulk)
      // The edge's estimate from 100 values fluctuates by about 1/N of it; finite N shifts it by as much.
      #expect(abs(spectrum.gain / gain - 1) < 0.03, "g \(spectrum.gain), seed \(seed)")
      #expect(spectrum.misfit < 0.05)
      if rank == 0 { #expect(spectrum.bulkShare == 1) } else { #expect(spectrum.bulkShare < 0.95) }
    }
  }

  /// Without a random part there is no bulk: low rank, and low rank with rounding.
  @Test func lowRankHasNoBulk() throws {
    var stream = RandomStream(seed: 720)
    let (m, n) = ((0..<100).map { _ in stream.normal() }, (0..<100).map { _ in stream.normal() })
    var j = Matrix(rows: 100, columns: 100) { m[$0] * n[$1] / 100 }
    #expect(try !ConnectivitySpectrum(of: j).hasBulk)
    for i in j.elements.indices { j.elements[i] = Double(Float(j.elements[i])) }
    #expect(try !ConnectivitySpectrum(of: j).hasBulk)
    #expect(try !ConnectivitySpectrum(of: Matrix(rows: 10, columns: 10)).hasBulk)
    #expect(
      try ConnectivitySpectrum(of: Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 2])).outlierCount == 0)
    #expect(!ConnectivitySpectrum(singularValues: []).hasBulk)
  }
}

/// The truncation of a dense J, and where it stands in the error budget.
@Suite struct TruncationTests {
  @Test func keepsTheLargestSingularValues() throws {
    var stream = RandomStream(seed: 730)
    let j = Matrix(rows: 60, columns: 60) { _, _ in stream.normal() / 60.0.squareRoot() }
    let part = try TruncatedConnectivity(of: j, rank: 5)
    let spectrum = try SingularValueDecomposition(of: j).singularValues
    // |J - m nᵀ/N|² is the sum of the squares that are lost (Eckart and Young).
    var (square, total) = (0.0, 0.0)
    for i in 0..<60 {
      for k in 0..<60 {
        let kept = (0..<5).reduce(0) { $0 + part.m[i, $1] * part.n[k, $1] } / 60
        square += (j[i, k] - kept) * (j[i, k] - kept)
        total += j[i, k] * j[i, k]
      }
    }
    let lost = spectrum.dropFirst(5).reduce(0) { $0 + $1 * $1 }
    #expect(abs(square - lost) < 1e-12 * total)
    #expect(abs(part.lostShare - lost / total) < 1e-12)
    #expect(throws: LinearAlgebraError.self) { try TruncatedConnectivity(of: j, rank: 61) }
    #expect(throws: LinearAlgebraError.self) {
      try TruncatedConnectivity(of: Matrix(rows: 2, columns: 3), rank: 1)
    }
  }

  /// Every rung is judged against the file's network, and the manifold reproduces the truncation, not the network.
  @Test(arguments: NetworkForm.allCases) func budgetBeginsWithTheTruncation(form: NetworkForm) throws {
    var stream = RandomStream(seed: 740)
    let units = 50
    let j = Matrix(rows: units, columns: units) { _, _ in 1.3 * stream.normal() / Double(units).squareRoot() }
    let part = try TruncatedConnectivity(of: j, rank: 3)
    func normals(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns) { _, _ in stream.normal() }
    }
    let network = try Network(
      m: part.m, n: part.n, inputs: normals(1), readouts: normals(1), form: form, denseConnectivity: j)
    let trials = Trials(
      stimulus: Stimulus(trials: 3, steps: 30, channels: 1, values: (0..<90).map { _ in stream.normal() }))
    let simulation = Simulation(alpha: 0.2)
    let full = simulation.run(try NetworkDynamics(network), under: trials.stimulus)
    let truncation = simulation.run(try NetworkDynamics(network.reduced), under: trials.stimulus)
    let manifold = simulation.run(try ManifoldDynamics(network), under: trials.stimulus)
    let circuit = try EffectiveCircuit(of: network)
    let budget = ErrorBudget(
      network: full, truncation: truncation, manifold: manifold,
      circuit: simulation.run(circuit, under: trials.stimulus), of: circuit, trials: trials,
      simulation: simulation)
    #expect(budget.stages.first?.kind == .truncation && budget.stages.first?.name == "rank 3 instead of J")
    let lost = try #require(budget.stage(.truncation)?.comparison.outputs.first?.deviation.relative)
    let exact = try #require(budget.stage(.manifold))
    #expect(lost > 0.05, "a bulk is not a truncation")
    #expect(abs((exact.comparison.outputs.first?.deviation.relative ?? 0) - lost) < 1e-10)
    #expect(exact.costs[0] < 1e-10)
    #expect(budget.stage(.circuit) != nil && budget.stages.count == 5)
  }
}
