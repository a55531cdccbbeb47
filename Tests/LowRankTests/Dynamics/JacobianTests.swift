// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import TestSupport
import Testing

/// Analytic Jacobians against central differences of the flow and the readouts themselves.
@Suite struct JacobianTests {
  // Central differences with h = 1e-5 err by h² f''' and rounding/h: both below 1e-9 for loadings of size one.
  static let step = 1e-5
  static let tolerance = 2e-9

  @Test(arguments: TransferFunction.allCases, [false, true])
  func circuitsOfAnyKind(transfer: TransferFunction, reachesReadout: Bool) throws {
    for (rank, inputs, outputs) in [(1, 0, 1), (2, 1, 2), (3, 2, 1)] {
      let seed = UInt64(7 + rank)
      let network = try randomNetwork(
        units: 30, rank: rank, inputs: inputs, outputs: outputs, transfer: transfer, bias: rank > 1,
        biasReachesReadout: reachesReadout, seed: seed)
      let circuit = try EffectiveCircuit(of: network, labels: (0..<30).map { $0 % rank })
      for variance in [0, 0.3] { expectDerivatives(of: circuit, noiseVariance: variance, seed: seed) }
    }
  }

  @Test(arguments: [TransferFunction.tanh, .erf, .softplus, .logistic, .linear], [false, true])
  func manifoldsOfAnyKind(transfer: TransferFunction, reachesReadout: Bool) throws {
    for (rank, inputs, outputs) in [(1, 0, 1), (2, 1, 2), (3, 2, 1)] {
      let seed = UInt64(70 + rank)
      let network = try randomNetwork(
        units: 30, rank: rank, inputs: inputs, outputs: outputs, transfer: transfer, bias: rank > 1,
        biasReachesReadout: reachesReadout, seed: seed)
      let manifold = try ManifoldDynamics(network)
      for variance in [0, 0.3] { expectDerivatives(of: manifold, noiseVariance: variance, seed: seed) }
    }
  }

  /// At q = 0 without bias Δ is zero, and ∂f/∂κ = -1 + φ'(0) (overlap).
  @Test func withoutDeviation() throws {
    let network = try randomNetwork(units: 40, rank: 2, inputs: 1, outputs: 1, seed: 3)
    let circuit = try EffectiveCircuit(of: network)
    let jacobian = circuit.linearisation(kappa: [0, 0], input: [0]).jacobian
    for r in 0..<2 {
      for s in 0..<2 {
        let expected = circuit.statistics.overlap(.n(r), .m(s)) - (r == s ? 1 : 0)
        #expect(abs(jacobian[r, s] - expected) < 1e-13, "seed 3")
      }
    }
  }

  private func expectDerivatives(of dynamics: some ReducedDynamics, noiseVariance: Double, seed: UInt64) {
    var stream = RandomStream(seed: seed, stream: 9)
    let (rank, inputs) = (dynamics.rank, dynamics.inputCount)
    let q = (0..<(rank + inputs)).map { _ in stream.normal() }
    let here = linearise(dynamics, q, noiseVariance)
    // The flow is the dynamics' own.
    let input = Array(q.suffix(inputs))
    var change = [Double](repeating: 0, count: rank + inputs)
    var span = change.mutableSpan
    dynamics.derivative(of: q.span, input: input.span, noiseVariance: noiseVariance, into: &span)
    var readings = [Double](repeating: 0, count: dynamics.outputCount)
    var values = readings.mutableSpan
    dynamics.outputs(of: q.span, noiseVariance: noiseVariance, into: &values)
    #expect(relativeDifference(here.flow, Array(change.prefix(rank))) < 1e-12, "seed \(seed)")
    #expect(relativeDifference(here.outputs, readings) < 1e-12, "seed \(seed)")
    for j in q.indices {
      var (up, down) = (q, q)
      up[j] += Self.step
      down[j] -= Self.step
      let (above, below) = (linearise(dynamics, up, noiseVariance), linearise(dynamics, down, noiseVariance))
      for r in 0..<rank {
        let slope = (above.flow[r] - below.flow[r]) / (2 * Self.step)
        #expect(abs(slope - here.jacobian[r, j]) < Self.tolerance, "∂f\(r)/∂q\(j), seed \(seed)")
      }
      for o in 0..<dynamics.outputCount {
        let slope = (above.outputs[o] - below.outputs[o]) / (2 * Self.step)
        #expect(abs(slope - here.outputJacobian[o, j]) < Self.tolerance, "∂z\(o)/∂q\(j), seed \(seed)")
      }
    }
  }

  private func linearise(_ dynamics: some ReducedDynamics, _ q: [Double], _ variance: Double) -> Linearisation
  {
    dynamics.linearisation(
      kappa: Array(q.prefix(dynamics.rank)), input: Array(q.dropFirst(dynamics.rank)), noiseVariance: variance
    )
  }
}
