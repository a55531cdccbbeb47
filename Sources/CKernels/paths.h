// The table of functions that each path fills.
#ifndef KAPPA_PATHS_H
#define KAPPA_PATHS_H

#include <stdint.h>
#include <string.h>

#include "kernels.h"
#include "total.h"

struct kappa_path_table {
  void (*apply_f64)(kappa_transfer, const double *, double *, size_t);
  void (*apply_f32)(kappa_transfer, const float *, float *, size_t);
  void (*derivative_f64)(kappa_transfer, const double *, double *, size_t);
  void (*derivative_f32)(kappa_transfer, const float *, float *, size_t);
  void (*step_f64)(const kappa_network_f64 *, const kappa_step_f64_state *);
  void (*step_f32)(const kappa_network_f32 *, const kappa_step_f32_state *);
  void (*jacobian_f64)(const kappa_network_f64 *, const kappa_step_f64_state *, double *);
  void (*jacobian_f32)(const kappa_network_f32 *, const kappa_step_f32_state *, double *);
};

extern const struct kappa_path_table kappa_table_scalar, kappa_table_baseline;
#if defined(__x86_64__)
extern const struct kappa_path_table kappa_table_avx2, kappa_table_avx512;
#endif

#endif
