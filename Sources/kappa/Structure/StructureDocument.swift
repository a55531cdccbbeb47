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
    let value: Double
    /// What a Gaussian cloud has, in words.
    let gaussian: String
    let p: Double
  }

  struct Mixture: Encodable {
    let populations: Int
    let bic: Double
    let logLikelihood: Double
    let fractions: [Double]
    /// Mean adjusted Rand index between subsamples; `nil` for one population.
    let stability: Double?
  }

  let units: Int
  let vectors: [Vector]
  let kurtosisError: Double
  let tests: [Test]
  let mixtures: [Mixture]
  /// P of the least BIC.
  let populationsByBIC: Int
  /// Populations of at least 2 % of the units in a Dirichlet-process mixture.
  let populationsByDirichletProcess: Int

  init(_ network: Network, largest: Int, simulations: Int, seed: UInt64) throws {
    let rows = network.loadings
    units = rows.rows
    guard units >= 3 else {
      throw Failure(.badData, "expected at least 3 units to look for structure, found \(units)")
    }
    let progress = CountProgress("testing structure", total: 2 + min(largest, units))
    defer { progress.finish() }
    let layout = network.layout
    let moments = try ConnectivityStatistics(of: network).populations[0]
    do {
      let normality = try Normality(rows, simulations: simulations, seed: seed)
      let pairs = try PairAlignment(rows, simulations: simulations, seed: seed)
      progress.advance()
      vectors = layout.vectors.enumerated().map { index, vector in
        Vector(
          name: vector.description, deviation: moments.covariance(vector, vector).squareRoot(),
          excessKurtosis: normality.excessKurtosis[index])
      }
      kurtosisError = normality.kurtosisError
      tests = [
        Test(
          name: "Mardia's skewness", value: normality.skewness, gaussian: "0", p: normality.skewnessPValue),
        Test(
          name: "Mardia's kurtosis", value: normality.kurtosis,
          gaussian: "\(rows.columns * (rows.columns + 2))",
          p: normality.kurtosisPValue),
        Test(name: "ePAIRS effect size", value: pairs.effectSize, gaussian: "0 ± 1", p: pairs.pValue),
      ]
      mixtures = try (1...min(largest, units)).map { count in
        var stream = RandomStream(seed: seed, stream: UInt64(count))
        let fit = try GaussianMixture(rows, components: count, stream: &stream)
        let stability =
          count == 1 ? nil : try PopulationStability(rows, populations: count, seed: seed).mean
        progress.advance()
        return Mixture(
          populations: count, bic: fit.bic, logLikelihood: fit.logLikelihood, fractions: fit.fractions,
          stability: stability)
      }
      var stream = RandomStream(seed: seed)
      populationsByDirichletProcess = try DirichletMixture(rows, stream: &stream).populations()
      progress.advance()
    } catch let error as LinearAlgebraError {
      throw Failure(
        .badData,
        "expected loadings with a covariance of full rank, found that a vector is constant or a combination of others "
          + "(\(error.description))")
    }
    populationsByBIC = mixtures.min { $0.bic < $1.bic }?.populations ?? 1
  }

  /// The findings in words.
  var sentence: String {
    let least = tests.map(\.p).min() ?? 1
    let shape =
      least < 0.05
      ? "The loadings are not one Gaussian (least p \(text(least, digits: 2)))."
      : "Nothing speaks against one Gaussian (least p \(text(least, digits: 2)))."
    let stable = mixtures.first { $0.populations == populationsByBIC }?.stability
    let stability = stable.map { " (stability \(text($0, digits: 2)))" } ?? ""
    return shape
      + " BIC prefers \(counted(populationsByBIC, "population"))\(stability), the Dirichlet process finds "
      + "\(populationsByDirichletProcess)."
  }
}
