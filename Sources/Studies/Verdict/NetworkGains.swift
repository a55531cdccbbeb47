// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// Gains of a network's own units by population and context: mean φ'(x) over the units of a population, over the same
/// trials and steps as the circuit's ⟨φ'⟩ is averaged over.
struct NetworkGains {
  /// Mean φ', (contexts, P).
  let values: [[Double]]

  /// - Parameters:
  ///   - states: (κ, v) of the exact manifold after every step, row-major (B, T, R + K).
  ///   - labels: the population of every unit.
  ///   - limit: at most so many trials of each context, and so many steps of each window, are used, evenly spread.
  init(
    of network: Network, states: [Double], steps: Int, labels: [Int], populations: Int,
    groups: [ContextModulation.Group], limit: Int = 12
  ) {
    let (rank, inputs) = (network.rank, network.inputCount)
    let free = rank + inputs
    let counts = (0..<populations).map { p in Double(max(labels.count { $0 == p }, 1)) }
    values = groups.map { group in
      var sums = [Double](repeating: 0, count: populations)
      var weight = 0.0
      let stride = max(1, group.trials.count / limit)
      for index in Swift.stride(from: 0, to: group.trials.count, by: stride) {
        let window = group.windows[index]
        let step = max(1, window.count / limit)
        for t in Swift.stride(from: window.lowerBound, to: min(window.upperBound, steps), by: step) {
          let place = (group.trials[index] * steps + t) * free
          weight += 1
          for unit in 0..<network.unitCount {
            var x = network.bias?.values[unit] ?? 0
            for r in 0..<rank { x += network.m[unit, r] * states[place + r] }
            for k in 0..<inputs { x += network.inputs[unit, k] * states[place + rank + k] }
            sums[labels[unit]] += network.transfer.derivative(x)
          }
        }
      }
      return sums.indices.map { sums[$0] / (counts[$0] * max(weight, 1)) }
    }
  }
}
