// Gaussian averages of many elements, for every path this machine may have.
#include "gain_simd.h"

#define PATH baseline
#define LANES 8
#include "gain_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#define LANES 8
#include "gain_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define LANES 16
#include "gain_body.h"
#define PATH avx512_few
#define LANES 8
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
    case kappa_path_avx512: {
      const size_t many = count & ~(size_t)15;
      rates_and_gains_avx512(tables, many, scale, means, variances, rates, gains);
      rates_and_gains_avx512_few(
        tables, count - many, scale, means + many, variances + many, rates + many, gains + many);
      return;
    }
    case kappa_path_avx2:
      rates_and_gains_avx2(tables, count, scale, means, variances, rates, gains);
      return;
#endif
    default: rates_and_gains_baseline(tables, count, scale, means, variances, rates, gains);
  }
}
