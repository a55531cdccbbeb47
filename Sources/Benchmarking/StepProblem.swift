// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// A random network for the kernels alone: R = 2, K = 2, O = 1, arrays at fixed addresses, up to two trials.
final class StepProblem<Real: BinaryFloatingPoint> {
  let units: Int
  private let rank = 2
  private let drives = 4
  private let readouts = 3
  private let alpha = 0.2
  private let driveVectors, readoutVectors, start, state: UnsafeMutableBufferPointer<Real>
  private let coefficients, results: UnsafeMutableBufferPointer<Double>

  init(units: Int) {
    self.units = units
    var random = RandomStream(seed: 1)
    func draw(_ count: Int) -> UnsafeMutableBufferPointer<Real> {
      let buffer = Self.aligned(count)
      for i in 0..<count { buffer[i] = Real(random.normal()) }
      return buffer
    }
    driveVectors = draw(units * 4)
    readoutVectors = draw(units * 3)
    start = draw(units * 2)
    state = Self.aligned(units * 2)
    _ = state.update(from: start)
    coefficients = .allocate(capacity: 8)
    coefficients.initialize(repeating: 0)
    results = .allocate(capacity: 6)
    results.initialize(repeating: 0)
  }

  /// Zeros from a multiple of 64 bytes on, as the engine has them.
  private static func aligned(_ count: Int) -> UnsafeMutableBufferPointer<Real> {
    UnsafeMutableBufferPointer(start: AlignedMemory.zeros(count), count: count)
  }

  deinit {
    for buffer in [driveVectors, readoutVectors, start, state] { buffer.deallocate() }
    for buffer in [coefficients, results] { buffer.deallocate() }
  }

  /// The coefficients of the step whose sums are compared.
  private static var trial: [Double] { [0.1, -0.2, 0.3, 0.05] }

  /// The sums after one step from the start.
  func sums(path: KernelPath) -> [Double] {
    for (j, value) in Self.trial.enumerated() { coefficients[j] = value }
    call(path, .tanh, trials: 1, from: start)
    return (0..<readouts).map { results[$0] }
  }

  /// The same with the library's tanh and compensated sums; and (1/N) Σ |A φ|, which their errors are relative to.
  func reference() -> (sums: [Double], scale: [Double]) {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: readouts)
    var scale = [Double](repeating: 0, count: readouts)
    for i in 0..<units {
      var x = (1 - alpha) * Double(start[i])
      for j in 0..<drives { x += Self.trial[j] * Double(driveVectors[j * units + i]) }
      let rate = TransferFunction.tanh.value(x)
      for a in 0..<readouts {
        let term = Double(readoutVectors[a * units + i]) * rate
        sums[a].add(term)
        scale[a] += abs(term)
      }
    }
    return (sums.map { $0.value / Double(units) }, scale.map { $0 / Double(units) })
  }

  /// One Euler step, fed back as in a simulation.
  func step(path: KernelPath, transfer: KernelTransfer, trials: Int) {
    for b in 0..<trials {
      for r in 0..<rank { coefficients[b * drives + r] = alpha * results[b * readouts + r] }
      coefficients[b * drives + 2] = alpha * 0.3
      coefficients[b * drives + 3] = alpha * -0.1
    }
    call(path, transfer, trials: trials, from: state)
  }

  private func call(
    _ path: KernelPath, _ transfer: KernelTransfer, trials: Int, from: UnsafeMutableBufferPointer<Real>
  ) {
    if let drive = driveVectors as? UnsafeMutableBufferPointer<Double> {
      var network = kappa_network_f64(
        units: units, stride: 0, drives: drives, readouts: readouts, biased_readouts: readouts,
        drive_vectors: drive.baseAddress,
        readout_vectors: cast(readoutVectors), bias: nil, transfer: transfer)
      var step = kappa_step_f64_state(
        trials: trials, decay: 1 - alpha, noise_factor: 0, coefficients: coefficients.baseAddress,
        from: cast(from),
        noise: nil, to: cast(state), sums: results.baseAddress)
      kappa_step_f64(path, &network, &step)
    } else {
      var network = kappa_network_f32(
        units: units, stride: 0, drives: drives, readouts: readouts, biased_readouts: readouts,
        drive_vectors: cast(driveVectors),
        readout_vectors: cast(readoutVectors), bias: nil, transfer: transfer)
      var step = kappa_step_f32_state(
        trials: trials, decay: 1 - alpha, noise_factor: 0, coefficients: coefficients.baseAddress,
        from: cast(from),
        noise: nil, to: cast(state), sums: results.baseAddress)
      kappa_step_f32(path, &network, &step)
    }
  }

  private func cast<Other>(_ buffer: UnsafeMutableBufferPointer<Real>) -> UnsafeMutablePointer<Other> {
    precondition(Real.self == Other.self, "the precision chosen by the caller")
    return UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(to: Other.self)
  }
}

/// Neumaier's sum.
private struct CompensatedSum {
  private var sum = 0.0
  private var low = 0.0

  mutating func add(_ value: Double) {
    let new = sum + value
    low += abs(sum) >= abs(value) ? (sum - new) + value : (value - new) + sum
    sum = new
  }

  var value: Double { sum + low }
}
