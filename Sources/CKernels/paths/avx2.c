// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// AVX2 with fused multiply-add.
#include "table.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#define DOUBLES 4
#define FLOATS 8
#define CELLS_ABREAST 1
#define FUSED 1
#include "../bodies/path.h"
#pragma clang attribute pop
#endif
