// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import Fitting
import LowRank

/// Whether a network's loadings are one Gaussian, clustered in direction, or several populations.
public struct Structure: Study, Hashable {
  /// The largest number of populations to try, 1 to 32.
  public var populations: Int
  /// Simulated Gaussian clouds behind each p value, 10 to 100000.
  public var simulations: Int
  /// Whether ePAIRS looks at w beside I, n and m.
  public var readouts: Bool
  /// Seed of everything random.
  public var seed: UInt64

  /// Tests and mixtures.
  public init(populations: Int = 6, simulations: Int = 200, readouts: Bool = false, seed: UInt64 = 1) {
    self.populations = populations
    self.simulations = simulations
    self.readouts = readouts
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    guard (1...32).contains(populations) else {
      throw StudyError(.usage, "populations", "expected 1 to 32, found \(populations).")
    }
    guard (10...100_000).contains(simulations) else {
      throw StudyError(.usage, "simulations", "expected 10 to 100000, found \(simulations).")
    }
  }

  /// Looks at the loadings; nothing is simulated.
  public func run(on subject: Subject, observer: some Observer) throws(StudyError) -> StructureResult {
    try validate()
    let collector = RemarkCollector(passingTo: observer)
    let whole = try subject.withoutOwnRates(collector).network()
    let network = try few(whole, subject, collector)
    if let standIn = network.standIn {
      collector.remark(
        .note(.reading, "m and n are those of the \(standIn), and so is what is said of them."))
    }
    guard network.unitCount >= 5 else {
      throw StudyError(
        .badData, subject.name,
        "expected at least 5 units to look for structure, found \(network.unitCount)")
    }
    do {
      return try observer.metered("testing structure", total: 1 + min(populations, network.unitCount)) {
        meter in
        let tests = try tests(network)
        meter.advance()
        let mixtures = try (1...min(populations, network.unitCount)).map { count in
          try observer.check()
          let mixture = try mixture(of: count, network.loadings, drives: network.driveColumns)
          meter.advance()
          return mixture
        }
        return try StructureResult(
          network, tests, mixtures, simulations: simulations,
          remarks: collector.remarks + Self.leftOut(network, pairs: tests.1.last?.vectors ?? []))
      }
    } catch let error as LinearAlgebraError {
      throw StudyError(
        .badData, subject.name,
        "expected loadings with finite covariances, found that they could not be inverted (\(error.description))"
      )
    } catch {
      throw StudyError(error, about: subject.name)
    }
  }

  /// The network without its readouts where there are so many that nothing could be told of them and the rest together.
  private func few(
    _ network: Network, _ subject: Subject, _ collector: RemarkCollector
  ) throws(StudyError) -> Network {
    guard network.layout.shownVectors.count < network.layout.count, !readouts else { return network }
    collector.remark(
      .note(.leftOut, "the \(network.outputCount) readouts are left out of tests and mixtures."))
    return try StudyError.converting(about: subject.name) { try network.withoutReadouts() }
  }

  private func tests(_ network: Network) throws -> (Normality, [StructureResult.Test]) {
    let names = network.layout.vectors.map(\.description)
    let normality = try Normality(network.loadings, simulations: simulations, seed: seed)
    let (directions, vectors) = network.directionLoadings(withReadouts: readouts)
    let pairs = try PairAlignment(directions, simulations: simulations, seed: seed)
    let constant = IndependentColumns(of: network.loadings).constant
    let varying = names.indices.filter { !constant.contains($0) }.map { names[$0] }
    return (
      normality,
      StructureResult.tests(normality, pairs, names, vectors.map(\.description), varying: varying)
    )
  }

  func mixture(of count: Int, _ rows: Matrix, drives: [Int]?) throws -> StructureResult.Mixture {
    var stream = RandomStream(seed: seed, stream: UInt64(count))
    let fit = try GaussianMixture(rows, components: count, drives: drives, stream: &stream)
    func stability(_ grouping: PopulationStability.Grouping) throws -> Double? {
      if count == 1 { return nil }
      return try PopulationStability(
        rows, populations: count, grouping: grouping, drives: drives, seed: seed
      ).mean
    }
    return StructureResult.Mixture(
      populations: count, bic: fit.bic, logLikelihood: fit.logLikelihood, fractions: fit.fractions,
      stability: try stability(.likeliest), stabilityHeldMeans: try stability(.heldMeans))
  }

  /// Vectors that tests and mixtures have to leave out, and why.
  ///
  /// - Parameter pairs: the vectors that ePAIRS looked at: of fewer vectors, others are combinations.
  private static func leftOut(_ network: Network, pairs: [String]) -> [Remark] {
    let names = network.layout.vectors.map(\.description)
    let independent = IndependentColumns(of: network.loadings)
    let dependent = independent.dependent.map { names[$0] }
    return [
      (independent.constant.map { names[$0] }, "the same in every unit", "tests and mixtures"),
      (
        dependent.filter { !pairs.contains($0) }, "a combination of other vectors",
        "Mardia's tests, ePAIRS and mixtures"
      ),
      (
        dependent.filter { pairs.contains($0) },
        "a combination of other vectors, not of those that ePAIRS looks at", "Mardia's tests and mixtures"
      ),
    ].filter { !$0.0.isEmpty }.map { columns, reason, place in
      .note(.leftOut, "\(columns.joined(separator: ", ")): \(reason), and left out of \(place).")
    }
  }
}
