// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// Normal equations: the Gram matrix of many rows.
#ifndef KAPPA_GRAM_H
#define KAPPA_GRAM_H

#include "kernels.h"

/// Widths given to `kappa_gram_f64` are multiples of this many columns.
enum { kappa_gram_block = 8 };

/// gram += AᵀA for A (rows, width), row-major; gram (width, width), row-major.
///
/// `width` is a multiple of `kappa_gram_block`; unused columns hold zeros. Only the part on and above the diagonal is
/// meaningful afterwards (blocks that the diagonal crosses are filled whole). For one path, and the same order of calls,
/// the same bits on every call. Nothing but `gram` is written; `gram` and A must not overlap.
void kappa_gram_f64(kappa_path path, const double *a, size_t rows, size_t width, double *gram);

#endif
