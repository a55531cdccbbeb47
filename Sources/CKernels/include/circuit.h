/// The arithmetic of a Gaussian circuit's step for many trials side by side; see `CircuitBlock` in Swift.
#ifndef KAPPA_CIRCUIT_H
#define KAPPA_CIRCUIT_H

#include <stddef.h>

#include "kernels.h"

/// One population's parameters. D drives (m, I, b), A weights (n, w).
typedef struct kappa_population {
  /// D and A.
  size_t drives, weights;
  /// ȳ of the drives, (D).
  const double *mean;
  /// C among the drives: its upper triangle row by row, what is off the diagonal doubled.
  const double *quadratic;
  /// α_p ā of the weights, (A).
  const double *weight_means;
  /// α_p cov(a, y), row-major (A, D).
  const double *couplings;
} kappa_population;

/// μ = ȳᵀq and Δ² = `noise` + qᵀ C q of `trials` trials, a multiple of eight. q is (D, trials), the trials of a drive
/// side by side. Every trial has the same bits wherever it stands.
void kappa_circuit_arguments(
  kappa_path path, const kappa_population *population, size_t trials, const double *q, double noise, double *means,
  double *variances
);

/// sums_a += ā ⟨φ⟩ + (C q)_a ⟨φ'⟩ for the weights a from `first` up to `last`; sums is (A, trials).
void kappa_circuit_weigh(
  kappa_path path, const kappa_population *population, size_t trials, const double *q, const double *rates,
  const double *gains, size_t first, size_t last, double *sums
);

/// x ← x + α (target - x), `count` values, a multiple of eight.
void kappa_circuit_relax(kappa_path path, size_t count, double alpha, const double *target, double *x);

/// target_ji = source_ij for i < rows, j < columns: rows of the source are `source_stride` apart, those of the target
/// `target_stride`. Between a batch, (trial, step, variable), and a block, (variable, trial), this is all there is to do;
/// some steps at a time, because at one step a thousand trials are on a thousand pages of memory.
void kappa_transpose(
  kappa_path path, size_t rows, size_t columns, const double *source, size_t source_stride, double *target,
  size_t target_stride
);

#endif
