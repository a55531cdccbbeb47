// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// The network that a result is about, in a few words.
public struct NetworkHeader: Codable, Sendable, Hashable {
  /// The file, or the name it was given.
  public let path: String
  /// N, R, K and O; R is that of κ, for a dense J of its truncation.
  public let units, rank, inputs, outputs: Int
  /// `true` where J is dense, of which m and n are a truncation; otherwise not in the JSON.
  public let fullRank: Bool?
  /// φ.
  public let transfer: String
  /// α = dt/τ.
  public let alpha: Double
  /// The pair (m, n) in which κ is measured.
  public let gauge: String
  /// Which family of files it is from.
  public let dialect: String
  /// What was not in the file, and where it came from.
  public let assumptions: [String]

  /// The words on a network.
  public init(_ imported: ImportedNetwork, path: String) {
    self.path = path
    units = imported.network.unitCount
    rank = imported.network.rank
    fullRank = imported.network.denseConnectivity == nil ? nil : true
    inputs = imported.network.inputCount
    outputs = imported.network.outputCount
    transfer = imported.network.transfer.rawValue
    alpha = imported.alpha
    gauge = imported.summary.gauge.rawValue
    dialect = imported.dialect
    assumptions = imported.assumptions
  }
}

/// One dynamics against the full network.
public struct ComparisonErrors: Codable, Sendable, Hashable {
  /// Figures of one readout.
  public struct Output: Codable, Sendable, Hashable {
    /// Root-mean-square and largest difference of z.
    public let rmse, max: Double
    /// RMS difference over RMS of the network's z.
    public let relative: Double
    /// Share of trials whose decision is the network's.
    public let agreement: Double?
    /// Share of decisions that are right, and mean squared error over the response window, where there are targets.
    public let accuracy, loss: Double?
  }

  /// Figures of one latent.
  public struct Latent: Codable, Sendable, Hashable {
    /// Root-mean-square and largest difference of κ.
    public let rmse, max: Double
    /// RMS difference over RMS of the network's κ.
    public let relative: Double
  }

  /// One entry per readout.
  public let outputs: [Output]
  /// One entry per latent.
  public let kappa: [Latent]

  /// The figures of a comparison.
  public init(_ comparison: Comparison) {
    outputs = comparison.outputs.map {
      Output(
        rmse: $0.deviation.rmse, max: $0.deviation.max, relative: $0.deviation.relative,
        agreement: $0.agreement, accuracy: $0.performance?.accuracy, loss: $0.performance?.loss)
    }
    kappa = comparison.kappa.map { Latent(rmse: $0.rmse, max: $0.max, relative: $0.relative) }
  }
}

/// How far a network's exact manifold and its circuit are from the network.
public struct ComparisonResult: Codable, Sendable {
  /// The full network's own performance on one output.
  public struct Own: Codable, Sendable, Hashable {
    /// Share of decisions that are right.
    public let accuracy: Double?
    /// Mean squared error over the response window.
    public let loss: Double?
  }

  /// The network.
  public let network: NetworkHeader
  /// B and T.
  public let trials, steps: Int
  /// Where the trials come from.
  public let trialSource: String
  /// How the circuit was found.
  public let closure: Closure
  /// P.
  public let populations: Int
  /// The network's own performance, one entry per output, where there are targets.
  public let performance: [Own]?
  /// The exact manifold against the network.
  public let manifold: ComparisonErrors
  /// The circuit against the network.
  public let circuit: ComparisonErrors
  /// The network in single precision against itself in double, where that was asked for.
  public let single: ComparisonErrors?

  /// The network against the user's own z, where the trials hold it.
  public let recorded: NetworkCheck.Recorded?
  /// The network of rank R that stands in for a dense J, against the network; `nil` where J is m nᵀ/N itself.
  public let truncation: ComparisonErrors?
  /// What to know beside the numbers.
  public private(set) var remarks: [Remark] = []
  /// The simulations themselves; not part of the JSON, and `nil` in a result read from it.
  public private(set) var run: SideBySide?

  private enum CodingKeys: CodingKey {
    case network, trials, steps, trialSource, closure, populations, performance, manifold, circuit, single,
      recorded, truncation, remarks
  }

  /// The figures of a run.
  public init(_ run: SideBySide, remarks: [Remark] = []) {
    self.init(run, NetworkCheck(run), remarks: remarks)
  }

  /// The same with what is known about how the network was read.
  init(_ run: SideBySide, _ check: NetworkCheck, remarks: [Remark]) {
    network = NetworkHeader(run.imported, path: run.path)
    trials = run.trials.stimulus.trials
    steps = run.trials.stimulus.steps
    trialSource = run.trialSet.source
    closure = run.reduction.closure
    populations = run.reduction.circuit.statistics.populations.count
    let own = run.networkPerformance
    performance =
      own.contains { $0 != nil } ? own.map { Own(accuracy: $0?.accuracy, loss: $0?.loss) } : nil
    manifold = ComparisonErrors(run.manifoldComparison)
    circuit = ComparisonErrors(run.circuitComparison)
    single = run.singleComparison.map(ComparisonErrors.init)
    recorded = check.recorded
    truncation = run.truncation.map {
      ComparisonErrors(Comparison(of: $0, against: run.network, trials: run.trials))
    }
    self.remarks = check.remarks + remarks
    self.run = run
  }
}
