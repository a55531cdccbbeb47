// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Fitting
import LowRank
import Report
import Studies

/// What `kappa structure` finds out.
struct StructureDocument: Encodable {
  struct Vector: Encodable {
    let name: String
    let deviation: Double
    let excessKurtosis: Double
  }

  struct Test: Encodable {
    let name: String
    /// The statistic, for Mardia's tests.
    var value: Double?
    /// What a Gaussian cloud has, in words.
    var gaussian: String?
    /// The effect size, for ePAIRS.
    var effect: Double?
    let p: Double
    /// From the simulated clouds' own effects, where `p` does not come from simulations.
    var simulatedP: Double?
    /// The vectors that took part.
    let vectors: [String]

    /// The p value that the sentence rests on: the one that Gaussian clouds have as often as it says.
    var calibrated: Double { simulatedP ?? p }
  }

  struct Mixture: Encodable {
    let populations: Int
    let bic: Double
    let logLikelihood: Double
    let fractions: [Double]
    /// Mean adjusted Rand index between subsamples; `nil` for one population.
    let stability: Double?
    /// The same as Dubreuil, Valente et al. (2022) compute it: mixtures whose means are held.
    let stabilityHeldMeans: Double?
  }

  let units: Int
  let vectors: [Vector]
  let kurtosisError: Double
  let tests: [Test]
  let simulations: Int
  let mixtures: [Mixture]
  /// P of the least BIC.
  let populationsByBIC: Int
  /// Vectors that had to be left out, and why.
  let remarks: [String]

  init(_ network: Network, largest: Int, simulations: Int, readouts: Bool, seed: UInt64) throws {
    let rows = network.loadings
    units = rows.rows
    self.simulations = simulations
    guard units >= 5 else {
      throw Failure(.badData, "expected at least 5 units to look for structure, found \(units)")
    }
    let progress = CountProgress("testing structure", total: 1 + min(largest, units))
    defer { progress.finish() }
    let layout = network.layout
    let moments = try ConnectivityStatistics(of: network).populations[0]
    let names = layout.vectors.map(\.description)
    let independent = IndependentColumns(of: rows)
    remarks =
      Self.remark(independent.constant.map { names[$0] }, "the same in every unit")
      + Self.remark(independent.dependent.map { names[$0] }, "a combination of other vectors")
    do {
      let normality = try Normality(rows, simulations: simulations, seed: seed)
      let (directions, directionVectors) = network.directionLoadings(withReadouts: readouts)
      let pairs = try PairAlignment(directions, simulations: simulations, seed: seed)
      progress.advance()
      vectors = layout.vectors.enumerated().map { index, vector in
        Vector(
          name: vector.description, deviation: moments.covariance(vector, vector).squareRoot(),
          excessKurtosis: normality.excessKurtosis[index])
      }
      kurtosisError = normality.kurtosisError
      let tested = normality.columns.map { names[$0] }
      tests = [
        Test(
          name: "Mardia's skewness", value: normality.skewness, gaussian: "0", p: normality.skewnessPValue,
          vectors: tested),
        Test(
          name: "Mardia's kurtosis", value: normality.kurtosis,
          gaussian: "\(tested.count * (tested.count + 2))", p: normality.kurtosisPValue, vectors: tested),
        Test(
          name: "ePAIRS", effect: pairs.effectSize, p: pairs.pValue, simulatedP: pairs.simulatedPValue,
          vectors: pairs.columns.map { directionVectors[$0].description }),
      ]
      mixtures = try (1...min(largest, units)).map { count in
        var stream = RandomStream(seed: seed, stream: UInt64(count))
        let fit = try GaussianMixture(
          rows, components: count, drives: network.driveColumns, stream: &stream)
        func stability(_ grouping: PopulationStability.Grouping) throws -> Double? {
          count == 1
            ? nil
            : try PopulationStability(
              rows, populations: count, grouping: grouping, drives: network.driveColumns, seed: seed
            ).mean
        }
        let mixture = Mixture(
          populations: count, bic: fit.bic, logLikelihood: fit.logLikelihood, fractions: fit.fractions,
          stability: try stability(.likeliest), stabilityHeldMeans: try stability(.heldMeans))
        progress.advance()
        return mixture
      }
    } catch let error as LinearAlgebraError {
      throw Failure(
        .badData,
        "expected loadings with finite covariances, found that they could not be inverted (\(error.description))"
      )
    }
    populationsByBIC = mixtures.min { $0.bic < $1.bic }?.populations ?? 1
  }

  private static func remark(_ names: [String], _ reason: String) -> [String] {
    names.isEmpty
      ? []
      : ["\(names.joined(separator: ", ")): \(reason), and left out of tests and mixtures."]
  }

  /// The findings in words: the least p value is multiplied by the number of tests (Bonferroni).
  var sentence: String {
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
