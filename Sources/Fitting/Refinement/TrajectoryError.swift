// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The error of whole trajectories, in κ and in z: mean over trials and steps of Σ_r (δκ_r/SD)² + Σ_o (δz_o/SD)².
///
/// Linearised: to first order the error of a trajectory is a linear filter of the field's error e along the exact one,
///
///     δ_{t+1} = (1-α) δ_t + α (J_t δ_t + e_t)      δz = e^z + (∂z/∂κ) δ      J_t = ∂F_exact/∂κ
///
/// so that passing the basis functions through the same recursion makes it a least-squares problem, linear in c.
/// Not linearised: the circuit runs by itself, and the recursion with its own Jacobian gives the exact derivatives of its
/// trajectory with respect to all parameters. One code serves both.
struct TrajectoryError {
  let data: TrainingData
  let linearised: Bool

  /// Adds the error and its derivatives at the parameters to `equations`. A trajectory that overflows costs infinity.
  ///
  /// - Parameter averages: linearised, those along the exact course, (B, T + 1) points.
  func add(
    to equations: inout NormalEquations, at parameters: CircuitParameters, detail: Detail,
    averages: FieldAverages? = nil
  ) {
    if let averages {
      parameters.values.withUnsafeBufferPointer { values in
        data.states.withUnsafeBufferPointer { states in
          averages.update(states.baseAddress!, parameters: values.baseAddress!, curvatures: detail == .all)
        }
      }
    }
    let sweep = TrajectorySweep(
      data: data, parameters: parameters, linearised: linearised, detail: detail, averages: averages)
    for trial in 0..<data.trials { sweep.run(trial) }
    sweep.add(to: &equations)
  }
}

/// The recursion over one trial after the other.
private final class TrajectorySweep {
  private let data: TrainingData
  private let parameters: CircuitParameters
  private let shape: CircuitShape
  private let linearised: Bool
  private let linear: Int
  private let moments: Int
  private let evaluator: FieldEvaluator
  private let averages: FieldAverages?
  private let needsCurvatures: Bool
  private let latentRows: GramAccumulator
  private let outputRows: [GramAccumulator]
  private var overflow = false
  /// Sensitivities of κ to c_n, θ, and the residual's own column: (R, width).
  private let delta: UnsafeMutablePointer<Double>
  private let forcing: UnsafeMutablePointer<Double>
  private let jacobian: UnsafeMutablePointer<Double>
  private let width: Int
  private let state: UnsafeMutablePointer<Double>

  init(
    data: TrainingData, parameters: CircuitParameters, linearised: Bool, detail: Detail,
    averages: FieldAverages?
  ) {
    self.averages = averages
    needsCurvatures = detail != .cost
    self.data = data
    self.parameters = parameters
    self.linearised = linearised
    let shape = parameters.shape
    self.shape = shape
    let (rank, basis) = (shape.layout.rank, shape.basis)
    let linear = detail == .cost ? 0 : rank * basis
    let moments = detail == .all ? shape.moments : 0
    self.linear = linear
    self.moments = moments
    evaluator = FieldEvaluator(shape)
    let common = Array(0..<linear) + (0..<moments).map { shape.coefficients + $0 } + [-1]
    latentRows = GramAccumulator(columns: common)
    outputRows = (0..<shape.layout.outputCount).map { o in
      GramAccumulator(columns: common + (0..<(detail == .cost ? 0 : basis)).map { (rank + o) * basis + $0 })
    }
    width = common.count
    delta = .allocate(capacity: rank * width)
    forcing = .allocate(capacity: rank * width)
    jacobian = .allocate(capacity: shape.weights * rank)
    state = .allocate(capacity: shape.drives)
    delta.initialize(repeating: 0, count: rank * width)
    forcing.initialize(repeating: 0, count: rank * width)
    jacobian.initialize(repeating: 0, count: shape.weights * rank)
    state.initialize(repeating: 0, count: shape.drives)
  }

  deinit {
    delta.deallocate()
    forcing.deallocate()
    jacobian.deallocate()
    state.deallocate()
  }

  func run(_ trial: Int) {
    parameters.values.withUnsafeBufferPointer { values in
      data.states.withUnsafeBufferPointer { states in
        data.field.withUnsafeBufferPointer { field in
          data.jacobian.withUnsafeBufferPointer { jacobians in
            let start = trial * data.points
            run(
              values.baseAddress!, first: start, states: states.baseAddress! + start * shape.drives,
              field: field.baseAddress! + start * shape.weights,
              jacobians: jacobians.baseAddress! + start * shape.weights * shape.layout.rank)
          }
        }
      }
    }
  }

  private func run(
    _ values: UnsafePointer<Double>, first: Int, states: UnsafePointer<Double>, field: UnsafePointer<Double>,
    jacobians: UnsafePointer<Double>
  ) {
    let (rank, weights, drives) = (shape.layout.rank, shape.weights, shape.drives)
    for i in 0..<(rank * width) { delta[i] = 0 }
    for r in 0..<rank { state[r] = states[r] }
    for point in 0..<data.points {
      let exact = states + point * drives
      let target = field + point * weights
      // Inputs run the same in both; only κ is the circuit's own.
      for j in (linearised ? 0 : rank)..<drives { state[j] = exact[j] }
      if let averages {
        evaluator.move(to: state, number: first + point, in: averages)
      } else {
        evaluator.move(to: state, parameters: values, curvatures: needsCurvatures)
      }
      fillForcing(values, target: target, jacobians: jacobians + point * weights * rank)
      emit(values, exact: exact, target: target)
      if point + 1 < data.points { advance(values) }
    }
  }

  /// Field derivatives at the present point: forcing rows of n, Jacobians, and, linearised, the field's error.
  private func fillForcing(
    _ values: UnsafePointer<Double>, target: UnsafePointer<Double>, jacobians: UnsafePointer<Double>
  ) {
    let (rank, basis) = (shape.layout.rank, shape.basis)
    for r in 0..<rank {
      let row = forcing + r * width
      if linear > 0 {
        for i in 0..<linear { row[i] = 0 }
        let features = evaluator.features(r)
        for b in 0..<basis { row[r * basis + b] = features[b] }
      }
      if linearised {
        if moments > 0 { evaluator.derivatives(r, values, intoMoments: row + linear) }
        row[width - 1] = target[r] - evaluator.value(r, values)
      } else if linear > 0 {
        evaluator.derivatives(
          r, values, intoMoments: moments > 0 ? row + linear : nil, intoStates: jacobian + r * rank)
        row[width - 1] = 0
      }
    }
    if linearised { jacobian.update(from: jacobians, count: shape.weights * rank) }
  }

  /// The rows of this point.
  private func emit(
    _ values: UnsafePointer<Double>, exact: UnsafePointer<Double>, target: UnsafePointer<Double>
  ) {
    let (rank, basis) = (shape.layout.rank, shape.basis)
    let share = 1 / (Double(data.trials * data.points)).squareRoot()
    for r in 0..<rank {
      let factor = share / data.kappaScale[r]
      let row = latentRows.nextRow()
      let delta = delta + r * width
      for i in 0..<width { row[i] = delta[i] * factor }
      if !linearised { row[width - 1] = (exact[r] - state[r]) * factor }
      if !row[width - 1].isFinite { overflow = true }
    }
    for o in 0..<shape.layout.outputCount {
      let weight = rank + o
      let factor = share / data.fieldScale[weight]
      let row = outputRows[o].nextRow()
      let gradient = jacobian + weight * rank
      if moments > 0 {
        if linearised {
          evaluator.derivatives(weight, values, intoMoments: row + linear)
        } else {
          evaluator.derivatives(weight, values, intoMoments: row + linear, intoStates: gradient)
        }
      } else if !linearised && linear > 0 {
        evaluator.derivatives(weight, values, intoMoments: nil, intoStates: gradient)
      }
      for i in 0..<linear { row[i] = 0 }
      row[width - 1] = target[weight] - evaluator.value(weight, values)
      if linear > 0 || linearised {
        // Not linearised, the residual column of δ is zero and the residual is the difference itself.
        for r in 0..<rank {
          let slope = gradient[r]
          let delta = delta + r * width
          for i in 0..<width { row[i] += slope * delta[i] }
        }
      }
      for i in 0..<width { row[i] *= factor }
      if linear > 0 {
        let features = evaluator.features(weight)
        for b in 0..<basis { row[width + b] = features[b] * factor }
      }
      if !row[width - 1].isFinite { overflow = true }
    }
  }

  /// One Euler step of the sensitivities and, not linearised, of the circuit itself.
  private func advance(_ values: UnsafePointer<Double>) {
    let rank = shape.layout.rank
    let alpha = data.alpha
    if linear > 0 || linearised {
      for r in 0..<rank {
        let row = forcing + r * width
        for s in 0..<rank {
          let slope = jacobian[r * rank + s]
          let other = delta + s * width
          for i in 0..<width { row[i] += slope * other[i] }
        }
      }
      for i in 0..<(rank * width) { delta[i] = (1 - alpha) * delta[i] + alpha * forcing[i] }
    }
    if !linearised {
      for r in 0..<rank {
        state[r] = (1 - alpha) * state[r] + alpha * evaluator.value(r, values)
      }
    }
  }

  func add(to equations: inout NormalEquations) {
    if overflow {
      equations.cost = .infinity
      return
    }
    latentRows.add(to: &equations)
    for rows in outputRows { rows.add(to: &equations) }
  }
}
