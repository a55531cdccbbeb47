// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Synchronization

/// Runs the starts side by side and chooses among them.
struct RefinementBench: Sendable {
  let network: Network
  let data: TrainingData
  let options: Distillation.Options
  let clusterings: Clusterings

  /// The fit that was chosen, and the record of all.
  struct Result: Sendable {
    let fit: RefinementFit
    let anchor: Double
    let records: [Distillation.StartRecord]
    let completes: Bool

    /// The circuit: the clusters' own moments, or the fit's completed statistics.
    func circuit(_ bench: RefinementBench) throws(LinearAlgebraError) -> EffectiveCircuit {
      EffectiveCircuit(
        completes
          ? try fit.parameters.statistics(clusters: fit.clusters, weightSquares: bench.data.weightSquares)
          : fit.clusters,
        settings: bench.network.settings)
    }
  }

  /// Moments of Gaussian mixtures; of several starts the most likely one, without a look at the dynamics.
  func moments() throws -> Result {
    let fits = try begin(options.populations == 1 ? [.single] : [.mixture(0)])
    guard let fit = fits.first else { throw failure }
    return Result(fit: fit, anchor: 0, records: [record(fit, polished: false)], completes: false)
  }

  /// The closed form from every clustering of the loadings; the best by training cost.
  func regressed() throws -> Result {
    let starts = try begin(Start.all(populations: options.populations))
    let fits = inParallel(starts) { fit in try? fit.regress(data) }
    return try choose(fits, polished: [], anchor: 0)
  }

  /// The full recipe; progress goes from 0 to 1.
  func refined(anchor: Double, progress: (@Sendable (Double) -> Void)? = nil) throws -> Result {
    var fits = try begin(Start.all(populations: options.populations))
    let search = LevenbergMarquardt()
    let kept = min(max(options.polished, 1), fits.count)
    let total = Double(fits.count + kept)
    let done = Atomic<Int>(0)
    let step: @Sendable () -> Void = {
      let count = done.add(1, ordering: .relaxed).newValue
      progress?(Double(count) / total)
    }
    fits = inParallel(fits) { fit in
      try? fit.project(data, anchor: anchor, search: search)
      step()
    }
    let order = fits.indices.sorted { (fits[$0].cost, $0) < (fits[$1].cost, $1) }.prefix(kept)
    let polished = inParallel(order.map { fits[$0] }) { fit in
      try? fit.polish(data, anchor: anchor, search: search)
      step()
    }
    for (index, fit) in zip(order, polished) { fits[index] = fit }
    return try choose(fits, polished: Set(order), anchor: anchor)
  }

  private var failure: DistillationError {
    DistillationError(
      quantity: "a circuit of \(options.populations) populations",
      expected: "a finite training cost from some start",
      found: "none; try fewer populations or more training trials")
  }

  private func begin(_ starts: [Start]) throws -> [RefinementFit] {
    let isMixture = starts.contains { if case .mixture = $0 { true } else { false } }
    let mixtures =
      isMixture
      ? (try? clusterings.mixtures(
        of: network, populations: options.populations, seed: options.seed, threads: options.threads)) ?? []
      : []
    let found = Concurrently.map(starts.count, threads: options.threads) { index in
      (try? clusterings.begin(
        starts[index], network: network, data: data, populations: options.populations, mixtures: mixtures,
        seed: options.seed)) ?? nil
    }.compactMap { $0 }
    if found.isEmpty { throw failure }
    // The same grouping found twice need not be fitted twice.
    return found.enumerated().filter { index, fit in
      !found[..<index].contains { AdjustedRandIndex($0.labels, fit.labels).value == 1 }
    }.map(\.element)
  }

  private func choose(_ fits: [RefinementFit], polished: Set<Int>, anchor: Double) throws -> Result {
    // Circuits that need weights far beyond the network's are taken only when there is no other.
    let sound = fits.filter { fit in
      fit.cost.isFinite
        && zip(fit.parameters.leastWeightSquares, data.weightSquares).allSatisfy { $0 <= 5 * $1 }
    }
    let candidates = sound.isEmpty ? fits : sound
    guard let best = candidates.min(by: { $0.cost < $1.cost }), best.cost.isFinite else { throw failure }
    let records = fits.enumerated().map { record($1, polished: polished.contains($0)) }
    return Result(fit: best, anchor: anchor, records: records, completes: true)
  }

  private func record(_ fit: RefinementFit, polished: Bool) -> Distillation.StartRecord {
    Distillation.StartRecord(
      name: fit.start.description, cost: fit.cost, steps: fit.steps, polished: polished,
      populations: fit.clusters.populations.count)
  }

  /// Changes every fit by itself; which thread does it makes no difference.
  private func inParallel(_ fits: [RefinementFit], _ change: @Sendable (inout RefinementFit) -> Void)
    -> [RefinementFit]
  {
    Concurrently.map(fits.count, threads: options.threads) { index in
      var fit = fits[index]
      change(&fit)
      return fit
    }
  }
}
