// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How much of activity a prediction explains.
public struct ExplainedVariance: Sendable, Hashable, Codable {
  /// Σ (r̂ - r)², over everything that is known.
  public var residual = 0.0
  /// Σ (r - ⟨r⟩)², likewise.
  public var spread = 0.0

  /// R² = 1 - Σ(r̂ - r)²/Σ(r - ⟨r⟩)², pooled over units, ⟨r⟩ each unit's mean over trials and steps.
  public var r2: Double { spread > 0 ? 1 - residual / spread : .nan }

  /// A prediction against rates (B, T, N), both row-major; NaN is missing.
  public init(of predicted: [Double], against rates: [Double], units: Int) {
    spread = ActivityEngine<Double>.spread(rates, units: units)
    for (a, b) in zip(predicted, rates) where !b.isNaN { residual += (a - b) * (a - b) }
  }
}

extension ActivityFit {
  /// The rates that the fitted network has under a stimulus, row-major (B, T, N), gains and offsets applied.
  public func rates(under stimulus: Stimulus, threads: Int? = nil) throws -> [Double] {
    let network = try network()
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: given.alpha, keepsStates: true, threads: threads).run(
      dynamics, under: stimulus)
    var rates = dynamics.activationsAndRates(of: run, under: stimulus).rates
    let units = network.unitCount
    if !scaled.isEmpty || parameters.gains.contains(where: { $0 != 1 })
      || parameters.offsets.contains(where: { $0 != 0 })
    {
      for i in rates.indices {
        rates[i] = parameters.gains[i % units] * rates[i] + parameters.offsets[i % units]
      }
    }
    return rates
  }
}
