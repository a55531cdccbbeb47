// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints
import LowRank
import TestSupport
import Testing

/// Fixed points against exact values, closed forms and exhaustive search.
@Suite struct FixedPointSearchTests {
  /// κ* of ⟨tanh'⟩(κ*) = 1/σ_mn, from 30-digit arithmetic.
  @Test(arguments: [(1.01, 0.10050), (1.1, 0.33087), (1.4, 0.73356), (2, 1.33711)])
  func bistableCircuit(coupling: Double, expected: Double) throws {
    let set = try FixedPointSearch().fixedPoints(of: circuit(coupling), input: [])
    #expect(set.isComplete && set.points.count == 3 && set.index == 1)
    guard set.points.count == 3 else { return }
    let (low, middle, high) = (set.points[0], set.points[1], set.points[2])
    #expect(abs(high.kappa[0] - expected) < 5.1e-6)
    #expect(abs(low.kappa[0] + high.kappa[0]) < 1e-12 && abs(middle.kappa[0]) < 1e-14)
    // The exact condition, of which the figures above are five digits.
    let gain = Gain(.tanh).rateAndGain(mean: 0, variance: high.kappa[0] * high.kappa[0]).gain
    #expect(abs(gain - 1 / coupling) < 1e-12)
    #expect(high.isStable && low.isStable && !middle.isStable)
    #expect(abs(middle.eigenvalues[0].real - (coupling - 1)) < 1e-12)
  }

  @Test func relaxationNearTheUpperState() throws {
    let set = try FixedPointSearch().fixedPoints(of: circuit(1.4), input: [])
    #expect(abs(set.points[2].eigenvalues[0].real + 0.4632) < 5e-5)
    #expect(abs(set.points[2].timeConstants[0] - 1 / 0.4632) < 3e-4)
  }

  /// Below σ_mn = 1 silence is the only fixed point, above it there are three; at 1 they meet, and the search says so.
  @Test func pitchfork() throws {
    let search = FixedPointSearch()
    let below = try search.fixedPoints(of: circuit(1 - 1e-4), input: [])
    #expect(below.isComplete && below.points.count == 1)
    let above = try search.fixedPoints(of: circuit(1 + 1e-4), input: [])
    #expect(above.isComplete && above.points.count == 3)
    // κ* ≈ √(σ - 1) there: ⟨tanh'⟩ = 1 - Δ² + ….
    #expect(abs(above.points[2].kappa[0] - 1e-2) < 1e-5)
    let at = try search.fixedPoints(of: circuit(1), input: [])
    #expect(!at.isComplete && at.points.count == 1, "\(at.points.map(\.kappa)) \(at.completeness)")
  }

  /// The decision circuit of the course: z* = ±1.100, and a saddle-node at |v| = .0396.
  @Test func courseCircuit() throws {
    let course = decisionCircuit()
    let search = FixedPointSearch()
    let set = try search.fixedPoints(of: course, input: [0])
    #expect(set.points.count == 3 && abs(set.points[2].outputs[0] - 1.100) < 5e-4)
    for (v, count) in [(0.0395, 3), (0.0397, 1), (-0.0395, 3), (-0.0397, 1)] {
      let points = try search.fixedPoints(of: course, input: [v])
      #expect(points.isComplete && points.points.count == count, "v = \(v)")
    }
    // What the saddle-node leaves behind is listed as slow, not as fixed.
    let ghost = try search.fixedPoints(of: course, input: [0.0397])
    #expect(ghost.slowPoints.count == 1 && ghost.points.count == 1)
    let slow = try #require(ghost.slowPoints.first)
    #expect(slow.speed > 1e-6 && slow.kappa[0] < 0 && ghost.points[0].kappa[0] > 0)
  }

  /// The manifold's fixed points are the full network's: x* = m κ* + I v does not move.
  @Test(arguments: UInt64(1)...3) func theNetworkRestsThere(seed: UInt64) throws {
    for rank in 1...2 {
      let network = try strongNetwork(rank: rank, seed: seed)
      let input = [0.3]
      var search = FixedPointSearch()
      search.starts = 40
      let set = try search.fixedPoints(of: ManifoldDynamics(network), input: input)
      let dynamics = try NetworkDynamics(network)
      #expect(!set.points.isEmpty && set.index == 1, "seed \(seed)")
      for point in set.points {
        let x = (0..<network.unitCount).map { i in
          (0..<rank).reduce(network.inputs[i, 0] * input[0]) { $0 + network.m[i, $1] * point.kappa[$1] }
        }
        // The network's state is x and, beside it, κ.
        let state = x + point.kappa
        var change = state
        var span = change.mutableSpan
        dynamics.derivative(of: state.span, input: input.span, noiseVariance: 0, into: &span)
        #expect(change.allSatisfy { abs($0) < 1e-11 }, "seed \(seed)")
      }
    }
  }

  /// Discrete-time networks: stability is that of the map, whose Jacobian has the multipliers 1 + αλ. A point that is
  /// stable as a flow may flip under the map, and small deviations of the network itself say so.
  @Test func mapsHaveTheStabilityOfMaps() throws {
    let base = try randomNetwork(
      NetworkKind(form: .rate, rank: 1, inputs: 1, outputs: 1), units: 60, seed: 77)
    let overlap = zip(base.m.elements, base.n.elements).reduce(0) { $0 + $1.0 * $1.1 } / 60
    // nᵀm/N = -1.5: κ = 0 has λ = -2.5, stable as a flow; the map multiplies by -1.5 there.
    let network = try base.replacing(
      n: Matrix(rows: 60, columns: 1) { -1.5 / overlap * base.n[$0, $1] })
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [0])
    let point = try #require(set.points.first { abs($0.kappa[0]) < 1e-9 })
    #expect(abs(point.multipliers(alpha: 1)[0].real + 1.5) < 1e-9)
    #expect(point.isStable && !point.isStable(alpha: 1) && point.isStable(alpha: 0.5))
    #expect(point.kind(alpha: 1) == .unstableFocus && point.kind(alpha: 0.3) == .stableNode)
    #expect(point.timeConstantsInSteps(alpha: 1)[0] < 0)
    // The network itself, one step from a small deviation along m.
    let small = network.m.elements.map { 1e-7 * $0 }
    let rest = Stimulus(trials: 1, steps: 2, channels: 1)
    let run = Simulation(alpha: 1).run(try NetworkDynamics(network, initialState: small), under: rest)
    #expect(abs(run.kappa[1] / run.kappa[0] + 1.5) < 1e-6)
  }

  /// Every fixed point that hundreds of independent Newton runs find is in the list, and the list is proven complete.
  @Test(arguments: UInt64(1)...2) func nothingIsMissedAtRankTwo(seed: UInt64) throws {
    let network = try strongNetwork(rank: 2, seed: seed)
    let manifold = try ManifoldDynamics(network)
    let circuit = try EffectiveCircuit(of: network)
    // Few starts: debug builds are slow, and the proof by subdivision does not depend on them.
    var search = FixedPointSearch()
    search.starts = 24
    try expectComplete(manifold, try search.fixedPoints(of: manifold, input: [0.1]), 500, seed)
    try expectComplete(circuit, try search.fixedPoints(of: circuit, input: [0.1]), 20, seed)
  }

  @Test func linearNetworksHaveOne() throws {
    let network = try randomNetwork(units: 30, rank: 2, inputs: 1, outputs: 1, transfer: .linear, seed: 2)
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [1])
    #expect(set.isComplete && set.points.count == 1)
    // κ = (1 - nᵀm/N)⁻¹ nᵀI/N.
    let statistics = try ConnectivityStatistics(of: network)
    let system = Matrix(rows: 2, columns: 2) { ($0 == $1 ? 1 : 0) - statistics.overlap(.n($0), .m($1)) }
    let expected = try #require(try LUDecomposition(of: system)).inverse
      .times((0..<2).map { statistics.overlap(.n($0), .input(0)) })
    #expect(relativeDifference(set.points[0].kappa, expected) < 1e-12, "seed 2")
  }

  /// A linear network with σ_mn = 1 is an integrator: every κ is a fixed point, and the one line of them is all.
  @Test func lineAttractor() throws {
    let ones = Matrix(rows: 4, columns: 1, elements: [1, -1, 1, -1])
    let network = try Network(
      m: ones, n: ones, inputs: Matrix(rows: 4, columns: 0), readouts: Matrix(rows: 4, columns: 0),
      transfer: .linear)
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [])
    #expect(set.isComplete && set.points.isEmpty && set.continua.count == 1)
    #expect(set.continua.first?.extent == .unbounded)
  }

  /// ReLU, N = 2: f = -κ + ½ Σ nᵢ relu(mᵢ κ + cᵢ), solved by hand.
  @Test func rectifiedUnits() throws {
    let network = try Network(
      m: Matrix(rows: 2, columns: 1, elements: [1, 1]), n: Matrix(rows: 2, columns: 1, elements: [4, -4]),
      inputs: Matrix(rows: 2, columns: 1, elements: [-1, -3]), readouts: Matrix(rows: 2, columns: 0),
      transfer: .relu)
    // f = -κ below 1; κ - 2 up to 3; -κ + 4 beyond: roots 0, 2, 4.
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [1])
    #expect(set.isComplete && set.points.count == 3)
    #expect(relativeDifference(set.points.map { $0.kappa[0] }, [0, 2, 4]) < 1e-14)
    #expect(set.points.map(\.isStable) == [true, false, true])
  }

  @Test func softplusIsBoundedByItsAsymptote() throws {
    let network = try randomNetwork(units: 50, rank: 1, inputs: 1, outputs: 1, transfer: .softplus, seed: 4)
    let set = try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: [0.5])
    let box = try #require(set.box)
    #expect(set.isComplete && set.points.allSatisfy { abs($0.kappa[0]) <= box[0] }, "seed 4")
  }

  /// The Euler map turns a stable focus unstable when α is too large.
  @Test func stabilityOfTheEulerMap() throws {
    // J = [[0, -2], [2, 0]] in linear rank 2: eigenvalues -1 ± 2i; |1 + αλ| < 1 for α < .4.
    let a = 2.0.squareRoot()
    let m = Matrix(rows: 2, columns: 2, elements: [a, 0, 0, a])
    let n = Matrix(rows: 2, columns: 2, elements: [0, -2 * a, 2 * a, 0])
    let network = try Network(
      m: m, n: n, inputs: Matrix(rows: 2, columns: 0), readouts: Matrix(rows: 2, columns: 0),
      transfer: .linear)
    let point = try #require(
      try FixedPointSearch().fixedPoints(of: ManifoldDynamics(network), input: []).points.first)
    #expect(point.kind == .stableFocus && abs(point.eigenvalues[0].imaginary - 2) < 1e-12)
    #expect(point.isStable(alpha: 0.39) && !point.isStable(alpha: 0.41))
  }

  private func expectComplete(
    _ dynamics: some ReducedDynamics, _ set: FixedPointSet, _ count: Int, _ seed: UInt64
  ) throws {
    #expect(set.isComplete && set.index == 1, "seed \(seed): \(set.completeness)")
    let box = try #require(set.box)
    var stream = RandomStream(seed: seed, stream: 77)
    for _ in 0..<count {
      var kappa = box.map { $0 * (2 * stream.uniform() - 1) }
      var speed = Double.infinity
      for _ in 0..<30 where speed > 1e-13 {
        let local = dynamics.linearisation(kappa: kappa, input: [0.1])
        guard let inverse = try LUDecomposition(of: local.latentJacobian)?.inverse else { break }
        for (r, step) in inverse.times(local.flow).enumerated() { kappa[r] -= step }
        speed = local.flow.reduce(0) { max($0, abs($1)) }
      }
      guard speed <= 1e-12 else { continue }
      let nearest = set.points.map { p in zip(p.kappa, kappa).reduce(0) { max($0, abs($1.0 - $1.1)) } }.min()
      #expect((nearest ?? 1) < 1e-9, "κ = \(kappa) is missing, seed \(seed)")
    }
  }
}

/// One population, zero means, σ_m = 1, σ_mn given: no inputs or readouts.
func circuit(_ coupling: Double) -> EffectiveCircuit {
  let layout = LoadingLayout(rank: 1, inputCount: 0, outputCount: 0)
  let covariance = Matrix(rows: 2, columns: 2, elements: [coupling * coupling, coupling, coupling, 1])
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [Population(layout: layout, fraction: 1, mean: [0, 0], covariance: covariance)]),
    transfer: .tanh)
}

/// The course's decision circuit in its realisable form: m and I of variance 1, n = 1.4 m + 2.6 I, w = 2.1 m.
func decisionCircuit() -> EffectiveCircuit {
  let layout = LoadingLayout(rank: 1, inputCount: 1, outputCount: 1)
  // n, w, m, I in terms of (m, I).
  let rows = [[1.4, 2.6], [2.1, 0], [1, 0], [0, 1]]
  let covariance = Matrix(rows: 4, columns: 4) { i, j in zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
  }
  return EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [
        Population(layout: layout, fraction: 1, mean: [0, 0, 0, 0], covariance: covariance)
      ]), transfer: .tanh)
}

/// A random network whose coupling is strong enough for several fixed points.
func strongNetwork(rank: Int, seed: UInt64) throws -> Network {
  let base = try randomNetwork(units: 24, rank: rank, inputs: 1, outputs: 1, seed: seed)
  // n aligned with m, scaled: overlaps well above one.
  let n = Matrix(rows: base.unitCount, columns: rank) { base.n[$0, $1] + 3 * base.m[$0, $1] }
  return try Network(m: base.m, n: n, inputs: base.inputs, readouts: base.readouts)
}
