// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Products of a dense matrix with sixteen vectors at once: a network's J and the rates of sixteen trials.
#ifndef KAPPA_DENSE_H
#define KAPPA_DENSE_H

#include <stddef.h>

#include "kernels.h"

enum {
  /// Columns of the right-hand side.
  kappa_dense_columns = 16,
  /// Rows of a panel of the packed matrix.
  kappa_dense_panel = 8,
};

/// c = A b, or c + A b with `adding`, for b (inner, 16) and c (rows, 16), both row-major.
///
/// `packed` holds A (rows, inner) in panels of eight rows: panel after panel, and in a panel for every column its eight
/// numbers; rows beyond the last are zeros and c has place for them (a multiple of eight rows). Every row and column is
/// summed in the order of the columns of A, so that a column of c depends on its own column of b alone, and has the same
/// bits wherever it stands.
void kappa_dense_product_f64(
  kappa_path path, size_t panels, size_t inner, const double *packed, const double *b, bool adding, double *c
);

#endif
