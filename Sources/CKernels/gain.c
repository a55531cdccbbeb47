// Gaussian averages from tables, for every path this machine may have.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "include/gain.h"

// Functions that take vectors are all inlined: the calling convention, which depends on the target, never matters.
#pragma clang diagnostic ignored "-Wpsabi"

typedef double vec8 __attribute__((vector_size(64)));
typedef int64_t ivec8 __attribute__((vector_size(64)));
typedef int64_t ivec4 __attribute__((vector_size(32)));
typedef int64_t ivec2 __attribute__((vector_size(16)));
typedef int64_t uivec8 __attribute__((vector_size(64), aligned(8), may_alias));
typedef double uvec8 __attribute__((vector_size(64), aligned(8), may_alias));

#define SQRT8(x) __builtin_elementwise_sqrt(x)

enum { kappa_gain_chunk = 64 };

#define PATH baseline
#include "gain_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#include "gain_body.h"
#pragma clang attribute pop

#include <immintrin.h>
#define INVERSE_ROOT8(x) ((vec8)_mm512_rsqrt14_pd((__m512d)(x)))
#define INVERSE8(x) ((vec8)_mm512_rcp14_pd((__m512d)(x)))
#define WITHIN8(x, limit) \
  ((vec8)_mm512_min_pd(_mm512_max_pd((__m512d)(x), _mm512_setzero_pd()), _mm512_set1_pd(limit)))
#define PICK8(p, cell) ((vec8)_mm512_permutex2var_pd(_mm512_loadu_pd(p), (__m512i)(cell), _mm512_loadu_pd((p) + 8)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#include "gain_body.h"
#pragma clang attribute pop
#endif

void kappa_gain_rates_and_gains(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *rates, double *gains
) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512:
      rates_and_gains_avx512(tables, count, scale, means, variances, rates, gains);
      return;
    case kappa_path_avx2:
      rates_and_gains_avx2(tables, count, scale, means, variances, rates, gains);
      return;
#endif
    default: rates_and_gains_baseline(tables, count, scale, means, variances, rates, gains);
  }
}
