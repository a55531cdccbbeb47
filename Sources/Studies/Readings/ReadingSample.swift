// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The first steps of the first trials, with the user's z.
struct ReadingSample: Sendable {
  /// Outputs that are looked at where not all are, at most: all are read alike.
  static let fewOutputs = 8

  private let base: ImportedNetwork
  let stimulus: Stimulus
  let z: [Double]
  let outputs: Int
  private let size: Double

  /// - Parameter isWhole: whether all outputs are looked at, however many there are.
  init(
    _ base: ImportedNetwork, _ recorded: RecordedTrials, _ z: [Double], trials: Int, steps: Int,
    isWhole: Bool = false
  ) {
    let all = recorded.trials.stimulus
    let (trials, steps) = (min(trials, all.trials), min(steps, all.steps))
    func start<Value>(_ values: [Value], _ width: Int) -> [Value] {
      (0..<trials).flatMap { b in
        values[(b * all.steps * width)..<((b * all.steps + steps) * width)]
      }
    }
    let width = recorded.outputs
    var few: (base: ImportedNetwork, outputs: [Int])?
    if !isWhole, width > Self.fewOutputs {
      let some = (0..<Self.fewOutputs).map { $0 * width / Self.fewOutputs }
      few = (try? base.keeping(outputs: some)).map { ($0, some) }
    }
    self.base = few?.base ?? base
    outputs = few?.outputs.count ?? width
    stimulus = Stimulus(
      trials: trials, steps: steps, channels: all.channels, values: start(all.values, all.channels))
    let taken = start(z, width)
    self.z =
      few.map { few in
        stride(from: 0, to: taken.count, by: width).flatMap { row in few.outputs.map { taken[row + $0] } }
      } ?? taken
    size = self.z.reduce(0) { $0 + $1 * $1 }
  }

  /// The first step at which the z of any trial is not small: before it, one reading is like another.
  static func active(_ recorded: RecordedTrials, _ z: [Double]) -> Int {
    let (steps, outputs) = (recorded.trials.stimulus.steps, recorded.outputs)
    let most = z.reduce(0) { max($0, abs($1)) }
    let first = z.indices.filter { abs(z[$0]) > 1e-2 * most }.map { $0 / outputs % steps }.min()
    return first ?? 0
  }

  /// The relative error of z read after the update, and before it.
  func errors(of variant: ReadingVariant) -> [Double] {
    guard let outputs = simulate(variant) else { return [] }
    return [error(outputs, before: false), error(outputs, before: true)]
  }

  func error(of variant: ReadingVariant, before: Bool) -> Double {
    simulate(variant).map { error($0, before: before) } ?? .infinity
  }

  private func simulate(_ variant: ReadingVariant) -> [Double]? {
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
