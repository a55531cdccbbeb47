// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Gains of a network's own units by context, and how strongly each input acts on κ through them, over the same trials and
/// steps as the circuit's ⟨φ'⟩ is averaged over.
public struct NetworkGains: Sendable {
  /// One context.
  public struct Context: Sendable {
    /// Mean φ' of each population's units, mean over the windows of all trials, (P); empty where no populations are known.
    public let gains: [Double]
    /// The same of every trial that was averaged, (trials, P).
    public let trialGains: [[Double]]
    /// The action S_rk = ∂(τ dκ_r/dt)/∂v_k = (1/N) Σ_i n_ir φ'(x_i) I_ik of every trial, mean over its window,
    /// (trials, R K), k running fastest.
    public let trialActions: [[Double]]
    private let inputs: Int

    /// The figures of one context; K is the number of inputs.
    public init(gains: [Double], trialGains: [[Double]], trialActions: [[Double]], inputs: Int) {
      (self.gains, self.trialGains, self.trialActions, self.inputs) = (
        gains, trialGains, trialActions, inputs
      )
    }

    /// S_rk of every trial that was averaged.
    func trialActions(on r: Int, of k: Int) -> [Double] { trialActions.map { $0[r * inputs + k] } }

    /// S_rk, mean over trials.
    func action(on r: Int, of k: Int) -> Double {
      let values = trialActions(on: r, of: k)
      return values.reduce(0, +) / Double(max(values.count, 1))
    }
  }

  /// One entry per context.
  public let contexts: [Context]

  /// - Parameters:
  ///   - network: the network, or for a dense J its reduction.
  ///   - drives: the coefficients of all drives after every step, row-major (B, T, D), as the manifold's
  ///     `drives(along:under:)` gives them.
  ///   - steps: T.
  ///   - labels: the population of every unit, where it is known.
  init(
    of network: Network, drives: [Double], steps: Int, labels: [Int]?, populations: Int,
    groups: [ContextModulation.Group]
  ) {
    let (first, width) = (network.layout.weightCount, network.layout.driveCount)
    let loadings = network.loadings
    let (rank, inputs, units) = (network.rank, network.inputCount, network.unitCount)
    let counts = (0..<populations).map { p in Double(max(labels?.count { $0 == p } ?? 0, 1)) }
    contexts = groups.map { group in
      var (trialGains, trialActions): ([[Double]], [[Double]]) = ([], [])
      var gains = [Double](repeating: 0, count: labels == nil ? 0 : populations)
      var weight = 0.0
      // The trials and steps that the circuit's gains are averaged over, which stand beside these.
      for index in group.averaged() {
        // Both are linear in φ', so that its sum over the window does.
        var slopes = [Double](repeating: 0, count: units)
        let window = group.windows[index].clamped(to: 0..<steps)
        for t in window {
          let place = (group.trials[index] * steps + t) * width
          for unit in 0..<units {
            var argument = 0.0
            for j in 0..<width { argument += loadings[unit, first + j] * drives[place + j] }
            slopes[unit] += network.transfer.derivative(argument)
          }
        }
        guard !window.isEmpty else { continue }
        let length = Double(window.count)
        weight += length
        if let labels {
          var own = [Double](repeating: 0, count: populations)
          for unit in 0..<units { own[labels[unit]] += slopes[unit] }
          for p in 0..<populations { gains[p] += own[p] / counts[p] }
          trialGains.append(own.indices.map { own[$0] / (counts[$0] * length) })
        }
        var actions = [Double](repeating: 0, count: rank * inputs)
        for unit in 0..<units {
          for r in 0..<rank {
            let share = network.n[unit, r] * slopes[unit] / (Double(units) * length)
            for k in 0..<inputs { actions[r * inputs + k] += share * network.inputs[unit, k] }
          }
        }
        trialActions.append(actions)
      }
      return Context(
        gains: gains.map { $0 / max(weight, 1) }, trialGains: trialGains, trialActions: trialActions,
        inputs: inputs)
    }
  }
}
