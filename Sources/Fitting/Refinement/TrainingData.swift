// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What the network does on the training trials: the exact trajectories, the field along them, and a cloud around them.
struct TrainingData: Sendable {
  let layout: LoadingLayout
  let alpha: Double
  /// B.
  let trials: Int
  /// T + 1, the start and the state after every step; in rate form T, the states that the steps begin with.
  let points: Int
  /// q, the coefficients of all drives along the exact trajectories, (B, points, D). In rate form (κ_t, u_t, 1), and the
  /// error of the readout is that of what it filters.
  let states: [Double]
  /// (E[n φ], E[w φ]) there, without z₀, (B, points, E).
  let field: [Double]
  /// ∂field/∂κ there, (B, points, E, R).
  let jacobian: [Double]
  /// SD of κ over all visited states, (R).
  let kappaScale: [Double]
  /// SD of the field's components, (E).
  let fieldScale: [Double]
  /// E[a²] of n and w, (E).
  let weightSquares: [Double]
  /// Means of the loadings over all units.
  let means: OverallMeans
  /// SD of the drives' loadings over all units, (D).
  let driveScale: [Double]
  /// Some visited states with their field, for a first fit.
  let visited: Cloud
  /// Points around the visited ones: what the fit must not forget.
  let jittered: Cloud

  /// Points with the exact field there.
  struct Cloud: Sendable {
    /// (M, D).
    let states: [Double]
    /// (M, E).
    let field: [Double]
    let count: Int
  }

  /// Runs the exact manifold under the training trials.
  ///
  /// - Throws: `DistillationError` when there is nothing to fit or the network's activity is not finite.
  init(_ network: Network, stimulus: Stimulus, alpha: Double, seed: UInt64) throws {
    let layout = network.layout
    let (rank, weights) = (layout.rank, layout.weightCount)
    let width = layout.driveCount - (layout.hasBias ? 1 : 0)
    self.layout = layout
    self.alpha = alpha
    trials = stimulus.trials
    let manifold = try ManifoldDynamics(network)
    let run = Simulation(alpha: alpha, keepsStates: true).run(manifold, under: stimulus)
    let visitedStates: [Double]
    switch network.form {
    case .current:
      points = stimulus.steps + 1
      visitedStates = withStart(
        run.states ?? [], start: manifold.initialState(), trials: trials, steps: stimulus.steps)
    case .rate:
      points = stimulus.steps
      let drives = manifold.drives(along: run, under: stimulus)
      visitedStates =
        layout.hasBias
        ? stride(from: 0, to: drives.count, by: width + 1).flatMap { drives[$0..<($0 + width)] } : drives
    }
    guard visitedStates.allSatisfy(\.isFinite) else {
      throw DistillationError(
        quantity: "the network's activity on the training trials", expected: "finite numbers",
        found: "an overflow; is α too large for this network?")
    }
    let exact = ExactField(network)
    let (field, jacobian) = exact.evaluate(at: visitedStates)
    self.field = field
    self.jacobian = jacobian
    states = withBias(visitedStates, width: width, hasBias: layout.hasBias)
    kappaScale = deviations(visitedStates, width: width, count: rank)
    fieldScale = deviations(field, width: weights, count: weights)
    let statistics = try ConnectivityStatistics(of: network)
    means = OverallMeans(of: statistics)
    weightSquares = statistics.weightSquares.map { $0 > 0 ? $0 : 1 }
    driveScale = statistics.overallDriveVariance.map { $0 > 0 ? $0.squareRoot() : 1 }

    var stream = RandomStream(seed: seed, stream: 0x1177)
    let count = trials * points
    let some = stream.sample(2000, below: count)
    visited = Cloud(
      states: withBias(
        some.flatMap { visitedStates[($0 * width)..<(($0 + 1) * width)] }, width: width,
        hasBias: layout.hasBias),
      field: some.flatMap { field[($0 * weights)..<(($0 + 1) * weights)] }, count: some.count)
    let spread = deviations(visitedStates, width: width, count: width)
    let near = stream.sample(min(700, some.count), below: count).flatMap { point in
      (0..<width).map { visitedStates[point * width + $0] + 0.25 * spread[$0] * stream.normal() }
    }
    jittered = Cloud(
      states: withBias(near, width: width, hasBias: layout.hasBias), field: exact.evaluate(at: near).field,
      count: near.count / width)
  }
}

/// States with the start before each trial, (B, T + 1, width).
private func withStart(_ states: [Double], start: [Double], trials: Int, steps: Int) -> [Double] {
  let width = start.count
  var result: [Double] = []
  result.reserveCapacity(trials * (steps + 1) * width)
  for trial in 0..<trials {
    result += start
    result += states[(trial * steps * width)..<((trial + 1) * steps * width)]
  }
  return result
}

/// Points with the bias's coefficient, 1, behind each.
private func withBias(_ states: [Double], width: Int, hasBias: Bool) -> [Double] {
  guard hasBias else { return states }
  return stride(from: 0, to: states.count, by: width).flatMap { Array(states[$0..<($0 + width)]) + [1] }
}

/// Standard deviations of the first `count` of `width` channels; the RMS where a channel is constant, 1 where it is zero.
/// SD of some channels over all rows; where one is constant its size, and 1 where it is zero.
func deviations(_ values: [Double], width: Int, count: Int) -> [Double] {
  (0..<count).map { channel in
    let samples = stride(from: channel, to: values.count, by: width).map { values[$0] }
    let size = Double(max(samples.count, 1))
    let mean = samples.reduce(0, +) / size
    let deviation = (samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size).squareRoot()
    if deviation > 1e-12 * abs(mean) && deviation > 0 { return deviation }
    return mean != 0 ? abs(mean) : 1
  }
}
