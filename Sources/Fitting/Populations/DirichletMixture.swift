import LowRank

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A mixture that finds its own number of Gaussians: the variational Dirichlet-process mixture with full covariances, of
/// Blei & Jordan (2006) in the form that Bishop (2006, section 10.2) gives for Normal–Wishart priors; it is how Dubreuil
/// et al. (2022) count populations.
///
/// Rows are standardised first. Sticks are broken up to `truncation`; the prior of every component is centred on the
/// data's mean with the data's covariance, as heavy as one row.
public struct DirichletMixture: Sendable, Hashable {
  /// Expected weight of each component, in descending order.
  public let fractions: [Double]
  /// The probability of each component for every row, (N, truncation), in the order of `fractions`.
  public let responsibilities: Matrix
  /// The most probable component of every row.
  public let labels: [Int]
  /// The variational lower bound on the log evidence, up to a constant.
  public let evidence: Double
  /// Whether the bound had settled when the iterations ended.
  public let converged: Bool

  /// How many components have at least `share` of the rows.
  public func populations(above share: Double = 0.02) -> Int { fractions.count { $0 >= share } }

  /// Fits a mixture to the rows of a table; the best of several k-means++ starts by the bound.
  ///
  /// - Parameters:
  ///   - rows: (N, D), finite, e.g. `network.loadings`.
  ///   - truncation: the most components there can be.
  ///   - concentration: γ > 0 of the process; small values favour few components. 1/truncation unless given.
  ///   - stream: random numbers; the same stream gives the same mixture.
  /// - Throws: `LinearAlgebraError` when no start gave a mixture.
  public init(
    _ rows: Matrix, truncation: Int = 8, concentration: Double? = nil, starts: Int = 3, iterations: Int = 500,
    stream: inout RandomStream
  ) throws(LinearAlgebraError) {
    precondition(rows.rows > 0 && truncation > 0 && starts > 0, "a mixture needs rows, components and starts")
    let table = RowTable(rows.standardised)
    let count = min(truncation, table.count)
    var best: VariationalState?
    var failure: LinearAlgebraError?
    for _ in 0..<starts {
      let seeds = KMeans(table.matrix, clusters: count, starts: 1, iterations: 20, stream: &stream)
      do throws(LinearAlgebraError) {
        var state = VariationalState(
          table, labels: seeds.labels, components: count, concentration: concentration ?? 1 / Double(count))
        try state.run(table, iterations: iterations)
        if state.evidence > best?.evidence ?? -.infinity { best = state }
      } catch { failure = error }
    }
    guard let best else {
      throw failure
        ?? LinearAlgebraError(operation: "Dirichlet-process mixture", reason: "its evidence is not finite")
    }
    let weights = best.expectedWeights
    let order = weights.indices.sorted { weights[$0] > weights[$1] }
    fractions = order.map { weights[$0] }
    let ordered = Matrix(rows: table.count, columns: count) {
      best.responsibilities[$0 * count + order[$1]]
    }
    responsibilities = ordered
    labels = (0..<table.count).map { row in
      (0..<count).max { ordered[row, $0] < ordered[row, $1] } ?? 0
    }
    evidence = best.evidence
    converged = best.converged
  }
}

/// The iterates of the variational updates. Names as in Bishop: β, m, ν, W of the Normal–Wishart; a, b of the sticks.
private struct VariationalState {
  let components: Int
  let concentration: Double
  var responsibilities: [Double]
  var evidence = -Double.infinity
  var converged = false
  private var a, b: [Double]

  init(_ table: RowTable, labels: [Int], components: Int, concentration: Double) {
    self.components = components
    self.concentration = concentration
    responsibilities = [Double](repeating: 0, count: table.count * components)
    for (row, label) in labels.enumerated() { responsibilities[row * components + label] = 1 }
    a = [Double](repeating: 1, count: components)
    b = a
  }

  /// E[π].
  var expectedWeights: [Double] {
    var rest = 1.0
    return (0..<components).map { k in
      // The last stick takes what is left.
      let share = k == components - 1 ? 1 : a[k] / (a[k] + b[k])
      defer { rest *= 1 - share }
      return rest * share
    }
  }

  mutating func run(_ table: RowTable, iterations: Int) throws(LinearAlgebraError) {
    for _ in 0..<iterations {
      let before = evidence
      try update(table)
      if abs(evidence - before) < 1e-4 {
        converged = true
        return
      }
    }
  }

  private mutating func update(_ table: RowTable) throws(LinearAlgebraError) {
    let (width, count) = (table.width, Double(table.width))
    var totals: [Double] = []
    var densities: [GaussianDensity] = []
    var offsets: [Double] = []
    var bound = 0.0
    for k in 0..<components {
      let moments = ComponentMoments(table, responsibilities, component: k, of: components)
      totals.append(moments.total)
      // Prior: β₀ = 1, m₀ = 0, ν₀ = D, W₀ the identity; the rows are standardised.
      let beta = 1 + moments.total
      let nu = count + moments.total
      let mean = moments.mean.map { $0 * moments.total / beta }
      let scale = Matrix(rows: width, columns: width) { i, j in
        (i == j ? 1 : 0) + moments.total * moments.covariance[i, j]
          + moments.total / beta * moments.mean[i] * moments.mean[j]
      }
      // The density of N(m, W⁻¹/ν), whose exponent is the expected one.
      let factor = try scale.choleskyFactor()
      let root = nu.squareRoot()
      densities.append(
        GaussianDensity(
          mean: mean, factor: Matrix(rows: width, columns: width) { factor[$0, $1] / root }))
      var halves = 0.0
      var gammas = 0.0
      for i in 0..<width {
        halves += digamma((nu - Double(i)) / 2)
        gammas += lgamma((nu - Double(i)) / 2)
      }
      offsets.append(0.5 * (halves + count * log(2) - count * log(nu)) - 0.5 * count / beta)
      let logRoot = (0..<width).reduce(0.0) { $0 - log(factor[$1, $1]) }
      bound += nu * logRoot + 0.5 * nu * count * log(2) + gammas - 0.5 * count * log(beta)
    }
    bound += breakSticks(totals)
    bound += expect(table, densities, offsets)
    evidence = bound
  }

  /// a and b from the numbers of rows; returns Σ log B(a, b).
  private mutating func breakSticks(_ totals: [Double]) -> Double {
    var rest = totals.reduce(0, +)
    var sum = 0.0
    for k in 0..<components {
      rest -= totals[k]
      a[k] = 1 + totals[k]
      b[k] = concentration + max(rest, 0)
      sum += lgamma(a[k]) + lgamma(b[k]) - lgamma(a[k] + b[k])
    }
    return sum
  }

  /// Responsibilities; returns their entropy.
  private mutating func expect(_ table: RowTable, _ densities: [GaussianDensity], _ offsets: [Double])
    -> Double
  {
    var logWeights: [Double] = []
    var passed = 0.0
    for k in 0..<components {
      let whole = digamma(a[k] + b[k])
      logWeights.append(digamma(a[k]) - whole + passed)
      passed += digamma(b[k]) - whole
    }
    var scratch = [Double](repeating: 0, count: table.width)
    var entropy = 0.0
    for row in 0..<table.count {
      let base = row * components
      var largest = -Double.infinity
      for k in 0..<components {
        let value = logWeights[k] + offsets[k] + densities[k].logDensity(table, row, &scratch)
        responsibilities[base + k] = value
        largest = max(largest, value)
      }
      var sum = 0.0
      for k in 0..<components {
        responsibilities[base + k] = exp(responsibilities[base + k] - largest)
        sum += responsibilities[base + k]
      }
      for k in 0..<components {
        let share = responsibilities[base + k] / sum
        responsibilities[base + k] = share
        if share > 0 { entropy -= share * log(share) }
      }
    }
    return entropy
  }
}
