// A circuit's step over trials, for every path this machine may have.
#include "include/circuit.h"

#include "gain_simd.h"

#define PATH baseline
#define LANES 8
#include "circuit_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#define LANES 8
#include "circuit_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define LANES 16
#include "circuit_body.h"
#define PATH avx512_few
#define LANES 8
#include "circuit_body.h"
#pragma clang attribute pop
#endif

void kappa_circuit_run(
  kappa_path path, const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx512:
      if (trials->count % 16 == 0)
        run_avx512(circuit, trials, alpha, steps, records);
      else
        run_avx512_few(circuit, trials, alpha, steps, records);
      return;
    case kappa_path_avx2: run_avx2(circuit, trials, alpha, steps, records); return;
#endif
    default: run_baseline(circuit, trials, alpha, steps, records);
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
