// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import Synchronization

/// Circuits of one network, fitted to the same trials: what several of them need is done once.
///
/// The exact trajectories, the clusterings of the units for each P and start, and every fit are kept, so that a choice
/// among circuits and a table beside it do not fit the same circuit twice.
public final class Distiller: Sendable {
  /// The network.
  public let network: Network
  /// Seed of starts and samples.
  public let seed: UInt64
  private let threads: Int?
  /// Where there are many outputs: the few sums of them that are fitted.
  private let readouts: PrincipalReadouts?
  private let reference: ValidationReference
  private let data: TrainingData
  private let clusterings = Clusterings()
  private let fits = Mutex<[FitKey: RefinementBench.Result]>([:])

  /// What tells one fit from another of the same network on the same trials.
  private struct FitKey: Hashable {
    let populations: Int
    let closure: Closure
    let anchor: Double
    let polished: Int
  }

  /// Runs the network's exact manifold on the trials.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - training: trials the parameters are fitted to; 30 do for most tasks, 100 for context-dependent ones.
  ///   - validation: other trials, for choices. Report errors on a third set.
  ///   - alpha: α = dt/τ.
  ///   - seed: seed of starts and samples.
  ///   - threads: starts side by side; `nil` for as many as the machine has cores. Results do not depend on it.
  /// - Throws: `DistillationError` when the trials do not fit the network, `LinearAlgebraError` when an exact trajectory
  ///   cannot be set up.
  public init(
    of network: Network, training: Stimulus, validation: Stimulus, alpha: Double, seed: UInt64 = 0,
    threads: Int? = nil
  ) throws {
    for (name, stimulus) in [("training trials", training), ("validation trials", validation)] {
      try Self.check(network, stimulus, name)
    }
    self.network = network
    self.seed = seed
    self.threads = threads
    readouts = try PrincipalReadouts(network, under: training, alpha: alpha)
    data = try TrainingData(readouts?.network ?? network, stimulus: training, alpha: alpha, seed: seed)
    reference = try ValidationReference(network, training: training, validation: validation, alpha: alpha)
  }

  /// What the truncation of a dense J loses of z on the validation trials; 0 for a network of low rank.
  public var truncationError: Double { reference.floor }

  /// A circuit; the seed and threads of the options are not looked at, those of the distiller count.
  ///
  /// - Parameter progress: called with the share done, from any thread.
  /// - Throws: `DistillationError` when the options do not fit the network or no start led anywhere.
  public func distil(
    _ options: Distillation.Options, progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> Distillation {
    try Self.check(network, options)
    var options = options
    (options.seed, options.threads) = (seed, threads)
    let bench = RefinementBench(
      network: readouts?.network ?? network, data: data, options: options, clusterings: clusterings)
    var anchors: [Distillation.AnchorRecord] = []
    let chosen: RefinementBench.Result
    switch (options.closure, options.anchor) {
    case (.moments, _), (.regressed, _): chosen = try fit(bench, anchor: 0)
    case (.refined, .strength(let strength)): chosen = try fit(bench, anchor: strength, progress: progress)
    case (.refined, .strongest(var limit, let tolerance)):
      limit = max(limit, tolerance * truncationError)
      let share = 1 / Double(1 + Distillation.anchors.count)
      var best = try fit(bench, anchor: 0) { progress?($0 * share) }
      let free = reference.validationError(of: try circuit(best, bench))
      anchors.append(Distillation.AnchorRecord(strength: 0, validation: free))
      // An anchor only takes freedom: where the free fit misses the limit, those tied to clusters do too.
      let allowed = free.value <= limit ? max(limit, free.bound) : tolerance * free.bound
      for (index, strength) in Distillation.anchors.enumerated() {
        let candidate = try fit(bench, anchor: strength) { progress?((Double(index + 1) + $0) * share) }
        let error = reference.validationError(of: try circuit(candidate, bench))
        anchors.append(Distillation.AnchorRecord(strength: strength, validation: error))
        if error.bound <= allowed {
          best = candidate
          break
        }
      }
      chosen = best
    }
    let result = try Distillation(
      chosen, bench, circuit: circuit(chosen, bench), anchors: anchors, validatedBy: reference)
    progress?(1)
    return result
  }

  /// The circuit of a fit, with all of the network's outputs.
  private func circuit(_ result: RefinementBench.Result, _ bench: RefinementBench) throws -> EffectiveCircuit
  {
    try readouts?.circuit(result, bench) ?? result.circuit(bench)
  }

  /// One fit, unless it was made before.
  private func fit(
    _ bench: RefinementBench, anchor: Double, progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> RefinementBench.Result {
    let options = bench.options
    let key = FitKey(
      populations: options.populations, closure: options.closure, anchor: anchor, polished: options.polished)
    if let known = fits.withLock({ $0[key] }) { return known }
    let result =
      switch options.closure {
      case .moments: try bench.moments()
      case .regressed: try bench.regressed()
      case .refined: try bench.refined(anchor: anchor, progress: progress)
      }
    fits.withLock { $0[key] = result }
    return result
  }

  private static func check(_ network: Network, _ stimulus: Stimulus, _ name: String)
    throws(DistillationError)
  {
    guard stimulus.trials > 0, stimulus.steps > 0 else {
      throw DistillationError(
        quantity: name, expected: "at least one trial of one step",
        found: "\(stimulus.trials) trials of \(stimulus.steps) steps")
    }
    guard stimulus.channels == network.inputCount else {
      throw DistillationError(
        quantity: name, expected: "\(network.inputCount) input channels, as the network has",
        found: "\(stimulus.channels)")
    }
    guard stimulus.values.allSatisfy(\.isFinite) else {
      throw DistillationError(quantity: name, expected: "finite inputs", found: "one that is not")
    }
  }

  private static func check(_ network: Network, _ options: Distillation.Options) throws(DistillationError) {
    guard (1...max(1, network.unitCount)).contains(options.populations) else {
      throw DistillationError(
        quantity: "populations", expected: "1…\(network.unitCount), at most one per unit",
        found: "\(options.populations)")
    }
    if case .strength(let strength) = options.anchor, !(strength >= 0 && strength.isFinite) {
      throw DistillationError(quantity: "anchor", expected: "a number of at least 0", found: "\(strength)")
    }
  }
}

/// Where fits began: the units grouped by each start, for each P, with the clusters' own parameters.
final class Clusterings: Sendable {
  private struct Key: Hashable {
    let start: Start
    let populations: Int
  }

  private let known = Mutex<[Key: RefinementFit]>([:])
  private let optima = Mutex<[Int: [[Int]]]>([:])
  /// As many optima of a mixture as there are starts from mixtures.
  private static let mixtureCount = 3

  /// The likeliest mixtures of all loadings, best first; found once for each P.
  func mixtures(of network: Network, populations: Int, seed: UInt64, threads: Int?) throws -> [[Int]] {
    if let known = optima.withLock({ $0[populations] }) { return known }
    let found = try Start.mixtures(
      network, populations: populations, limit: Self.mixtureCount, seed: seed, threads: threads)
    optima.withLock { $0[populations] = found }
    return found
  }

  /// The fit that begins at a start; grouped once. `nil` when there is no such mixture.
  func begin(
    _ start: Start, network: Network, data: TrainingData, populations: Int, mixtures: [[Int]], seed: UInt64
  ) throws -> RefinementFit? {
    let key = Key(start: start, populations: populations)
    if let fit = known.withLock({ $0[key] }) { return fit }
    let labels = try start.labels(
      network, data: data, populations: populations, mixtures: mixtures, seed: seed, threads: 1)
    guard let labels else { return nil }
    let fit = try RefinementFit(start, labels: labels, of: network)
    known.withLock { $0[key] = fit }
    return fit
  }
}
