/// κ beside x, without another pass over the units.
///
/// κ = P x, with P the first R rows of pinv([m I]). The Euler step is linear in what it adds to x, so
///
///     x' = (1-α) x + [m I] c + η    gives    κ' = (1-α) κ + (P [m I]) c + P η,
///
/// where P [m I] is the identity on κ unless the columns of [m I] depend on each other. Only private noise η still
/// has to be projected unit by unit.
struct LatentUpdate: Sendable {
  /// R.
  private let rank: Int
  /// R + K.
  private let drives: Int
  /// κ of x(0), R values.
  let start: [Double]
  private let projection: LatentProjection
  /// P [m I], (R, R + K), row-major.
  private let images: [Double]

  init(_ network: Network, projection: LatentProjection, initialState: [Double]) {
    rank = network.rank
    drives = network.rank + network.inputCount
    self.projection = projection
    let span = network.m.appending(columnsOf: network.inputs)
    var images = [Double](repeating: 0, count: rank * drives)
    for j in 0..<drives {
      var image = [Double](repeating: 0, count: rank)
      if projection.isUnique {
        if j < rank { image[j] = 1 }
      } else {
        var values = image.mutableSpan
        projection.project(Array(span.column(j)).span, into: &values)
      }
      for r in 0..<rank { images[r * drives + j] = image[r] }
    }
    self.images = images
    var start = [Double](repeating: 0, count: rank)
    var values = start.mutableSpan
    projection.project(initialState.span, into: &values)
    self.start = start
  }

  /// κ ← decay · κ + (P [m I]) c, for one of the trials that lie one after the other.
  func step(_ kappa: inout [Double], trial: Int, decay: Double, coefficients: [Double]) {
    for r in 0..<rank {
      var value = decay * kappa[trial * rank + r]
      for j in 0..<drives { value += images[r * drives + j] * coefficients[trial * drives + j] }
      kappa[trial * rank + r] = value
    }
  }

  /// κ ← κ + P η, with η what the units receive each for itself, N values.
  func add(_ noise: UnsafeMutableBufferPointer<some KernelUnit>, to kappa: inout [Double], trial: Int) {
    projection.rows.withUnsafeBufferPointer { rows in
      for r in 0..<rank {
        var sum = 0.0
        for (i, value) in noise.enumerated() { sum += rows[r * noise.count + i] * Double(value) }
        kappa[trial * rank + r] += sum
      }
    }
  }
}
