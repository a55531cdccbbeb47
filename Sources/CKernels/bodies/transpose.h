// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Between rows of trials and rows of variables: include with LANES = 8.

/// Eight by eight: pairs of neighbours, then fours, then eights change places.
INLINE void FN(transpose8)(
  const double *source, size_t source_stride, double *target, size_t target_stride
) {
  vec8 a[8], b[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) a[i] = *(const uvec8 *)(source + i * source_stride);
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    b[i] = SHUFFLE(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = SHUFFLE(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) {
    const int first = (i & 4) | (i & 1);
    a[i] = i & 2 ? SHUFFLE(b[first], b[first + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                 : SHUFFLE(b[first], b[first + 2], 0, 1, 8, 9, 4, 5, 12, 13);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    *(uvec8 *)(target + i * target_stride) = SHUFFLE(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(uvec8 *)(target + (i + 4) * target_stride) = SHUFFLE(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

static void FN(transpose)(
  size_t rows, size_t columns, const double *restrict source, size_t source_stride, double *restrict target,
  size_t target_stride
) {
  const size_t whole_rows = rows & ~(size_t)7, whole_columns = columns & ~(size_t)7;
  for (size_t j = 0; j < whole_columns; j += 8)
    for (size_t i = 0; i < whole_rows; i += 8)
      FN(transpose8)(source + i * source_stride + j, source_stride, target + j * target_stride + i, target_stride);
  for (size_t j = 0; j < columns; j++)
    for (size_t i = j < whole_columns ? whole_rows : 0; i < rows; i++)
      target[j * target_stride + i] = source[i * source_stride + j];
}
