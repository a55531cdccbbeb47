// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The Gram matrix of double precision.
//
// A tile of TALL × (ABREAST · LANES) sums stays in registers while the rows go by; every row gives TALL broadcasts and
// ABREAST loads for TALL · ABREAST fused multiply-adds. Rows come in groups that fit into the second-level cache.

#define TALL (LANES == 8 ? 8 : 4)
#define ABREAST 2

/// Adds some rows' products to one tile, `abreast` vectors wide.
INLINE void FN(gram_tile)(
  const double *a, size_t rows, size_t width, size_t i, size_t j, const int abreast, double *gram
) {
  VEC tile[TALL][ABREAST];
  for (int p = 0; p < TALL; p++)
    for (int q = 0; q < abreast; q++) tile[p][q] = ATC(gram + (i + p) * width + j + q * LANES);
  for (size_t row = 0; row < rows; row++) {
    const double *values = a + row * width;
    VEC right[ABREAST];
    for (int q = 0; q < abreast; q++) right[q] = ATC(values + j + q * LANES);
    for (int p = 0; p < TALL; p++) {
      const double left = values[i + p];
      for (int q = 0; q < abreast; q++) tile[p][q] = left * right[q] + tile[p][q];
    }
  }
  for (int p = 0; p < TALL; p++)
    for (int q = 0; q < abreast; q++) AT(gram + (i + p) * width + j + q * LANES) = tile[p][q];
}

static void FN(gram)(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t first = 0; first < rows; first += 64) {
    const size_t some = rows - first < 64 ? rows - first : 64;
    for (size_t i = 0; i < width; i += TALL) {
      size_t j = i - i % (ABREAST * LANES);
      for (; j + ABREAST * LANES <= width; j += ABREAST * LANES)
        FN(gram_tile)(a + first * width, some, width, i, j, ABREAST, gram);
      // Widths are whole numbers of TALL columns: what is left is one vector.
      if (j < width) FN(gram_tile)(a + first * width, some, width, i, j, 1, gram);
    }
  }
}

#undef TALL
#undef ABREAST
