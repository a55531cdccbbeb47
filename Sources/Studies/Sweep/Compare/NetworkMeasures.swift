// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks

/// A number and what it is.
public struct NamedValue: Codable, Sendable, Hashable {
  /// What it is.
  public let name: String
  /// The number.
  public let value: Double

  init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// One number a network, and what it is.
struct NamedValues: Sendable, Hashable {
  let name: String
  let values: [Double]

  init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }
}

/// What a network is like, in numbers that can be set beside its loss.
enum NetworkMeasures {
  /// How many dimensions its activity fills: participation ratios (Σλ)²/Σλ² of the covariance over all steps of all trials.
  static func activity(of network: Network, under stimulus: Stimulus, alpha: Double)
    throws(LinearAlgebraError) -> [NamedValue]
  {
    let found = try ActivityDimensions.activationsAndRates(of: network, under: stimulus, alpha: alpha)
    return [
      NamedValue("participation ratio of rates", found.rates.components.participationRatio),
      NamedValue("participation ratio of activations", found.activations.components.participationRatio),
    ]
  }

  /// How courses lie to one another at the response, and what w takes of the first components of the rates.
  static func geometry(of network: Network, on trials: Trials, alpha: Double) throws(LinearAlgebraError)
    -> [NamedValue]
  {
    let found = try ResponseGeometry(of: network, on: trials, alpha: alpha)
    var values: [NamedValue] = []
    for (k, share) in found.activity.enumerated() {
      values.append(NamedValue("share of component \(k + 1) in the rates", share))
    }
    for (k, share) in found.output.enumerated() {
      values.append(NamedValue("share of component \(k + 1) in z", share))
    }
    if let value = found.distanceWithTarget {
      values.append(NamedValue("ρ of distances of rates with those of targets", value))
    }
    if let value = found.unevenness {
      values.append(NamedValue("unevenness of distances at the response", value))
    }
    return values
  }

  /// Overlaps and correlations over units, of a network in the common gauge (mᵀm = N).
  static func overlaps(of network: Network) throws(LinearAlgebraError) -> [NamedValue] {
    let (m, n, inputs, w) = (network.m, network.n, network.inputs, network.readouts)
    let coupling = Matrix(rows: network.rank, columns: network.rank) { overlap(n.column($0), m.column($1)) }
    let leading = try coupling.eigenvalues().map(\.real).max() ?? 0
    return [
      NamedValue("largest eigenvalue of nᵀm/N", leading),
      NamedValue("|nᵀI|/N", norm(n, inputs)), NamedValue("|mᵀw|/N", norm(m, w)),
      NamedValue("|mᵀI|/N", norm(m, inputs)),
      NamedValue("correlation of I with w", correlation(inputs, w)),
      NamedValue("correlation of n with I", correlation(n, inputs)),
      NamedValue("correlation of m with w", correlation(m, w)),
    ]
  }

  /// How much of I lies along what J reads, and of w along what J writes: shares of their squared norms in the leading ten
  /// right and left singular vectors of J; and the correlation of I with w over units.
  static func denseWeights(of network: Network) throws(LinearAlgebraError) -> [NamedValue] {
    guard let connectivity = network.denseConnectivity else { return [] }
    let parts = try SingularValueDecomposition(of: connectivity)
    let count = min(10, parts.singularValues.count)
    return [
      NamedValue("correlation of I with w", correlation(network.inputs, network.readouts)),
      NamedValue("share of I in J's leading input directions", share(of: network.inputs, in: parts.v, count)),
      NamedValue(
        "share of I in J's leading output directions", share(of: network.inputs, in: parts.u, count)),
      NamedValue(
        "share of w in J's leading output directions", share(of: network.readouts, in: parts.u, count)),
    ]
  }

  /// Slopes of each unit's rate at the response on the task's variables, (N, V); `nil` where nothing varies or trials are
  /// too few.
  static func selectivity(of network: Network, alpha: Double, under drawn: TaskTrials) throws -> Matrix? {
    let variables = DistillationTuning.variables(drawn, nil)
    let stimulus = drawn.trials.stimulus
    guard stimulus.trials >= 2 * (variables.count + 1),
      let moment = DistillationTuning.moments(drawn.trials, drawn).last
    else { return nil }
    let rank = network.rank
    let run = Simulation(alpha: alpha, keepsStates: true).run(try ManifoldDynamics(network), under: stimulus)
    guard let states = run.states, network.form == .current else { return nil }
    let width = states.count / max(stimulus.trials * stimulus.steps, 1)
    let free = rank + network.inputCount
    let chosen = moment.steps.enumerated().flatMap { trial, step -> ArraySlice<Double> in
      let first = (trial * stimulus.steps + step) * width
      return states[first..<(first + free)]
    }
    let tuning = try Tuning(at: moment.name, network: network, states: chosen, variables: variables)
    let rows = tuning.rows.map(\.measured)
    return rows.first.map { Matrix(columns: rows, rows: $0.count) }
  }

  private static func overlap(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(max(a.count, 1))
  }

  /// The root of the sum of squares of all overlaps.
  private static func norm(_ a: Matrix, _ b: Matrix) -> Double {
    var sum = 0.0
    for i in 0..<a.columns {
      for j in 0..<b.columns {
        let value = overlap(a.column(i), b.column(j))
        sum += value * value
      }
    }
    return sum.squareRoot()
  }

  /// Pearson's correlation over units; of several pairs of vectors, the root of the mean square.
  private static func correlation(_ a: Matrix, _ b: Matrix) -> Double {
    var values: [Double] = []
    for i in 0..<a.columns {
      for j in 0..<b.columns {
        let (x, y) = (centred(a.column(i)), centred(b.column(j)))
        let size = (overlap(x, x) * overlap(y, y)).squareRoot()
        if size > 0 { values.append(overlap(x, y) / size) }
      }
    }
    guard values.count != 1 else { return values[0] }
    return (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
  }

  private static func centred(_ values: ArraySlice<Double>) -> ArraySlice<Double> {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values.map { $0 - mean }[...]
  }

  private static func share(of vectors: Matrix, in axes: Matrix, _ count: Int) -> Double {
    var (inside, all) = (0.0, 0.0)
    for k in 0..<vectors.columns {
      let vector = vectors.column(k)
      all += vector.reduce(0) { $0 + $1 * $1 }
      for axis in 0..<count {
        let along = zip(axes.column(axis), vector).reduce(0) { $0 + $1.0 * $1.1 }
        inside += along * along
      }
    }
    return all > 0 ? inside / all : 0
  }
}
