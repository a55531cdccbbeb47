// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// Why a circuit could not be fitted.
public typealias DistillationError = QuantityError<Distillation>
