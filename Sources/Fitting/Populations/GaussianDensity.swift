import LowRank

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// N(mean, L Lᵀ).
struct GaussianDensity {
  let mean: [Double]
  /// L, row by row.
  private let rows: [Double]
  private let constant: Double

  init(mean: [Double], factor: Matrix) {
    self.mean = mean
    rows = factor.transposed.elements
    constant =
      -0.5 * Double(mean.count) * log(2 * Double.pi)
      - (0..<mean.count).reduce(0) { $0 + log(factor[$1, $1]) }
  }

  func logDensity(_ table: RowTable, _ row: Int, _ scratch: inout [Double]) -> Double {
    let width = mean.count
    var square = 0.0
    for j in 0..<width {
      var value = table.values[row * width + j] - mean[j]
      for k in 0..<j { value -= rows[j * width + k] * scratch[k] }
      value /= rows[j * width + j]
      scratch[j] = value
      square += value * value
    }
    return constant - 0.5 * square
  }
}
