// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Which of the two equations of the field a network's state obeys.
///
/// With J = m nᵀ/N (or a dense J), α = dt/τ and z read after the update with u_t:
///
///     current  x ← x + α(-x + J φ(x + b) + I u + c)     z = wᵀφ(x [+ b])/N + z₀
///     rate     r ← r + α(-r + φ(J r + I u + b))         z = wᵀr/N + z₀
///
/// Discrete-time networks are the rate form at α = 1.
public enum NetworkForm: String, Sendable, Hashable, CaseIterable, Codable {
  /// The state is the current x, and φ acts on it.
  case current
  /// The state is the rate r, and φ acts on what it receives.
  case rate
}
