// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Means, covariances and overlaps of one population's vectors, each with its standard error.
///
/// A covariance is σ_ab = (1/N_p) Σ (a - ā)(b - b̄), an overlap (1/N_p) Σ a b = σ_ab + ā b̄: the two differ by the means.
/// Standard errors are those of N_p units drawn from a Gaussian with these moments,
///
///     SE(ā)² = σ_aa/N_p      SE(σ_ab)² = (σ_aa σ_bb + σ_ab²)/N_p
///     SE(overlap)² = (σ_aa σ_bb + σ_ab² + ā² σ_bb + b̄² σ_aa + 2 ā b̄ σ_ab)/N_p
public struct MomentTable: Codable, Sendable, Hashable {
  /// A number and its standard error.
  public struct Value: Codable, Sendable, Hashable {
    /// The number.
    public let value: Double
    /// Its standard error.
    public let error: Double
  }

  /// Share of the network's units, and how many they are.
  public let fraction: Double
  /// N_p.
  public let units: Int
  /// Names of the vectors: rows and columns of the matrices. Of more than eight readouts none is among them.
  public let vectors: [String]
  /// ā of each vector.
  public let means: [Value]
  /// σ_ab, row by row.
  public let covariances: [[Value]]
  /// (1/N_p) aᵀb, row by row.
  public let overlaps: [[Value]]

  /// The moments of one of a network's populations.
  public init(_ population: Population, unitCount: Int) {
    let names = population.layout.shownVectors
    let size = (population.fraction * Double(unitCount)).rounded()
    fraction = population.fraction
    units = Int(size)
    vectors = names.map(\.description)
    means = names.map {
      Value(value: population.mean($0), error: population.standardError($0, units: size))
    }
    covariances = names.map { a in
      names.map { b in
        Value(value: population.covariance(a, b), error: population.standardError(a, b, units: size))
      }
    }
    overlaps = names.map { a in
      names.map { b in
        let (x, y) = (population.mean(a), population.mean(b))
        let both = population.covariance(a, b)
        let (left, right) = (population.covariance(a, a), population.covariance(b, b))
        let square = left * right + both * both + x * x * right + y * y * left + 2 * x * y * both
        return Value(value: both + x * y, error: (max(square, 0) / size).squareRoot())
      }
    }
  }
}
