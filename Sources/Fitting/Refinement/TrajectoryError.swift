// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
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
  /// - Parameter averages: linearised, those along the exact course, (B, T + 1) points; otherwise those of
  ///   `TrajectorySweep.abreast` points, for the circuit's own course.
  func add(
    to equations: inout NormalEquations, at parameters: CircuitParameters, detail: Detail,
    averages: FieldAverages
  ) {
    let sweep = TrajectorySweep(
      data: data, shape: parameters.shape, linearised: linearised, detail: detail, averages: averages)
    parameters.values.withUnsafeBufferPointer { values in
      if let values = values.baseAddress { sweep.run(values) }
    }
    sweep.add(to: &equations)
  }
}

/// The recursion over all trials.
final class TrajectorySweep {
  /// Trials that run side by side, and, linearised, steps: the circuit's own averages are looked up together, and no row
  /// is read back while it is still on its way to the cache.
  static let abreast = 16

  private let data: TrainingData
  private let shape: CircuitShape
  private let linearised: Bool
  private let detail: Detail
  private let averages: FieldAverages
  private let latentRows: GramAccumulator
  private let outputRows: [GramAccumulator]
  private let latentFactors, outputFactors: [Double]
  private let path = kappa_path_best()
  private var overflow = false
  /// Sensitivities of κ to c_n, θ, and the residual's own column: (trials, R, width).
  private let delta: UnsafeMutablePointer<Double>
  /// The circuit's own points, (trials, D).
  private let states: UnsafeMutablePointer<Double>
  private let work: UnsafeMutablePointer<Double>

  init(
    data: TrainingData, shape: CircuitShape, linearised: Bool, detail: Detail, averages: FieldAverages
  ) {
    self.data = data
    self.shape = shape
    self.linearised = linearised
    self.detail = detail
    self.averages = averages
    let (rank, basis, outputs) = (shape.layout.rank, shape.basis, shape.layout.outputCount)
    let linear = detail == .cost ? 0 : rank * basis
    let moments = detail == .all ? shape.moments : 0
    let common = Array(0..<linear) + (0..<moments).map { shape.coefficients + $0 } + [-1]
    latentRows = GramAccumulator(columns: common, most: Self.abreast * rank)
    outputRows = (0..<outputs).map { o in
      GramAccumulator(columns: common + (0..<(detail == .cost ? 0 : basis)).map { (rank + o) * basis + $0 })
    }
    let share = 1 / (Double(data.trials * data.points)).squareRoot()
    latentFactors = data.kappaScale.prefix(rank).map { share / $0 }
    outputFactors = (0..<outputs).map { share / data.fieldScale[rank + $0] }
    let width = latentRows.width
    func memory(_ count: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
      return pointer
    }
    delta = memory(Self.abreast * rank * width)
    states = memory(Self.abreast * shape.drives)
    work = memory(Self.abreast * (rank * width + shape.weights * (rank + 1)))
  }

  deinit {
    delta.deallocate()
    states.deallocate()
    work.deallocate()
  }

  func run(_ values: UnsafePointer<Double>) {
    data.states.withUnsafeBufferPointer { states in
      data.field.withUnsafeBufferPointer { field in
        data.jacobian.withUnsafeBufferPointer { jacobians in
          guard let states = states.baseAddress, let field = field.baseAddress,
            let jacobians = jacobians.baseAddress
          else { return }
          run(shape.kernel(values), states: states, field: field, jacobians: jacobians)
        }
      }
    }
  }

  private func run(
    _ circuit: kappa_fit_circuit, states exact: UnsafePointer<Double>, field: UnsafePointer<Double>,
    jacobians: UnsafePointer<Double>
  ) {
    let (rank, drives) = (shape.layout.rank, shape.drives)
    if linearised {
      averages.update(exact, circuit, curvatures: detail == .all)
      for trial in 0..<data.trials {
        delta.update(repeating: 0, count: rank * latentRows.width)
        for point in stride(from: 0, to: data.points, by: Self.abreast) {
          let place = trial * data.points + point
          step(
            circuit, averages.kernels(exact, from: place), count: min(Self.abreast, data.points - point),
            place: place, exact, field, jacobians)
        }
      }
      return
    }
    for first in stride(from: 0, to: data.trials, by: Self.abreast) {
      let trials = min(Self.abreast, data.trials - first)
      delta.update(repeating: 0, count: trials * rank * latentRows.width)
      for trial in 0..<trials {
        (states + trial * drives).update(
          from: exact + (first + trial) * data.points * drives, count: drives)
      }
      for point in 0..<data.points {
        let place = first * data.points + point
        // Inputs run the same in both; only κ is the circuit's own.
        for trial in 0..<trials {
          let there = exact + (place + trial * data.points) * drives
          for j in rank..<drives { states[trial * drives + j] = there[j] }
        }
        averages.update(states, circuit, haveMoved: true, curvatures: detail != .cost)
        step(
          circuit, averages.kernels(states, from: 0), count: trials, place: place, exact, field, jacobians)
      }
    }
  }

  /// Some steps of one trial, linearised, or one step of some trials; `place` is the number of the first point.
  private func step(
    _ circuit: kappa_fit_circuit, _ at: (fed: kappa_fit_averages, read: kappa_fit_averages), count: Int,
    place: Int, _ exact: UnsafePointer<Double>, _ field: UnsafePointer<Double>,
    _ jacobians: UnsafePointer<Double>
  ) {
    let (rank, weights, drives) = (shape.layout.rank, shape.weights, shape.drives)
    let latent = latentRows.nextRows(count * rank)
    let outputs = outputRows.map { Optional($0.nextRows(count)) }
    latentFactors.withUnsafeBufferPointer { latentFactors in
      outputFactors.withUnsafeBufferPointer { outputFactors in
        outputs.withUnsafeBufferPointer { outputs in
          var circuit = circuit
          var step = kappa_fit_trajectories(
            fed: at.fed, read: at.read, count: count, is_one_trial: linearised, has_linear: detail != .cost,
            has_moments: detail == .all, exact: exact + place * drives, targets: field + place * weights,
            jacobians: linearised ? jacobians + place * weights * rank : nil,
            exact_stride: linearised ? 1 : data.points, latent_factors: latentFactors.baseAddress,
            output_factors: outputFactors.baseAddress, alpha: data.alpha, states: states, delta: delta,
            width: latentRows.width, latent_rows: latent, output_rows: outputs.baseAddress,
            output_width: outputRows.first?.width ?? 0)
          if !kappa_fit_step(path, &circuit, &step, work) { overflow = true }
        }
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
