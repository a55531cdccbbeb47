// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Published numbers of the field beside what this program finds for the same circuits. A question without a subject.
///
///     try Reproduction(papers: [.mastrogiuseppe2018]).run().papers[0].lines
public struct Reproduction: Codable, Sendable, Hashable {
  /// A paper.
  public enum Paper: String, Codable, Sendable, Hashable, CaseIterable {
    /// Random and low-rank connectivity.
    case mastrogiuseppe2018 = "mastrogiuseppe-2018"
    /// Outliers of full-rank matrices.
    case schuessler2020 = "schuessler-2020"
    /// Populations and rank.
    case beiran2021 = "beiran-2021"
    /// Circuits of tasks.
    case dubreuil2022 = "dubreuil-2022"
    /// Sparse low rank.
    case herbert2022 = "herbert-2022"
    /// Associative memory.
    case hopfield1982 = "hopfield-1982"
    /// Networks fitted to activity.
    case valente2022 = "valente-2022"

    /// As it is cited.
    public var reference: String {
      switch self {
      case .mastrogiuseppe2018:
        "Mastrogiuseppe F, Ostojic S. Linking connectivity, dynamics, and computations in low-rank recurrent neural "
          + "networks. Neuron 99:609–623, 2018"
      case .schuessler2020:
        "Schuessler F, Dubreuil A, Mastrogiuseppe F, Ostojic S, Barak O. Dynamics of random recurrent networks with "
          + "correlated low-rank structure. Phys. Rev. Research 2:013111, 2020"
      case .beiran2021:
        "Beiran M, Dubreuil A, Valente A, Mastrogiuseppe F, Ostojic S. Shaping dynamics with multiple populations in "
          + "low-rank recurrent networks. Neural Comput. 33:1572–1615, 2021"
      case .dubreuil2022:
        "Dubreuil A, Valente A, Beiran M, Mastrogiuseppe F, Ostojic S. The role of population structure in computations "
          + "through neural dynamics. Nat. Neurosci. 25:783–794, 2022"
      case .herbert2022:
        "Herbert E, Ostojic S. The impact of sparsity in low-rank recurrent neural networks. PLoS Comput. Biol. "
          + "18:e1010426, 2022"
      case .hopfield1982:
        "Hopfield JJ. Neural networks and physical systems with emergent collective computational abilities. PNAS "
          + "79:2554–2558, 1982"
      case .valente2022:
        "Valente A, Pillow JW, Ostojic S. Extracting computational mechanisms from neural data using low-rank RNNs. "
          + "NeurIPS 35, 2022"
      }
    }
  }

  /// Which papers.
  public var papers: [Paper]
  /// Seed of drawn matrices and networks.
  public var seed: UInt64

  /// A request; all papers unless some are named.
  public init(papers: [Paper] = Paper.allCases, seed: UInt64 = 1) {
    self.papers = papers
    self.seed = seed
  }

  /// Refuses what makes no sense.
  public func validate() throws(StudyError) {
    if papers.isEmpty { throw StudyError(.usage, "papers", "expected at least one paper, found none.") }
  }

  /// Does what each paper did.
  public func run(observer: some Observer = SilentObserver()) throws(StudyError) -> ReproductionResult {
    try validate()
    return try StudyError.converting {
      try observer.metered("reproducing", total: papers.count) { meter in
        ReproductionResult(
          papers: try papers.map { paper in
            meter.show(0, of: paper.rawValue)
            defer { meter.advance() }
            try observer.check()
            switch paper {
            case .mastrogiuseppe2018: return try mastrogiuseppe()
            case .schuessler2020: return try schuessler()
            case .beiran2021: return try beiran()
            case .dubreuil2022: return try dubreuil()
            case .herbert2022: return try herbert()
            case .hopfield1982: return try hopfield()
            case .valente2022: return valente()
            }
          })
      }
    }
  }
}

/// What came of each paper.
public struct ReproductionResult: Codable, Sendable, Hashable {
  /// A number of a paper.
  public struct Line: Codable, Sendable, Hashable {
    /// What it is.
    public let quantity: String
    /// As published, or by the paper's equations as an independent program solved them.
    public let published: Double
    /// As found here.
    public let ours: Double
    /// How far apart they may be, and why.
    public let tolerance: Double
    /// What the tolerance is.
    public let reason: String
    /// Whether they agree within it.
    public let agrees: Bool

    init(_ quantity: String, _ published: Double, _ ours: Double, within tolerance: Double, _ reason: String)
    {
      self.quantity = quantity
      self.published = published
      self.ours = ours
      self.tolerance = tolerance
      self.reason = reason
      agrees = abs(ours - published) <= tolerance
    }
  }

  /// A curve of a figure.
  public struct Curve: Codable, Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Where it is.
    public let x: [Double]
    /// What it is there.
    public let y: [Double]
    /// Whether it is points rather than a line.
    public let isPoints: Bool
  }

  /// A figure of curves.
  public struct Picture: Codable, Sendable, Hashable {
    /// Title.
    public let title: String
    /// The axes.
    public let x, y: String
    /// Curves.
    public let curves: [Curve]
  }

  /// A paper and its lines.
  public struct Paper: Codable, Sendable, Hashable {
    /// Which.
    public let name: Reproduction.Paper
    /// As it is cited.
    public let reference: String
    /// Numbers.
    public let lines: [Line]
    /// Figures.
    public let pictures: [Picture]
    /// What is not reproduced, and why.
    public let explanations: [String]

    init(
      _ name: Reproduction.Paper, _ lines: [Line], pictures: [Picture] = [], explanations: [String] = []
    ) {
      self.name = name
      reference = name.reference
      self.lines = lines
      self.pictures = pictures
      self.explanations = explanations
    }
  }

  /// Papers in the order in which they were asked for.
  public let papers: [Paper]

  /// Whether every number agrees within its tolerance.
  public var agrees: Bool { papers.allSatisfy { $0.lines.allSatisfy(\.agrees) } }

  enum CodingKeys: String, CodingKey { case papers }
}
