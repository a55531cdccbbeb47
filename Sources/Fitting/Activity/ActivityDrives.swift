// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The known drives of a network that is fitted: everything in a unit's argument but the latents κ.
///
///     a = Σ_r m_r κ_r + Σ_k I_k d_k + b + …
///
/// In current form an input's drive is v (τ v̇ = -v + u), a bias's is 1, that of a bias in the current 1 - (1-α)^t, that of
/// the initial state (1-α)^t; in rate form an input's drive is u itself, a bias's 1.
struct ActivityDrives: Sendable {
  /// A column of loadings beside m.
  enum Column: Sendable, Hashable {
    case input(Int)
    case bias
    case current
    case start
  }

  /// The columns, inputs first.
  let columns: [Column]
  /// States of a trial: those before the first update and after every one in current form; those that are acted on by
  /// an input in rate form.
  let states: Int
  /// The first state whose rates are known.
  let first: Int
  /// The drives of all trials, row-major (B, states, S).
  let values: [Double]

  init(_ columns: [Column], under stimulus: Stimulus, alpha: Double, form: NetworkForm) {
    self.columns = columns
    states = form == .current ? stimulus.steps + 1 : stimulus.steps
    first = form == .current ? 1 : 0
    let count = columns.count
    var values = [Double](repeating: 0, count: stimulus.trials * states * count)
    for trial in 0..<stimulus.trials {
      for (s, column) in columns.enumerated() {
        var decay = 1.0
        var filtered = 0.0
        for t in 0..<states {
          let place = (trial * states + t) * count + s
          switch column {
          case .input(let k):
            if form == .rate {
              values[place] = stimulus[trial, t, k]
            } else {
              if t > 0 { filtered += alpha * (stimulus[trial, t - 1, k] - filtered) }
              values[place] = filtered
            }
          case .bias: values[place] = 1
          case .current: values[place] = 1 - decay
          case .start: values[place] = decay
          }
          decay *= 1 - alpha
        }
      }
    }
    self.values = values
  }
}
