import LowRank

/// The rows that belong to one component of a mixture, each by its responsibility: how many, their mean and covariance.
struct ComponentMoments {
  /// Σ r, never zero.
  let total: Double
  let mean: [Double]
  /// (1/Σ r) Σ r (x - mean)(x - mean)ᵀ.
  let covariance: Matrix

  init(_ table: RowTable, _ responsibilities: [Double], component: Int, of components: Int) {
    let width = table.width
    var total = 10 * Double.leastNormalMagnitude
    var mean = [Double](repeating: 0, count: width)
    for row in 0..<table.count {
      let weight = responsibilities[row * components + component]
      if weight == 0 { continue }
      total += weight
      for j in 0..<width { mean[j] += weight * table.values[row * width + j] }
    }
    for j in 0..<width { mean[j] /= total }
    var covariance = Matrix(rows: width, columns: width)
    var centred = mean
    for row in 0..<table.count {
      let weight = responsibilities[row * components + component] / total
      if weight == 0 { continue }
      for j in 0..<width { centred[j] = table.values[row * width + j] - mean[j] }
      for j in 0..<width {
        let factor = weight * centred[j]
        for k in 0...j { covariance.elements[k * width + j] += factor * centred[k] }
      }
    }
    for j in 0..<width { for k in 0..<j { covariance[k, j] = covariance[j, k] } }
    self.total = total
    self.mean = mean
    self.covariance = covariance
  }
}
