// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Products of a dense matrix, in panels of eight rows, with sixteen columns.
//
// TALL rows by sixteen columns of sums stay in registers while the inner index goes by; each step gives TALL broadcasts and
// ABREAST loads for TALL · ABREAST fused multiply-adds.

#define TALL (LANES == 8 ? 8 : LANES == 4 ? 2 : 1)
#define ABREAST (kappa_dense_columns / LANES)

static void FN(dense_product)(
  size_t panels, size_t inner, const double *packed, const double *b, bool adding, double *c
) {
  for (size_t panel = 0; panel < panels; panel++) {
    const double *rows = packed + panel * kappa_dense_panel * inner;
    for (int part = 0; part < kappa_dense_panel; part += TALL) {
      double *target = c + (panel * kappa_dense_panel + part) * kappa_dense_columns;
      VEC tile[TALL][ABREAST];
      for (int p = 0; p < TALL; p++)
        for (int q = 0; q < ABREAST; q++)
          tile[p][q] = adding ? ATC(target + p * kappa_dense_columns + q * LANES) : FN(splat)(0);
      for (size_t k = 0; k < inner; k++) {
        VEC right[ABREAST];
        for (int q = 0; q < ABREAST; q++) right[q] = ATC(b + k * kappa_dense_columns + q * LANES);
        for (int p = 0; p < TALL; p++) {
          const double left = rows[k * kappa_dense_panel + part + p];
          for (int q = 0; q < ABREAST; q++) tile[p][q] = left * right[q] + tile[p][q];
        }
      }
      for (int p = 0; p < TALL; p++)
        for (int q = 0; q < ABREAST; q++) AT(target + p * kappa_dense_columns + q * LANES) = tile[p][q];
    }
  }
}

#undef TALL
#undef ABREAST
