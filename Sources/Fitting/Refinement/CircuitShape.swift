// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// The numbers that say how large the parameters of a circuit are, and where each of them stands.
///
/// A population p has a mean μ_p (D values) and a lower triangular factor L_p of the covariance of the D drives (m, I, and
/// c, x0, b where there are such), and 1 + D coefficients for each of the E = R + O weights (n, w):
///
///     E[a φ] = Σ_p c_p0 ⟨φ⟩ + (h·d_p) ⟨φ'⟩      h = L_pᵀ q      c_p0 = α_p ā_p      d_p = α_p L_p⁻¹ cov_p((m, I, b), a)
///
/// All parameters lie in one vector: c, then θ. c: weight by weight, population by population, (c_p0, d_p).
/// θ: population by population, μ_p, then L_p row by row up to the diagonal.
struct CircuitShape: Sendable, Hashable {
  let layout: LoadingLayout
  /// P.
  let populations: Int
  let biasReachesReadout: Bool
  let transfer: TransferFunction
  /// Drives that are the same in every unit (most often zero, as a bias that was not trained), by their place among the
  /// drives: a fit leaves their mean as it is and gives them no variance.
  var constantDrives: Set<Int> = []

  /// D.
  var drives: Int { layout.driveCount }
  /// E.
  var weights: Int { layout.weightCount }
  /// B = P (1 + D), the number of basis functions.
  var basis: Int { populations * (1 + drives) }
  /// E B.
  var coefficients: Int { weights * basis }
  /// θ of one population.
  var momentsPerPopulation: Int { drives + drives * (drives + 1) / 2 }
  /// θ of all.
  var moments: Int { populations * momentsPerPopulation }
  /// c and θ.
  var parameters: Int { coefficients + moments }
  /// Whether rates that are read out are averaged at another point (without the bias) than those that are fed back.
  var separateReadout: Bool { layout.hasBias && !biasReachesReadout }

  /// Places of all that a fit must not move.
  var pinned: [Int] {
    (0..<populations).flatMap { p in
      constantDrives.sorted().flatMap { j in
        [j] + (0...j).map { factorOffset(j, $0) }
      }.map { coefficients + momentOffset(p) + $0 }
    }
  }

  /// The order in which normal equations of the first `count` parameters are solved: each w's own c, which meet no other
  /// w's in JᵀJ, then those of n, then θ.
  func eliminationOrder(_ count: Int) -> [Int] {
    let latents = layout.rank * basis
    return Array(latents..<coefficients) + Array(0..<latents) + Array(coefficients..<max(count, coefficients))
  }

  /// Offset of θ_p within θ.
  func momentOffset(_ population: Int) -> Int { population * momentsPerPopulation }
  /// Offset of L_jk within θ_p.
  func factorOffset(_ row: Int, _ column: Int) -> Int { drives + row * (row + 1) / 2 + column }
}
