// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// One start's way through the stages.
struct RefinementFit: Sendable {
  let start: Start
  let labels: [Int]
  let clusters: ConnectivityStatistics
  /// The clusters' own parameters.
  let origin: CircuitParameters
  var parameters: CircuitParameters
  /// Training cost: the true trajectory error with the pull.
  var cost: Double
  var steps = 0

  /// Measures the clusters of grouped units.
  init(_ start: Start, labels: [Int], of network: Network) throws {
    self.start = start
    self.labels = labels
    clusters = try ConnectivityStatistics(of: network, labels: labels)
    origin = try CircuitParameters(
      clusters, transfer: network.transfer, biasReachesReadout: network.bias?.reachesReadout ?? true)
    parameters = origin
    cost = .infinity
  }

  func pull(_ data: TrainingData, anchor: Double) -> Pull {
    let pull: Pull = anchor > 0 ? .anchor(origin, data, strength: anchor) : .ridge(origin.shape, data)
    return pull.holding(data.means, origin)
  }

  private func trueCost(_ parameters: CircuitParameters, _ data: TrainingData, _ pull: Pull) -> Double {
    let cost = Objective(data, stage: .trajectory, pull: pull).equations(at: parameters, detail: .cost).cost
    return cost.isFinite ? cost : .infinity
  }

  /// The closed form: the clusters keep their (m, I) moments, c is solved once on the filtered error.
  mutating func regress(_ data: TrainingData) throws {
    let pull = pull(data, anchor: 0)
    var solved = origin
    _ = try Objective(data, stage: .filtered, pull: pull).solveCoefficients(&solved)
    parameters = solved
    cost = trueCost(solved, data, pull)
  }

  /// Variable projection on the plain field, then on the filtered trajectory error; the better of the two is kept.
  mutating func project(_ data: TrainingData, anchor: Double, search: LevenbergMarquardt) throws {
    let pull = pull(data, anchor: anchor)
    let field = try search.minimise(Objective(data, stage: .field, pull: pull), from: origin)
    parameters = field.parameters
    cost = trueCost(field.parameters, data, pull)
    steps = field.steps
    guard let filtered = try? search.minimise(Objective(data, stage: .filtered, pull: pull), from: parameters)
    else { return }
    steps += filtered.steps
    let other = trueCost(filtered.parameters, data, pull)
    if other < cost {
      parameters = filtered.parameters
      cost = other
    }
  }

  /// All parameters together on the true trajectory error.
  mutating func polish(_ data: TrainingData, anchor: Double, search: LevenbergMarquardt) throws {
    guard cost.isFinite else { return }
    let outcome = try search.minimise(
      Objective(data, stage: .trajectory, pull: pull(data, anchor: anchor)), from: parameters)
    steps += outcome.steps
    if outcome.cost < cost {
      parameters = outcome.parameters
      cost = outcome.cost
    }
  }
}
