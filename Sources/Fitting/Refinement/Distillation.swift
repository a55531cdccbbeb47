// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A Gaussian-mixture circuit for a network, its populations chosen or fitted so that it predicts the network's dynamics.
///
/// Three closures of the same form, R + K equations in (κ, v):
/// - `moments`: clusters of units and their own moments;
/// - `regressed`: the clusters' moments of (m, I), with the means and cross-covariances of n and w solved once, in
///   closed form, for the least trajectory error to first order;
/// - `refined`: all of them fitted to the trajectories, from several starts; the best by training cost is taken.
///
/// Refined populations are effective ones, not clusters of real units, and they are not unique: `diagnosis` says how far
/// they went. Method and measurements: notes/distillation.md.
public struct Distillation: Sendable {
  /// How strongly a refined circuit is tied to the clusters it starts from.
  public enum Anchor: Sendable, Hashable {
    /// By η > 0; 0 leaves it free.
    case strength(Double)
    /// By the strongest of `Distillation.anchors` whose validation error stays below `limit` on other trials, too
    /// (`ValidationError.bound`): digits that nobody needs are not bought with parameters that nobody measured. Where the
    /// free fit is below it on these trials only, the bound may not grow; where it misses it, by `tolerance` at most.
    case strongest(limit: Double, tolerance: Double)
  }

  /// The strengths tried by `.strongest`, from strong to weak.
  public static let anchors = [1e-1, 1e-2, 1e-3, 1e-4]
  /// How far the overall mean of an m or n may be from the network's own, in SDs over units, before a circuit is not
  /// taken for one of this network.
  public static let meanLimit = 0.3

  /// What is fitted, and how.
  public struct Options: Sendable, Hashable {
    /// P.
    public var populations: Int
    /// The closure.
    public var closure: Closure
    /// The anchor of a refined circuit.
    public var anchor: Anchor
    /// Seed of starts and samples.
    public var seed: UInt64
    /// Starts side by side; `nil` for as many as the machine has cores. Results do not depend on it.
    public var threads: Int?
    /// How many starts, the best by training cost, are polished on the true trajectory error.
    public var polished: Int

    /// Options; one population's moments unless more is asked for.
    public init(
      populations: Int = 1, closure: Closure = .moments,
      anchor: Anchor = .strongest(limit: 0.02, tolerance: 1.5),
      seed: UInt64 = 0, threads: Int? = nil, polished: Int = 4
    ) {
      self.populations = populations
      self.closure = closure
      self.anchor = anchor
      self.seed = seed
      self.threads = threads
      self.polished = polished
    }
  }

  /// One start and what became of it.
  public struct StartRecord: Sendable, Hashable {
    /// The grouping it began from.
    public let name: String
    /// Training cost at the end: mean over trials and steps of Σ(δκ/SD)² + Σ(δz/SD)², jittered cloud and pull included.
    public let cost: Double
    /// Levenberg–Marquardt steps.
    public let steps: Int
    /// Whether it was polished on the true trajectory error.
    public let polished: Bool
    /// Populations it had; fewer than asked for when a clustering left some empty.
    public let populations: Int
  }

  /// An anchor that was tried.
  public struct AnchorRecord: Sendable, Hashable {
    /// η; 0 for the free fit.
    public let strength: Double
    /// Relative error of the outputs on the validation trials.
    public let validation: ValidationError
  }

  /// The circuit, complete: anybody can simulate it or draw networks from it.
  public let circuit: EffectiveCircuit
  /// How it was found.
  public let closure: Closure
  /// η of the circuit; `nil` unless it is refined.
  public let anchor: Double?
  /// The population of every unit in the clusters that the circuit came from.
  public let labels: [Int]
  /// All starts, in the order they were listed; of a chosen anchor, its own.
  public let starts: [StartRecord]
  /// The anchors tried, when one was to be chosen.
  public let anchors: [AnchorRecord]
  /// Relative error of the outputs on the training trials, against the exact manifold.
  public let trainingError: Double
  /// The same on the validation trials, which no parameter was fitted to.
  public let validation: ValidationError
  /// How far the populations are from clusters of units.
  public let diagnosis: Diagnosis

  /// Distils a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - training: trials the parameters are fitted to; 30 do for most tasks, 100 for context-dependent ones.
  ///   - validation: other trials, for choices (the anchor). Report errors on a third set.
  ///   - alpha: α = dt/τ.
  ///   - options: what is fitted, and how.
  ///   - progress: called with the share done, from any thread.
  /// - Throws: `DistillationError` when the trials do not fit the network or no start led anywhere, `LinearAlgebraError`
  ///   when an exact trajectory cannot be set up.
  public init(
    of network: Network, training: Stimulus, validation: Stimulus, alpha: Double, options: Options,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws {
    let distiller = try Distiller(
      of: network, training: training, validation: validation, alpha: alpha, seed: options.seed,
      threads: options.threads)
    self = try distiller.distil(options, progress: progress)
  }

  init(
    _ chosen: RefinementBench.Result, _ bench: RefinementBench, circuit: EffectiveCircuit,
    anchors: [AnchorRecord], validatedBy reference: ValidationReference
  ) throws {
    closure = bench.options.closure
    self.circuit = circuit
    anchor = closure == .refined ? chosen.anchor : nil
    labels = chosen.fit.labels
    starts = chosen.records
    self.anchors = anchors
    trainingError = reference.trainingError(of: circuit)
    validation = reference.validationError(of: circuit)
    // Of many outputs, the fit itself knows a few sums alone.
    diagnosis = Diagnosis(
      chosen.fit, of: try chosen.circuit(bench).statistics, data: bench.data,
      isOfSums: circuit.outputCount != bench.network.outputCount)
  }
}
