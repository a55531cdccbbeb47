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
  ///   - network: the network, or for a dense J its reduction.
  ///   - drives: the coefficients of all drives after every step, row-major (B, T, D), as the manifold's
  ///     `drives(along:under:)` gives them.
  ///   - steps: T.
  ///   - labels: the population of every unit.
  init(
    of network: Network, drives: [Double], steps: Int, labels: [Int], populations: Int,
    groups: [ContextModulation.Group]
  ) {
    let (first, width) = (network.layout.weightCount, network.layout.driveCount)
    let loadings = network.loadings
    let counts = (0..<populations).map { p in Double(max(labels.count { $0 == p }, 1)) }
    values = groups.map { group in
      var sums = [Double](repeating: 0, count: populations)
      var weight = 0.0
      // The trials and steps that the circuit's gains are averaged over, which stand beside these.
      for index in group.averaged() {
        for t in group.windows[index].clamped(to: 0..<steps) {
          let place = (group.trials[index] * steps + t) * width
          weight += 1
          for unit in 0..<network.unitCount {
            var argument = 0.0
            for j in 0..<width { argument += loadings[unit, first + j] * drives[place + j] }
            sums[labels[unit]] += network.transfer.derivative(argument)
          }
        }
      }
      return sums.indices.map { sums[$0] / (counts[$0] * max(weight, 1)) }
    }
  }
}
