// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Vectors of eight numbers, whatever the path: what the averages' tables are made of, and what longer vectors consist of.
#ifndef KAPPA_EIGHTS_H
#define KAPPA_EIGHTS_H

#include <stdint.h>

typedef double vec8 __attribute__((vector_size(64)));
typedef int64_t ivec8 __attribute__((vector_size(64)));
typedef int64_t ivec4 __attribute__((vector_size(32)));
typedef int64_t ivec2 __attribute__((vector_size(16)));
typedef int64_t uivec8 __attribute__((vector_size(64), aligned(8), may_alias));
/// Parts of longer vectors.
typedef double avec8 __attribute__((vector_size(64), may_alias));
typedef int64_t aivec8 __attribute__((vector_size(64), may_alias));
typedef double uvec8 __attribute__((vector_size(64), aligned(8), may_alias));

#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define SQRT8(x) __builtin_elementwise_sqrt(x)

/// Elements whose places in the tables are found before any of them is looked up.
enum { kappa_gain_chunk = 128 };
/// 1 - 2⁻⁵¹: a number of cells times this is a little less than it, more than rounding makes of 1, less than matters.
#define kappa_gain_almost 0.9999999999999995559107901499

#endif
