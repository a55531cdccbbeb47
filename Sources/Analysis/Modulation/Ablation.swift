// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

extension Network {
  /// The network with some units inactivated: their rates act on nothing, as if φ were 0 for them.
  ///
  /// N stays, so that all other contributions keep their 1/N.
  ///
  /// - Throws: `ShapeError` unless there is one flag per unit.
  public func inactivating(_ silent: [Bool]) throws(ShapeError) -> Network {
    guard silent.count == unitCount else {
      throw ShapeError(
        quantity: "units to inactivate", expected: "\(unitCount) flags, one per unit",
        found: "\(silent.count)")
    }
    func silenced(_ matrix: Matrix) -> Matrix {
      Matrix(rows: matrix.rows, columns: matrix.columns) { silent[$0] ? 0 : matrix[$0, $1] }
    }
    // A unit acts on others through its column of J.
    return try replacing(
      n: silenced(n), readouts: silenced(readouts),
      denseConnectivity: denseConnectivity.map { j in
        Matrix(rows: j.rows, columns: j.columns) { silent[$1] ? 0 : j[$0, $1] }
      })
  }
}

extension Network {
  /// The network with some inputs kept from some units: their I is zero.
  ///
  /// - Throws: `ShapeError` unless there is one flag per unit.
  public func withholding(inputs channels: [Int], from units: [Bool]) throws(ShapeError) -> Network {
    guard units.count == unitCount else {
      throw ShapeError(
        quantity: "units without an input", expected: "\(unitCount) flags, one per unit",
        found: "\(units.count)")
    }
    return try replacing(
      inputs: Matrix(rows: inputs.rows, columns: inputs.columns) {
        units[$0] && channels.contains($1) ? 0 : inputs[$0, $1]
      })
  }
}

extension EffectiveCircuit {
  /// The circuit with one population inactivated: its means and covariances of n and w are zero, all else as it was.
  ///
  /// - Parameter population: 0..<P.
  public func inactivating(population: Int) -> EffectiveCircuit {
    zeroing(Array(0..<statistics.layout.weightCount), in: population)
  }

  /// The circuit with some inputs kept from one population: its means and covariances of these I are zero, all else as it
  /// was.
  ///
  /// - Parameters:
  ///   - inputs: channels, 0..<K.
  ///   - population: 0..<P.
  public func withholding(inputs: [Int], from population: Int) -> EffectiveCircuit {
    zeroing(inputs.compactMap { statistics.layout.index(of: .input($0)) }, in: population)
  }

  /// The circuit without the means and covariances of some vectors in one population.
  private func zeroing(_ vectors: [Int], in population: Int) -> EffectiveCircuit {
    precondition(statistics.populations.indices.contains(population), "no such population")
    let populations = statistics.populations.enumerated().map { index, member -> Population in
      if index != population { return member }
      var (mean, covariance) = (member.mean, member.covariance)
      for a in vectors {
        mean[a] = 0
        for b in 0..<statistics.layout.count {
          covariance[a, b] = 0
          covariance[b, a] = 0
        }
      }
      return Population(layout: member.layout, fraction: member.fraction, mean: mean, covariance: covariance)
    }
    return EffectiveCircuit(
      ConnectivityStatistics(
        layout: statistics.layout, unitCount: statistics.unitCount, populations: populations),
      settings: settings)
  }
}
