// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank
import Tasks
import Training

/// Vectors set along principal components of the activity of the network that training begins with, under its own inputs and the
/// task's trials without noise: I along components of the activations x (in rate form of the rates), w along components of the
/// rates. Their lengths stay.
struct PrincipalDirections {
  /// For each input and each readout the number of its component, from 1; `nil` leaves all as they are.
  let inputs, readouts: [Int]?

  /// The highest component.
  static let most = 100

  /// Refuses numbers that are no components.
  func validate() throws(StudyError) {
    for (field, numbers) in [("inputsAlong", inputs), ("readoutsAlong", readouts)] {
      if let wrong = numbers?.first(where: { !(1...Self.most).contains($0) }) {
        throw StudyError(.usage, field, "expected components from 1 to \(Self.most), found \(wrong).")
      }
    }
  }

  /// The state in which training begins then.
  func applied(to trainer: Trainer) throws -> TrainingState {
    var state = trainer.state
    let (task, options) = (trainer.task, trainer.options)
    for (field, numbers, count, what) in [
      ("inputsAlong", inputs, task.inputs, "input"), ("readoutsAlong", readouts, task.outputs, "output"),
    ] {
      if let numbers, numbers.count != count {
        throw StudyError(
          .usage, field,
          "expected a component for each of \(counted(count, what)) of \(task.name), found \(numbers.count)")
      }
    }
    let network = options.isFullRank ? try trainer.fullRankNetwork(truncatedTo: 1) : try trainer.network()
    let trials = task.noiseless.trials(count: 64, seed: 1)
    let dynamics = try NetworkDynamics(network)
    let run = Simulation(alpha: task.alpha, keepsStates: true).run(dynamics, under: trials.stimulus)
    let (activations, rates) = dynamics.activationsAndRates(of: run, under: trials.stimulus)
    func set(_ matrix: inout Matrix, along numbers: [Int]?, of values: [Double], _ field: String) throws {
      guard let numbers, let most = numbers.max() else { return }
      let units = network.unitCount
      let points = values.count / units
      let count = min(points, ActivityDimensions.mostPoints)
      let chosen = (0..<count).flatMap { point in
        let first = point * points / count * units
        return values[first..<(first + units)]
      }
      let components = try PrincipalComponents(of: chosen, width: units, keeping: most)
      let total = components.totalVariance
      for (column, number) in numbers.enumerated() {
        guard number <= components.directions.columns, components.variances[number - 1] > 1e-12 * total else {
          throw StudyError(
            .usage, field,
            "expected a component that the activity has, found \(number): its variance is zero there")
        }
        let old = matrix.column(column).reduce(0) { $0 + $1 * $1 }.squareRoot()
        for i in 0..<units { matrix[i, column] = old * components.directions[i, number - 1] }
      }
    }
    try set(&state.parameters.inputs, along: inputs, of: activations, "inputsAlong")
    try set(&state.parameters.readouts, along: readouts, of: rates, "readoutsAlong")
    return state
  }
}
