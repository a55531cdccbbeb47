// ⟨tanh⟩ and ⟨tanh'⟩ of some elements from tables, inlined into whatever needs them, for every path.
#ifndef KAPPA_GAIN_SIMD_H
#define KAPPA_GAIN_SIMD_H

#include <math.h>
#include <stdint.h>

#include "include/gain.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT ON
// Functions that take vectors are all inlined: the calling convention, which depends on the target, never matters.
#pragma clang diagnostic ignored "-Wpsabi"
#endif

typedef double vec8 __attribute__((vector_size(64)));
typedef int64_t ivec8 __attribute__((vector_size(64)));
typedef int64_t ivec4 __attribute__((vector_size(32)));
typedef int64_t ivec2 __attribute__((vector_size(16)));
typedef int64_t uivec8 __attribute__((vector_size(64), aligned(8), may_alias));
/// Parts of longer vectors.
typedef double avec8 __attribute__((vector_size(64), may_alias));
typedef int64_t aivec8 __attribute__((vector_size(64), may_alias));
typedef double uvec8 __attribute__((vector_size(64), aligned(8), may_alias));

#define SQRT8(x) __builtin_elementwise_sqrt(x)

/// Elements whose places in the tables are found before any of them is looked up.
enum { kappa_gain_chunk = 128 };
/// 1 - 2⁻⁵¹: a number of cells times this is a little less than it, more than rounding makes of 1, less than matters.
#define kappa_gain_almost 0.9999999999999995559107901499

#define PATH baseline
#define LANES 8
#define CELLS_ABREAST 1
#include "gain_simd_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#define LANES 8
#define CELLS_ABREAST 1
#include "gain_simd_body.h"
#pragma clang attribute pop

#include <immintrin.h>
#define INVERSE_ROOT8(x) ((vec8)_mm512_rsqrt14_pd((__m512d)(x)))
#define INVERSE8(x) ((vec8)_mm512_rcp14_pd((__m512d)(x)))
#define POSITIVE8(x) ((vec8)_mm512_max_pd(_mm512_setzero_pd(), (__m512d)(x)))
#define AT_MOST8(x, limit) ((vec8)_mm512_min_pd((__m512d)(x), _mm512_set1_pd(limit)))
#define ANY8(mask) (_mm512_test_epi64_mask((__m512i)(mask), (__m512i)(mask)) != 0)
#define PICK8(p, cell) ((vec8)_mm512_permutex2var_pd(_mm512_loadu_pd(p), (__m512i)(cell), _mm512_loadu_pd((p) + 8)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define LANES 16
#define CELLS_ABREAST 4
#include "gain_simd_body.h"
// For so few elements that sixteen would be mostly padding.
#define PATH avx512_few
#define LANES 8
#define CELLS_ABREAST 4
#include "gain_simd_body.h"
#pragma clang attribute pop
#endif

#endif
