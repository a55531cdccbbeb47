// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What circuits of a network with many outputs are fitted to, and how all outputs come back into them.
///
/// Populations are looked for with κ and a few sums of the outputs (`OutputSums`). To first order in a unit's argument z
/// lies in as many directions as there are drives (z ≈ Σ_j E[w φ' y_j] q_j), so that no more sums are taken.
///
/// With the populations known a circuit is linear in the means and covariances of each w, and no output acts on another:
/// `ReadoutRegression` solves for every one of them, against its own z.
struct PrincipalReadouts: Sendable {
  /// The network with the sums as its readouts, without readout biases.
  let network: Network
  private let whole: Network
  private let regression: ReadoutRegression

  /// - Returns: `nil` for networks of few outputs, of which all are fitted.
  init?(_ network: Network, under stimulus: Stimulus, alpha: Double) throws {
    let (outputs, layout) = (network.outputCount, network.layout)
    guard outputs > OutputSums.few else { return nil }
    let run = Simulation(alpha: alpha).run(try ManifoldDynamics(network), under: stimulus)
    // What overflows is refused where the trajectories are taken as training data.
    guard run.outputs.allSatisfy(\.isFinite) else { return nil }
    var z = run.outputs
    for i in z.indices { z[i] -= network.readoutBias[i % outputs] }
    guard
      let sums = try OutputSums(
        of: z, outputs: outputs, most: layout.driveCount - (layout.hasBias ? 1 : 0))
    else { return nil }
    var principal = try Network(
      m: network.m, n: network.n, inputs: network.inputs, readouts: sums.readouts(network.readouts),
      bias: network.bias, current: network.current, form: network.form,
      denseConnectivity: network.denseConnectivity, transfer: network.transfer
    ).starting(at: network.start?.state)
    principal.fullInputs = network.fullInputs
    self.network = principal
    whole = network
    regression = try ReadoutRegression(network, run, under: stimulus, alpha: alpha)
  }

  /// The circuit of a fit with all outputs: moments of units are those of every w, of a fit each w has its own regression.
  func circuit(_ result: RefinementBench.Result, _ bench: RefinementBench) throws -> EffectiveCircuit {
    let fit = result.fit
    let clusters = try ConnectivityStatistics(of: whole, labels: fit.labels)
    guard result.completes else { return EffectiveCircuit(clusters, settings: whole.settings) }
    let origin = try CircuitParameters(
      clusters, transfer: whole.transfer, biasReachesReadout: whole.bias?.reachesReadout ?? true)
    let (shape, rank) = (origin.shape, whole.rank)
    var parameters = origin
    let latents = 0..<(rank * shape.basis)
    parameters.values.replaceSubrange(latents, with: fit.parameters.values[latents])
    parameters.values.replaceSubrange(shape.coefficients..., with: fit.parameters.moments)
    let readouts = try regression.coefficients(
      of: parameters, following: try result.circuit(bench), from: result.anchor > 0 ? origin : nil,
      strength: result.anchor)
    parameters.values.replaceSubrange(latents.upperBound..<shape.coefficients, with: readouts)
    return EffectiveCircuit(
      try parameters.statistics(clusters: clusters, weightSquares: regression.weightSquares),
      settings: whole.settings)
  }
}
