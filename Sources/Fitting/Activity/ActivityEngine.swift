// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Cost of a network against activity, and its exact gradient, by backpropagation through time of the Euler map.
///
///     cost = Σ (r̂ - r)² / Σ (r - ⟨r⟩)²  +  mean over outputs of Σ (ẑ - z)² / Σ z²
///
/// (of more than eight outputs, over their principal sums, `OutputSums`)
///
/// (1 - R² of the rates and the squared relative error of z, with the denominators of all trials, scaled to those that are
/// evaluated.) Trials are taken in groups of four, and the groups' sums are added in their order: the same bits for every
/// number of threads.
final class ActivityEngine<Real: ActivityScalar> {
  let shape: ActivityShape
  let drives: ActivityDrives
  let trials: Int
  /// Σ (r - ⟨r⟩)² over all that is known, and Σ z² of every output.
  let rateSquare: Double
  let outputSquares: [Double]
  /// The share of the outputs' error in the cost.
  var outputWeight = 1.0

  private let threads: Int
  private let targets: UnsafeMutablePointer<Real>
  private let driveValues: UnsafeMutablePointer<Double>
  private let outputTargets: [Double]
  private let initialState: [Double]?
  private let vectors: ActivityVectors<Real>
  private var passes: [ActivityPass<Real>] = []
  private var groups: [GroupResult<Real>] = []
  private let known: Int
  private let outputKnown: Int

  init(_ activity: Activity, rank: Int, columns: [ActivityDrives.Column], threads: Int?) {
    let given = activity.given
    drives = ActivityDrives(
      columns, under: activity.stimulus, alpha: given.alpha, form: given.form)
    trials = activity.stimulus.trials
    known = activity.stimulus.steps
    // Of many outputs a few sums stand in the cost, and nothing where z has none.
    let wanted = activity.outputs.isEmpty ? 0 : given.readouts.columns
    let sums = wanted == 0 ? nil : try? OutputSums(of: activity.outputs, outputs: wanted)
    let readouts = sums?.readouts(given.readouts) ?? given.readouts
    let outputs = sums?.weights.columns ?? (wanted > OutputSums.few ? 0 : wanted)
    shape = ActivityShape(
      units: activity.units, rank: rank, drives: columns.count, outputs: outputs, states: drives.states,
      first: drives.first, known: known, alpha: given.alpha, transfer: given.transfer)
    self.threads = Concurrently.workers(threads, pieces: 1 << 20)
    initialState = given.form == .rate ? given.start : nil

    let values = activity.targets
    let (units, padded) = (shape.units, shape.paddedUnits)
    // Rows of all trials, and one trial more of missing rates that fills groups up.
    let rows = trials * known
    targets = AlignedMemory.numbers((rows + known) * padded, zeros: (rows + known) * padded)
    let target = targets
    values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for i in 0..<units { target[row * padded + i] = Real(values[row * units + i]) }
        for i in units..<padded { target[row * padded + i] = .nan }
      }
    }
    for i in (rows * padded)..<((rows + known) * padded) { target[i] = .nan }
    let driveCount = drives.values.count
    driveValues = AlignedMemory.zeros(driveCount + shape.states * columns.count)
    for (i, value) in drives.values.enumerated() { driveValues[i] = value }

    outputTargets = outputs == 0 ? [] : sums?.values(activity.outputTargets) ?? activity.outputTargets
    outputKnown = outputs
    rateSquare = Self.spread(values, units: units)
    var squares = [Double](repeating: 0, count: outputs)
    for (i, value) in outputTargets.enumerated() { squares[i % max(outputs, 1)] += value * value }
    outputSquares = squares
    vectors = ActivityVectors(shape)
    if outputs > 0 { vectors.copy(readouts.elements, to: vectors.readouts) }
  }

  deinit {
    targets.deallocate()
    driveValues.deallocate()
  }

  /// Σ (r - ⟨r⟩)² over everything that is known, ⟨r⟩ each unit's own mean.
  static func spread(_ values: [Double], units: Int) -> Double {
    var sums = [Double](repeating: 0, count: units)
    var counts = [Double](repeating: 0, count: units)
    for row in 0..<(values.count / max(units, 1)) {
      for i in 0..<units {
        let value = values[row * units + i]
        if value.isNaN { continue }
        sums[i] += value
        counts[i] += 1
      }
    }
    var total = 0.0
    for row in 0..<(values.count / max(units, 1)) {
      for i in 0..<units {
        let value = values[row * units + i]
        if value.isNaN { continue }
        let difference = value - sums[i] / counts[i]
        total += difference * difference
      }
    }
    return total
  }

  /// What the network costs on some trials.
  struct Cost {
    /// 1 - R² and the mean squared relative error of the outputs, in the units of all trials.
    var rates = 0.0
    var outputs = 0.0
    var gradient: ActivityParameters?
    func total(_ outputWeight: Double) -> Double { rates + outputWeight * outputs }
  }

  /// Cost on some trials, with the gradient where it is wanted.
  func evaluate(_ parameters: ActivityParameters, trials chosen: [Int], wantsGradient: Bool) -> Cost {
    prepare(parameters, trials: chosen)
    let count = (chosen.count + ActivityShape.group - 1) / ActivityShape.group
    let share = Double(trials) / Double(max(chosen.count, 1))
    let rateScale = rateSquare > 0 ? share / rateSquare : 0
    let job = Job(
      engine: self, parameters: parameters, chosen: chosen, rateScale: rateScale,
      outputScale: outputScale(share), wantsGradient: wantsGradient)
    let workers = max(1, min(threads, count))
    Concurrently.forEach(workers, threads: workers) { worker in
      for group in stride(from: worker, to: count, by: workers) { job.run(group, worker: worker) }
    }
    var result = Cost()
    var gradient = parameters.zeros
    let scale = outputScale(share)
    for group in groups[..<count] {
      result.rates += rateScale * group.loss
      for o in 0..<shape.outputs { result.outputs += scale[o] * group.outputLoss[o] }
      if wantsGradient { group.gradient?.add(to: &gradient) }
    }
    guard wantsGradient else { return result }
    if let start = initialState { addStart(start, count, &gradient) }
    result.gradient = gradient
    return result
  }

  private func outputScale(_ share: Double) -> [Double] {
    outputSquares.map { $0 > 0 ? share / ($0 * Double(outputSquares.count)) : 0 }
  }

  /// κ(0) = nᵀr(0)/N in rate form: ∂L/∂n += r(0) a_0/N.
  private func addStart(_ start: [Double], _ count: Int, _ gradient: inout ActivityParameters) {
    for r in 0..<shape.rank {
      var pull = 0.0
      for group in groups[..<count] { pull += group.start[r] }
      pull /= Double(shape.units)
      for i in 0..<shape.units { gradient.n[r * shape.units + i] += start[i] * pull }
    }
  }

  /// κ of all states, row-major (trials, states, R), z (trials, states, O) likewise, of some trials.
  func run(_ parameters: ActivityParameters, trials chosen: [Int]) -> (latents: [Double], outputs: [Double]) {
    prepare(parameters, trials: chosen)
    var latents = [Double](repeating: 0, count: chosen.count * shape.states * shape.rank)
    var outputs = [Double](repeating: 0, count: chosen.count * shape.states * shape.outputs)
    let job = Job(
      engine: self, parameters: parameters, chosen: chosen, rateScale: 0, outputScale: [],
      wantsGradient: false)
    for first in stride(from: 0, to: chosen.count, by: ActivityShape.group) {
      job.forward(first / ActivityShape.group, worker: 0)
      for b in 0..<min(ActivityShape.group, chosen.count - first) {
        for t in 0..<shape.states {
          let place = t * ActivityShape.group + b
          let row = (first + b) * shape.states + t
          for r in 0..<shape.rank {
            latents[row * shape.rank + r] = passes[0].latents[place * shape.rank + r]
          }
          for o in 0..<shape.outputs {
            outputs[row * shape.outputs + o] = passes[0].outputs[place * shape.outputs + o]
          }
        }
      }
    }
    return (latents, outputs)
  }

  private func prepare(_ parameters: ActivityParameters, trials chosen: [Int]) {
    let count = (chosen.count + ActivityShape.group - 1) / ActivityShape.group
    while passes.count < max(1, min(threads, count)) { passes.append(ActivityPass(shape, vectors)) }
    while groups.count < count { groups.append(GroupResult(shape)) }
    vectors.fill(from: parameters)
  }

  /// The work of one evaluation; each group and each worker's pass is touched by one thread only.
  private struct Job: @unchecked Sendable {
    let engine: ActivityEngine
    let parameters: ActivityParameters
    let chosen: [Int]
    let rateScale: Double
    let outputScale: [Double]
    let wantsGradient: Bool

    func forward(_ group: Int, worker: Int, wantsLoss: Bool = false) {
      let (pass, shape) = (engine.passes[worker], engine.shape)
      let first = group * ActivityShape.group
      for b in 0..<ActivityShape.group {
        // A place beyond the last trial repeats it, with nothing known.
        let isReal = first + b < chosen.count
        let trial = chosen[min(first + b, chosen.count - 1)]
        pass.drives[b] = UnsafePointer(engine.driveValues + trial * shape.states * shape.drives)
        let row = isReal ? trial : engine.trials
        pass.targets[b] = UnsafePointer(engine.targets + row * shape.known * shape.paddedUnits)
        for r in 0..<shape.rank {
          var kappa = 0.0
          if let start = engine.initialState {
            for i in 0..<shape.units { kappa += parameters.n[r * shape.units + i] * start[i] }
            kappa /= Double(shape.units)
          }
          pass.latents[b * shape.rank + r] = kappa
        }
      }
      var loss = 0.0
      Real.forward(pass, loss: &loss, wantsLoss: wantsLoss)
      engine.groups[group].loss = loss
    }

    func run(_ group: Int, worker: Int) {
      let (pass, shape) = (engine.passes[worker], engine.shape)
      let sums = engine.groups[group]
      forward(group, worker: worker, wantsLoss: !wantsGradient)
      compare(group, pass, shape, sums)
      guard wantsGradient else { return }
      let gradient = sums.gradientVectors(shape)
      gradient.clear()
      pass.gradient = gradient
      var loss = 0.0
      Real.backward(pass, scale: 2 * rateScale, loss: &loss)
      sums.loss = loss
      for r in 0..<shape.rank {
        sums.start[r] = 0
        for b in 0..<ActivityShape.group where group * ActivityShape.group + b < chosen.count {
          sums.start[r] += pass.start[b * shape.rank + r]
        }
      }
    }

    private func compare(
      _ group: Int, _ pass: ActivityPass<Real>, _ shape: ActivityShape, _ sums: GroupResult<Real>
    ) {
      let outputs = shape.outputs
      for o in 0..<outputs { sums.outputLoss[o] = 0 }
      for i in 0..<(shape.states * ActivityShape.group * outputs) { pass.errors[i] = 0 }
      engine.outputTargets.withUnsafeBufferPointer { targets in
        for b in 0..<ActivityShape.group where group * ActivityShape.group + b < chosen.count {
          let trial = chosen[group * ActivityShape.group + b]
          for t in 0..<shape.known {
            for o in 0..<outputs {
              let place = ((t + shape.first) * ActivityShape.group + b) * outputs + o
              let wanted = targets[(trial * shape.known + t) * outputs + o]
              if wanted.isNaN { continue }
              let error = pass.outputs[place] - wanted
              sums.outputLoss[o] += error * error
              pass.errors[place] = 2 * engine.outputWeight * outputScale[o] * error
            }
          }
        }
      }
    }
  }
}

/// The sums of one group of trials.
private final class GroupResult<Real: ActivityScalar>: @unchecked Sendable {
  var loss = 0.0
  var outputLoss: [Double]
  var start: [Double]
  private(set) var gradient: ActivityVectors<Real>?

  init(_ shape: ActivityShape) {
    outputLoss = [Double](repeating: 0, count: shape.outputs)
    start = [Double](repeating: 0, count: shape.rank)
  }

  func gradientVectors(_ shape: ActivityShape) -> ActivityVectors<Real> {
    if let gradient { return gradient }
    let made = ActivityVectors<Real>(shape)
    gradient = made
    return made
  }
}
