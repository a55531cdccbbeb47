// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

extension ConnectivityStatistics {
  /// How the moments of drawn units compare with those they were drawn from.
  public enum MomentRule: String, Sendable, Hashable, CaseIterable, Codable {
    /// Each population's sample means and covariances are made equal to the circuit's.
    case matched
    /// Independent draws; moments differ by sampling error.
    case sampled
  }

  /// A network of N units with these statistics.
  ///
  /// Matched: normals are drawn in antithetic pairs z, -z (all odd sample moments vanish for an even number of units), made
  /// exactly white with their own 1/N covariance, and coloured: means and covariances of every population are met to
  /// rounding. It needs more units in each population than there are vectors; a smaller one cannot have the covariance.
  ///
  /// - Throws: `LinearAlgebraError` when no units can have the covariances, or a population is too small to match.
  public func redraw(
    units: Int, moments: MomentRule, settings: DynamicsSettings, stream: inout RandomStream
  ) throws(LinearAlgebraError) -> Network {
    if moments == .sampled {
      return try redraw(units: units, settings: settings, stream: &stream)
    }
    let width = layout.count
    var loadings = Matrix(rows: units, columns: width)
    var first = 0
    for (population, size) in zip(populations, shares(of: units)) where size > 0 {
      let roots = try population.principalRoots()
      let whites = try whiteNormals(size, width: roots.count, stream: &stream)
      for unit in 0..<size {
        for a in 0..<width {
          var value = population.mean[a]
          for (k, root) in roots.enumerated() { value += root[a] * whites[unit, k] }
          loadings[first + unit, a] = value
        }
      }
      first += size
    }
    do {
      return try Network(loadings: loadings, layout: layout, settings: settings)
    } catch {
      throw LinearAlgebraError(operation: "redraw of \(units) units", reason: error.description)
    }
  }

  /// A network of N units with these statistics in current form, from x(0) = 0.
  ///
  /// - Throws: `LinearAlgebraError` as above.
  public func redraw(
    units: Int, moments: MomentRule, transfer: TransferFunction, biasReachesReadout: Bool = true,
    stream: inout RandomStream
  ) throws(LinearAlgebraError) -> Network {
    try redraw(
      units: units, moments: moments,
      settings: DynamicsSettings(transfer: transfer, biasReachesReadout: biasReachesReadout), stream: &stream)
  }
}

extension Population {
  /// Vectors r_k with Σ r_k r_kᵀ = C, one per direction in which the population has width.
  fileprivate func principalRoots() throws(LinearAlgebraError) -> [[Double]] {
    let (root, values) = try covarianceRoot()
    let largest = max(values.last ?? 0, 0)
    return values.indices.filter { values[$0] > 1e-14 * largest }.map { Array(root.column($0)) }
  }
}

/// Normal numbers (count, width) whose sample mean is 0 and whose 1/N sample covariance is the identity.
private func whiteNormals(_ count: Int, width: Int, stream: inout RandomStream) throws(LinearAlgebraError)
  -> Matrix
{
  var z = Matrix(rows: count, columns: width)
  if width == 0 { return z }
  // Antithetic pairs take away as many independent draws.
  let paired = count % 2 == 0 && count / 2 > width
  guard count > width else {
    throw LinearAlgebraError(
      operation: "matching moments",
      reason:
        "a population of \(count) units cannot have a covariance of rank \(width); ask for more units, or sample"
    )
  }
  for i in 0..<(paired ? count / 2 : count) {
    for k in 0..<width {
      z[i, k] = stream.normal()
      if paired { z[count / 2 + i, k] = -z[i, k] }
    }
  }
  for k in 0..<width {
    let mean = z.column(k).reduce(0, +) / Double(count)
    for i in 0..<count { z[i, k] -= mean }
  }
  let covariance = Matrix(rows: width, columns: width) { a, b in
    zip(z.column(a), z.column(b)).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
  }
  let factor = try covariance.choleskyFactor()
  // Rows of L⁻¹ z by forward substitution.
  for i in 0..<count {
    for k in 0..<width {
      var value = z[i, k]
      for j in 0..<k { value -= factor[k, j] * z[i, j] }
      z[i, k] = value / factor[k, k]
    }
  }
  return z
}
