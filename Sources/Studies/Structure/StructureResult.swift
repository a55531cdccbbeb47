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

  init(
    _ network: Network, _ tests: (normality: Normality, all: [Test]), _ mixtures: [Mixture],
    simulations: Int, remarks: [Remark]
  ) throws {
    let moments = try ConnectivityStatistics(of: network).populations[0]
    units = network.unitCount
    vectors = network.layout.vectors.enumerated().map { index, vector in
      Vector(
        name: vector.description, deviation: moments.covariance(vector, vector).squareRoot(),
        excessKurtosis: tests.normality.excessKurtosis[index])
    }
    kurtosisError = tests.normality.kurtosisError
    self.tests = tests.all
    self.simulations = simulations
    self.mixtures = mixtures
    populationsByBIC = mixtures.min { $0.bic < $1.bic }?.populations ?? 1
    self.remarks = remarks.map(\.text)
  }

  /// The findings in words: the least p value is multiplied by the number of tests (Bonferroni).
  public var sentence: String {
    let count = Double(tests.count)
    let least = min(1, count * (tests.map(\.calibrated).min() ?? 1))
    // The least two-sided p value that so many clouds can give.
    let reachable = min(1, count * 2 / Double(1 + simulations))
    let shape =
      if least < 0.05 {
        "The loadings are not one Gaussian (least p \(text(least, digits: 2)), corrected for \(tests.count) tests). "
      } else if reachable >= 0.05 {
        "\(simulations) simulations are too few to tell whether the loadings are one Gaussian. "
      } else {
        "Nothing speaks against one Gaussian (least p \(text(least, digits: 2)), corrected for \(tests.count) tests). "
      }
    let stable = mixtures.first { $0.populations == populationsByBIC }?.stability
    let stability = stable.map { " (stability \(text($0, digits: 2)))" } ?? ""
    return shape + "BIC prefers \(counted(populationsByBIC, "population"))\(stability)."
  }
}
