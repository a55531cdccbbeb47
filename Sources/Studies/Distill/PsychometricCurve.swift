// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Responses against what was presented, in one group of trials.
public struct PsychometricCurve: Sendable, Hashable {
  /// The panel it belongs to, e.g. `motion context`.
  public let panel: String
  /// What is varied, e.g. `motion`.
  public let quantity: String
  /// The values presented, ascending.
  public let levels: [Double]
  /// Trials of each level.
  public let counts: [Int]
  /// Share of positive responses of the network, or its mean response.
  public let network: [Double]
  /// The same of the circuit.
  public let circuit: [Double]

  /// A curve from responses.
  ///
  /// - Parameters:
  ///   - values: what was presented in each of the trials.
  ///   - network, circuit: the mean output over the response window in each of them.
  ///   - asShare: whether responses are decisions, of which the positive ones are counted.
  public init(
    panel: String, quantity: String, values: [Double], network: [Double], circuit: [Double], asShare: Bool
  ) {
    precondition(values.count == network.count && values.count == circuit.count, "one response per trial")
    self.panel = panel
    self.quantity = quantity
    levels = Set(values).sorted()
    func mean(_ responses: [Double], at level: Double) -> Double {
      let chosen = zip(values, responses).filter { $0.0 == level }.map(\.1)
      return chosen.reduce(0) { $0 + (asShare ? ($1 > 0 ? 1 : 0) : $1) } / Double(max(chosen.count, 1))
    }
    counts = levels.map { level in values.count { $0 == level } }
    self.network = levels.map { mean(network, at: $0) }
    self.circuit = levels.map { mean(circuit, at: $0) }
  }
}
