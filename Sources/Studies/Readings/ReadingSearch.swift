// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Tries the ways to read a network's file and tells which gives the user's own z.
///
/// Form, scaling (of J and w, and of w alone), the place of the bias, φ, initial state, J or its transpose and whether z
/// stands before or after the update are tried in all combinations; α, unless it is known, on a grid and then by golden
/// section around each good combination, and is rounded to the short number that fits best. What the user says is not
/// varied.
public struct ReadingSearch: Sendable {
  private let base: ImportedNetwork
  private let request: ReadingRequest
  private let recorded: RecordedTrials
  private let own: ReadingVariant

  /// Step sizes that are tried first.
  static let grid = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1]
  /// How many combinations are looked at closely.
  static let shortlist = 48

  /// A search around one reading.
  ///
  /// - Parameters:
  ///   - base: the network as the request reads it.
  ///   - request: what the user said; it is not varied.
  ///   - recorded: trials with z, of as many inputs and outputs as the network has.
  public init(_ base: ImportedNetwork, _ request: ReadingRequest, _ recorded: RecordedTrials) {
    self.base = base
    self.request = request
    self.recorded = recorded
    own = ReadingVariant(of: base)
  }

  /// The readings, best first: of those that reproduce z to `Reading.right` the one with the fewest options.
  ///
  /// - Parameter count: how many are wanted.
  public func run(count: Int = 8) -> [Reading] {
    guard let z = recorded.z, recorded.outputs == base.network.outputCount, !z.isEmpty else { return [] }
    let quick = Sample(recorded, z, trials: 3, steps: 24)
    let close = Sample(recorded, z, trials: 4, steps: 80)
    let whole = Sample(
      recorded, z, trials: recorded.trials.stimulus.trials, steps: recorded.trials.stimulus.steps)
    // A quick look at every combination with every step size, of which each combination's best stays.
    let combinations = variants()
    var looks = combinations.map { _ in (variant: own, error: Double.infinity, before: false) }
    looks.withUnsafeMutableBufferPointer { looks in
      let results = Slots(looks)
      Concurrently.forEach(combinations.count, threads: nil) { place in
        for alpha in alphas() {
          var variant = combinations[place]
          variant.alpha = alpha
          for (before, error) in quick.errors(of: variant, base) where error < results[place].error {
            results[place] = (variant, error, before)
          }
        }
      }
    }
    let best = looks.filter { $0.error.isFinite }.sorted { $0.error < $1.error }.prefix(Self.shortlist)
    var found = Array(best)
    found.withUnsafeMutableBufferPointer { found in
      let results = Slots(found)
      Concurrently.forEach(best.count, threads: nil) { place in
        var (variant, _, before) = results[place]
        if searchesAlpha { variant.alpha = refine(variant, before, on: close) }
        results[place] = (variant, whole.error(of: variant, base, before: before), before)
      }
    }
    return found.filter { $0.error.isFinite }
      .map {
        Reading(
          options: $0.variant.options(from: own, request, base), relative: $0.error,
          beforeUpdate: $0.before)
      }
      .sorted { Self.isBetter($0, $1) }.prefix(count).map(\.self)
  }

  private static func isBetter(_ a: Reading, _ b: Reading) -> Bool {
    let (aRight, bRight) = (a.relative <= Reading.right, b.relative <= Reading.right)
    if aRight != bRight { return aRight }
    if aRight, a.beforeUpdate != b.beforeUpdate { return !a.beforeUpdate }
    if aRight, a.options.count != b.options.count { return a.options.count < b.options.count }
    return a.relative < b.relative
  }

  private var searchesAlpha: Bool { request.stepSize == nil }

  private func alphas() -> [Double] {
    searchesAlpha ? Self.grid + (Self.grid.contains(base.alpha) ? [] : [base.alpha]) : [base.alpha]
  }

  /// All combinations, the user's own first.
  private func variants() -> [ReadingVariant] {
    let network = base.network
    let hasBias = network.bias != nil || network.current != nil
    let scalings: [(Scaling, Scaling)] =
      request.scaling.map { [($0, $0)] }
      ?? (network.denseConnectivity == nil
        ? [(.mean, .mean), (.none, .none), (.mean, .none), (.none, .mean)]
        : [(.none, .none), (.mean, .mean)])
    let places: [ReadingVariant.BiasPlace] = hasBias ? [.inside, .insideUnseen, .current] : [own.bias]
    var result: [ReadingVariant] = []
    for form in request.form.map({ [$0] }) ?? NetworkForm.allCases {
      for (scaling, readoutScaling) in scalings {
        for transfer in request.transfer.map({ [$0] }) ?? TransferFunction.allCases {
          // In rate form the three places are one.
          for bias in form == .rate ? [own.bias] : places {
            for starts in own.starts ? [true, false] : [false] {
              for transposed in network.denseConnectivity == nil ? [false] : [false, true] {
                result.append(
                  ReadingVariant(
                    form: form, scaling: scaling, readoutScaling: readoutScaling, transposed: transposed,
                    transfer: transfer, bias: bias, starts: starts, alpha: own.alpha))
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The step size near a variant's own that fits best: golden section in log α, then the shortest number that is as good.
  private func refine(_ variant: ReadingVariant, _ before: Bool, on sample: Sample) -> Double {
    func error(_ alpha: Double) -> Double {
      var trial = variant
      trial.alpha = alpha
      return sample.error(of: trial, base, before: before)
    }
    let place = Self.grid.firstIndex { $0 >= variant.alpha } ?? Self.grid.count - 1
    var low = (place > 0 ? Self.grid[place - 1] : Self.grid[0] / 2) * 0.9
    var high = min(1, Self.grid[min(place + 1, Self.grid.count - 1)] * 1.1)
    var best = (alpha: variant.alpha, error: error(variant.alpha))
    // A step size of the grid that is right to rounding needs no search.
    guard best.error > 1e-12 else { return best.alpha }
    let golden = (5.0.squareRoot() - 1) / 2
    var left = high - golden * (high - low)
    var right = low + golden * (high - low)
    var (leftError, rightError) = (error(left), error(right))
    for _ in 0..<60 where high - low > 1e-12 * high {
      if leftError < rightError {
        (high, right, rightError) = (right, left, leftError)
        left = high - golden * (high - low)
        leftError = error(left)
      } else {
        (low, left, leftError) = (left, right, rightError)
        right = low + golden * (high - low)
        rightError = error(right)
      }
    }
    for (alpha, value) in [(left, leftError), (right, rightError)] where value < best.error {
      best = (alpha, value)
    }
    return shortest(best.alpha, best.error, error)
  }

  /// The number of fewest digits, or the ratio 1/k, that fits as well as a value to within its own precision.
  private func shortest(_ alpha: Double, _ fit: Double, _ error: (Double) -> Double) -> Double {
    var candidates: [Double] = []
    var scale = 1.0
    while alpha * scale < 1 { scale *= 10 }
    for digits in 0..<5 {
      let factor = scale * (0..<digits).reduce(1.0) { value, _ in value * 10 }
      candidates.append((alpha * factor).rounded() / factor)
    }
    if alpha > 0 { candidates.append(1 / (1 / alpha).rounded()) }
    for candidate in candidates where candidate > 0 && candidate <= 1 {
      if error(candidate) <= max(fit, 1e-12) { return candidate }
    }
    return alpha
  }
}

/// Places of an array, each of which one thread alone writes.
private struct Slots<Element>: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<Element>

  init(_ buffer: UnsafeMutableBufferPointer<Element>) { self.buffer = buffer }

  subscript(place: Int) -> Element {
    get { buffer[place] }
    nonmutating set { buffer[place] = newValue }
  }
}

/// The first steps of the first trials, with the user's z.
private struct Sample: Sendable {
  let stimulus: Stimulus
  let z: [Double]
  let outputs: Int
  private let size: Double

  init(_ recorded: RecordedTrials, _ z: [Double], trials: Int, steps: Int) {
    let all = recorded.trials.stimulus
    let (trials, steps) = (min(trials, all.trials), min(steps, all.steps))
    func start<Value>(_ values: [Value], _ width: Int) -> [Value] {
      (0..<trials).flatMap { b in
        values[(b * all.steps * width)..<((b * all.steps + steps) * width)]
      }
    }
    outputs = recorded.outputs
    stimulus = Stimulus(
      trials: trials, steps: steps, channels: all.channels, values: start(all.values, all.channels))
    self.z = start(z, outputs)
    size = self.z.reduce(0) { $0 + $1 * $1 }
  }

  /// The relative error of z read after the update, and before it.
  func errors(of variant: ReadingVariant, _ base: ImportedNetwork) -> [(Bool, Double)] {
    guard let outputs = simulate(variant, base) else { return [] }
    return [(false, error(outputs, before: false)), (true, error(outputs, before: true))]
  }

  func error(of variant: ReadingVariant, _ base: ImportedNetwork, before: Bool) -> Double {
    simulate(variant, base).map { error($0, before: before) } ?? .infinity
  }

  private func simulate(_ variant: ReadingVariant, _ base: ImportedNetwork) -> [Double]? {
    guard let network = variant.network(of: base), let dynamics = try? NetworkDynamics(network) else {
      return nil
    }
    return Simulation(alpha: variant.alpha, threads: 1).run(dynamics, under: stimulus).outputs
  }

  /// Before the update z_t is the output one step earlier; the first step, the output of the initial state, is left out.
  private func error(_ simulated: [Double], before: Bool) -> Double {
    var sum = 0.0
    let row = stimulus.steps * outputs
    let shift = before ? outputs : 0
    for b in 0..<stimulus.trials {
      for i in shift..<max(row, shift) where i < row {
        let difference = simulated[b * row + i - shift] - z[b * row + i]
        sum += difference * difference
      }
    }
    let relative = size > 0 ? (sum / size).squareRoot() : sum.squareRoot()
    return relative.isNaN ? .infinity : relative
  }
}
