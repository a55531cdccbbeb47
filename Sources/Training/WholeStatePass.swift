// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import CKernels
import LowRank

/// One group after another, on buffers and gradients that one thread touches at a time.
struct WholeStatePass: @unchecked Sendable {
  let shape: WholeStateShape
  let vectors: WholeStateVectors
  let workers: [WholeStateBuffers]
  let gradients: [WholeStateGradient]
  let trained: Set<TrainedVector>
  let noise: PrivateNoise?
  let firstStream: UInt64

  private static let width = WholeStateEngine.group

  /// Loss of the trials from number `first` of the batch on; their gradient goes to that of the piece.
  func run(_ piece: Int, worker: Int, first: Int, trials: Trials) -> GroupLoss {
    let buffers = workers[worker]
    GroupLoss.mark(buffers.read, askedBy: trials, steps: shape.steps, outputs: shape.outputs)
    fill(buffers, trials)
    forward(buffers, trials, streams: streams(first, trials.stimulus.trials))
    let loss = GroupLoss(
      of: buffers.z, on: trials, steps: shape.steps, outputs: shape.outputs, errors: buffers.errors)
    if !trained.isEmpty { backward(buffers, trials, gradients[piece]) }
    return loss
  }

  private func streams(_ first: Int, _ count: Int) -> [RandomStream] {
    guard let noise else { return [] }
    return (0..<count).map {
      RandomStream(seed: noise.seed, purpose: .privateNoise, stream: firstStream &+ UInt64(first + $0))
    }
  }

  /// u, (T, K, 16); places beyond the trials that there are have no input.
  private func fill(_ buffers: WholeStateBuffers, _ trials: Trials) {
    let (steps, inputs, rows) = (shape.steps, shape.inputs, shape.inputRows)
    buffers.u.update(repeating: 0, count: steps * rows * Self.width)
    trials.stimulus.values.withUnsafeBufferPointer { values in
      for b in 0..<trials.stimulus.trials {
        for t in 0..<steps {
          for k in 0..<inputs {
            buffers.u[(t * rows + k) * Self.width + b] = values[(b * steps + t) * inputs + k]
          }
        }
      }
    }
  }

  // MARK: - Forward

  /// ρ and φ' of the states 0…T, and z where it is asked for.
  private func forward(_ buffers: WholeStateBuffers, _ trials: Trials, streams: [RandomStream]) {
    let (units, width, alpha) = (shape.units, Self.width, shape.alpha)
    let size = shape.rows * width
    let transfer = KernelTransfer(shape.transfer)
    let path = PassShape.path
    let (x, received) = (buffers.x, buffers.received)
    var streams = streams
    let count = units * width
    for i in 0..<units { for b in 0..<width { x[i * width + b] = vectors.start[i] } }
    if shape.form == .current {
      activate(x, bias: vectors.bias, rates: buffers.rates, slopes: buffers.slopes, buffers)
    } else {
      buffers.rates.update(from: x, count: count)
    }
    for t in 0..<shape.steps {
      let before = buffers.rates + t * size
      let after = before + size
      vectors.inputs.multiply(buffers.u + t * shape.inputRows * width, adding: false, into: received)
      if let j = vectors.j { j.multiply(before, adding: true, into: received) }
      if let m = vectors.m, let nShare = vectors.nShare {
        let latents = buffers.latents + t * shape.rankRows * width
        nShare.multiply(before, adding: false, into: latents)
        m.multiply(latents, adding: true, into: received)
      }
      switch shape.form {
      case .current:
        for i in 0..<units {
          let constant = vectors.current[i]
          for b in (i * width)..<((i + 1) * width) {
            x[b] = (1 - alpha) * x[b] + alpha * (received[b] + constant)
          }
        }
        addNoise(to: x, &streams)
        activate(x, bias: vectors.bias, rates: after, slopes: buffers.slopes + (t + 1) * size, buffers)
      case .rate:
        for i in 0..<units {
          let bias = vectors.bias[i]
          for b in (i * width)..<((i + 1) * width) { received[b] += bias }
        }
        if !trained.isEmpty {
          kappa_transfer_derivative_f64(path, transfer, received, buffers.slopes + (t + 1) * size, count)
        }
        kappa_transfer_apply_f64(path, transfer, received, received, count)
        for i in 0..<count { x[i] = (1 - alpha) * x[i] + alpha * received[i] }
        addNoise(to: x, &streams)
        after.update(from: x, count: count)
      }
      guard buffers.read[t] != 0 else { continue }
      vectors.readouts.multiply(after, adding: false, into: buffers.few)
      for b in 0..<trials.stimulus.trials {
        for o in 0..<shape.outputs {
          buffers.z[(b * shape.steps + t) * shape.outputs + o] =
            buffers.few[o * width + b] + vectors.readoutBias[o]
        }
      }
    }
  }

  /// φ(x + b), and where there is a way back φ'(x + b).
  private func activate(
    _ x: UnsafeMutablePointer<Double>, bias: [Double], rates: UnsafeMutablePointer<Double>,
    slopes: UnsafeMutablePointer<Double>, _ buffers: WholeStateBuffers
  ) {
    let (count, width) = (shape.units * Self.width, Self.width)
    let transfer = KernelTransfer(shape.transfer)
    let argument = buffers.pull
    for i in 0..<shape.units {
      let value = bias[i]
      for b in (i * width)..<((i + 1) * width) { argument[b] = x[b] + value }
    }
    kappa_transfer_apply_f64(PassShape.path, transfer, argument, rates, count)
    guard !trained.isEmpty else { return }
    if shape.transfer == .tanh {
      for i in 0..<count { slopes[i] = 1 - rates[i] * rates[i] }
    } else {
      kappa_transfer_derivative_f64(PassShape.path, transfer, argument, slopes, count)
    }
  }

  /// Noise of every unit, drawn trial by trial as a simulation draws it.
  private func addNoise(to x: UnsafeMutablePointer<Double>, _ streams: inout [RandomStream]) {
    guard let noise else { return }
    for b in streams.indices {
      for i in 0..<shape.units { x[i * Self.width + b] += noise.deviation * streams[b].normal() }
    }
  }

  // MARK: - Backward

  /// The gradient of the group's sum.
  private func backward(_ buffers: WholeStateBuffers, _ trials: Trials, _ gradient: WholeStateGradient) {
    let (width, alpha, units) = (Self.width, shape.alpha, shape.units)
    let (size, count) = (shape.rows * width, shape.units * width)
    gradient.clear()
    spreadErrors(buffers, trials)
    // λ, d (in place of what units receive) and Jᵀd: nothing comes from behind the last step.
    let (adjoint, received, pull) = (buffers.x, buffers.received, buffers.pull)
    for memory in [adjoint, received, pull] { memory.update(repeating: 0, count: size) }
    for t in (0..<shape.steps).reversed() {
      let after = buffers.rates + (t + 1) * size
      let slopes = buffers.slopes + (t + 1) * size
      if buffers.read[t] != 0 {
        let e = buffers.e + t * shape.outputRows * width
        vectors.errors.multiply(e, adding: true, into: pull)
        if let part = gradient[.readouts] {
          addProducts(after, e, columns: shape.outputs, factor: 1 / Double(units), to: part)
        }
        if let part = gradient[.readoutBias] {
          for o in 0..<shape.outputs { for b in 0..<width { part[o] += e[o * width + b] } }
        }
      }
      switch shape.form {
      case .current:
        for i in 0..<count { pull[i] *= slopes[i] }
        if let part = gradient[.bias] { addSums(pull, to: part) }
        for i in 0..<count {
          adjoint[i] = (1 - alpha) * adjoint[i] + pull[i]
          received[i] = alpha * adjoint[i]
        }
        if let part = gradient[.current] { addSums(received, to: part) }
      case .rate:
        for i in 0..<count {
          adjoint[i] = (1 - alpha) * adjoint[i] + pull[i]
          received[i] = alpha * slopes[i] * adjoint[i]
        }
        if let part = gradient[.bias] { addSums(received, to: part) }
      }
      addConnectivity(buffers, step: t, gradient)
    }
    // The state before the first step is never read.
    switch shape.form {
    case .current:
      for i in 0..<count { pull[i] *= buffers.slopes[i] }
      if let part = gradient[.bias] { addSums(pull, to: part) }
    case .rate: break
    }
    if let part = gradient[.initialState] {
      for i in 0..<count { adjoint[i] = (1 - alpha) * adjoint[i] + pull[i] }
      addSums(adjoint, to: part)
    }
    if let part = gradient[.connectivity] { addHistory(buffers, to: part) }
  }

  /// What d_t of one step gives to the gradients, and Jᵀd_t for the step before.
  private func addConnectivity(_ buffers: WholeStateBuffers, step t: Int, _ gradient: WholeStateGradient) {
    let width = Self.width
    let size = shape.rows * width
    let (received, pull) = (buffers.received, buffers.pull)
    let before = buffers.rates + t * size
    if let part = gradient[.inputs] {
      addProducts(
        received, buffers.u + t * shape.inputRows * width, columns: shape.inputs, factor: 1, to: part)
    }
    if let transposed = vectors.transposed {
      transposed.multiply(received, adding: false, into: pull)
    } else {
      pull.update(repeating: 0, count: size)
    }
    if let n = vectors.n, let mShare = vectors.mShare {
      let few = buffers.few
      mShare.multiply(received, adding: false, into: few)
      if let part = gradient[.m] {
        addProducts(
          received, buffers.latents + t * shape.rankRows * width, columns: shape.rank, factor: 1, to: part)
      }
      if let part = gradient[.n] { addProducts(before, few, columns: shape.rank, factor: 1, to: part) }
      n.multiply(few, adding: true, into: pull)
    }
    guard let errors = buffers.packedErrors, let rates = buffers.blockedRates else { return }
    // Panels of eight units, in a panel step after step and trial after trial; and blocks of sixteen units likewise.
    for i in 0..<shape.units {
      let panel = errors + i / 8 * 8 * shape.steps * width + t * width * 8 + i % 8
      let block = rates + i / 16 * 16 * shape.steps * width + t * width * 16 + i % 16
      for b in 0..<width {
        panel[b * 8] = received[i * width + b]
        block[b * 16] = before[i * width + b]
      }
    }
  }

  /// ∂L/∂J_ik = Σ_t d_ti ρ_{t-1,k}, sixteen columns k at a time.
  private func addHistory(_ buffers: WholeStateBuffers, to part: UnsafeMutablePointer<Double>) {
    guard let errors = buffers.packedErrors, let rates = buffers.blockedRates else { return }
    let (units, width) = (shape.units, Self.width)
    let inner = shape.steps * width
    for block in 0..<((units + 15) / 16) {
      kappa_dense_product_f64(
        PassShape.path, shape.rows / 8, inner, errors, rates + block * 16 * inner, false, buffers.x)
      for k in (block * 16)..<min((block + 1) * 16, units) {
        for i in 0..<units { part[k * units + i] += buffers.x[i * width + k - block * 16] }
      }
    }
  }

  /// e, (T, O, 16).
  private func spreadErrors(_ buffers: WholeStateBuffers, _ trials: Trials) {
    let (steps, outputs, rows) = (shape.steps, shape.outputs, shape.outputRows)
    buffers.e.update(repeating: 0, count: steps * rows * Self.width)
    for b in 0..<trials.stimulus.trials {
      for t in 0..<steps {
        for o in 0..<outputs {
          buffers.e[(t * rows + o) * Self.width + b] = buffers.errors[(b * steps + t) * outputs + o]
        }
      }
    }
  }

  /// part_ic += factor Σ_b a_ib c_cb: sums over the trials of a group.
  private func addProducts(
    _ a: UnsafeMutablePointer<Double>, _ c: UnsafeMutablePointer<Double>, columns: Int, factor: Double,
    to part: UnsafeMutablePointer<Double>
  ) {
    for column in 0..<columns {
      let right = UnsafeRawPointer(c + column * Self.width).loadUnaligned(as: SIMD16<Double>.self)
      if right == .zero { continue }
      let target = part + column * shape.units
      for i in 0..<shape.units {
        let left = UnsafeRawPointer(a + i * Self.width).loadUnaligned(as: SIMD16<Double>.self)
        target[i] += factor * (left * right).sum()
      }
    }
  }

  /// part_i += Σ_b a_ib.
  private func addSums(_ a: UnsafeMutablePointer<Double>, to part: UnsafeMutablePointer<Double>) {
    for i in 0..<shape.units {
      part[i] += UnsafeRawPointer(a + i * Self.width).loadUnaligned(as: SIMD16<Double>.self).sum()
    }
  }
}
