// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// How the means and covariances of a circuit were found: what closes the κ-equations.
public enum Closure: String, Sendable, Hashable, CaseIterable, Codable {
  /// They are moments: of a network's units, or of clusters of them.
  case moments
  /// The clusters' moments of (m, I); the couplings of n and w solved in closed form for the dynamics.
  case regressed
  /// All of them fitted to the dynamics.
  case refined
}
