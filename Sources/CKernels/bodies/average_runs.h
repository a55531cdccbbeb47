// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Averages of any number of elements, LANES side by side: include after averages.h.

/// At most a chunk, a multiple of LANES.
INLINE void FN(scaled_chunk)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *restrict rates, double *restrict gains
) {
  ivec8 other = {0};
  for (size_t i = 0; i < count; i += 8) other |= *(const uivec8 *)(means + i) & 0x7FFFFFFFFFFFFFFFLL;
  int64_t any = 0;
  for (int lane = 0; lane < 8; lane++) any |= other[lane];
  if (!any) {
    FN(centred_chunk)(tables, count, scale * scale, variances, rates, gains);
    return;
  }
  double scaled_means[kappa_gain_chunk], scaled_variances[kappa_gain_chunk];
  for (size_t i = 0; i < count; i += 8) {
    *(uvec8 *)(scaled_means + i) = *(const uvec8 *)(means + i) * scale;
    *(uvec8 *)(scaled_variances + i) = *(const uvec8 *)(variances + i) * (scale * scale);
  }
  FN(chunk)(tables, count, scaled_means, scaled_variances, rates, gains);
}

static void FN(rates_and_gains)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *rates, double *gains
) {
  size_t start = 0;
  while (count - start >= LANES) {
    const size_t whole = (count - start) & ~(size_t)(LANES - 1);
    const size_t now = whole < kappa_gain_chunk ? whole : kappa_gain_chunk;
    FN(scaled_chunk)(tables, now, scale, means + start, variances + start, rates + start, gains + start);
    start += now;
  }
  if (start == count) return;
  double some[4][LANES] = {{0}};
  for (size_t i = start; i < count; i++) {
    some[0][i - start] = means[i];
    some[1][i - start] = variances[i];
  }
  FN(scaled_chunk)(tables, LANES, scale, some[0], some[1], some[2], some[3]);
  for (size_t i = start; i < count; i++) {
    rates[i] = some[2][i - start];
    gains[i] = some[3][i - start];
  }
}

#if LANES == 8
/// Curvatures of any number of elements, a chunk at a time.
static void FN(curvatures)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *gains2, double *gains3
) {
  for (size_t start = 0; start < count; start += kappa_gain_chunk) {
    const size_t now = count - start < kappa_gain_chunk ? count - start : kappa_gain_chunk;
    const size_t whole = (now + LANES - 1) / LANES * LANES;
    double some[4][kappa_gain_chunk];
    for (size_t i = 0; i < whole; i++) {
      some[0][i] = i < now ? means[start + i] * scale : 0;
      some[1][i] = i < now ? variances[start + i] * (scale * scale) : 0;
    }
    FN(bends_chunk)(tables, whole, some[0], some[1], some[2], some[3]);
    memcpy(gains2 + start, some[2], now * sizeof(double));
    memcpy(gains3 + start, some[3], now * sizeof(double));
  }
}
#endif
