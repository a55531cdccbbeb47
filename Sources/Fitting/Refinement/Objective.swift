// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// What a stage of the fit minimises: an error of the field or of trajectories, the jittered cloud, and the pull.
struct Objective {
  enum Stage: String, Sendable {
    /// The plain field on visited states.
    case field
    /// The linearised trajectory error.
    case filtered
    /// The true trajectory error.
    case trajectory
  }

  let data: TrainingData
  let stage: Stage
  let pull: Pull
  /// Weight of the jittered cloud.
  let cloudWeight: Double
  /// Averages at points that do not move with the parameters.
  private let kept = KeptAverages()

  /// Averages by cloud, made when a shape is first met.
  private final class KeptAverages {
    private var shape: CircuitShape?
    private var clouds: [FieldAverages?] = [nil, nil, nil, nil]

    /// The averages of a cloud: 0 visited, 1 jittered, 2 the exact course, 3 the circuit's
    /// own.
    func averages(_ cloud: Int, _ shape: CircuitShape, count: Int) -> FieldAverages {
      if self.shape != shape { (self.shape, clouds) = (shape, [nil, nil, nil, nil]) }
      if let known = clouds[cloud] { return known }
      let made = FieldAverages(shape, count: count)
      clouds[cloud] = made
      return made
    }
  }

  init(_ data: TrainingData, stage: Stage, pull: Pull, cloudWeight: Double = 0.1) {
    self.data = data
    self.stage = stage
    self.pull = pull
    self.cloudWeight = cloudWeight
  }

  /// The problem at some parameters.
  func equations(at parameters: CircuitParameters, detail: Detail) -> NormalEquations {
    var equations = NormalEquations(count: detail.count(parameters.shape))
    switch stage {
    case .field:
      FieldError(cloud: data.visited, scale: data.fieldScale, weight: 1)
        .add(
          to: &equations, at: parameters, detail: detail,
          averages: kept.averages(0, parameters.shape, count: data.visited.count))
    case .filtered:
      TrajectoryError(data: data, linearised: true).add(
        to: &equations, at: parameters, detail: detail,
        averages: kept.averages(2, parameters.shape, count: data.trials * data.points))
    case .trajectory:
      TrajectoryError(data: data, linearised: false).add(
        to: &equations, at: parameters, detail: detail,
        averages: kept.averages(3, parameters.shape, count: TrajectorySweep.abreast))
    }
    if cloudWeight > 0 && equations.cost.isFinite {
      FieldError(cloud: data.jittered, scale: data.fieldScale, weight: cloudWeight)
        .add(
          to: &equations, at: parameters, detail: detail,
          averages: kept.averages(1, parameters.shape, count: data.jittered.count))
    }
    pull.add(to: &equations, at: parameters.values)
    return equations
  }
}

extension NormalEquations {
  /// The step that solves (JᵀJ + diag(extra)) x = Jᵀr; a trace of rounding size keeps singular problems solvable.
  ///
  /// - Parameters:
  ///   - shape: the circuit's, whose parameters these are: c, or c and θ.
  ///   - pinned: parameters whose step is zero.
  func step(
    _ shape: CircuitShape, damping: [Double] = [], pinned: [Int] = []
  ) throws(LinearAlgebraError) -> [Double] {
    var damped = matrix
    var gradient = gradient
    var trace = 0.0
    for i in 0..<count { trace += matrix[i * count + i] }
    for i in 0..<count {
      damped[i * count + i] += (damping.isEmpty ? 0 : damping[i]) + 1e-13 * trace / Double(count)
    }
    for i in pinned {
      for k in 0..<count {
        damped[i * count + k] = 0
        damped[k * count + i] = 0
      }
      damped[i * count + i] = 1
      gradient[i] = 0
    }
    return try Matrix(rows: count, columns: count, elements: damped)
      .solvePositiveDefinite(gradient, eliminating: shape.eliminationOrder(count))
  }
}

extension Objective {
  /// Moves the coefficients c to their best values for fixed moments θ; exact where the objective is linear in c.
  ///
  /// - Returns: the cost there.
  func solveCoefficients(_ parameters: inout CircuitParameters) throws(LinearAlgebraError) -> Double {
    let equations = equations(at: parameters, detail: .coefficients)
    let step = try equations.step(parameters.shape)
    var reduction = 0.0
    for i in step.indices {
      parameters.values[i] += step[i]
      reduction += step[i] * equations.gradient[i]
    }
    // |r - JΔ|² = |r|² - Δ·Jᵀr at the solution of JᵀJ Δ = Jᵀr.
    return equations.cost - reduction
  }
}
