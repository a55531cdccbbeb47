import LowRank

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A mixture of Gaussians with full covariances, fitted by expectation–maximisation.
///
/// Rows are standardised first (mean 0, SD 1 per column), so that the units in which vectors are given do not matter;
/// `floor` is added to the variances of the standardised columns, which keeps a population from collapsing onto a unit.
public struct GaussianMixture: Sendable, Hashable {
  /// Weight of each component; they add up to one.
  public let fractions: [Double]
  /// Mean log-likelihood per row, of the standardised rows.
  public let logLikelihood: Double
  /// The probability of each component for every row, (N, P); rows add up to one.
  public let responsibilities: Matrix
  /// The most probable component of every row.
  public let labels: [Int]
  /// Bayesian information criterion -2 N log L + (free parameters) log N; smaller is better.
  public let bic: Double
  /// Whether the log-likelihood had settled when the iterations ended.
  public let converged: Bool

  /// Fits a mixture to the rows of a table; the best of several k-means++ starts by likelihood.
  ///
  /// - Parameters:
  ///   - rows: (N, D), finite, e.g. `network.loadings`.
  ///   - components: P ≥ 1, no more than N.
  ///   - floor: variance added to each standardised column within a component.
  ///   - stream: random numbers; the same stream gives the same mixture, whatever the number of threads.
  /// - Throws: `LinearAlgebraError` when no start gave a mixture (a covariance that cannot be factored).
  public init(
    _ rows: Matrix, components: Int, starts: Int = 3, iterations: Int = 200, floor: Double = 1e-4,
    stream: inout RandomStream
  ) throws(LinearAlgebraError) {
    precondition(rows.rows > 0 && components > 0 && starts > 0, "a mixture needs rows, components and starts")
    let table = RowTable(rows.standardised)
    let count = min(components, table.count)
    var best: MixtureState?
    var failure: LinearAlgebraError?
    for _ in 0..<starts {
      let seeds = KMeans(table.matrix, clusters: count, starts: 1, iterations: 20, stream: &stream)
      do throws(LinearAlgebraError) {
        var state = MixtureState(table, labels: seeds.labels, components: count)
        try state.run(table, iterations: iterations, floor: floor)
        if state.logLikelihood > best?.logLikelihood ?? -.infinity { best = state }
      } catch { failure = error }
    }
    guard let best else {
      throw failure
        ?? LinearAlgebraError(operation: "Gaussian mixture", reason: "the likelihood is not finite")
    }
    let width = Double(table.width)
    let free = Double(count - 1) + Double(count) * (width + width * (width + 1) / 2)
    let size = Double(table.count)
    fractions = best.fractions
    logLikelihood = best.logLikelihood
    converged = best.converged
    responsibilities = Matrix(rows: table.count, columns: count) { best.responsibilities[$0 * count + $1] }
    labels = (0..<table.count).map { row in
      (0..<count).max { best.responsibilities[row * count + $0] < best.responsibilities[row * count + $1] }
        ?? 0
    }
    bic = -2 * size * best.logLikelihood + free * log(size)
  }
}

extension Matrix {
  /// Columns with mean 0 and SD 1; constant columns become zero.
  public var standardised: Matrix {
    var result = self
    let count = Double(max(rows, 1))
    for j in 0..<columns {
      let values = column(j)
      let mean = values.reduce(0, +) / count
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      let scale = deviation > 1e-12 * abs(mean) && deviation > 0 ? 1 / deviation : 0
      for i in 0..<rows { result[i, j] = (result[i, j] - mean) * scale }
    }
    return result
  }

}

extension RowTable {
  var matrix: Matrix { Matrix(rows: width, columns: count, elements: values).transposed }
}

/// The iterates of expectation–maximisation.
private struct MixtureState {
  let components: Int
  var fractions: [Double]
  var responsibilities: [Double]
  var logLikelihood = -Double.infinity
  var converged = false

  init(_ table: RowTable, labels: [Int], components: Int) {
    self.components = components
    fractions = [Double](repeating: 1 / Double(components), count: components)
    responsibilities = [Double](repeating: 0, count: table.count * components)
    for (row, label) in labels.enumerated() { responsibilities[row * components + label] = 1 }
  }

  mutating func run(_ table: RowTable, iterations: Int, floor: Double) throws(LinearAlgebraError) {
    for _ in 0..<iterations {
      let before = logLikelihood
      let gaussians = try maximise(table, floor: floor)
      expect(table, gaussians)
      if abs(logLikelihood - before) < 1e-6 {
        converged = true
        return
      }
    }
  }

  /// Means and covariance factors from the responsibilities.
  private mutating func maximise(_ table: RowTable, floor: Double) throws(LinearAlgebraError)
    -> [GaussianDensity]
  {
    let width = table.width
    var gaussians: [GaussianDensity] = []
    for p in 0..<components {
      let moments = ComponentMoments(table, responsibilities, component: p, of: components)
      var covariance = moments.covariance
      for j in 0..<width {
        covariance[j, j] += floor
      }
      fractions[p] = moments.total / Double(table.count)
      gaussians.append(GaussianDensity(mean: moments.mean, factor: try covariance.choleskyFactor()))
    }
    return gaussians
  }

  /// Responsibilities and the likelihood from means and covariances.
  private mutating func expect(_ table: RowTable, _ gaussians: [GaussianDensity]) {
    let logFractions = fractions.map { log(max($0, .leastNormalMagnitude)) }
    var total = 0.0
    var scratch = [Double](repeating: 0, count: table.width)
    for row in 0..<table.count {
      var largest = -Double.infinity
      for p in 0..<components {
        let value = logFractions[p] + gaussians[p].logDensity(table, row, &scratch)
        responsibilities[row * components + p] = value
        largest = max(largest, value)
      }
      var sum = 0.0
      for p in 0..<components {
        let share = exp(responsibilities[row * components + p] - largest)
        responsibilities[row * components + p] = share
        sum += share
      }
      for p in 0..<components { responsibilities[row * components + p] /= sum }
      total += largest + log(sum)
    }
    logLikelihood = total / Double(table.count)
  }
}
