// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What single units are tuned to, predicted from their loadings: x_i = Σ_j y_ij q_j, so that a variable of SD one whose
/// slopes of q are s_j moves x_i by d_i = Σ_j y_ij s_j, and the slope of the rate is the mean of Z φ(r_i + d_i Z). Z has
/// the variable's own distribution, in units of its SD, and r_i is what is left of x_i without the variable. This is the
/// slope where the variable acts on q linearly and independently of all else; for small d it is φ' times d.
public struct Selectivity: Sendable, Hashable {
  /// Regression slopes of each unit's rate on the variables over trials, (N, V).
  public let measured: Matrix
  /// The slopes that loadings predict, (N, V).
  public private(set) var predicted: Matrix
  /// Pearson correlation over units of the two, per variable; 0 where one of them is constant.
  public let correlations: [Double]

  /// Compares rates at one moment of every trial.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - states: the network's (κ, v) at that moment, row-major (B, R + K); in rate form (κ, u). A bias in the current is
  ///     taken as it is once it has built up.
  ///   - rates: those of the units, (B, N), where they do not follow from (κ, v), as with a dense J.
  ///   - variables: task variables per trial, (B, V), linearly independent with the constant.
  /// - Throws: `LinearAlgebraError` when the variables are not independent, or B does not fit.
  public init(of network: Network, states: [Double], rates: Matrix? = nil, variables: Matrix)
    throws(LinearAlgebraError)
  {
    let units = try Units(network, states: states, variables: variables)
    precondition(
      rates.map { $0.rows == variables.rows && $0.columns == network.unitCount } ?? true, "rates are (B, N)")
    let seen =
      rates
      ?? Matrix(rows: variables.rows, columns: network.unitCount) { trial, unit in
        network.transfer.value(units.activation(unit, units.state(trial)))
      }
    try self.init(units, measured: slopes(of: seen, on: variables), variables: variables)
  }

  /// The same measured slopes beside those that other states predict, e.g. a circuit's.
  ///
  /// - Parameters: as for the network's own.
  /// - Throws: `LinearAlgebraError` when the variables are not independent, or B does not fit.
  public func predicted(
    of network: Network, from states: [Double], variables: Matrix
  ) throws(LinearAlgebraError) -> Selectivity {
    try Selectivity(
      Units(network, states: states, variables: variables), measured: measured, variables: variables)
  }

  private init(_ units: Units, measured: Matrix, variables: Matrix) throws(LinearAlgebraError) {
    let (network, free, trials) = (units.network, units.free, variables.rows)
    let count = network.unitCount
    let state = Matrix(rows: trials, columns: free) { units.states[$0 * free + $1] }
    let stateSlopes = try slopes(of: state, on: variables)
    let some = Self.selection(of: trials, units: count)
    predicted = Matrix(rows: count, columns: variables.columns)
    for variable in 0..<variables.columns {
      let values = Array(variables.column(variable))
      let scale = Distribution(values)
      let stateSlope = (0..<free).map { stateSlopes[$0, variable] }
      let left = some.map { trial -> [Double] in
        units.state(trial).enumerated().map { $1 - stateSlope[$0] * (values[trial] - scale.mean) }
      }
      for unit in 0..<count {
        let shift = (0..<free).reduce(0) { $0 + units.span[unit, $1] * stateSlope[$1] } * scale.deviation
        var x: [Double] = []
        x.reserveCapacity(left.count * scale.points.count)
        for state in left {
          let rest = units.activation(unit, state[...])
          for (z, _) in scale.points { x.append(rest + shift * z) }
        }
        network.transfer.apply(to: &x)
        var sum = 0.0
        for (index, rate) in x.enumerated() {
          let point = scale.points[index % scale.points.count]
          sum += point.weight * point.z * rate
        }
        predicted[unit, variable] = sum / (Double(some.count) * scale.deviation)
      }
    }
    self.measured = measured
    let prediction = predicted
    correlations = (0..<variables.columns).map {
      correlation(measured.column($0), prediction.column($0))
    }
  }

  /// The trials over which what is left of x is averaged: all, or for large networks some drawn at random. An even
  /// selection would meet one condition only in trials that go through their conditions in turn.
  private static func selection(of trials: Int, units: Int) -> [Int] {
    let wanted = max(60, 2_000_000 / max(units, 1))
    if trials <= wanted { return Array(0..<trials) }
    var stream = RandomStream(seed: 0)
    return stream.sample(wanted, below: trials).sorted()
  }
}

/// A network's units and the states in which they are looked at.
private struct Units {
  let network: Network
  /// (κ, v), row-major (B, R + K).
  let states: [Double]
  /// The vectors of (κ, v), [m I], then those of c, x0 and b, (N, D).
  let span: Matrix
  /// What a unit receives besides m κ + I v: c + b.
  let constant: [Double]
  /// R + K.
  let free: Int

  init(_ network: Network, states: [Double], variables: Matrix) throws(LinearAlgebraError) {
    free = network.rank + network.inputCount
    let trials = variables.rows
    guard trials > variables.columns, states.count == trials * free else {
      throw LinearAlgebraError(
        operation: "selectivity of units",
        reason:
          "\(states.count / max(free, 1)) states and \(trials) trials of \(variables.columns) variables do not fit"
      )
    }
    (self.network, self.states) = (network, states)
    span = network.driveVectors
    let rest = [Double](repeating: 0, count: free) + network.layout.stationaryExtras
    constant = span.times(rest)
  }

  func state(_ trial: Int) -> ArraySlice<Double> { states[(trial * free)..<((trial + 1) * free)] }

  func activation(_ unit: Int, _ state: ArraySlice<Double>) -> Double {
    var x = constant[unit]
    for (j, q) in state.enumerated() { x += span[unit, j] * q }
    return x
  }
}

/// The values a variable takes, less their mean and over their SD, with their weights: all of them if they are few, or the
/// means of eight equal parts, stretched to an SD of one.
private struct Distribution {
  let mean: Double
  let deviation: Double
  let points: [(z: Double, weight: Double)]

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let sorted = values.sorted().map { ($0 - mean) / deviation }
    let distinct = Set(sorted)
    (self.mean, self.deviation) = (mean, deviation)
    if distinct.count <= 10 {
      points = distinct.sorted().map { z in (z, Double(sorted.count { $0 == z }) / count) }
    } else {
      let parts = (0..<8).map { part -> (z: Double, weight: Double) in
        let members = sorted[(part * sorted.count / 8)..<((part + 1) * sorted.count / 8)]
        return (members.reduce(0, +) / Double(members.count), Double(members.count) / count)
      }
      // Means vary less than the values; with an SD of one, linear rates are met exactly.
      let size = parts.reduce(0) { $0 + $1.weight * $1.z * $1.z }.squareRoot()
      points = parts.map { ($0.z / size, $0.weight) }
    }
  }
}

/// Slopes of every column of `values` on all variables at once (with a constant), (columns, V).
private func slopes(of values: Matrix, on variables: Matrix) throws(LinearAlgebraError) -> Matrix {
  let trials = variables.rows
  func centred(_ matrix: Matrix) -> Matrix {
    var result = matrix
    for j in 0..<matrix.columns {
      let mean = matrix.column(j).reduce(0, +) / Double(trials)
      for i in 0..<trials { result[i, j] -= mean }
    }
    return result
  }
  let (y, x) = (centred(values), centred(variables))
  let gram = Matrix(rows: x.columns, columns: x.columns) { a, b in
    zip(x.column(a), x.column(b)).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var result = Matrix(rows: y.columns, columns: x.columns)
  for j in 0..<y.columns {
    let right = (0..<x.columns).map { a in zip(x.column(a), y.column(j)).reduce(0) { $0 + $1.0 * $1.1 } }
    for (a, slope) in try gram.solvePositiveDefinite(right).enumerated() { result[j, a] = slope }
  }
  return result
}

private func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  // What rounding leaves of zeros correlates with anything.
  return aa > 1e-24 * bb && bb > 1e-24 * aa ? ab / (aa * bb).squareRoot() : 0
}
