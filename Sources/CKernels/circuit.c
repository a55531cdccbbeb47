// A circuit's step over trials, for every path this machine may have.
#include "include/circuit.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT ON
// Functions that take vectors are all inlined: the calling convention, which depends on the target, never matters.
#pragma clang diagnostic ignored "-Wpsabi"
#endif

typedef double vec8 __attribute__((vector_size(64)));
typedef double uvec8 __attribute__((vector_size(64), aligned(8), may_alias));

#define PATH baseline
#include "circuit_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#include "circuit_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#include "circuit_body.h"
#pragma clang attribute pop
#endif

void kappa_circuit_arguments(
  kappa_path path, const kappa_population *population, size_t trials, const double *q, double noise, double *means,
  double *variances
) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512: arguments_avx512(population, trials, q, noise, means, variances); return;
    case kappa_path_avx2: arguments_avx2(population, trials, q, noise, means, variances); return;
#endif
    default: arguments_baseline(population, trials, q, noise, means, variances);
  }
}

void kappa_circuit_weigh(
  kappa_path path, const kappa_population *population, size_t trials, const double *q, const double *rates,
  const double *gains, size_t first, size_t last, double *sums
) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512: weigh_avx512(population, trials, q, rates, gains, first, last, sums); return;
    case kappa_path_avx2: weigh_avx2(population, trials, q, rates, gains, first, last, sums); return;
#endif
    default: weigh_baseline(population, trials, q, rates, gains, first, last, sums);
  }
}

void kappa_circuit_relax(kappa_path path, size_t count, double alpha, const double *target, double *x) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512: relax_avx512(count, alpha, target, x); return;
    case kappa_path_avx2: relax_avx2(count, alpha, target, x); return;
#endif
    default: relax_baseline(count, alpha, target, x);
  }
}

void kappa_transpose(
  kappa_path path, size_t rows, size_t columns, const double *source, size_t source_stride, double *target,
  size_t target_stride
) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512: transpose_avx512(rows, columns, source, source_stride, target, target_stride); return;
    case kappa_path_avx2: transpose_avx2(rows, columns, source, source_stride, target, target_stride); return;
#endif
    default: transpose_baseline(rows, columns, source, source_stride, target, target_stride);
  }
}
