// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank
import NetworkFiles

/// What is left of a network and its circuit without each population. Its JSON is the list of rows.
public struct AblationResult: Codable, Sendable {
  /// What is left of a dynamics without a population.
  public struct Effect: Codable, Sendable, Hashable {
    /// RMS change of z from the intact dynamics, relative to its RMS; all outputs together.
    public let change: Double
    /// Share of decisions that are the intact network's; `nil` where the first output is graded.
    public let agreement: Double?
    /// Share of decisions that are right, where there are targets that ask for decisions.
    public let accuracy: Double?
    /// Mean squared error of the first output over the response window, where there are targets.
    public let loss: Double?
    /// `accuracy` of the trials of each context, where the task has contexts.
    public let accuracyByContext: [Double?]?
    /// `loss` of the trials of each context, where the first output is graded.
    public let lossByContext: [Double?]?
    /// `accuracy` of the incongruent trials of each context alone, whose two channels of evidence ask for opposite
    /// decisions: the ones that published inactivations count. `nil` for tasks without such trials.
    public let accuracyByContextIncongruent: [Double?]?
  }

  /// One population's row; the first row is the intact pair.
  public struct Row: Codable, Sendable, Hashable {
    /// 1…P; 0 for none.
    public let population: Int
    /// Its share of the units.
    public let fraction: Double
    /// How many units are switched off.
    public let units: Int
    /// The network without them.
    public let network: Effect
    /// The circuit without the population.
    public let circuit: Effect
    /// Relative error of the ablated circuit against the ablated network.
    public let error: Double
  }

  /// The intact pair, and one row per population.
  public let rows: [Row]
  /// The names of the contexts, if there are any.
  public let contexts: [String]
  /// The network; `nil` in a result read from JSON.
  public let imported: ImportedNetwork?
  /// B and T.
  public let trials, steps: Int
  /// Where the trials come from.
  public let trialSource: String
  /// How the circuit was found.
  public let closure: Closure
  /// What to know beside the numbers.
  public let remarks: [Remark]

  init(
    rows: [Row], contexts: [String], imported: ImportedNetwork?, trials: Int, steps: Int,
    trialSource: String, closure: Closure, remarks: [Remark]
  ) {
    self.rows = rows
    self.contexts = contexts
    self.imported = imported
    self.trials = trials
    self.steps = steps
    self.trialSource = trialSource
    self.closure = closure
    self.remarks = remarks
  }

  /// The rows alone.
  public init(from decoder: any Decoder) throws {
    let rows = try decoder.singleValueContainer().decode([Row].self)
    self.init(
      rows: rows, contexts: [], imported: nil, trials: 0, steps: 0, trialSource: "", closure: .moments,
      remarks: [])
  }

  /// The rows alone.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rows)
  }
}
