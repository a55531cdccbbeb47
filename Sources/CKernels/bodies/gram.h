// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The Gram matrix of double precision.
//
// A tile of TALL × (ABREAST · LANES) sums stays in registers while the rows go by; every row gives TALL broadcasts and
// ABREAST loads for TALL · ABREAST fused multiply-adds. Rows come in groups that fit into the second-level cache.

#define TALL (LANES == 8 ? 8 : 4)
#define ABREAST 2

static void FN(gram)(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t first = 0; first < rows; first += 64) {
    const size_t last = first + 64 < rows ? first + 64 : rows;
    for (size_t i = 0; i < width; i += TALL) {
      const size_t start = i - i % (ABREAST * LANES);
      for (size_t j = start; j < width; j += ABREAST * LANES) {
        VEC tile[TALL][ABREAST];
        for (int p = 0; p < TALL; p++)
          for (int q = 0; q < ABREAST; q++)
            tile[p][q] = ATC(gram + (i + p) * width + j + q * LANES);
        for (size_t row = first; row < last; row++) {
          const double *values = a + row * width;
          VEC right[ABREAST];
          for (int q = 0; q < ABREAST; q++) right[q] = ATC(values + j + q * LANES);
          for (int p = 0; p < TALL; p++) {
            const double left = values[i + p];
            for (int q = 0; q < ABREAST; q++) tile[p][q] = left * right[q] + tile[p][q];
          }
        }
        for (int p = 0; p < TALL; p++)
          for (int q = 0; q < ABREAST; q++)
            AT(gram + (i + p) * width + j + q * LANES) = tile[p][q];
      }
    }
  }
}

#undef TALL
#undef ABREAST
