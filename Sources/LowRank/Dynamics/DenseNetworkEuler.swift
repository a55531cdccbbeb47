// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// The Euler loop of a full network with a dense J, sixteen trials at once:
///
///     current form  Φ = φ(X + b)   X ← (1-α) X + α(J Φ + I U + c)   κ ← (1-α) κ + α nᵀΦ/N   z = wᵀφ(X [+ b])/N + z₀
///     rate form     R ← (1-α) R + α φ(J R + I U + b)                κ = nᵀR/N               z = wᵀR/N + z₀
///
/// X, R and Φ are (N, 16), row-major: the sixteen trials of a unit lie next to one another. No operation mixes trials, so
/// that a trial has the same bits wherever it stands.
struct DenseNetworkEuler: Sendable {
  /// Trials of a block; places beyond those that there are hold trials without input.
  static let width = PackedMatrix.width

  private let network: Network
  private let connectivity: PackedMatrix
  /// [n w]ᵀ/N, (R + O, N).
  private let weights: PackedMatrix
  /// [I c] (rate form: [I b]), (N, K + 1).
  private let drives: PackedMatrix
  private let start: [Double]

  /// The loop of a network with a dense J, from a state: x and κ, or r.
  init(_ network: Network, connectivity: Matrix, start: [Double]) {
    self.network = network
    self.connectivity = PackedMatrix(connectivity)
    self.start = start
    let share = 1 / Double(network.unitCount)
    let all = network.weightVectors
    weights = PackedMatrix(Matrix(rows: all.columns, columns: all.rows) { all[$1, $0] * share })
    let constant = network.form == .current ? network.current : network.bias?.values
    drives = PackedMatrix(
      network.inputs.appending(
        columnsOf: Matrix(
          rows: network.unitCount, columns: 1,
          elements: constant ?? [Double](repeating: 0, count: network.unitCount))))
  }

  func run(_ block: TrialBlock) {
    let (units, width, alpha) = (network.unitCount, Self.width, block.alpha)
    let (rank, outputs, inputs) = (network.rank, network.outputCount, network.inputCount)
    var state = [Double](repeating: 0, count: connectivity.rows * width)
    for unit in 0..<units { for trial in 0..<width { state[unit * width + trial] = start[unit] } }
    var kappa = [Double](repeating: 0, count: rank * width)
    if network.form == .current {
      for r in 0..<rank { for trial in 0..<width { kappa[r * width + trial] = start[units + r] } }
    }
    var noise = BlockNoise<Double>(block, units: units)
    var rates = state
    var received = state
    // u and the constant 1 of each trial.
    var input = [Double](repeating: 0, count: (inputs + 1) * width)
    for trial in 0..<width { input[inputs * width + trial] = 1 }
    var sums = [Double](repeating: 0, count: weights.rows * width)

    /// What is read of a state in current form: (nᵀφ(x + b), wᵀφ(x [+ b]))/N.
    func readCurrentForm() {
      apply(state, bias: network.bias?.values, to: &rates)
      weights.multiply(rates, into: &sums)
      guard let bias = network.bias, !bias.reachesReadout else { return }
      apply(state, bias: nil, to: &received)
      var unbiased = sums
      weights.multiply(received, into: &unbiased)
      for i in (rank * width)..<((rank + outputs) * width) { sums[i] = unbiased[i] }
    }
    if network.form == .current { readCurrentForm() }
    for step in 0..<block.steps {
      if block.isCancelled?() == true { return }
      for trial in 0..<block.count {
        for k in 0..<inputs {
          input[k * width + trial] = block.input[(trial * block.steps + step) * inputs + k]
        }
      }
      drives.multiply(input, into: &received)
      switch network.form {
      case .current:
        for i in kappa.indices { kappa[i] += alpha * (sums[i] - kappa[i]) }
        connectivity.multiply(rates, adding: true, into: &received)
        relax(&state, to: received, alpha: alpha)
      case .rate:
        connectivity.multiply(state, adding: true, into: &received)
        apply(received, bias: nil, to: &rates)
        relax(&state, to: rates, alpha: alpha)
      }
      noise?.draw()
      if let noise {
        for trial in 0..<block.count {
          let values = noise.values.column(trial, rows: units)
          for i in 0..<units { state[i * width + trial] += values[i] }
        }
      }
      switch network.form {
      case .current: readCurrentForm()
      case .rate:
        weights.multiply(state, into: &sums)
        for i in kappa.indices { kappa[i] = sums[i] }
      }
      for trial in 0..<block.count {
        guard let row = block.row(trial: trial, step: step) else { break }
        for r in 0..<rank { block.kappa[row * rank + r] = kappa[r * width + trial] }
        for o in 0..<outputs {
          block.outputs[row * outputs + o] = sums[(rank + o) * width + trial] + network.readoutBias[o]
        }
        guard let kept = block.states else { continue }
        for i in 0..<units { kept[row * units + i] = state[i * width + trial] }
      }
    }
  }

  /// φ(x + b) of all trials.
  private func apply(_ x: [Double], bias: [Double]?, to rates: inout [Double]) {
    let (units, width) = (network.unitCount, Self.width)
    rates.withUnsafeMutableBufferPointer { rates in
      x.withUnsafeBufferPointer { x in
        for i in rates.indices { rates[i] = x[i] }
        if let bias {
          for unit in 0..<units {
            let value = bias[unit]
            for trial in 0..<width { rates[unit * width + trial] += value }
          }
        }
      }
      // Rows that only fill a panel up are left alone.
      Double.apply(
        kappa_path_best(), network.transfer, UnsafeMutableBufferPointer(rebasing: rates[..<(units * width)]))
    }
  }

  /// x ← x + α(target - x).
  private func relax(_ x: inout [Double], to target: [Double], alpha: Double) {
    x.withUnsafeMutableBufferPointer { x in
      target.withUnsafeBufferPointer { target in
        for i in x.indices { x[i] += alpha * (target[i] - x[i]) }
      }
    }
  }
}
