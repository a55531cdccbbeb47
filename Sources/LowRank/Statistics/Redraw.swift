// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension ConnectivityStatistics {
  /// Another network of the same statistics: N units drawn independently from the Gaussian mixture.
  ///
  /// Populations get their share of the units by largest remainders, so that fractions are met as well as N allows.
  /// Covariances need only be positive semi-definite; eigenvalues that rounding made negative count as zero.
  ///
  /// - Parameters:
  ///   - units: N of the new network.
  ///   - settings: φ, form and the like of the new network.
  ///   - stream: the random numbers; the same stream gives the same network.
  /// - Throws: `LinearAlgebraError` when a covariance has an eigenvalue that is clearly negative, as covariances
  ///   that no units can have do (|σ_ab| > √(σ_aa σ_bb)).
  public func redraw(
    units: Int, settings: DynamicsSettings, stream: inout RandomStream
  ) throws(LinearAlgebraError) -> Network {
    precondition(units > 0, "a network has at least one unit")
    var loadings = Matrix(rows: units, columns: layout.count)
    var unit = 0
    for (population, size) in zip(populations, shares(of: units)) {
      let root = try population.covarianceRoot().root
      var normals = [Double](repeating: 0, count: layout.count)
      for _ in 0..<size {
        for k in normals.indices { normals[k] = stream.normal() }
        for a in 0..<layout.count {
          var value = population.mean[a]
          for k in 0..<layout.count { value += root[a, k] * normals[k] }
          loadings[unit, a] = value
        }
        unit += 1
      }
    }
    do {
      return try Network(loadings: loadings, layout: layout, settings: settings)
    } catch {
      throw LinearAlgebraError(operation: "redraw of \(units) units", reason: error.description)
    }
  }

  /// Another network of the same statistics in current form, from x(0) = 0.
  ///
  /// - Throws: `LinearAlgebraError` as above.
  public func redraw(
    units: Int, transfer: TransferFunction, biasReachesReadout: Bool = true, stream: inout RandomStream
  ) throws(LinearAlgebraError) -> Network {
    try redraw(
      units: units,
      settings: DynamicsSettings(transfer: transfer, biasReachesReadout: biasReachesReadout), stream: &stream)
  }

  /// Whole numbers of units per population, by largest remainders.
  func shares(of units: Int) -> [Int] {
    let total = populations.reduce(0) { $0 + $1.fraction }
    let exact = populations.map { $0.fraction / total * Double(units) }
    var shares = exact.map { Int($0.rounded(.down)) }
    let order = exact.indices.sorted { exact[$0] - Double(shares[$0]) > exact[$1] - Double(shares[$1]) }
    var missing = units - shares.reduce(0, +)
    var next = 0
    while missing > 0 {
      shares[order[next % order.count]] += 1
      next += 1
      missing -= 1
    }
    return shares
  }
}

extension Population {
  /// A matrix A with A Aᵀ = C, from the eigensystem, so that singular covariances have one too, and C's eigenvalues in
  /// ascending order; column k of A belongs to eigenvalue k.
  ///
  /// - Throws: `LinearAlgebraError` when C is not positive semi-definite.
  func covarianceRoot() throws(LinearAlgebraError) -> (root: Matrix, values: [Double]) {
    let (values, vectors) = try covariance.symmetricEigensystem()
    let largest = max(values.last ?? 0, 0)
    if let smallest = values.first, smallest < -1e-9 * largest || (largest == 0 && smallest < 0) {
      throw LinearAlgebraError(
        operation: "square root of a covariance",
        reason: "an eigenvalue is \(smallest): no units can have these covariances")
    }
    let root = Matrix(rows: covariance.rows, columns: covariance.columns) {
      vectors[$0, $1] * max(values[$1], 0).squareRoot()
    }
    return (root, values)
  }
}
