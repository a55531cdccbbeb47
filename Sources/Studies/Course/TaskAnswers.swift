// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// "Generate and plot the data": what goes in, and what is asked.
public struct DataAnswer: CourseAnswering {
  /// T.
  public let steps: Int
  /// dt/τ.
  public let alpha: Double
  /// The steps at which the output is asked for.
  public let window: [Int]
  /// The loss of an output that is always zero.
  public let meanSquaredTarget: Double
  /// What varies from trial to trial, and its values.
  public let conditions: [String: [Double]]

  init(_ task: CourseTask) {
    steps = task.task.steps
    alpha = task.task.alpha
    window = (0..<task.task.steps).filter { task.trials.mask[$0] != 0 }
    meanSquaredTarget = task.meanSquaredTarget
    conditions = Dictionary(
      uniqueKeysWithValues: task.labelled.conditions.compactMap { condition in
        let values = Set(condition.values).sorted()
        return values.count > 1 ? (condition.name, values) : nil
      })
  }

  /// In one line.
  public var answer: String {
    "\(steps) steps of α = dt/τ = \(given(alpha)); the output is asked at steps "
      + "\(window.first ?? 0) to \(window.last ?? 0)"
  }
}

/// "Train the network": losses and right decisions.
public struct TrainingAnswer: CourseAnswering {
  /// A trained network.
  public struct Trained: Codable, Sendable, Hashable {
    /// Its seed.
    public let seed: Int
    /// On 1000 trials that training never saw.
    public let loss, accuracy: Double
  }

  /// R, N, and updates of each.
  public let rank, units, updates: Int
  /// The networks.
  public let networks: [Trained]
  /// Of each batch of the first, before its update.
  public let losses: [Double]

  init(_ task: CourseTask) {
    rank = task.network.rank
    units = task.network.unitCount
    updates = task.trained[0].losses.count
    networks = task.trained.map {
      Trained(seed: Int(truncatingIfNeeded: $0.seed), loss: $0.loss, accuracy: $0.accuracy)
    }
    losses = task.trained[0].losses
  }

  /// In one line.
  public var answer: String {
    "rank \(rank), \(units) units: loss \(text(networks[0].loss, digits: 3)), "
      + "\(text(100 * networks[0].accuracy, digits: 4)) % right"
  }
}
