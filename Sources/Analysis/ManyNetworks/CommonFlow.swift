// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// How far apart the κ-flows of several networks of one rank are, on states that they have in common.
///
/// Not weights are compared but what they do. All networks are written with mᵀm = N (`inOrthonormalGauge`) and run the same
/// trials; the rotation of κ that is left free is chosen so that their courses meet as closely as they can (generalised
/// Procrustes analysis, Gower 1975). Every network's states (κ, v) at the same moments of the same trials together are the
/// common states, at which each network's flow F = τ dκ/dt of its exact manifold is evaluated:
///
///     d_ij = √( ⟨|F_i - F_j|²⟩ / ½⟨|F_i|² + |F_j|²⟩ )
///
/// It is 0 for networks that do the same, √2 for flows that have nothing to do with one another, 2 for opposite ones.
public struct CommonFlow: Sendable {
  /// The networks in the common gauge.
  public let networks: [Network]
  /// d, (networks, networks).
  public let distances: Matrix
  /// RMS distance between a network's course of κ and the mean course, over the RMS of the mean course: what no rotation
  /// could bring together.
  public let misfits: [Double]
  /// The common states' κ, row-major (P, R).
  public let states: [[Double]]
  /// F of each network at each of them, (networks, P, R).
  public let flows: [[[Double]]]

  /// Rotations are improved this many times; the mean course hardly changes after a few.
  private static let rounds = 20

  /// Compares networks.
  ///
  /// - Parameters:
  ///   - networks: of one rank and as many inputs; forms may differ.
  ///   - stimulus: the trials they all run.
  ///   - alpha: α = dt/τ.
  ///   - moments: how many moments of all trials are taken from each network.
  /// - Throws: `LinearAlgebraError` when numerics fail, also when a simulation runs away.
  public init(of networks: [Network], under stimulus: Stimulus, alpha: Double, moments: Int = 60)
    throws(LinearAlgebraError)
  {
    precondition(
      Set(networks.map { [$0.rank, $0.inputCount] }).count <= 1, "networks of one rank and as many inputs")
    let rank = networks.first?.rank ?? 0
    var gauged: [Network] = []
    var courses: [[Double]] = []
    for network in networks {
      let one = try network.inOrthonormalGauge()
      let kappa = Simulation(alpha: alpha).run(try ManifoldDynamics(one), under: stimulus).kappa
      guard kappa.allSatisfy(\.isFinite) else {
        throw LinearAlgebraError(
          operation: "comparison of flows", reason: "the simulation of a network runs away")
      }
      gauged.append(one)
      courses.append(kappa)
    }
    let (rotations, mean) = try Self.procrustes(courses, rank: rank)
    for (index, rotation) in rotations.enumerated() {
      gauged[index] = try gauged[index].rotated(by: rotation)
      courses[index] = Self.turned(courses[index], by: rotation)
    }
    self.networks = gauged
    let size = mean.reduce(0) { $0 + $1 * $1 }
    misfits = courses.map { course in
      let square = zip(course, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return size > 0 ? (square / size).squareRoot() : 0
    }
    // The same moments for all, evenly spread over all steps of all trials.
    let total = stimulus.trials * stimulus.steps
    let places = (0..<min(moments, total)).map { ($0 * total + total / 2) / max(min(moments, total), 1) }
    let filtered = Self.filteredInputs(stimulus, at: places, alpha: alpha)
    var states: [(kappa: [Double], v: [Double], u: [Double])] = []
    for course in courses {
      for (place, input) in zip(places, filtered) {
        states.append((Array(course[(place * rank)..<((place + 1) * rank)]), input.v, input.u))
      }
    }
    self.states = states.map(\.kappa)
    var flows: [[[Double]]] = []
    for network in gauged {
      let manifold = try ManifoldDynamics(network).latentsAlone
      flows.append(
        states.map { state in
          manifold.linearisation(kappa: state.kappa, input: network.form == .rate ? state.u : state.v).flow
        })
    }
    self.flows = flows
    let sizes = flows.map { $0.reduce(0) { $0 + Self.square($1) } }
    let found = flows
    distances = Matrix(rows: networks.count, columns: networks.count) { i, j in
      if i == j { return 0 }
      let difference = zip(found[i], found[j]).reduce(0) { sum, pair in
        sum + zip(pair.0, pair.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let size = (sizes[i] + sizes[j]) / 2
      return size > 0 ? (difference / size).squareRoot() : 0
    }
  }

  private static func square(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }

  /// Rotations that bring courses, row-major (P, R) each, as close together as they can, and the mean of the turned ones.
  static func procrustes(_ courses: [[Double]], rank: Int) throws(LinearAlgebraError)
    -> (rotations: [Matrix], mean: [Double])
  {
    guard var mean = courses.first, rank > 0 else { return ([], []) }
    var rotations = courses.map { _ in Matrix(rows: rank, columns: rank) { $0 == $1 ? 1 : 0 } }
    for _ in 0..<rounds {
      for (index, course) in courses.enumerated() {
        // Q = U Vᵀ of the singular value decomposition of Kᵀ M maximises the trace of Qᵀ Kᵀ M.
        var product = Matrix(rows: rank, columns: rank)
        for point in 0..<(course.count / rank) {
          for a in 0..<rank {
            for b in 0..<rank { product[a, b] += course[point * rank + a] * mean[point * rank + b] }
          }
        }
        let parts = try SingularValueDecomposition(of: product)
        rotations[index] = Matrix(rows: rank, columns: rank) { a, b in
          (0..<rank).reduce(0) { $0 + parts.u[a, $1] * parts.v[b, $1] }
        }
      }
      var sum = [Double](repeating: 0, count: mean.count)
      for (course, rotation) in zip(courses, rotations) {
        for (place, value) in turned(course, by: rotation).enumerated() { sum[place] += value }
      }
      mean = sum.map { $0 / Double(courses.count) }
    }
    return (rotations, mean)
  }

  /// κ' = Qᵀκ of every point.
  private static func turned(_ course: [Double], by rotation: Matrix) -> [Double] {
    let rank = rotation.rows
    var result = course
    for point in 0..<(course.count / max(rank, 1)) {
      for b in 0..<rank {
        result[point * rank + b] = (0..<rank).reduce(0) { $0 + course[point * rank + $1] * rotation[$1, b] }
      }
    }
    return result
  }

  /// v and u, K values each, at some steps of all trials, counted through: v ← v + α(u - v), read after the update.
  private static func filteredInputs(_ stimulus: Stimulus, at places: [Int], alpha: Double)
    -> [(v: [Double], u: [Double])]
  {
    let wanted = Set(places)
    var found: [Int: (v: [Double], u: [Double])] = [:]
    for trial in 0..<stimulus.trials {
      var v = [Double](repeating: 0, count: stimulus.channels)
      for step in 0..<stimulus.steps {
        let u = (0..<stimulus.channels).map { stimulus[trial, step, $0] }
        for k in v.indices { v[k] += alpha * (u[k] - v[k]) }
        let place = trial * stimulus.steps + step
        if wanted.contains(place) { found[place] = (v, u) }
      }
    }
    return places.compactMap { found[$0] }
  }
}
