// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// The normal density ψ(t) = e^(-t²/2)/√(2π).
func normalDensity(_ t: Double) -> Double { exp(-t * t / 2) * 0.398942280401432677939946 }

/// The normal distribution function Ψ(t), to full relative precision in the lower tail too.
func normalDistribution(_ t: Double) -> Double { erfc(-t * 0.707106781186547524400844) / 2 }

/// Ψ(t) where t's own rounding error must not count: `erfc` of the exact argument.
func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }

/// erf x, under a name that `TransferFunction.erf` does not hide.
func errorFunction(_ x: Double) -> Double { erf(x) }

/// tanh x, under a name that `TransferFunction.tanh` does not hide.
func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }

/// 10ˣ.
func powerOfTen(_ x: Double) -> Double { pow(10, x) }

/// e^(-x²).
func gaussian(_ x: Double) -> Double { exp(-x * x) }
