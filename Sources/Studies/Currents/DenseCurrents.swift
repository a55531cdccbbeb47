// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Currents in the network of a dense J itself, of which m nᵀ/N is another network: its units are simulated.
struct DenseCurrents {
  private let network: Network
  private let dynamics: NetworkDynamics
  private let simulation: Simulation

  init(_ network: Network, _ simulation: Simulation) throws(LinearAlgebraError) {
    self.network = network
    dynamics = try NetworkDynamics(network)
    self.simulation = simulation
  }

  /// (B T, P, R + O), trial after trial, so that no more than one trial's states are kept.
  ///
  /// - Parameter drives: (B T, D); their κ becomes that of this network, so that a circuit is asked at the same κ and v.
  func currents(byPopulation labels: [Int], under stimulus: Stimulus, kappaIn drives: inout [Double])
    throws(ShapeError) -> [Double]
  {
    let (units, rank) = (network.unitCount, network.rank)
    let (steps, channels) = (stimulus.steps, stimulus.channels)
    let width = drives.count / max(stimulus.trials * steps, 1)
    let start = Array(dynamics.initialState().prefix(units))
    var result: [Double] = []
    for trial in 0..<stimulus.trials {
      let own = Stimulus(
        trials: 1, steps: steps, channels: channels,
        values: Array(stimulus.values[(trial * steps * channels)..<((trial + 1) * steps * channels)]))
      let run = simulation.run(dynamics, under: own)
      let states = run.states ?? []
      var activations: [Double] = []
      activations.reserveCapacity(steps * units)
      for step in 0..<steps {
        // In rate form rates move towards φ of what they were before the step; in current form z is read after it.
        let isRate = network.form == .rate
        let at = isRate ? step - 1 : step
        var inside = at < 0 ? start : Array(states[(at * units)..<((at + 1) * units)])
        if isRate {
          inside = network.denseConnectivity?.times(inside) ?? inside
          for k in 0..<channels {
            let input = own.values[step * channels + k]
            for (i, weight) in zip(0..<units, network.inputs.column(k)) { inside[i] += weight * input }
          }
        }
        if let bias = network.bias?.values { for i in 0..<units { inside[i] += bias[i] } }
        activations += inside
        if at >= 0 {
          for r in 0..<rank { drives[(trial * steps + step) * width + r] = run.kappa(trial: 0, step: at, r) }
        }
      }
      result += try network.currents(byPopulation: labels, activations: activations)
    }
    return result
  }
}
