// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Kernels for training: a low-rank network's forward pass over whole trials, and backpropagation through it.
///
/// With x(0) = 0 the Euler map keeps every state on the manifold x_t = m κ_t + I v_t, so that forward and backward pass
/// are recursions in R and R adjoint numbers with sums over units; nothing but φ(x_t) is stored. The gradient is that
/// of the Euler map itself, without approximation. Private noise adds to x a part η that no parameter moves,
///
///     η_{t+1} = (1-α) η_t + s ξ_t,    η_0 = 0,
///
/// so that x_t = m κ_t + I v_t + η_t and the way back stays as it is.
///
/// Trials come in groups of `kappa_training_group`: the group, not the thread, fixes the order of every sum.
#ifndef KAPPA_TRAINING_H
#define KAPPA_TRAINING_H

#include "kernels.h"

/// Trials of a group. A group with fewer real trials is filled with trials of zero input and zero error.
enum { kappa_training_group = 4 };

/// Units are padded with zeros in every vector to a multiple of this.
enum { kappa_training_padding = 16 };

/// What may be trained and has to be as small as this, so that a trial's numbers fit on the stack.
enum { kappa_training_most = 64 };

/// The network and the shape of the trials. All vectors are column-major with `padded_units` rows.
typedef struct kappa_training_f64 {
  /// N, and N rounded up to a multiple of `kappa_training_padding`.
  size_t units, padded_units;
  /// R, K and O, each at most `kappa_training_most`.
  size_t rank, inputs, outputs;
  /// T.
  size_t steps;
  /// dt/tau.
  double alpha;
  /// φ.
  kappa_transfer transfer;
  /// m (N, R), n (N, R), I (N, K), w (N, O).
  const double *m, *n, *input_vectors, *readout_vectors;
} kappa_training_f64;

/// The forward pass of a group, from x = 0:
///
///     κ_{t+1} = (1-α) κ_t + α (1/N) nᵀφ(x_t)    v_{t+1} = (1-α) v_t + α u_t    z_t = (1/N) wᵀφ(x_{t+1})
///
/// - u: inputs, (G, T, K).
/// - read: for each step, whether any trial of the group is read then, (T). z is not touched at other steps.
/// - noise: η of the states 0…T, (T + 1, G, padded N), or NULL for none.
/// - z: receives the outputs, (G, T, O).
/// - latents: receives (κ, v) of the states 0…T, (T + 1, G, R + K).
/// - rates: receives φ(x) of the states 0…T, (T + 1, G, padded N).
/// - slopes: receives φ'(x) likewise; NULL for tanh, where 1 - φ² serves.
void kappa_training_forward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *u, const unsigned char *read,
  const double *noise, double *z, double *latents, double *rates, double *slopes);

/// Where the gradient of the loss goes: each (padded N, …) like its vector. The pass adds to what is there.
/// `input_vectors` and `readout_vectors` may be NULL when they are not trained.
typedef struct kappa_training_gradient_f64 {
  double *m, *n, *input_vectors, *readout_vectors;
} kappa_training_gradient_f64;

/// The backward pass of a group. With e_t = ∂L/∂z_t, a_t = ∂L/∂κ_t and x_t = m κ_t + I v_t:
///
///     g = (α n a_{t+1} + w e_{t-1})/N    d = φ'(x_t) g    a_t = (1-α) a_{t+1} + mᵀd
///     ∂L/∂m = Σ d κ_tᵀ    ∂L/∂I = Σ d v_tᵀ    ∂L/∂n = (α/N) Σ φ(x_t) a_{t+1}ᵀ    ∂L/∂w = (1/N) Σ φ(x_t) e_{t-1}ᵀ
///
/// - errors: e, (G, T, O); not looked at where `read` is 0.
void kappa_training_backward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *errors, const unsigned char *read,
  const double *latents, const double *rates, const double *slopes, const kappa_training_gradient_f64 *gradient);

/// `kappa_training_f64` in single precision. Inputs, latents, outputs and errors stay double.
typedef struct kappa_training_f32 {
  size_t units, padded_units, rank, inputs, outputs, steps;
  double alpha;
  kappa_transfer transfer;
  const float *m, *n, *input_vectors, *readout_vectors;
} kappa_training_f32;

/// `kappa_training_forward_f64` in single precision.
void kappa_training_forward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *u, const unsigned char *read,
  const float *noise, double *z, double *latents, float *rates, float *slopes);

/// `kappa_training_gradient_f64` in single precision.
typedef struct kappa_training_gradient_f32 {
  float *m, *n, *input_vectors, *readout_vectors;
} kappa_training_gradient_f32;

/// `kappa_training_backward_f64` in single precision.
void kappa_training_backward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *errors, const unsigned char *read,
  const double *latents, const float *rates, const float *slopes, const kappa_training_gradient_f32 *gradient);

#endif
