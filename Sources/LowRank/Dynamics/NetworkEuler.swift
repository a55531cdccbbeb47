// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels

/// The Euler loop of a full network with J = m nᵀ/N, its units in either precision; coefficients, sums over units, κ and z
/// are double.
///
///     current form  x ← (1-α) x + α(m (nᵀφ/N) + I u + c)     κ ← (1-α) κ + α nᵀφ/N
///     rate form     a = m κ + I u + b     r ← (1-α) r + α φ(a)     κ = nᵀr/N
///
/// In current form one pass over the units per step gives the new x and all sums over φ(x + b): those of n for the next
/// step, those of w for z.
struct NetworkEuler<Unit: KernelUnit>: Sendable {
  private let network: Network
  /// Current form: adds m, I, c to x and sums φ(x + b). Rate form: makes a of m, I, b.
  private let kernel: UnitKernel<Unit>
  /// Rate form: sums of r itself.
  private let readings: UnitKernel<Unit>?
  private let start: [Double]

  /// The loop from a state: x and κ, or r.
  init(_ network: Network, start: [Double]) {
    self.network = network
    self.start = start
    let span = network.m.appending(columnsOf: network.inputs)
    func appending(_ column: [Double]?) -> Matrix {
      guard let column else { return span }
      return span.appending(columnsOf: Matrix(rows: network.unitCount, columns: 1, elements: column))
    }
    switch network.form {
    case .current:
      kernel = UnitKernel(network, drives: appending(network.current), bias: network.bias?.values)
      readings = nil
    case .rate:
      kernel = UnitKernel(network, drives: appending(network.bias?.values), bias: nil)
      readings = UnitKernel(
        network, drives: Matrix(rows: network.unitCount, columns: 0), bias: nil, transfer: .linear)
    }
  }

  func run(_ block: TrialBlock) {
    switch network.form {
    case .current: runCurrentForm(block)
    case .rate: runRateForm(block)
    }
  }

  private func runCurrentForm(_ block: TrialBlock) {
    let (units, count, alpha) = (kernel.units, block.count, block.alpha)
    let (rank, inputs) = (network.rank, network.inputCount)
    let (drives, weights) = (kernel.drives, kernel.weights)
    let x = AlignedVectors<Unit>(repeating: Array(start.prefix(units)), columns: count)
    var noise = BlockNoise<Unit>(block, units: units)
    var coefficients = [Double](repeating: 0, count: count * drives)
    var sums = [Double](repeating: 0, count: count * weights)
    var kappa = Array(repeatElement(start[units...], count: count).joined())
    // φ(x(0)), before any step.
    kernel.step(trials: count, decay: 1, coefficients: coefficients, from: x.base, to: nil, sums: &sums)
    for step in 0..<block.steps {
      for trial in 0..<count {
        for r in 0..<rank {
          coefficients[trial * drives + r] = alpha * sums[trial * weights + r]
          let place = trial * rank + r
          kappa[place] = (1 - alpha) * kappa[place] + alpha * sums[trial * weights + r]
        }
        let row = (trial * block.steps + step) * inputs
        for k in 0..<inputs { coefficients[trial * drives + rank + k] = alpha * block.input[row + k] }
        for c in (rank + inputs)..<drives { coefficients[trial * drives + c] = alpha }
      }
      noise?.draw()
      kernel.step(
        trials: count, decay: 1 - alpha, coefficients: coefficients, from: x.base, noise: noise?.values.base,
        to: x.base, sums: &sums)
      record(block, step, kappa: kappa, stride: rank, sums: sums, states: x)
    }
  }

  private func runRateForm(_ block: TrialBlock) {
    guard let readings else { return }
    let (units, count, alpha) = (kernel.units, block.count, block.alpha)
    let (rank, inputs) = (network.rank, network.inputCount)
    let (drives, weights) = (kernel.drives, kernel.weights)
    let r = AlignedVectors<Unit>(repeating: start, columns: count)
    let argument = AlignedVectors<Unit>(rows: units, columns: count)
    var noise = BlockNoise<Unit>(block, units: units)
    var coefficients = [Double](repeating: 1, count: count * drives)
    // (nᵀr/N, wᵀr/N); the sums over φ(a) are not needed.
    var sums = [Double](repeating: 0, count: count * weights)
    var unused = sums
    let none = [Double](repeating: 0, count: 1)
    readings.step(trials: count, decay: 1, coefficients: none, from: r.base, to: nil, sums: &sums)
    for step in 0..<block.steps {
      for trial in 0..<count {
        for k in 0..<rank { coefficients[trial * drives + k] = sums[trial * weights + k] }
        let row = (trial * block.steps + step) * inputs
        for k in 0..<inputs { coefficients[trial * drives + rank + k] = block.input[row + k] }
      }
      kernel.step(
        trials: count, decay: 0, coefficients: coefficients, from: nil, to: argument.base, sums: &unused)
      noise?.draw()
      for trial in 0..<count {
        let (rates, own) = (argument.column(trial, rows: units), r.column(trial, rows: units))
        Unit.apply(kernel.path, network.transfer, rates)
        for i in 0..<units { own[i] += Unit(alpha) * (rates[i] - own[i]) }
        if let received = noise?.values.column(trial, rows: units) {
          for i in 0..<units { own[i] += received[i] }
        }
      }
      readings.step(trials: count, decay: 1, coefficients: none, from: r.base, to: nil, sums: &sums)
      record(block, step, kappa: sums, stride: weights, sums: sums, states: r)
    }
  }

  /// κ (trials `stride` apart), z = wᵀ…/N + z₀ and the states of one step.
  private func record(
    _ block: TrialBlock, _ step: Int, kappa: [Double], stride: Int, sums: [Double],
    states: AlignedVectors<Unit>
  ) {
    let (rank, outputs, weights, units) = (network.rank, network.outputCount, kernel.weights, kernel.units)
    for trial in 0..<block.count {
      guard let row = block.row(trial: trial, step: step) else { break }
      for r in 0..<rank { block.kappa[row * rank + r] = kappa[trial * stride + r] }
      for o in 0..<outputs {
        block.outputs[row * outputs + o] = sums[trial * weights + rank + o] + network.readoutBias[o]
      }
      guard let kept = block.states else { continue }
      let own = states.column(trial, rows: units)
      for i in 0..<units { kept[row * units + i] = Double(own[i]) }
    }
  }
}

/// What every unit of every trial of a block receives for itself at one step.
struct BlockNoise<Unit: KernelUnit> {
  /// Noise of the units, trial by trial.
  let values: AlignedVectors<Unit>
  private let deviation: Double
  private let units: Int
  private var streams: [RandomStream]

  /// The noise of a block; `nil` where there is none.
  init?(_ block: TrialBlock, units: Int) {
    guard let noise = block.noise else { return nil }
    deviation = noise.deviation
    self.units = units
    values = AlignedVectors(rows: units, columns: block.count)
    streams = (0..<block.count).map { block.stream(of: $0) }
  }

  /// Draws the next step's, each trial from its own stream.
  mutating func draw() {
    for trial in streams.indices {
      let received = values.column(trial, rows: units)
      for i in 0..<units { received[i] = Unit(deviation * streams[trial].normal()) }
    }
  }
}
