// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The inner loops of a circuit's fit: rows (derivatives | residual) of least-squares problems.
///
/// A circuit of P populations, D drives q, E = R + O weights, with B = P (1 + D) basis functions at a point:
///
///     s = q·μ   h = Lᵀq   Δ² = |h|²   basis (⟨φ⟩, h₁⟨φ'⟩, …, h_D⟨φ'⟩)   f_a = c_a0⟨φ⟩ + (h·d_a)⟨φ'⟩   per population
///     ∂f_a/∂s   = c_a0⟨φ'⟩ + (h·d_a)⟨φ''⟩
///     ∂f_a/∂h_k = (c_a0⟨φ''⟩ + (h·d_a)⟨φ'''⟩) h_k + d_ak⟨φ'⟩
///     ∂f_a/∂μ_j = q_j ∂f_a/∂s      ∂f_a/∂L_jk = q_j ∂f_a/∂h_k      ∂f_a/∂q_j = Σ_p μ_j ∂f_a/∂s + Σ_k L_jk ∂f_a/∂h_k
///
/// All of it is smooth at Δ = 0, by ∂⟨f⟩/∂Δ = Δ⟨f''⟩.
#ifndef KAPPA_FIT_H
#define KAPPA_FIT_H

#include "kernels.h"

typedef struct kappa_fit_circuit {
  /// R, E, D, P.
  size_t rank, weights, drives, populations;
  /// c, (E, P, 1 + D).
  const double *coefficients;
  /// θ: for each population μ (D), then L row by row up to the diagonal.
  const double *moments;
} kappa_fit_circuit;

/// Points and the averages there.
typedef struct kappa_fit_averages {
  /// q, (points, D).
  const double *points;
  /// h, (points, P, D).
  const double *factors;
  /// ⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩, (points, P); the last two are read where derivatives with respect to θ or q are wanted.
  const double *rates, *gains, *gains2, *gains3;
} kappa_fit_averages;

/// s and Δ², (points, P), and h, (points, P, D), of `count` points; only the first `used` drives count.
///
/// `work` holds P D (D + 8) numbers.
void kappa_fit_clouds(
  kappa_path path, const kappa_fit_circuit *circuit, size_t used, size_t count, const double *points, double *means,
  double *variances, double *factors, double *work
);

/// Rows of one weight's error at `count` points: (basis, if wanted | ∂f/∂θ, if wanted | target - f), times a factor; the
/// rest of the `width` numbers of a row stays as it is. `targets`: (points, E), of which the weight's are read.
void kappa_fit_field(
  kappa_path path, const kappa_fit_circuit *circuit, const kappa_fit_averages *averages, size_t count, size_t weight,
  const double *targets, double factor, bool has_linear, bool has_moments, size_t width, double *rows
);

/// Trials side by side at one step, or steps of one trial, of the recursion for the error of trajectories:
///
///     δ_{t+1} = (1-α) δ_t + α (J_t δ_t + e_t)      δz = e^z + (∂z/∂κ) δ
///
/// Rows are (coefficients of n, R B | θ | residual), of outputs also their own basis. Linearised, J is the network's and e
/// the error of the field along its course; otherwise the circuit runs by itself, J is its own and e holds its derivatives.
typedef struct kappa_fit_trajectories {
  /// At the present points, trial by trial or step by step: for what is fed back, and for what is read out.
  kappa_fit_averages fed, read;
  size_t count;
  /// Whether the points are one trial's, linearised; there is one δ then.
  bool is_one_trial;
  /// Derivatives with respect to c, and to θ.
  bool has_linear, has_moments;
  /// The network's points, (D), field, (E), and, linearised, ∂field/∂κ, (E, R), those of two trials or steps
  /// `exact_stride` points apart.
  const double *exact, *targets, *jacobians;
  size_t exact_stride;
  /// Factors of the rows: of κ, (R), and of outputs, (O).
  const double *latent_factors, *output_factors;
  double alpha;
  /// Unless linearised, the circuit's own points, (count, D), of which κ is moved.
  double *states;
  /// δ, (count, R, width), of one trial (R, width), rows padded with zeros to whole vectors.
  double *delta;
  size_t width;
  /// Rows: (count, R, width), and for each output (count, output_width), padded with zeros.
  double *latent_rows;
  double *const *output_rows;
  size_t output_width;
} kappa_fit_trajectories;

/// Writes the rows and takes the steps. Returns whether all residuals are finite.
///
/// `work` holds R width + E (R + 1) numbers for each of `count`.
bool kappa_fit_step(
  kappa_path path, const kappa_fit_circuit *circuit, const kappa_fit_trajectories *trajectories, double *work
);

#endif
