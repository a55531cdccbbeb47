// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The derivative of a function at 0 by the central difference of fourth order, whose error is h⁴f⁽⁵⁾/30.
public func centralDifference(of f: (Double) throws -> Double, step h: Double = 1e-3) rethrows -> Double {
  try (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
}
