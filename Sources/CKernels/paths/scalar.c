// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The reference: plain loops, the C library's functions, one accumulator.
#include "table.h"

#define PRECISION 64
#define LANES 1
#include "../bodies/prefix.h"
#include "../bodies/scalar.h"
#include "../bodies/suffix.h"

#define PRECISION 32
#define LANES 1
#include "../bodies/prefix.h"
#include "../bodies/scalar.h"
#include "../bodies/suffix.h"

static void gram(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < width; i++)
      for (size_t j = i; j < width; j++) gram[i * width + j] += a[row * width + i] * a[row * width + j];
}

static void dense_product(
  size_t panels, size_t inner, const double *packed, const double *b, bool adding, double *c
) {
  for (size_t row = 0; row < panels * kappa_dense_panel; row++) {
    const double *panel = packed + row / kappa_dense_panel * kappa_dense_panel * inner + row % kappa_dense_panel;
    for (int column = 0; column < kappa_dense_columns; column++) {
      double sum = adding ? c[row * kappa_dense_columns + column] : 0;
      for (size_t k = 0; k < inner; k++) sum += panel[k * kappa_dense_panel] * b[k * kappa_dense_columns + column];
      c[row * kappa_dense_columns + column] = sum;
    }
  }
}

const struct kappa_path_table kappa_table_scalar = {
  .apply_f64 = apply_f64x1,
  .apply_f32 = apply_f32x1,
  .derivative_f64 = derivative_f64x1,
  .derivative_f32 = derivative_f32x1,
  .step_f64 = step_f64x1,
  .step_f32 = step_f32x1,
  .jacobian_f64 = jacobian_f64x1,
  .jacobian_f32 = jacobian_f32x1,
  .gram_f64 = gram,
  .dense_product_f64 = dense_product,
};
