import LowRank

/// How reproducible a mixture's populations are: fits to random 80 % of the units against one another.
public struct PopulationStability: Sendable, Hashable {
  /// P.
  public let populations: Int
  /// Adjusted Rand index of every pair of subsamples, on the units both contain.
  public let indices: [Double]
  /// Mean of the indices: 1 for populations that come out the same every time, near 0 for arbitrary ones.
  public var mean: Double { indices.reduce(0, +) / Double(max(indices.count, 1)) }

  /// Fits `subsamples` mixtures.
  ///
  /// - Parameters:
  ///   - rows: (N, D), e.g. `network.loadings`.
  ///   - share: fraction of the units in each subsample.
  ///   - seed: subsample k draws from stream k.
  /// - Throws: `LinearAlgebraError` when a mixture cannot be fitted.
  public init(
    _ rows: Matrix, populations: Int, subsamples: Int = 6, share: Double = 0.8, seed: UInt64
  ) throws(LinearAlgebraError) {
    precondition(subsamples >= 2 && share > 0 && share <= 1, "at least two subsamples of a positive share")
    self.populations = populations
    let size = max(populations, Int((share * Double(rows.rows)).rounded()))
    var fits: [[Int: Int]] = []
    for k in 0..<subsamples {
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      let units = stream.sample(size, below: rows.rows).sorted()
      let part = Matrix(rows: units.count, columns: rows.columns) { rows[units[$0], $1] }
      let labels = try GaussianMixture(part, components: populations, stream: &stream).labels
      fits.append(Dictionary(uniqueKeysWithValues: zip(units, labels)))
    }
    var indices: [Double] = []
    for i in fits.indices {
      for j in 0..<i {
        let common = fits[i].keys.filter { fits[j][$0] != nil }.sorted()
        indices.append(
          AdjustedRandIndex(common.compactMap { fits[i][$0] }, common.compactMap { fits[j][$0] }).value)
      }
    }
    self.indices = indices
  }
}
