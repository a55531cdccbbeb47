// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What the vector extensions have no words for, as NAME(precision, …); the bodies take it where it is defined.
// Include on x86-64 only, before the target attribute is set.
#include <immintrin.h>

// The second operand when one of them is NaN.
#define MINIMUM(precision, x, y) MINIMUM_(precision, x, y)
#define MINIMUM_(precision, x, y) MINIMUM_##precision(x, y)
#define MINIMUM_64(x, y) _mm512_min_pd((__m512d)(x), (__m512d)(y))
#define MINIMUM_32(x, y) _mm512_min_ps((__m512)(x), (__m512)(y))

#define LOAD_SOME(precision, p, count) LOAD_SOME_(precision, p, count)
#define LOAD_SOME_(precision, p, count) LOAD_SOME_##precision(p, count)
#define LOAD_SOME_64(p, count) _mm512_maskz_loadu_pd((__mmask8)((1u << (count)) - 1), p)
#define LOAD_SOME_32(p, count) _mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p)

#define STORE_SOME(precision, p, v, count) STORE_SOME_(precision, p, v, count)
#define STORE_SOME_(precision, p, v, count) STORE_SOME_##precision(p, v, count)
#define STORE_SOME_64(p, v, count) _mm512_mask_storeu_pd(p, (__mmask8)((1u << (count)) - 1), (__m512d)(v))
#define STORE_SOME_32(p, v, count) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(v))

// Eight numbers at once, for the averages (averages.h).
#define INVERSE_ROOT8(x) ((vec8)_mm512_rsqrt14_pd((__m512d)(x)))
#define INVERSE8(x) ((vec8)_mm512_rcp14_pd((__m512d)(x)))
#define POSITIVE8(x) ((vec8)_mm512_max_pd(_mm512_setzero_pd(), (__m512d)(x)))
#define AT_MOST8(x, limit) ((vec8)_mm512_min_pd((__m512d)(x), _mm512_set1_pd(limit)))
#define ANY8(mask) (_mm512_test_epi64_mask((__m512i)(mask), (__m512i)(mask)) != 0)
#define PICK8(p, cell) ((vec8)_mm512_permutex2var_pd(_mm512_loadu_pd(p), (__m512i)(cell), _mm512_loadu_pd((p) + 8)))
