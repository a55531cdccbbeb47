// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The table of functions that each path fills.
#ifndef KAPPA_TABLE_H
#define KAPPA_TABLE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "../bodies/total.h"
#include "../include/activity.h"
#include "../include/circuit.h"
#include "../include/dense.h"
#include "../include/fit.h"
#include "../include/gain.h"
#include "../include/gram.h"
#include "../include/kernels.h"
#include "../include/training.h"

/// The public functions without their path. The scalar path leaves out those that have no plain loop: there, the
/// baseline's serve.
struct kappa_path_table {
  void (*apply_f64)(kappa_transfer, const double *, double *, size_t);
  void (*apply_f32)(kappa_transfer, const float *, float *, size_t);
  void (*derivative_f64)(kappa_transfer, const double *, double *, size_t);
  void (*derivative_f32)(kappa_transfer, const float *, float *, size_t);
  void (*step_f64)(const kappa_network_f64 *, const kappa_step_f64_state *);
  void (*step_f32)(const kappa_network_f32 *, const kappa_step_f32_state *);
  void (*jacobian_f64)(const kappa_network_f64 *, const kappa_step_f64_state *, double *);
  void (*jacobian_f32)(const kappa_network_f32 *, const kappa_step_f32_state *, double *);
  void (*forward_f64)(
    const kappa_training_f64 *, const double *, const unsigned char *, const double *, double *, double *, double *,
    double *);
  void (*forward_f32)(
    const kappa_training_f32 *, const double *, const unsigned char *, const float *, double *, double *, float *,
    float *);
  void (*backward_f64)(
    const kappa_training_f64 *, const double *, const unsigned char *, const double *, const double *, const double *,
    const kappa_training_gradient_f64 *);
  void (*backward_f32)(
    const kappa_training_f32 *, const double *, const unsigned char *, const double *, const float *, const float *,
    const kappa_training_gradient_f32 *);
  void (*activity_forward_f64)(
    const kappa_activity_f64 *, const double *const *, const double *const *, double *, double *, double *, double *,
    double *);
  void (*activity_forward_f32)(
    const kappa_activity_f32 *, const double *const *, const float *const *, double *, float *, float *, double *,
    double *);
  void (*activity_backward_f64)(
    const kappa_activity_f64 *, const double *const *, const double *const *, double, const double *, const double *,
    const double *, const double *, const kappa_activity_gradient_f64 *, double *, double *);
  void (*activity_backward_f32)(
    const kappa_activity_f32 *, const double *const *, const float *const *, double, const double *, const double *,
    const float *, const float *, const kappa_activity_gradient_f32 *, double *, double *);
  void (*gram_f64)(const double *, size_t, size_t, double *);
  void (*dense_product_f64)(size_t, size_t, const double *, const double *, bool, double *);
  void (*rates_and_gains)(
    const kappa_gain_tables *, size_t, double, const double *, const double *, double *, double *);
  void (*curvatures)(
    const kappa_gain_tables *, size_t, double, const double *, const double *, double *, double *);
  void (*fit_clouds)(const kappa_fit_circuit *, size_t, size_t, const double *, double *, double *, double *, double *);
  void (*fit_field)(
    const kappa_fit_circuit *, const kappa_fit_averages *, size_t, size_t, const double *, double, bool, bool, size_t,
    double *);
  bool (*fit_step)(const kappa_fit_circuit *, const kappa_fit_trajectories *, double *);
  void (*circuit_run)(
    const kappa_circuit *, const kappa_circuit_trials *, double, size_t, const kappa_circuit_records *);
  void (*transpose)(size_t, size_t, const double *, size_t, double *, size_t);
};

extern const struct kappa_path_table kappa_table_scalar, kappa_table_baseline;
#if defined(__x86_64__)
extern const struct kappa_path_table kappa_table_avx2, kappa_table_avx512;
#endif

#endif
