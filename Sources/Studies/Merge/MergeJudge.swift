// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import FixedPoints
import LowRank

/// Judges smaller networks by the original, on the same trials.
struct MergeJudge {
  private let original: Network
  private let trials: Trials
  private let alpha: Double
  private let reference: Trajectory
  /// The original's rates along its first components, (P, 3).
  private let components: Matrix

  init(_ original: Network, _ trials: Trials, alpha: Double) throws {
    (self.original, self.trials, self.alpha) = (original, trials, alpha)
    reference = try Self.outputs(original, trials, alpha)
    components = try Self.rates(UnitMerging(original), trials, alpha).along
  }

  /// z without κ, in which networks of another rank cannot be compared.
  private static func outputs(_ network: Network, _ trials: Trials, _ alpha: Double) throws -> Trajectory {
    Simulation(alpha: alpha).run(try NetworkDynamics(network), under: trials.stimulus).withoutLatents
  }

  /// RMS difference of all z from the original's, over their RMS.
  func error(_ network: Network) throws -> Double { try judged(network).relative }

  /// The same, and how well the network does the task.
  private func judged(_ network: Network) throws -> (relative: Double, performance: Performance?) {
    let run = try Self.outputs(network, trials, alpha)
    return (
      Comparison(of: run, against: reference, trials: trials).totalRelativeError,
      Performance(of: run, trials: trials, output: 0)
    )
  }

  /// One size.
  func row(_ merging: UnitMerging, like original: Network, beforeTraining: Double? = nil) throws
    -> MergeResult.Row
  {
    let network = merging.network
    let (relative, performance) = try judged(network)
    return MergeResult.Row(
      units: network.unitCount, largestGroup: merging.sizes.max() ?? 1,
      relative: relative, relativeBeforeTraining: beforeTraining, loss: performance?.loss,
      accuracy: performance?.accuracy,
      solution: try solution(merging), truncation: try truncation(asLargeAs: network))
  }

  private func solution(_ merging: UnitMerging) throws -> MergeResult.Solution {
    let network = merging.network
    let rates = try Self.rates(merging, trials, alpha)
    var points: [FixedPoint]?
    if network.denseConnectivity == nil, network.rank <= 3 {
      points = try? FixedPointSearch().fixedPoints(
        of: try ManifoldDynamics(network), input: [Double](repeating: 0, count: network.inputCount)
      ).points
    }
    return MergeResult.Solution(
      fixedPoints: points?.count, stable: points?.count { $0.isStable(alpha: alpha) },
      participationRatio: rates.participation, sharedWithOriginal: Self.shared(rates.along, components))
  }

  /// The truncation of the original's J to the rank whose vectors are as many numbers as the network's connectivity.
  private func truncation(asLargeAs network: Network) throws -> MergeResult.Truncation? {
    let numbers =
      network.denseConnectivity == nil
      ? 2 * network.unitCount * network.rank : network.unitCount * network.unitCount
    let size = original.unitCount
    let rank = min(max(1, numbers / (2 * size)), size)
    guard original.denseConnectivity != nil || rank < original.rank else { return nil }
    let dense =
      original.denseConnectivity
      ?? Matrix(rows: size, columns: size) { i, k in
        (0..<original.rank).reduce(0) { $0 + original.m[i, $1] * original.n[k, $1] } / Double(size)
      }
    let cut = try TruncatedConnectivity(of: dense, rank: rank)
    let reduced = try Network(
      m: cut.m, n: cut.n, inputs: original.inputs, readouts: original.readouts, bias: original.bias,
      current: original.current, readoutBias: original.readoutBias, form: original.form,
      transfer: original.transfer
    ).starting(at: original.start?.state)
    let (relative, performance) = try judged(reduced)
    return MergeResult.Truncation(
      rank: rank, relative: relative, loss: performance?.loss, accuracy: performance?.accuracy)
  }

  // MARK: - Rates

  /// Rates along the first three components of their own, (P, 3), at the same points for every network; and how many dimensions they
  /// fill. Every unit counts as often as it stands for units of the original, whose components copies then leave as they are.
  private static func rates(_ merging: UnitMerging, _ trials: Trials, _ alpha: Double) throws
    -> (along: Matrix, participation: Double)
  {
    var table = try UnitLikeness.activity(
      of: merging.network, under: trials.stimulus, alpha: alpha, most: 400)
    for (unit, size) in merging.sizes.enumerated() where size > 1 {
      for point in 0..<table.columns { table[unit, point] *= Double(size).squareRoot() }
    }
    let components = try PrincipalComponents(of: table.elements, width: table.rows, keeping: 3)
    let count = components.directions.columns
    let along = Matrix(rows: table.columns, columns: count) { point, k in
      (0..<table.rows).reduce(0) {
        $0 + components.directions[$1, k] * (table[$1, point] - components.centre[$1])
      }
    }
    return (along, components.participationRatio)
  }

  /// The share of the variance of `target` that a linear function of `source` gives back. Components are centred and uncorrelated,
  /// so that the parts of each add up.
  private static func shared(_ source: Matrix, _ target: Matrix) -> Double {
    var (explained, total) = (0.0, 0.0)
    func product(_ a: Matrix, _ i: Int, _ b: Matrix, _ j: Int) -> Double {
      (0..<a.rows).reduce(0) { $0 + a[$1, i] * b[$1, j] }
    }
    let sizes = (0..<source.columns).map { product(source, $0, source, $0) }
    let cut = 1e-12 * (sizes.max() ?? 0)
    for j in 0..<target.columns {
      total += product(target, j, target, j)
      for k in 0..<source.columns where sizes[k] > cut {
        let along = product(source, k, target, j)
        explained += along * along / sizes[k]
      }
    }
    return total > 0 ? explained / total : 1
  }
}
