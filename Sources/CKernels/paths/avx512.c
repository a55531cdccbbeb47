// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// AVX-512. Not VL: with it, compilers prefer 256-bit registers.
#include "table.h"

#if defined(__x86_64__)
#include "avx512_words.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define DOUBLES 8
#define FLOATS 16
#define CELLS_ABREAST 4
#define FUSED 1
#include "../bodies/path.h"
#pragma clang attribute pop
#endif
