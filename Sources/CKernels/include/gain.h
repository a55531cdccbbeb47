/// Gaussian averages ⟨tanh⟩ and ⟨tanh'⟩ of many (μ, Δ²), from tables that Swift builds (`ZeroMeanTable`, `PlaneTable`).
#ifndef KAPPA_GAIN_H
#define KAPPA_GAIN_H

#include <stddef.h>

#include "kernels.h"

/// The tables. Their layout is described where they are built.
typedef struct kappa_gain_tables {
  /// For μ = 0: per cell nine coefficients of (t - ½)ᵏ; 16 cells an octave of v + 1/32 from 2⁻⁵.
  const double *zero_mean;
  /// v beyond which the asymptote takes the zero-mean table's place.
  double zero_mean_end;
  /// For any μ: per cell `s_terms` rows of eight coefficients for the rate, then for the gain.
  const double *plane;
  /// Cells along m = |μ|/(stretch (1 + Δ) + |μ|), 0 ≤ m < m_end, and along s = Δ/(1 + Δ), 0 ≤ s ≤ 1.
  size_t m_cells, s_cells;
  double m_end, stretch;
} kappa_gain_tables;

/// Rows of a cell of the plane table; eight coefficients each.
enum { kappa_gain_s_terms = 10 };

/// ⟨tanh⟩ and ⟨tanh'⟩ at mean `scale`·means[i] and variance `scale`²·variances[i], i < count.
///
/// A negative variance counts as zero; NaN in gives NaN out; any count, no alignment. The result of one element does
/// not depend on the others. A path that this machine cannot take is replaced by the best that it can.
void kappa_gain_rates_and_gains(
  kappa_path path, const kappa_gain_tables *tables, size_t count, double scale, const double *means,
  const double *variances, double *rates, double *gains
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
