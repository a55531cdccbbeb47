// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Kernels over many units: transfer functions and the fused step of a low-rank network.
///
/// Everything here comes in double (f64) and single (f32) precision, and for several instruction sets ("paths").
/// The path is an argument, so that nothing is global and every function may run on any number of threads.
/// For one path the result is the same bits on every call, whatever else is computed beside it.
#ifndef KAPPA_KERNELS_H
#define KAPPA_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#define KAPPA_NAMED(name) __attribute__((swift_name(name)))
#define KAPPA_CLOSED __attribute__((enum_extensibility(closed)))

/// An instruction set.
typedef enum KAPPA_CLOSED KAPPA_NAMED("KernelPath") kappa_path {
  /// A plain loop over the C library's functions: the reference that the others are measured against.
  kappa_path_scalar KAPPA_NAMED("scalar") = 0,
  /// What every processor of this architecture has: SSE2 on x86-64, NEON on arm64.
  kappa_path_baseline KAPPA_NAMED("baseline") = 1,
  /// AVX2 with fused multiply-add.
  kappa_path_avx2 KAPPA_NAMED("avx2") = 2,
  /// AVX-512 (F and DQ).
  kappa_path_avx512 KAPPA_NAMED("avx512") = 3,
} kappa_path;

/// Number of paths, available or not.
enum { kappa_path_count = 4 };

/// Whether this machine can take the path.
bool kappa_path_is_available(kappa_path path);

/// The fastest path this machine can take.
kappa_path kappa_path_best(void);

/// What the path is called on this architecture: "scalar", "SSE2", "NEON", "AVX2+FMA", "AVX-512".
const char *kappa_path_name(kappa_path path);

/// A transfer function φ; the same functions, by the same formulas, as Swift's `TransferFunction`.
typedef enum KAPPA_CLOSED KAPPA_NAMED("KernelTransfer") kappa_transfer {
  kappa_transfer_tanh KAPPA_NAMED("tanh") = 0,
  kappa_transfer_erf KAPPA_NAMED("erf") = 1,
  kappa_transfer_relu KAPPA_NAMED("relu") = 2,
  kappa_transfer_softplus KAPPA_NAMED("softplus") = 3,
  kappa_transfer_logistic KAPPA_NAMED("logistic") = 4,
  kappa_transfer_linear KAPPA_NAMED("linear") = 5,
} kappa_transfer;

/// y = φ(x), `count` values; x and y may be the same array, need no alignment and must not overlap otherwise.
///
/// A path that this machine cannot take is replaced by the best that it can; so in every function below.
void kappa_transfer_apply_f64(kappa_path path, kappa_transfer transfer, const double *x, double *y, size_t count);
void kappa_transfer_apply_f32(kappa_path path, kappa_transfer transfer, const float *x, float *y, size_t count);

/// y = φ'(x), likewise.
void kappa_transfer_derivative_f64(kappa_path path, kappa_transfer transfer, const double *x, double *y, size_t count);
void kappa_transfer_derivative_f32(kappa_path path, kappa_transfer transfer, const float *x, float *y, size_t count);

/// What of a network a step needs. All matrices are column-major, one vector after the other, those of the state with the
/// same stride.
typedef struct kappa_network_f64 {
  /// N.
  size_t units;
  /// How far the vectors lie apart, and so the activations and noise of trials; 0 for N. With every vector at a multiple
  /// of 64 bytes a step is up to half as fast again.
  size_t stride;
  /// R + K, the columns of Y = [m I].
  size_t drives;
  /// R + O, the columns of A = [n w].
  size_t readouts;
  /// The leading columns of A that see φ(x + b); the others see φ(x). Without a bias it says nothing.
  size_t biased_readouts;
  /// Y, (N, R + K).
  const double *drive_vectors;
  /// A, (N, R + O).
  const double *readout_vectors;
  /// b, (N), or NULL.
  const double *bias;
  /// φ.
  kappa_transfer transfer;
} kappa_network_f64;

/// One step of B trials, or one evaluation of the manifold's sums. See `kappa_step_f64`.
typedef struct kappa_step_f64_state {
  /// B.
  size_t trials;
  /// Factor of the old activations.
  double decay;
  /// Factor of the noise.
  double noise_factor;
  /// Coefficients of the drive vectors, (B, R + K): trial b's stand at b * (R + K).
  const double *coefficients;
  /// Old activations, (B, N), or NULL for zero.
  const double *from;
  /// Noise, (B, N), or NULL for none.
  const double *noise;
  /// New activations, (B, N), or NULL when they need not be kept. May be `from`.
  double *to;
  /// Receives the sums, (B, R + O).
  double *sums;
} kappa_step_f64_state;

/// The fused step: for every trial, in one pass over the units,
///
///     x_i ← decay · x_i + Σ_j coefficients_j Y_ij + noise_factor · noise_i
///     sums_a = (1/N) Σ_i A_ia φ(x_i + b_i)
///
/// Forward Euler of the network is decay = 1-α, coefficients = α (κ_in, u) with κ_in = (1/N) nᵀφ(x) from the sums of the
/// step before. The manifold's sums are coefficients = (κ, v), `from` the residual x⊥(0) or NULL and `to` NULL.
/// Several trials in one call share each read of the vectors and give the same bits as one by one.
///
/// The sums: within a block of 512 (f32: 1024; with SSE2 and NEON half of that) units several partial accumulators, across blocks in double with
/// compensation; the error is below 2e-15 (f32: 1e-6) of (1/N) Σ |A_ia φ_i| for every N.
void kappa_step_f64(kappa_path path, const kappa_network_f64 *network, const kappa_step_f64_state *state);

/// The fused step, and the sums' derivatives with respect to the coefficients:
///
///     jacobian_aj = (1/N) Σ_i A_ia φ'(x_i + b_i) Y_ij
///
/// (B, R + O, R + K), row-major.
void kappa_jacobian_f64(
  kappa_path path, const kappa_network_f64 *network, const kappa_step_f64_state *state, double *jacobian);

/// `kappa_network_f64` in single precision.
typedef struct kappa_network_f32 {
  size_t units, stride, drives, readouts, biased_readouts;
  const float *drive_vectors, *readout_vectors, *bias;
  kappa_transfer transfer;
} kappa_network_f32;

/// `kappa_step_f64_state` in single precision; coefficients and sums stay double.
typedef struct kappa_step_f32_state {
  size_t trials;
  double decay, noise_factor;
  const double *coefficients;
  const float *from, *noise;
  float *to;
  double *sums;
} kappa_step_f32_state;

/// `kappa_step_f64` with single-precision units.
void kappa_step_f32(kappa_path path, const kappa_network_f32 *network, const kappa_step_f32_state *state);

/// `kappa_jacobian_f64` with single-precision units; the Jacobian is double.
void kappa_jacobian_f32(
  kappa_path path, const kappa_network_f32 *network, const kappa_step_f32_state *state, double *jacobian);

#endif
