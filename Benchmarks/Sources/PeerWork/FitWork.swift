// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Fitting
import LowRank

/// Kappa's side of Peers/fit.py: a fit of rank 1 to the rates of a network of rank 2, 512 units, 256 trials of 68 steps under 4
/// inputs that are held for four steps. Its closed start is part of the work.
struct FitWork {
  private let activity: Activity

  init() throws {
    let (units, inputs, trials, steps) = (512, 4, 256, 68)
    var stream = RandomStream(seed: 1)
    func normal(_ columns: Int) -> Matrix {
      Matrix(rows: units, columns: columns, elements: (0..<(units * columns)).map { _ in stream.normal() })
    }
    let (m, along, own) = (normal(2), normal(inputs), normal(2))
    let overlaps = (0..<(2 * inputs)).map { _ in stream.normal() }
    let n = Matrix(rows: units, columns: 2) { i, r in
      1.2 * m[i, r] + own[i, r] + (0..<inputs).reduce(0.0) { $0 + along[i, $1] * overlaps[r * inputs + $1] }
    }
    var stimulus = Stimulus(trials: trials, steps: steps, channels: inputs)
    for trial in 0..<trials {
      for step in 0..<steps {
        for k in 0..<inputs {
          stimulus[trial, step, k] = step % 4 == 0 ? 0.5 * stream.normal() : stimulus[trial, step - 1, k]
        }
      }
    }
    let network = try Network(m: m, n: n, inputs: along, readouts: Matrix(rows: units, columns: 0))
    let rates = try Activity(of: network, under: stimulus, alpha: 0.2).rates
    activity = Activity(
      stimulus: stimulus, units: units, rates: rates,
      given: Activity.Given(alpha: 0.2, transfer: .tanh, readouts: Matrix(rows: units, columns: 0)))
  }

  /// One round of so many updates, on so many threads.
  func run(updates: Int, threads: Int) throws {
    var options = ActivityFitOptions(rank: 1)
    (options.rounds, options.starts, options.updates, options.threads) = (1, 1, updates, threads)
    _ = try ActivityFit(to: activity, options: options)
  }
}
