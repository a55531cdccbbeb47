// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

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
    let evaluator = FieldEvaluator(shape)
    let (basis, coefficients) = (shape.basis, shape.coefficients)
    let moments = detail == .all ? shape.moments : 0
    let linear = detail == .cost ? 0 : basis
    let factors = scale.map { (weight / Double(cloud.count)).squareRoot() / $0 }
    let collectors = (0..<shape.weights).map { a in
      GramAccumulator(
        columns: (0..<linear).map { a * basis + $0 } + (0..<moments).map { coefficients + $0 } + [-1])
    }
    parameters.values.withUnsafeBufferPointer { values in
      cloud.states.withUnsafeBufferPointer { states in
        averages.update(states.baseAddress!, parameters: values.baseAddress!, curvatures: moments > 0)
        for point in 0..<cloud.count {
          evaluator.move(to: states.baseAddress! + point * shape.drives, number: point, in: averages)
          for a in 0..<shape.weights {
            let row = collectors[a].nextRow()
            let factor = factors[a]
            let features = evaluator.features(a)
            for b in 0..<linear { row[b] = features[b] * factor }
            if moments > 0 {
              evaluator.derivatives(a, values.baseAddress!, intoMoments: row + linear)
              for i in linear..<(linear + moments) { row[i] *= factor }
            }
            let target = cloud.field[point * shape.weights + a]
            row[linear + moments] = (target - evaluator.value(a, values.baseAddress!)) * factor
          }
        }
      }
    }
    for collector in collectors { collector.add(to: &equations) }
  }
}
