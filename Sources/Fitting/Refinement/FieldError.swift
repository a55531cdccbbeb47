// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// How exactly an objective is to be assembled.
enum Detail {
  /// The value alone.
  case cost
  /// Derivatives with respect to the coefficients c.
  case coefficients
  /// Derivatives with respect to all parameters.
  case all

  func count(_ shape: CircuitShape) -> Int {
    switch self {
    case .cost: 0
    case .coefficients: shape.coefficients
    case .all: shape.parameters
    }
  }
}

/// The error of the plain field on a cloud of points: mean ((F_a - f_a)/SD_a)², times a weight.
struct FieldError {
  let cloud: TrainingData.Cloud
  let scale: [Double]
  let weight: Double

  /// Adds the error and its derivatives at the parameters to `equations`.
  ///
  /// - Parameter averages: those of the cloud's points.
  func add(
    to equations: inout NormalEquations, at parameters: CircuitParameters, detail: Detail,
    averages: FieldAverages
  ) {
    if cloud.count == 0 { return }
    let shape = parameters.shape
    let (basis, coefficients) = (shape.basis, shape.coefficients)
    let moments = detail == .all ? shape.moments : 0
    let linear = detail == .cost ? 0 : basis
    let factors = scale.map { (weight / Double(cloud.count)).squareRoot() / $0 }
    let collectors = (0..<shape.weights).map { a in
      GramAccumulator(
        columns: (0..<linear).map { a * basis + $0 } + (0..<moments).map { coefficients + $0 } + [-1])
    }
    let path = kappa_path_best()
    parameters.values.withUnsafeBufferPointer { values in
      cloud.states.withUnsafeBufferPointer { states in
        cloud.field.withUnsafeBufferPointer { field in
          guard let values = values.baseAddress, let states = states.baseAddress,
            let field = field.baseAddress
          else { return }
          var circuit = shape.kernel(values)
          averages.update(states, circuit, curvatures: moments > 0)
          // As many points at a time as the collectors hold rows.
          for first in stride(from: 0, to: cloud.count, by: GramAccumulator.block) {
            let count = min(GramAccumulator.block, cloud.count - first)
            let at = averages.kernels(states, from: first)
            for a in 0..<shape.weights {
              var averages = a < shape.layout.rank ? at.fed : at.read
              kappa_fit_field(
                path, &circuit, &averages, count, a, field + first * shape.weights, factors[a], linear > 0,
                moments > 0, collectors[a].width, collectors[a].nextRows(count))
            }
          }
        }
      }
    }
    for collector in collectors { collector.add(to: &equations) }
  }
}
