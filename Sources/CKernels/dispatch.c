// Which paths this machine has, and the public functions: each looks its path up in the table and calls it.
#include "paths.h"

bool kappa_path_is_available(kappa_path path) {
  switch (path) {
    case kappa_path_scalar:
    case kappa_path_baseline: return true;
#if defined(__x86_64__)
    case kappa_path_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case kappa_path_avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
#endif
    default: return false;
  }
}

kappa_path kappa_path_best(void) {
  if (kappa_path_is_available(kappa_path_avx512)) return kappa_path_avx512;
  if (kappa_path_is_available(kappa_path_avx2)) return kappa_path_avx2;
  return kappa_path_baseline;
}

const char *kappa_path_name(kappa_path path) {
  switch (path) {
    case kappa_path_scalar: return "scalar";
#if defined(__x86_64__)
    case kappa_path_baseline: return "SSE2";
#elif defined(__aarch64__)
    case kappa_path_baseline: return "NEON";
#else
    case kappa_path_baseline: return "baseline";
#endif
    case kappa_path_avx2: return "AVX2+FMA";
    case kappa_path_avx512: return "AVX-512";
  }
  return "unknown";
}

static const struct kappa_path_table *table(kappa_path path) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
    case kappa_path_scalar: return &kappa_table_scalar;
#if defined(__x86_64__)
    case kappa_path_avx2: return &kappa_table_avx2;
    case kappa_path_avx512: return &kappa_table_avx512;
#endif
    default: return &kappa_table_baseline;
  }
}

void kappa_transfer_apply_f64(kappa_path path, kappa_transfer transfer, const double *x, double *y, size_t count) {
  table(path)->apply_f64(transfer, x, y, count);
}

void kappa_transfer_apply_f32(kappa_path path, kappa_transfer transfer, const float *x, float *y, size_t count) {
  table(path)->apply_f32(transfer, x, y, count);
}

void kappa_transfer_derivative_f64(
  kappa_path path, kappa_transfer transfer, const double *x, double *y, size_t count
) {
  table(path)->derivative_f64(transfer, x, y, count);
}

void kappa_transfer_derivative_f32(kappa_path path, kappa_transfer transfer, const float *x, float *y, size_t count) {
  table(path)->derivative_f32(transfer, x, y, count);
}

void kappa_step_f64(kappa_path path, const kappa_network_f64 *network, const kappa_step_f64_state *state) {
  table(path)->step_f64(network, state);
}

void kappa_step_f32(kappa_path path, const kappa_network_f32 *network, const kappa_step_f32_state *state) {
  table(path)->step_f32(network, state);
}

void kappa_jacobian_f64(
  kappa_path path, const kappa_network_f64 *network, const kappa_step_f64_state *state, double *jacobian
) {
  table(path)->jacobian_f64(network, state, jacobian);
}

void kappa_jacobian_f32(
  kappa_path path, const kappa_network_f32 *network, const kappa_step_f32_state *state, double *jacobian
) {
  table(path)->jacobian_f32(network, state, jacobian);
}
