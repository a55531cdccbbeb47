// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Which paths this machine has, and the public functions: each looks its path up in the table and calls it.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "paths/table.h"

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

/// The path that KAPPA_PATH asks for, so that each can be tried on one machine; else the widest that there is.
static kappa_path chosen_path(void) {
  static const struct {
    const char *name;
    kappa_path path;
  } paths[] = {
    {"scalar", kappa_path_scalar}, {"baseline", kappa_path_baseline}, {"avx2", kappa_path_avx2},
    {"avx512", kappa_path_avx512}};
  const char *wanted = getenv("KAPPA_PATH");
  for (size_t i = 0; wanted && i < sizeof paths / sizeof *paths; i++)
    if (strcmp(wanted, paths[i].name) == 0 && kappa_path_is_available(paths[i].path)) return paths[i].path;
  if (kappa_path_is_available(kappa_path_avx512)) return kappa_path_avx512;
  if (kappa_path_is_available(kappa_path_avx2)) return kappa_path_avx2;
  return kappa_path_baseline;
}

kappa_path kappa_path_best(void) {
  // Asked once: whoever changes the environment later does not get half of a result from another path.
  static _Atomic int chosen = -1;
  int path = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (path < 0) {
    path = (int)chosen_path();
    atomic_store_explicit(&chosen, path, memory_order_relaxed);
  }
  return (kappa_path)path;
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

/// The path's functions; of one that this machine cannot take, the best that it can.
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

/// The same, for what the scalar path leaves to the baseline.
static const struct kappa_path_table *vectors(kappa_path path) {
  return table(path == kappa_path_scalar ? kappa_path_baseline : path);
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

void kappa_training_forward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *u, const unsigned char *read, const double *noise,
  double *z, double *latents, double *rates, double *slopes
) {
  vectors(path)->forward_f64(network, u, read, noise, z, latents, rates, slopes);
}

void kappa_training_forward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *u, const unsigned char *read, const float *noise,
  double *z, double *latents, float *rates, float *slopes
) {
  vectors(path)->forward_f32(network, u, read, noise, z, latents, rates, slopes);
}

void kappa_training_backward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *errors, const unsigned char *read,
  const double *latents, const double *rates, const double *slopes, const kappa_training_gradient_f64 *gradient
) {
  vectors(path)->backward_f64(network, errors, read, latents, rates, slopes, gradient);
}

void kappa_training_backward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *errors, const unsigned char *read,
  const double *latents, const float *rates, const float *slopes, const kappa_training_gradient_f32 *gradient
) {
  vectors(path)->backward_f32(network, errors, read, latents, rates, slopes, gradient);
}

void kappa_activity_forward_f64(
  kappa_path path, const kappa_activity_f64 *network, const double *const *drives, const double *const *targets,
  double *latents, double *rates, double *slopes, double *z, double *loss
) {
  vectors(path)->activity_forward_f64(network, drives, targets, latents, rates, slopes, z, loss);
}

void kappa_activity_backward_f64(
  kappa_path path, const kappa_activity_f64 *network, const double *const *drives, const double *const *targets,
  double scale, const double *errors, const double *latents, const double *rates, const double *slopes,
  const kappa_activity_gradient_f64 *gradient, double *start, double *loss
) {
  vectors(path)->activity_backward_f64(
    network, drives, targets, scale, errors, latents, rates, slopes, gradient, start, loss);
}

void kappa_activity_forward_f32(
  kappa_path path, const kappa_activity_f32 *network, const double *const *drives, const float *const *targets,
  double *latents, float *rates, float *slopes, double *z, double *loss
) {
  vectors(path)->activity_forward_f32(network, drives, targets, latents, rates, slopes, z, loss);
}

void kappa_activity_backward_f32(
  kappa_path path, const kappa_activity_f32 *network, const double *const *drives, const float *const *targets,
  double scale, const double *errors, const double *latents, const float *rates, const float *slopes,
  const kappa_activity_gradient_f32 *gradient, double *start, double *loss
) {
  vectors(path)->activity_backward_f32(
    network, drives, targets, scale, errors, latents, rates, slopes, gradient, start, loss);
}

void kappa_dense_product_f64(
  kappa_path path, size_t panels, size_t inner, const double *packed, const double *b, bool adding, double *c
) {
  table(path)->dense_product_f64(panels, inner, packed, b, adding, c);
}

void kappa_gram_f64(kappa_path path, const double *a, size_t rows, size_t width, double *gram) {
  table(path)->gram_f64(a, rows, width, gram);
}

void kappa_gain_rates_and_gains(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *rates, double *gains
) {
  vectors(path)->rates_and_gains(tables, count, scale, means, variances, rates, gains);
}

void kappa_gain_curvatures(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *gains2, double *gains3
) {
  vectors(path)->curvatures(tables, count, scale, means, variances, gains2, gains3);
}

void kappa_fit_clouds(
  kappa_path path, const kappa_fit_circuit *circuit, size_t used, size_t count, const double *points, double *means,
  double *variances, double *factors, double *work
) {
  vectors(path)->fit_clouds(circuit, used, count, points, means, variances, factors, work);
}

void kappa_fit_field(
  kappa_path path, const kappa_fit_circuit *circuit, const kappa_fit_averages *averages, size_t count, size_t weight,
  const double *targets, double factor, bool has_linear, bool has_moments, size_t width, double *rows
) {
  vectors(path)->fit_field(
    circuit, averages, count, weight, targets, factor, has_linear, has_moments, width, rows);
}

bool kappa_fit_step(
  kappa_path path, const kappa_fit_circuit *circuit, const kappa_fit_trajectories *trajectories, double *work
) {
  return vectors(path)->fit_step(circuit, trajectories, work);
}

void kappa_circuit_run(
  kappa_path path, const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
) {
  vectors(path)->circuit_run(circuit, trials, alpha, steps, records);
}

void kappa_transpose(
  kappa_path path, size_t rows, size_t columns, const double *source, size_t source_stride, double *target,
  size_t target_stride
) {
  vectors(path)->transpose(rows, columns, source, source_stride, target, target_stride);
}
