// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

@testable import NetworkFiles

/// A network written out: every sum as it stands in the equations of theory, independent of the engine.
///
///     current  x ← x + α(-x + J φ(x + b) + I u + c)     z = W φ(x [+ b]) + z₀
///     rate     r ← r + α(-r + φ(J r + I u + b + c))     z = W r + z₀
struct PlainEquation {
  var form = NetworkForm.current
  var alpha = 0.2
  var transfer = TransferFunction.tanh
  /// J[i][j] from unit j to unit i, I[i][k], W[o][i].
  var j: [[Double]]
  var inputs: [[Double]]
  var readouts: [[Double]]
  var bias: [Double]
  var readoutSeesBias = true
  var current: [Double]
  var readoutBias: [Double]
  var start: [Double]

  /// A random network.
  init(units: Int, channels: Int, outputs: Int, _ stream: inout RandomStream) {
    func matrix(_ rows: Int, _ columns: Int, _ size: Double) -> [[Double]] {
      (0..<rows).map { _ in (0..<columns).map { _ in size * stream.normal() } }
    }
    j = matrix(units, units, 1.2 / Double(units).squareRoot())
    inputs = matrix(units, channels, 1)
    readouts = matrix(outputs, units, 1 / Double(units).squareRoot())
    (bias, current, start) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units), [])
    start = current
    readoutBias = [Double](repeating: 0, count: outputs)
  }

  static func vector(_ count: Int, _ stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in 0.5 * stream.normal() }
  }

  /// z (T, O) of one trial.
  func run(_ u: [[Double]]) -> [Double] {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var state = start
    var outputs: [Double] = []
    for input in u {
      switch form {
      case .current:
        let rates = zip(state, bias).map { transfer.value($0 + $1) }
        state = state.indices.map { i in
          state[i] + alpha * (-state[i] + dot(j[i], rates) + dot(inputs[i], input) + current[i])
        }
        let seen = state.indices.map { transfer.value(state[$0] + (readoutSeesBias ? bias[$0] : 0)) }
        outputs += zip(readouts, readoutBias).map { dot($0, seen) + $1 }
      case .rate:
        let old = state
        state = old.indices.map { i in
          old[i]
            + alpha
            * (-old[i] + transfer.value(dot(j[i], old) + dot(inputs[i], input) + bias[i] + current[i]))
        }
        outputs += zip(readouts, readoutBias).map { dot($0, state) + $1 }
      }
    }
    return outputs
  }
}

/// A tensor of rows.
func tensor(_ name: String, _ rows: [[Double]], transposed: Bool = false) -> Tensor {
  let columns = rows.first?.count ?? 0
  guard transposed else {
    return Tensor(name: name, shape: [rows.count, columns], values: rows.flatMap(\.self))
  }
  return Tensor(
    name: name, shape: [columns, rows.count],
    values: (0..<columns).flatMap { column in rows.map { $0[column] } })
}

func tensor(_ name: String, _ values: [Double]) -> Tensor {
  Tensor(name: name, shape: [values.count], values: values)
}
