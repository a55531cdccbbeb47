// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

/// cos, under a name that does not depend on the platform's C library.
func cosine(_ angle: Double) -> Double { cos(angle) }
