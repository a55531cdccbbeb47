// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What is varied along a branch of fixed points.
public enum BifurcationParameter: Sendable, Hashable {
  /// v_k of a constant input; the value replaces what the input was.
  case input(Int)
  /// σ_ab of one population; the value replaces the covariance.
  case covariance(ConnectivityVector, ConnectivityVector, population: Int)
  /// g in τ dκ/dt = -κ + g E[n φ]: the strength of all recurrence; 1 is the circuit as it stands.
  case gain
}

/// A circuit and a constant input, one of whose parameters varies.
package struct CircuitFamily: Sendable {
  package let circuit: EffectiveCircuit
  package let input: [Double]
  package let parameter: BifurcationParameter

  /// The circuits along a parameter under an input.
  package init(circuit: EffectiveCircuit, input: [Double], parameter: BifurcationParameter) {
    self.circuit = circuit
    self.input = input
    self.parameter = parameter
  }

  /// The member at a value of the parameter.
  package func member(_ value: Double) -> (circuit: EffectiveCircuit, input: [Double]) {
    switch parameter {
    case .input(let k):
      var input = input
      input[k] = value
      return (circuit, input)
    case .covariance(let a, let b, let population):
      return (
        changed { statistics in
          statistics.enumerated().map { index, old in
            index == population ? old.settingCovariance(a, b, to: value) : old
          }
        }, input
      )
    case .gain:
      return (changed { $0.map { $0.scalingSelection(by: value) } }, input)
    }
  }

  private func changed(_ change: ([Population]) -> [Population]) -> EffectiveCircuit {
    let statistics = circuit.statistics
    return EffectiveCircuit(
      ConnectivityStatistics(
        layout: statistics.layout, unitCount: statistics.unitCount,
        populations: change(statistics.populations)),
      settings: circuit.settings)
  }

  /// f and its derivatives by κ (R columns) and by the parameter (the last column).
  ///
  /// The parameter's derivative is a central difference: it only shapes the steps along a branch, while f and ∂f/∂κ,
  /// on which the accuracy of points and bifurcations rests, are analytic.
  func at(_ kappa: [Double], _ value: Double) -> (flow: Linearisation, slopes: Matrix) {
    let (circuit, input) = member(value)
    let here = circuit.linearisation(kappa: kappa, input: input)
    var slopes = Matrix(rows: kappa.count, columns: kappa.count + 1)
    for r in kappa.indices { for s in kappa.indices { slopes[r, s] = here.jacobian[r, s] } }
    if case .input(let k) = parameter {
      for r in kappa.indices { slopes[r, kappa.count] = here.jacobian[r, kappa.count + k] }
      return (here, slopes)
    }
    let step = 1e-5 * max(1, abs(value))
    let (above, below) = (member(value + step), member(value - step))
    let up = above.circuit.linearisation(kappa: kappa, input: above.input).flow
    let down = below.circuit.linearisation(kappa: kappa, input: below.input).flow
    for r in kappa.indices { slopes[r, kappa.count] = (up[r] - down[r]) / (2 * step) }
    return (here, slopes)
  }
}

extension Population {
  fileprivate func settingCovariance(_ a: ConnectivityVector, _ b: ConnectivityVector, to value: Double)
    -> Population
  {
    guard let i = layout.index(of: a), let j = layout.index(of: b) else { return self }
    var covariance = covariance
    covariance[i, j] = value
    covariance[j, i] = value
    return Population(layout: layout, fraction: fraction, mean: mean, covariance: covariance)
  }

  /// The same with n → g n.
  fileprivate func scalingSelection(by g: Double) -> Population {
    var (mean, covariance) = (mean, covariance)
    for r in 0..<layout.rank {
      mean[r] *= g
      for j in 0..<layout.count {
        covariance[r, j] *= g
        covariance[j, r] *= g
      }
    }
    return Population(layout: layout, fraction: fraction, mean: mean, covariance: covariance)
  }
}
