// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Vectors of 16 bytes: SSE2 on x86-64, NEON on arm64, whatever the compiler makes of them elsewhere.
#include "table.h"

#define PATH baseline
#define DOUBLES 2
#define FLOATS 4
#define CELLS_ABREAST 1
#if defined(__aarch64__)
#define FUSED 1
#endif
#include "../bodies/path.h"
