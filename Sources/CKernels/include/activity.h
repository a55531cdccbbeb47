// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Kernels for fitting a low-rank network to activity: the forward pass of its R latents under known drives, and
/// backpropagation through it from errors of every unit's rate.
///
/// The state of unit i is a_i = Σ_r m_ir κ_r + Σ_s L_is d_s with known drives d (filtered inputs, the constant 1 of a bias,
/// the decay of an initial state), so that only κ is a recursion:
///
///     κ_{t+1} = (1-α) κ_t + (α/N) nᵀφ(a_t)        r̂_t = g φ(a_t) + o        L = c Σ (r̂_t - r_t)² + errors of z
///
/// The gradient is that of this map itself, without approximation. Rates that are not a number are missing and cost
/// nothing. Trials come in groups of `kappa_training_group`: the group, not the thread, fixes the order of every sum.
#ifndef KAPPA_ACTIVITY_H
#define KAPPA_ACTIVITY_H

#include "kernels.h"
#include "training.h"

/// The network and the shape of the trials. All vectors are column-major with `padded_units` rows, a multiple of
/// `kappa_training_padding`; rates of padding are missing.
typedef struct kappa_activity_f64 {
  /// N, and N rounded up.
  size_t units, padded_units;
  /// R, S (drives) and O, each at most `kappa_training_most`.
  size_t rank, drives, outputs;
  /// States of a trial, the first included; the first of them whose rates are known, and how many have known rates.
  size_t states, first, known;
  /// dt/tau.
  double alpha;
  /// φ.
  kappa_transfer transfer;
  /// m (N, R), n (N, R), L (N, S), w (N, O), g (N), o (N).
  const double *m, *n, *loads, *readouts, *gains, *offsets;
} kappa_activity_f64;

/// The forward pass of a group.
///
/// - drives: of each trial d (states, S).
/// - targets: of each trial the rates (known, padded N), NaN for missing; NULL where no loss is wanted.
/// - latents: κ of all states, (states, G, R); that of the first state is given, the others are received.
/// - rates: receives φ(a), (states, G, padded N).
/// - slopes: receives φ'(a) likewise; NULL for tanh, where 1 - φ² serves.
/// - z: receives wᵀφ/N, (states, G, O).
/// - loss: receives Σ (r̂ - r)² over what is known, unless there are no targets.
void kappa_activity_forward_f64(
  kappa_path path, const kappa_activity_f64 *network, const double *const *drives, const double *const *targets,
  double *latents, double *rates, double *slopes, double *z, double *loss);

/// Where the gradient goes: each (padded N, …) like its vector. The pass adds to what is there.
typedef struct kappa_activity_gradient_f64 {
  double *m, *n, *loads, *gains, *offsets;
} kappa_activity_gradient_f64;

/// The backward pass of a group.
///
/// - scale: 2c, by which every unit's error is multiplied.
/// - errors: ∂L/∂z of all states, (states, G, O).
/// - start: receives ∂L/∂κ of the first state, (G, R).
/// - loss: receives Σ (r̂ - r)² over what is known.
void kappa_activity_backward_f64(
  kappa_path path, const kappa_activity_f64 *network, const double *const *drives, const double *const *targets,
  double scale, const double *errors, const double *latents, const double *rates, const double *slopes,
  const kappa_activity_gradient_f64 *gradient, double *start, double *loss);

/// `kappa_activity_f64` in single precision. Drives, latents, outputs and errors stay double.
typedef struct kappa_activity_f32 {
  size_t units, padded_units, rank, drives, outputs, states, first, known;
  double alpha;
  kappa_transfer transfer;
  const float *m, *n, *loads, *readouts, *gains, *offsets;
} kappa_activity_f32;

/// `kappa_activity_forward_f64` in single precision.
void kappa_activity_forward_f32(
  kappa_path path, const kappa_activity_f32 *network, const double *const *drives, const float *const *targets,
  double *latents, float *rates, float *slopes, double *z, double *loss);

/// `kappa_activity_gradient_f64` in single precision.
typedef struct kappa_activity_gradient_f32 {
  float *m, *n, *loads, *gains, *offsets;
} kappa_activity_gradient_f32;

/// `kappa_activity_backward_f64` in single precision.
void kappa_activity_backward_f32(
  kappa_path path, const kappa_activity_f32 *network, const double *const *drives, const float *const *targets,
  double scale, const double *errors, const double *latents, const float *rates, const float *slopes,
  const kappa_activity_gradient_f32 *gradient, double *start, double *loss);

#endif
