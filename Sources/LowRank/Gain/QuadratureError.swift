// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// A Gaussian average that cannot be computed, such as "deviation" or "⟨φ'⟩ of tanh by qag at mean 0, deviation 1".
public typealias QuadratureError = QuantityError<Gain>
