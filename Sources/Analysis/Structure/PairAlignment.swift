import LowRank

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// ePAIRS (Hirokawa et al. 2019, after Raposo et al. 2014): do units' loadings point in clustered directions?
///
/// Columns are standardised. The statistic is the mean angle between each unit's loading vector and its nearest other one.
/// A cloud that is Gaussian with the data's own covariance (elliptical, hence the e) has no structure beyond it; its
/// statistic is simulated. Effect size: (mean angle under the null - data's) / SD under the null; positive for clustered
/// directions. The p value is two-sided, from the ranks of the simulations: (1 + number as extreme)/(1 + simulations).
public struct PairAlignment: Sendable, Hashable {
  /// Mean angle to the nearest neighbour, in radians.
  public let meanAngle: Double
  /// The same for each simulated Gaussian cloud.
  public let null: [Double]
  /// How many SDs below the null's mean the data's is.
  public let effectSize: Double
  /// Two-sided p value.
  public let pValue: Double

  /// Tests the rows of a table.
  ///
  /// - Parameters:
  ///   - rows: (N, D), N ≥ 3, e.g. `network.loadings`; time grows with N² per simulation.
  ///   - simulations: number of Gaussian clouds; the least p value is 1/(simulations + 1) twice.
  ///   - seed: simulation k draws from stream k.
  /// - Throws: `LinearAlgebraError` when the covariance has no root.
  public init(_ rows: Matrix, simulations: Int = 200, seed: UInt64) throws(LinearAlgebraError) {
    precondition(rows.rows >= 3 && simulations > 0, "ePAIRS needs three units and a simulation")
    let data = rows.standardised
    let statistic = meanNearestAngle(data)
    let root = try data.covarianceRoot()
    let null = (0..<simulations).map { k -> Double in
      var stream = RandomStream(seed: seed, stream: UInt64(k))
      return meanNearestAngle(data.gaussianTwin(root: root, stream: &stream).standardised)
    }
    let count = Double(simulations)
    let mean = null.reduce(0, +) / count
    let deviation = (null.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)).squareRoot()
    meanAngle = statistic
    self.null = null
    effectSize = deviation > 0 ? (mean - statistic) / deviation : 0
    let below = Double(null.count { $0 <= statistic })
    let above = Double(null.count { $0 >= statistic })
    pValue = min(1, 2 * (1 + min(below, above)) / (1 + count))
  }
}

extension Matrix {
  /// A symmetric root of the columns' 1/N covariance (columns centred).
  func covarianceRoot() throws(LinearAlgebraError) -> Matrix {
    let means = (0..<columns).map { column($0).reduce(0, +) / Double(rows) }
    let covariance = Matrix(rows: columns, columns: columns) { a, b in
      zip(column(a), column(b)).reduce(0) { $0 + ($1.0 - means[a]) * ($1.1 - means[b]) } / Double(rows)
    }
    let (values, vectors) = try covariance.symmetricEigensystem()
    return Matrix(rows: columns, columns: columns) { vectors[$0, $1] * max(values[$1], 0).squareRoot() }
  }

  /// As many rows drawn from a Gaussian with covariance root·rootᵀ and mean zero.
  func gaussianTwin(root: Matrix, stream: inout RandomStream) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    var normals = [Double](repeating: 0, count: columns)
    for i in 0..<rows {
      for k in 0..<columns { normals[k] = stream.normal() }
      for a in 0..<columns {
        var value = 0.0
        for k in 0..<columns { value += root[a, k] * normals[k] }
        result[i, a] = value
      }
    }
    return result
  }
}

/// Mean over rows of the angle to the nearest other row.
private func meanNearestAngle(_ rows: Matrix) -> Double {
  let (count, width) = (rows.rows, rows.columns)
  var directions = rows.transposed.elements
  for i in 0..<count {
    var size = 0.0
    for j in 0..<width { size += directions[i * width + j] * directions[i * width + j] }
    let scale = size > 0 ? 1 / size.squareRoot() : 0
    for j in 0..<width { directions[i * width + j] *= scale }
  }
  var best = [Double](repeating: -1, count: count)
  directions.withUnsafeBufferPointer { d in
    for i in 0..<count {
      for k in 0..<i {
        var cosine = 0.0
        for j in 0..<width { cosine += d[i * width + j] * d[k * width + j] }
        if cosine > best[i] { best[i] = cosine }
        if cosine > best[k] { best[k] = cosine }
      }
    }
  }
  return best.reduce(0) { $0 + acos(min(1, max(-1, $1))) } / Double(count)
}
