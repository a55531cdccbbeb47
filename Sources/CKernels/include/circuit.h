// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The arithmetic of a Gaussian circuit's step for many trials side by side; see `CircuitBlock` in Swift.
#ifndef KAPPA_CIRCUIT_H
#define KAPPA_CIRCUIT_H

#include <stdbool.h>
#include <stddef.h>

#include "gain.h"
#include "kernels.h"

/// How many places for some trials are best on a path: whole vectors; on AVX-512 two go together, if there is more than
/// one.
static inline size_t kappa_circuit_places(kappa_path path, size_t trials) {
  const size_t lanes = path == kappa_path_avx512 && trials > 8 ? 16 : 8;
  return (trials + lanes - 1) / lanes * lanes;
}

/// What one population sends to some of the weights.
typedef struct kappa_population {
  /// D: the first D of q's variables move it.
  size_t drives;
  /// The weights (n, w) that it sends to, from `first` up to `last`.
  size_t first, last;
  /// Whether the means of its drives are all zero, and μ with them.
  bool centred;
  /// ȳ of the drives, (D).
  const double *mean;
  /// C among the drives: its upper triangle row by row, what is off the diagonal doubled.
  const double *quadratic;
  /// α_p ā of those weights.
  const double *weight_means;
  /// α_p cov(a, y), row-major (weights, D).
  const double *couplings;
} kappa_population;

/// Fills ⟨φ⟩ and ⟨φ'⟩ of `count` (μ, Δ²).
typedef void (*kappa_circuit_averages)(
  const void *context, size_t count, const double *means, const double *variances, double *rates, double *gains
);

/// A circuit: R latents, K inputs, O outputs, and the populations through which they act.
typedef struct kappa_circuit {
  size_t rank, inputs, outputs, population_count;
  const kappa_population *populations;
  /// What E[a φ] begins with, (R + O).
  const double *constants;
  /// For φ = tanh its averages' tables; for others nothing, and a function with its context.
  const kappa_gain_tables *tables;
  kappa_circuit_averages averages;
  const void *context;
} kappa_circuit;

/// Trials side by side: the values of one variable lie next to one another.
typedef struct kappa_circuit_trials {
  /// How many, a multiple of eight; `kappa_circuit_places` are best.
  size_t count;
  /// (κ, v) and, if there are biases, 1: variable by variable.
  double *q;
  /// E[a φ] of the weights a = n, then w: (R + O, count).
  double *sums;
} kappa_circuit_trials;

/// What some steps take and leave, step by step; the values of a variable lie next to one another as they do in q.
typedef struct kappa_circuit_records {
  /// u, (steps, K, count), and what is added to every Δ² after each step, (steps).
  const double *inputs, *noise;
  /// κ, (steps, R, count), and z = E[w φ], (steps, O, count), or nothing.
  double *kappa, *outputs;
  /// (κ, v), (steps, R + K, count), or nothing.
  double *states;
} kappa_circuit_records;

/// Euler steps of all trials: q ← q + α (E[n φ] - κ, u - v), and then the averages there, E[n φ] for the next step and z.
/// One step of finite states with α = 0 computes the averages alone, which a run begins with.
///
/// Every trial has the same bits wherever it stands. Where z is not recorded it is not computed, and
/// its sums stay as they were.
void kappa_circuit_run(
  kappa_path path, const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
);

/// target_ji = source_ij for i < rows, j < columns: rows of the source are `source_stride` apart, those of the target
/// `target_stride`. Between a batch, (trial, step, variable), and a block, (variable, trial), this is all there is to do;
/// some steps at a time, because at one step a thousand trials are on a thousand pages of memory.
void kappa_transpose(
  kappa_path path, size_t rows, size_t columns, const double *source, size_t source_stride, double *target,
  size_t target_stride
);

#endif
