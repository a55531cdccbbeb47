// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Gaussian averages ⟨tanh⟩ and ⟨tanh'⟩ of many (μ, Δ²), from tables that Swift builds (`ZeroMeanCells`, `PlaneTable`).
#ifndef KAPPA_GAIN_H
#define KAPPA_GAIN_H

#include <stddef.h>

#include "kernels.h"

/// The places in the tables: with r = 1/√(1 + per_variance Δ²),
///
///     s = r in `kappa_gain_s_cells` equal cells        m = |μ| r/(stretch + |μ| r) in `kappa_gain_m_cells`
///
/// and -1 ≤ s, t ≤ 1 the places within a cell. Tables hold ⟨tanh⟩ and ⟨tanh'⟩/r.
enum {
  kappa_gain_s_cells = 48,
  kappa_gain_m_cells = 64,
  /// Rows of eight coefficients (of t⁰ … t⁷) in a cell: four for the rate (s⁰ … s³), four for the gain, and three (s⁴ …
  /// s⁶) that the two share, half a row each: the higher the power of s, the fewer powers of t matter.
  kappa_gain_cell_rows = 11,
  /// Powers of s in a cell of the table of ⟨tanh''⟩ and ⟨tanh'''⟩, and its rows: both, and one function more that is not
  /// looked up here.
  kappa_gain_bend_terms = 10,
  kappa_gain_bend_rows = 30,
  /// Coefficients of a cell at μ = 0, of which there are sixteen, equal in r, and -½ ≤ t ≤ ½ the place within one.
  kappa_gain_zero_mean_terms = 10,
};

/// The tables.
typedef struct kappa_gain_tables {
  /// For μ = 0: coefficient by coefficient, one for each of the sixteen cells.
  const double *zero_mean;
  /// For any μ: cell after cell, those of one s together.
  const double *plane;
  /// ⟨tanh''⟩/r and ⟨tanh'''⟩/r in the same cells.
  const double *bends;
  double per_variance, stretch, m_cells_per_m;
} kappa_gain_tables;

/// ⟨tanh⟩ and ⟨tanh'⟩ at mean `scale`·means[i] and variance `scale`²·variances[i], i < count.
///
/// A negative variance counts as zero; NaN in gives NaN out; any count, no alignment. The result of one element does
/// not depend on the others, and the outputs overlap no input. A path that this machine cannot take is replaced by the
/// best that it can.
void kappa_gain_rates_and_gains(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *rates, double *gains
);

/// ⟨tanh''⟩ and ⟨tanh'''⟩ there, likewise; NaN where a mean or variance is not finite.
void kappa_gain_curvatures(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *gains2, double *gains3
);

/// Nodes on either side of the origin, and the functions at each: tanh, sech², and what is left of tanh and of
/// log 2cosh when their smoothed versions are taken away.
enum { kappa_gain_node_half = 160 };
typedef struct kappa_gain_nodes {
  double functions[2 * kappa_gain_node_half + 1][4];
} kappa_gain_nodes;

void kappa_gain_nodes_prepare(kappa_gain_nodes *nodes);

/// ⟨tanh⟩, ⟨tanh'⟩, ⟨tanh''⟩, ⟨tanh'''⟩, and ⟨log 2cosh⟩ less its smoothed version, at (μ, Δ) by the trapezoid rule.
///
/// The same rule as Swift's `HyperbolicAverages` (step 3/8 in z up to Δ = ½, 5/32 in x beyond), cut at |z| = 9 and
/// |x| = 25, where what is left out is below 1e-18 of the largest value: absolute accuracy, not relative.
void kappa_gain_nodes_average(const kappa_gain_nodes *nodes, double mean, double deviation, double averages[5]);

/// product (rows, columns) = left (rows, inner) right (inner, columns), all row-major.
void kappa_matrix_product(
  size_t rows, size_t inner, size_t columns, const double *left, const double *right, double *product
);

#endif
