// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A circuit whose mechanism is known because it was made so, with two trials of 20 steps, one in each context: population
/// 1 carries colour, population 2 motion, and the context of one has a large variance in the other.
public func twoContextCircuit() -> (circuit: EffectiveCircuit, stimulus: Stimulus) {
  let layout = LoadingLayout(rank: 1, inputCount: 4, outputCount: 1)
  // n, w, m, I1, I2, I3, I4 in terms of independent m, I1…I4.
  func population(_ colour: Double, _ motion: Double, _ contexts: [Double]) -> Population {
    let rows = [
      [0.5, colour, motion, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0],
      [0, 0, 0, contexts[0], 0], [0, 0, 0, 0, contexts[1]],
    ]
    return Population(
      layout: layout, fraction: 0.5, mean: [Double](repeating: 0, count: 7),
      covariance: Matrix(rows: 7, columns: 7) { i, j in zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
      })
  }
  let circuit = EffectiveCircuit(
    ConnectivityStatistics(
      layout: layout, unitCount: 1000,
      populations: [population(1, 0.2, [0, 10]), population(0.2, 1, [10, 0])]), transfer: .tanh)
  var stimulus = Stimulus(trials: 2, steps: 20, channels: 4)
  for step in 0..<20 {
    for trial in 0..<2 {
      stimulus[trial, step, 0] = 0.1
      stimulus[trial, step, 1] = -0.1
      stimulus[trial, step, 2 + trial] = 1
    }
  }
  return (circuit, stimulus)
}
