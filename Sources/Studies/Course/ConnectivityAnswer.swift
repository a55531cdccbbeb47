// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Analysis
import LowRank

/// "Which pattern has the connectivity, and why does it work?"
public struct ConnectivityAnswer: CourseAnswering {
  /// One covariance set to zero, and what the circuit does without it.
  public struct Removed: Codable, Sendable, Hashable {
    /// Its name.
    public let removed: String
    /// What it was.
    public let covariance: Double
    /// What is right without it.
    @OrNull public var accuracy: Double?
    /// The loss without it.
    @OrNull public var loss: Double?
  }

  /// The flow of a latent of the circuit near rest, where ⟨φ'⟩ = 1 and ⟨φ⟩ = μ:
  ///
  ///     τ dκ_r/dt = Σ_s (σ_nrms + n̄_r m̄_s - δ_rs) κ_s + (σ_nrI + n̄_r Ī) v
  public struct Rest: Codable, Sendable, Hashable {
    /// n̄_r Ī: what means contribute to the drive of v.
    public let driveOfMeans: Double
    /// The whole of it.
    public let drive: Double
    /// The factor of κ_r.
    public let rate: Double
  }

  /// A covariance beside the paper's.
  public struct Beside: Codable, Sendable, Hashable {
    /// Its name.
    public let name: String
    /// As trained.
    public let trained: Double
    /// In the paper's units: m and I of variance 1, and the sign of κ such that the input raises it.
    public let scaled: Double
    /// The paper's.
    public let paper: Double
  }

  /// The loadings, in the order of what follows.
  public let vectors: [String]
  /// Their means over units.
  public let mean: [Double]
  /// Their covariances, with 1/N.
  public let covariance: [[Double]]
  /// Whether κ1 and κ2 are modes.
  public let inModes: Bool
  /// The circuit of all means and covariances.
  @OrNull public var circuitAccuracy: Double?
  /// Likewise.
  @OrNull public var circuitLoss: Double?
  /// The circuit of σ_nm, σ_nI and σ_wm alone.
  @OrNull public var accuracyOfEssentials: Double?
  /// Likewise.
  @OrNull public var lossOfEssentials: Double?
  /// The circuit without each of those.
  public let removed: [Removed]
  /// Side by side with the pattern of the paper's circuit.
  public let besidePaper: [Beside]
  /// Every latent near rest.
  public let atRest: [Rest]
  /// The circuit without σ_nI and without any mean: nothing drives κ.
  @OrNull public var accuracyUndriven: Double?
  /// Likewise.
  @OrNull public var lossUndriven: Double?

  init(_ task: CourseTask) {
    let circuit = task.circuit
    let statistics = circuit.statistics
    let population = statistics.populations[0]
    let layout = statistics.layout.vectors
    let rank = task.network.rank
    vectors = layout.map(\.description)
    mean = population.mean
    covariance = layout.indices.map { i in layout.indices.map { population.covariance[i, $0] } }
    inModes = task.isInModes
    let whole = task.score(of: task.reduced)
    (circuitAccuracy, circuitLoss) = (whole.accuracy, whole.loss)
    // The covariances that the circuits of the paper have.
    let couplings = (0..<rank).flatMap { r in
      [(.n(r), .m(r)), (.n(r), .input(0)), (.readout(0), .m(r))] as [(ConnectivityVector, ConnectivityVector)]
    }
    func score(_ other: ConnectivityStatistics) -> CourseScore {
      task.score(of: EffectiveCircuit(other, transfer: circuit.transfer))
    }
    let kept = score(statistics.keepingOnly(couplings))
    (accuracyOfEssentials, lossOfEssentials) = (kept.accuracy, kept.loss)
    removed = couplings.map { pair in
      let without = score(statistics.replacing([(pair.0, pair.1, 0)]))
      return Removed(
        removed: Self.name(pair.0, pair.1), covariance: population.covariance(pair.0, pair.1),
        accuracy: without.accuracy, loss: without.loss)
    }
    besidePaper = Self.beside(population, rank: rank)
    atRest = (0..<rank).map { r in
      Rest(
        driveOfMeans: population.mean(.n(r)) * population.mean(.input(0)),
        drive: statistics.overlap(.n(r), .input(0)), rate: statistics.overlap(.n(r), .m(r)) - 1)
    }
    let undriven = score(statistics.withoutMeans.replacing((0..<rank).map { (.n($0), .input(0), 0) }))
    (accuracyUndriven, lossUndriven) = (undriven.accuracy, undriven.loss)
  }

  /// With m → m/c and n → c n nothing changes but κ → c κ, so that σ_nI and σ_wm can be brought to the units in which m has
  /// variance 1, as in the paper; likewise I, which changes the size of u.
  private static func beside(_ population: Population, rank: Int) -> [Beside] {
    let paper = (rank == 1 ? PaperCircuit.decision() : PaperCircuit.workingMemory()).populations[0]
    let input = population.covariance(.input(0), .input(0)).squareRoot()
    return (0..<rank).flatMap { r -> [Beside] in
      let drive = population.covariance(.n(r), .input(0))
      let unit = population.covariance(.m(r), .m(r)).squareRoot() * (drive < 0 ? -1 : 1)
      let factors: [(ConnectivityVector, ConnectivityVector, Double)] = [
        (.n(r), .m(r), 1), (.n(r), .input(0), unit / input), (.readout(0), .m(r), 1 / unit),
      ]
      return factors.map { a, b, factor in
        Beside(
          name: name(a, b), trained: population.covariance(a, b),
          scaled: factor * population.covariance(a, b),
          paper: paper.covariance(a, b))
      }
    }
  }

  /// R.
  public var rank: Int { atRest.count }

  /// A covariance's name.
  public static func name(_ a: ConnectivityVector, _ b: ConnectivityVector) -> String { "σ(\(a), \(b))" }

  /// The circuit without a covariance.
  public func without(_ a: ConnectivityVector, _ b: ConnectivityVector) -> Removed? {
    removed.first { $0.removed == Self.name(a, b) }
  }

  /// A covariance of two loadings.
  public func sigma(_ a: ConnectivityVector, _ b: ConnectivityVector) -> Double {
    guard let i = vectors.firstIndex(of: a.description), let j = vectors.firstIndex(of: b.description) else {
      return .nan
    }
    return covariance[i][j]
  }

  /// σ_{w m_r} σ_{n_r I}: how the input reaches the output through latent r.
  public func through(_ r: Int) -> Double { sigma(.readout(0), .m(r)) * sigma(.n(r), .input(0)) }

  /// In one line.
  public var answer: String {
    func shown(_ a: ConnectivityVector, _ b: ConnectivityVector) -> String { text(sigma(a, b), digits: 3) }
    return rank == 1
      ? "n overlaps with m (σ_mn = \(shown(.n(0), .m(0)))) and with I (σ_nI = \(shown(.n(0), .input(0)))), w with m "
        + "(σ_mw = \(shown(.readout(0), .m(0))))"
      : "n1 with m1 (\(shown(.n(0), .m(0)))) keeps κ1, n2 with m2 (\(shown(.n(1), .m(1)))) lets κ2 go; w reads them "
        + "with \(shown(.readout(0), .m(0))) and \(shown(.readout(0), .m(1)))"
  }
}
