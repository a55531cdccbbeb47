// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// What structure a network's loadings have.
public struct StructureResult: Codable, Sendable, Hashable {
  /// One vector of loadings.
  public struct Vector: Codable, Sendable, Hashable {
    /// Its name, e.g. `n1`.
    public let name: String
    /// Its standard deviation over units.
    public let deviation: Double
    /// Its kurtosis less 3, a Gaussian's.
    public let excessKurtosis: Double
  }

  /// A test against one Gaussian.
  public struct Test: Codable, Sendable, Hashable {
    /// Whose test.
    public let name: String
    /// The statistic, for Mardia's tests.
    public let value: Double?
    /// What a Gaussian cloud has, in words.
    public let gaussian: String?
    /// The effect size, for ePAIRS.
    public let effect: Double?
    /// How often a Gaussian cloud is as far from it.
    public let p: Double
    /// From the simulated clouds' own effects, where `p` does not come from simulations.
    public let simulatedP: Double?
    /// The vectors that took part.
    public let vectors: [String]

    /// The p value that the sentence rests on: the one that Gaussian clouds have as often as it says.
    public var calibrated: Double { simulatedP ?? p }

    init(
      name: String, value: Double? = nil, gaussian: String? = nil, effect: Double? = nil, p: Double,
      simulatedP: Double? = nil, vectors: [String]
    ) {
      self.name = name
      self.value = value
      self.gaussian = gaussian
      self.effect = effect
      self.p = p
      self.simulatedP = simulatedP
      self.vectors = vectors
    }
  }

  /// A mixture of Gaussians.
  public struct Mixture: Codable, Sendable, Hashable {
    /// P.
    public let populations: Int
    /// The Bayesian information criterion; smaller is better.
    public let bic: Double
    /// Mean log likelihood of a unit.
    public let logLikelihood: Double
    /// Shares of the units.
    public let fractions: [Double]
    /// Mean adjusted Rand index between random 80 % of the units; `nil` for one population.
    public let stability: Double?
    /// The same as Dubreuil, Valente et al. (2022) compute it: mixtures whose means are held.
    public let stabilityHeldMeans: Double?
  }

  /// N.
  public let units: Int
  /// One entry per vector, in the order of the layout.
  public let vectors: [Vector]
  /// Standard error of a Gaussian's excess kurtosis.
  public let kurtosisError: Double
  /// The tests.
  public let tests: [Test]
  /// Simulated Gaussian clouds behind each p value.
  public let simulations: Int
  /// Mixtures of 1, 2, … populations.
  public let mixtures: [Mixture]
  /// P of the least BIC.
  public let populationsByBIC: Int
  /// Vectors that had to be left out, and why.
  public let remarks: [String]
  /// Of activity: what the regression of rates on the task's variables is like; `nil` of a network.
  public let selectivity: Selectivity?

  /// Selectivity vectors in place of loadings.
  public struct Selectivity: Codable, Sendable, Hashable {
    /// B.
    public let trials: Int
    /// The task's variables.
    public let variables: [String]
    /// Share of the variance over trials of the units' rates that they explain.
    public let explained: Double
    /// Share of noise in the slopes' variance.
    public let noiseShare: Double
    /// How often one population with the units' noise gains as much by several Gaussians, by BIC, as the data do.
    public let populationsP: Double
  }

  /// The tests in their order.
  ///
  /// - Parameter varying: the vectors of which one may have the largest excess kurtosis; without them that is no test.
  static func tests(
    _ normality: Normality, _ pairs: PairAlignment, _ names: [String], _ directions: [String],
    varying: [String] = []
  ) -> [Test] {
    let single = Test(
      name: "Largest excess kurtosis", value: normality.excessKurtosis.max { abs($0) < abs($1) } ?? 0,
      gaussian: "0", p: normality.excessPValue, vectors: varying)
    let tested = normality.columns.map { names[$0] }
    return [
      Test(
        name: "Mardia's skewness", value: normality.skewness, gaussian: "0", p: normality.skewnessPValue,
        vectors: tested),
      Test(
        name: "Mardia's kurtosis", value: normality.kurtosis,
        gaussian: "\(tested.count * (tested.count + 2))", p: normality.kurtosisPValue, vectors: tested),
    ] + (varying.isEmpty ? [] : [single]) + [
      Test(
        name: "ePAIRS", effect: pairs.effectSize, p: pairs.pValue, simulatedP: pairs.simulatedPValue,
        vectors: pairs.columns.map { directions[$0] })
    ]
  }

  private init(
    units: Int, _ vectors: [Vector], _ tests: (normality: Normality, all: [Test]), _ mixtures: [Mixture],
    simulations: Int, remarks: [Remark], selectivity: Selectivity? = nil
  ) {
    self.units = units
    self.vectors = vectors
    kurtosisError = tests.normality.kurtosisError
    self.tests = tests.all
    self.simulations = simulations
    self.mixtures = mixtures
    populationsByBIC = mixtures.min { $0.bic < $1.bic }?.populations ?? 1
    self.remarks = remarks.map(\.text)
    self.selectivity = selectivity
  }

  init(
    _ selectivity: UnitSelectivity, _ tests: (normality: Normality, all: [Test]), _ mixtures: [Mixture],
    simulations: Int, trials: Int, populationsP: Double, remarks: [Remark]
  ) {
    let beta = selectivity.coefficients
    let vectors = selectivity.variables.enumerated().map { index, name in
      let mean = beta.column(index).reduce(0, +) / Double(beta.rows)
      let square = beta.column(index).reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Vector(
        name: name, deviation: (square / Double(beta.rows)).squareRoot(),
        excessKurtosis: tests.normality.excessKurtosis[index])
    }
    self.init(
      units: beta.rows, vectors, tests, mixtures, simulations: simulations, remarks: remarks,
      selectivity: Selectivity(
        trials: trials, variables: selectivity.variables, explained: selectivity.explained,
        noiseShare: selectivity.noiseShare, populationsP: populationsP))
  }

  init(
    _ network: Network, _ tests: (normality: Normality, all: [Test]), _ mixtures: [Mixture],
    simulations: Int, remarks: [Remark]
  ) throws {
    let moments = try ConnectivityStatistics(of: network).populations[0]
    let vectors = network.layout.vectors.enumerated().map { index, vector in
      Vector(
        name: vector.description, deviation: moments.covariance(vector, vector).squareRoot(),
        excessKurtosis: tests.normality.excessKurtosis[index])
    }
    self.init(
      units: network.unitCount, vectors, tests, mixtures, simulations: simulations, remarks: remarks)
  }

  /// The findings in words: the least p value is multiplied by the number of tests (Bonferroni).
  public var sentence: String {
    let count = Double(tests.count)
    let what = selectivity == nil ? "loadings" : "selectivity vectors"
    let least = min(1, count * (tests.map(\.calibrated).min() ?? 1))
    // The least two-sided p value that so many clouds can give.
    let reachable = min(1, count * 2 / Double(1 + simulations))
    let shape =
      if least < 0.05 {
        "The \(what) are not one Gaussian (least p \(text(least, digits: 2)), corrected for \(tests.count) tests). "
      } else if reachable >= 0.05 {
        "\(simulations) simulations are too few to tell whether the \(what) are one Gaussian. "
      } else {
        "No test speaks against one Gaussian (least p \(text(least, digits: 2)), corrected for \(tests.count) tests). "
      }
    let stable = mixtures.first { $0.populations == populationsByBIC }?.stability
    let stability = stable.map { " (stability \(text($0, digits: 2)))" } ?? ""
    if let selectivity {
      let p = selectivity.populationsP
      return shape
        + (p < 0.05
          ? "\(counted(populationsByBIC, "population"))\(stability): one with the units' noise seldom looks like so many (p \(text(p, digits: 2)))."
          : "One population with the units' noise looks like \(counted(populationsByBIC, "population")) as often as that (p \(text(p, digits: 2))): "
            + "several are not shown.")
    }
    return shape + "BIC prefers \(counted(populationsByBIC, "population"))\(stability)."
  }
}
