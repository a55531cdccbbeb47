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
  let rank: Int
  /// R + K.
  let drives: Int
  /// N.
  let units: Int
  /// κ of x(0), R values.
  let start: [Double]
  private let projection: LatentProjection
  /// P [m I], (R, R + K), row-major.
  private let images: [Double]

  init(_ network: Network, projection: LatentProjection, initialState: [Double]) {
    (rank, units) = (network.rank, network.unitCount)
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

  /// κ ← decay · κ + (P [m I]) c.
  func step(
    _ kappa: UnsafeMutableBufferPointer<Double>, decay: Double, coefficients: UnsafeBufferPointer<Double>
  ) {
    for r in 0..<rank {
      var value = decay * kappa[r]
      for j in 0..<drives { value += images[r * drives + j] * coefficients[j] }
      kappa[r] = value
    }
  }

  /// κ ← κ + P η, with η what the units receive each for itself, N values.
  func add<Unit: KernelUnit>(
    _ noise: UnsafeMutableBufferPointer<Unit>, _ kappa: UnsafeMutableBufferPointer<Double>
  ) {
    projection.rows.withUnsafeBufferPointer { rows in
      for r in 0..<rank {
        var sum = 0.0
        for i in 0..<units { sum += rows[r * units + i] * Double(noise[i]) }
        kappa[r] += sum
      }
    }
  }
}
