// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What a distillation found. Its JSON is that of a comparison, with verdict, equations and error budget.
public struct DistillationResult: Codable, Sendable {
  /// A rung of the error budget.
  public struct Stage: Codable, Sendable, Hashable {
    /// What is simulated, e.g. `without means`.
    public let name: String
    /// The change of each output by this assumption alone, relative to the network's.
    public let costs: [Double]
    /// Errors against the network.
    public let outputs: [ComparisonErrors.Output]
  }

  /// What finite N alone would cost, output by output.
  public struct Band: Codable, Sendable, Hashable {
    /// How many networks were redrawn, and how many trials each ran.
    public let redraws, trials: Int
    /// 5 %, 50 % and 95 % of the redrawn networks' relative errors, and this network's.
    public let lower, median, upper, observed: [Double]
    /// Whether finite N alone explains the error.
    public let explains: [Bool]
  }

  /// A number of the circuit with both intervals.
  public struct Number: Codable, Sendable, Hashable {
    /// 1…P.
    public let population: Int
    /// E.g. `σ(n1, m1)`.
    public let name: String
    /// The circuit's own value.
    public let value: Double
    /// Lower and upper end, from resampled units and from redrawn networks.
    public let bootstrap, redraw: [Double]
  }

  /// How often a band holds the network's own course.
  public struct Coverage: Codable, Sendable, Hashable {
    /// E.g. `κ1`.
    public let quantity: String
    /// Shares of the steps, and mean widths over the quantity's RMS.
    public let bootstrap, bootstrapWidth, redraw, redrawWidth: Double
  }

  /// What single units are tuned to at one moment.
  public struct Tuning: Codable, Sendable, Hashable {
    /// One task variable: correlations over units of measured slopes with those predicted from loadings.
    public struct Variable: Codable, Sendable, Hashable {
      /// Its name.
      public let name: String
      /// With the network's κ.
      public let correlation: Double
      /// With the circuit's κ.
      public let circuitCorrelation: Double?
      /// RMS over units of the rate's change per SD of the variable.
      public let rateChange: Double
      /// The same over each population's units.
      public let populations: [Double]
    }

    /// Its name, e.g. `end of stimulus`.
    public let moment: String
    /// The variables that could be told apart.
    public let variables: [Variable]
    /// Those left out because they do not vary, and because the others determine them.
    public let constant, dependent: [String]
  }

  /// How certain the circuit's numbers are.
  public struct Intervals: Codable, Sendable, Hashable {
    /// The probability inside.
    public let level: Double
    /// Bootstraps, and as many redraws; trials on which κ and z were followed.
    public let replicates, trials: Int
    /// Means and covariances.
    public let numbers: [Number]
    /// κ and z.
    public let coverage: [Coverage]
  }

  /// Network, trials and errors.
  public let comparison: ComparisonResult
  /// The network against the user's own z, where the trials hold it.
  public let recorded: NetworkCheck.Recorded?
  /// What was found, in sentences.
  public let verdict: [String]
  /// The circuit beside the single Gaussian and those that were tried.
  public let circuits: [CircuitRow]
  /// Every sentence on what an input does through which population, as numbers.
  public let claims: [CausalClaim]
  /// Every sentence on what a context does to a population's gain, as numbers.
  public let switches: [GainSwitch]
  /// The κ-equations, line by line.
  public let equations: [String]
  /// What each assumption costs.
  public let budget: [Stage]
  /// What finite N alone would cost, where that was asked for and makes sense.
  public let samplingBand: Band?
  /// How certain the numbers are, where that was asked for and makes sense.
  public let intervals: Intervals?
  /// What single units are tuned to.
  public let tuning: [Tuning]
  /// Attractors under inputs that stand for the epochs; without a report under the weakest of them alone.
  public let portraits: [Portrait]
  /// The network with private noise, where that was asked for.
  public let noisy: NoisyNetwork?
  /// What has been written; empty until a report is.
  public var files: [String]

  /// Everything that was found, as values; not part of the JSON, and `nil` in a result read from it.
  public private(set) var findings: DistillationFindings?
  /// What a page shows beyond; not part of the JSON, and `nil` unless a report was asked for.
  public private(set) var page: PageFindings?
  /// What to know beside the numbers.
  public private(set) var remarks: [Remark] = []

  private enum CodingKeys: CodingKey {
    case comparison, recorded, verdict, circuits, claims, switches, remarks, equations, budget, samplingBand,
      intervals,
      tuning,
      portraits, noisy, files
  }

  init(
    _ findings: DistillationFindings, portraits: [EpochPortrait], page: PageFindings?, noisy: NoisyNetwork?,
    remarks: [Remark]
  ) {
    comparison = ComparisonResult(findings.run, remarks: remarks)
    recorded = comparison.recorded
    verdict = page?.verdict ?? findings.sentences(portraits)
    circuits = findings.circuits
    claims = findings.predicts ? findings.contexts.claims : []
    switches = findings.predicts ? findings.contexts.switches : []
    equations = EquationText(findings.terms).lines
    budget = findings.budget.stages.map {
      Stage(name: $0.name, costs: $0.costs, outputs: ComparisonErrors($0.comparison).outputs)
    }
    samplingBand = findings.band.map(Band.init)
    intervals = findings.intervals.map {
      Intervals($0, layout: findings.run.document.circuit.statistics.layout)
    }
    tuning = findings.tuning.moments.map(Tuning.init)
    self.portraits = portraits.map {
      Portrait($0, inputs: findings.run.trialSet.inputNames ?? [], alpha: findings.run.imported.alpha)
    }
    self.noisy = noisy
    files = []
    self.findings = findings
    self.page = page
    self.remarks = remarks
  }
}

extension DistillationResult.Band {
  fileprivate init(_ band: SamplingBand) {
    redraws = band.redraws
    trials = band.trials
    lower = band.relative.map(\.lower)
    median = band.relative.map(\.median)
    upper = band.relative.map(\.upper)
    observed = band.observed
    explains = band.observed.indices.map { band.explains(output: $0) }
  }
}

extension DistillationResult.Intervals {
  fileprivate init(_ found: DistillationIntervals, layout: LoadingLayout) {
    let bands = found.bands.bands
    level = DistillationIntervals.level
    replicates = found.replicates
    trials = found.trials.count
    numbers = found.numbers(layout).map {
      DistillationResult.Number(
        population: $0.population + 1, name: $0.name, value: $0.value,
        bootstrap: [$0.bootstrap.lower, $0.bootstrap.upper], redraw: [$0.redraw.lower, $0.redraw.upper])
    }
    coverage = found.quantities.enumerated().map { index, name in
      DistillationResult.Coverage(
        quantity: name, bootstrap: bands[0].coverage[index], bootstrapWidth: bands[0].width[index],
        redraw: bands[1].coverage[index], redrawWidth: bands[1].width[index])
    }
  }
}

extension DistillationResult.Tuning {
  fileprivate init(_ moment: Analysis.Tuning) {
    self.moment = moment.moment
    variables = moment.rows.map {
      Variable(
        name: $0.name, correlation: $0.correlation, circuitCorrelation: $0.circuitCorrelation,
        rateChange: $0.size, populations: $0.sizes)
    }
    constant = moment.constant
    dependent = moment.dependent
  }
}
