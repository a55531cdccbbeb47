// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// Tries the ways to read a network's file and tells which gives the user's own z.
///
/// Form, scaling (of J and w, and of w alone), the place of the bias, φ, initial state, J or its transpose and whether z
/// stands before or after the update are tried in all combinations; α, unless it is known, on a grid and then by golden
/// section for each good combination, and is rounded to the short number that fits best. What the user says is not
/// varied.
public struct ReadingSearch: Sendable {
  let base: ImportedNetwork
  private let request: ReadingRequest
  private let recorded: RecordedTrials
  private let own: ReadingVariant

  /// Step sizes that are tried first, by factors of about 1.4.
  static let grid = [
    0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.55, 0.75, 1,
  ]
  /// How many combinations get a step size of their own.
  static let longlist = 192
  /// How many of them are looked at closely.
  static let shortlist = 32

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
    let active = ReadingSample.active(recorded, z)
    let quick = ReadingSample(base, recorded, z, trials: 3, steps: active + 24)
    let close = ReadingSample(base, recorded, z, trials: 4, steps: active + 80)
    let whole = ReadingSample(
      base, recorded, z, trials: recorded.trials.stimulus.trials, steps: recorded.trials.stimulus.steps,
      isWhole: true)
    // A wrong step size looks much like a z that is one step behind: both are kept for every combination.
    let combinations = variants()
    var best = looked(combinations.map { Candidate(variant: $0) }) { place, candidates in
      var found = [false, true].map { Candidate(variant: candidates[place].variant, beforeUpdate: $0) }
      for alpha in alphas() {
        var variant = candidates[place].variant
        variant.alpha = alpha
        for (side, error) in quick.errors(of: variant).enumerated() where error < found[side].error {
          found[side] = Candidate(variant: variant, beforeUpdate: side == 1, error: error)
        }
      }
      return found
    }
    if searchesAlpha {
      // The right reading at a step size of the grid may be worse than a wrong one: each gets the step size it can have.
      best = looked(Self.best(best, Self.longlist)) { place, candidates in
        [refined(candidates[place], on: quick, rounds: 16)]
      }
    }
    let found = looked(Self.best(best, Self.shortlist)) { place, candidates in
      var candidate = candidates[place]
      if searchesAlpha {
        candidate = refined(candidate, on: close, rounds: 60)
        candidate.variant.alpha = shortest(candidate, on: close)
      }
      candidate.error = whole.error(of: candidate.variant, before: candidate.beforeUpdate)
      return [candidate]
    }
    return found.filter { $0.error.isFinite }
      .map {
        Reading(
          options: $0.variant.options(from: own, request, base), relative: $0.error,
          beforeUpdate: $0.beforeUpdate)
      }
      .sorted { Self.isBetter($0, $1) }.prefix(count).map(\.self)
  }

  /// A reading on the way.
  struct Candidate: Sendable {
    var variant: ReadingVariant
    var beforeUpdate = false
    var error = Double.infinity
  }

  private static func best(_ candidates: [Candidate], _ count: Int) -> [Candidate] {
    Array(candidates.filter { $0.error.isFinite }.sorted { $0.error < $1.error }.prefix(count))
  }

  /// What becomes of each candidate, several at a time, in their order.
  private func looked(
    _ candidates: [Candidate], _ look: @Sendable (Int, [Candidate]) -> [Candidate]
  ) -> [Candidate] {
    Concurrently.map(candidates.count, threads: nil) { look($0, candidates) }.flatMap(\.self)
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
}
