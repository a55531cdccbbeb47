// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Vectors that do not fit together, or hold something that is not a finite number.
public typealias ShapeError = QuantityError<Network>
