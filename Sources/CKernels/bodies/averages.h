// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// ⟨tanh⟩ and ⟨tanh'⟩ of some elements side by side, several registers of them: f64x8 or f64x16 on every path, with
// CELLS_ABREAST defined.
//
// First the arithmetic that is the same for all of them, in vectors across elements; then the table, whose cells differ,
// in vectors along a cell's coefficients; and the coefficients of eight elements are brought together again pair by pair,
// each fold with the next power of t.
//
// What the processor has to wait for is the length of the chain from a variance to its gain, not the amount of
// arithmetic: LANES elements, several registers of them, give it something to do meanwhile.

/// Eight of a variable's lanes.
#define PART(x, g) (((avec8 *)&(x))[g])
#define IPART(x, g) (((aivec8 *)&(x))[g])
#define EACH_CELL(i) _Pragma("clang loop unroll(full)") for (size_t i = 0; i < CELLS_ABREAST; i++)
#define EACH_PART(g) _Pragma("clang loop unroll(full)") for (size_t g = 0; g < LANES / 8; g++)

/// Whether a mask is set anywhere.
INLINE int FN(any)(IVEC mask) {
  ivec8 eight = {0};
  EACH_PART(g) eight |= IPART(mask, g);
#if defined(ANY8)
  return ANY8(eight);
#else
  const ivec4 four = SHUFFLE(eight, eight, 0, 1, 2, 3) | SHUFFLE(eight, eight, 4, 5, 6, 7);
  const ivec2 two = SHUFFLE(four, four, 0, 1) | SHUFFLE(four, four, 2, 3);
  return (two[0] | two[1]) != 0;
#endif
}

/// 1/√y for y ≥ 1, to 1.5 units in the last place.
INLINE VEC FN(inverse_root)(VEC y) {
  VEC r;
#if defined(INVERSE_ROOT8)
  // A 14-bit estimate r (1 + e)^(-1/2), three terms of the series: divider and root would be the bottleneck.
  EACH_PART(g) PART(r, g) = INVERSE_ROOT8(PART(y, g));
  const VEC e = 1 - (y * r) * r;
  return (r * e) * ((e * 0.3125 + 0.375) * e + 0.5) + r;
#else
  EACH_PART(g) PART(r, g) = 1 / SQRT8(PART(y, g));
  return r;
#endif
}

/// a/b for 0 ≤ a ≤ b, b ≥ 1.
INLINE VEC FN(ratio)(VEC a, VEC b) {
#if defined(INVERSE8)
  VEC inverse;
  EACH_PART(g) PART(inverse, g) = INVERSE8(PART(b, g));
  VEC e = 1 - b * inverse;
  inverse = (inverse * e) * (e + 1) + inverse;
  const VEC quotient = a * inverse;
  return (a - b * quotient) * inverse + quotient;
#else
  return a / b;
#endif
}

/// x, or zero where it is negative; NaN remains.
INLINE VEC FN(positive)(VEC x) {
#if defined(POSITIVE8)
  VEC result;
  EACH_PART(g) PART(result, g) = POSITIVE8(PART(x, g));
  return result;
#else
  return FN(select)(x < 0, (VEC){0}, x);
#endif
}

/// x or a limit, whichever is less; what comes of NaN is not defined.
INLINE VEC FN(capped)(VEC x, double limit) {
#if defined(AT_MOST8)
  VEC result;
  EACH_PART(g) PART(result, g) = AT_MOST8(PART(x, g), limit);
  return result;
#else
  return FN(select)(x < limit, x, (VEC){0} + limit);
#endif
}

/// The coefficients of sixteen cells that some elements are in.
INLINE VEC FN(pick)(const double *c, IVEC cell) {
  VEC result;
#if defined(PICK8)
  // Sixteen cells are two registers a coefficient, from which one instruction picks eight.
  EACH_PART(g) PART(result, g) = PICK8(c, IPART(cell, g));
#else
  for (int lane = 0; lane < LANES; lane++) result[lane] = c[cell[lane] & 15];
#endif
  return result;
}

/// Σ_k coefficients[k][cell] tᵏ, t ∈ [-½, ½]: the polynomials of `zero_mean`. Of a cell its lowest four bits count.
INLINE VEC FN(zero_mean)(const double *c, IVEC cell, VEC t) {
  VEC terms[kappa_gain_zero_mean_terms];
#pragma clang loop unroll(full)
  for (int k = 0; k < kappa_gain_zero_mean_terms; k++) terms[k] = FN(pick)(c + 16 * k, cell);
  // Pairs, fours, eights: no product waits for all before it.
  const VEC square = t * t, fourth = square * square;
  const VEC low = (terms[3] * t + terms[2]) * square + (terms[1] * t + terms[0]);
  const VEC high = (terms[7] * t + terms[6]) * square + (terms[5] * t + terms[4]);
  return ((terms[9] * t + terms[8]) * fourth + high) * fourth + low;
}

/// The cell that a place is in, as a number and, in its lowest bits, as an integer; and where in the cell it is, from
/// -½ to ½. `count` must be a little less than the number of cells, so that the last place is in the last cell.
struct FN(split) {
  VEC cell, local;
  IVEC bits;
};

INLINE struct FN(split) FN(split)(VEC unit, double count) {
  // Added to 3·2⁵¹, a number is rounded to an integer, which is then what the mantissa ends with.
  const double shift = 6755399441055744.0;
  const VEC place = unit * count - 0.5, shifted = place + shift, cell = shifted - shift;
  return (struct FN(split)){cell, place - cell, (IVEC)shifted};
}

/// The two polynomials of some elements' cells in s, left as polynomials in t and folded once: (rate 0 + 1 t, gain 0 +
/// 1 t, rate 2 + 3 t, …). Some side by side, because each is a chain of products.
INLINE void FN(cells8)(
  const double *table, const int64_t *cell, const double *s, const double *t, vec8 *folded
) {
  const uvec8 *rows[CELLS_ABREAST];
  vec8 at[CELLS_ABREAST], rate[CELLS_ABREAST], gain[CELLS_ABREAST];
  EACH_CELL(i) rows[i] = (const uvec8 *)(table + cell[i]);
  EACH_CELL(i) at[i] = (vec8){s[i], s[i], s[i], s[i], s[i], s[i], s[i], s[i]};
  EACH_CELL(i) gain[i] = rows[i][10] * at[i] + rows[i][9];
  EACH_CELL(i) gain[i] = gain[i] * at[i] + rows[i][8];
  EACH_CELL(i) {
    const vec8 both = gain[i], none = {0};
    rate[i] = SHUFFLE(both, none, 0, 1, 2, 3, 8, 9, 10, 11) * at[i] + rows[i][3];
    gain[i] = SHUFFLE(both, none, 4, 5, 6, 7, 8, 9, 10, 11) * at[i] + rows[i][7];
  }
#pragma clang loop unroll(full)
  for (int k = 2; k >= 0; k--) {
    EACH_CELL(i) rate[i] = rate[i] * at[i] + rows[i][k];
    EACH_CELL(i) gain[i] = gain[i] * at[i] + rows[i][4 + k];
  }
  EACH_CELL(i) {
    folded[i] = SHUFFLE(rate[i], gain[i], 1, 9, 3, 11, 5, 13, 7, 15) * t[i]
      + SHUFFLE(rate[i], gain[i], 0, 8, 2, 10, 4, 12, 6, 14);
  }
}

/// Two elements' folded cells, folded again with their t²: (rate, gain) of terms 0-3 and 4-7 of the first, then of the
/// second.
INLINE vec8 FN(fold2)(vec8 a, vec8 b, vec8 squares) {
  return SHUFFLE(a, b, 2, 3, 6, 7, 10, 11, 14, 15) * squares + SHUFFLE(a, b, 0, 1, 4, 5, 8, 9, 12, 13);
}

/// Eight elements' folded cells, with the other powers of their t: the two functions' values.
INLINE void FN(fold8)(const vec8 *folded, vec8 t, vec8 *first, vec8 *second) {
  const vec8 square = t * t, fourth = square * square;
  const vec8 two0 = FN(fold2)(folded[0], folded[1], SHUFFLE(square, square, 0, 0, 0, 0, 1, 1, 1, 1));
  const vec8 two2 = FN(fold2)(folded[2], folded[3], SHUFFLE(square, square, 2, 2, 2, 2, 3, 3, 3, 3));
  const vec8 two4 = FN(fold2)(folded[4], folded[5], SHUFFLE(square, square, 4, 4, 4, 4, 5, 5, 5, 5));
  const vec8 two6 = FN(fold2)(folded[6], folded[7], SHUFFLE(square, square, 6, 6, 6, 6, 7, 7, 7, 7));
  const vec8 low = FN(fold2)(two0, two2, SHUFFLE(fourth, fourth, 0, 0, 1, 1, 2, 2, 3, 3));
  const vec8 high = FN(fold2)(two4, two6, SHUFFLE(fourth, fourth, 4, 4, 5, 5, 6, 6, 7, 7));
  *first = SHUFFLE(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
  *second = SHUFFLE(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

/// Where some elements are in the tables. Computed for all of them first, stage by stage: the chain from a variance to a
/// cell's address is long, and the processor, which sees some hundred instructions at once, would otherwise wait at its
/// end, element by element.
struct FN(places) {
  _Alignas(64) double r[kappa_gain_chunk], m[kappa_gain_chunk], s[kappa_gain_chunk], t[kappa_gain_chunk];
  _Alignas(64) int64_t cell[kappa_gain_chunk];
};

/// 1/r² of a variance; a negative one counts as zero.
INLINE VEC FN(spread)(const kappa_gain_tables *tables, VEC variance) {
  return FN(positive)(variance) * tables->per_variance + 1;
}

/// NaN for elements that the tables do not reach, not finite or so large that a square is not; zero for all others.
INLINE VEC FN(strangeness)(const kappa_gain_tables *tables, VEC mean, VEC variance) {
  return (mean * mean) * 0.0 + FN(spread)(tables, variance) * 0.0;
}

/// Whether none of some elements' sum of strangenesses is NaN: whether the tables reach them all.
INLINE int FN(are_usual)(VEC strangeness) { return !FN(any)(~(strangeness == 0)); }

/// The places of elements with μ = 0 and variances times a scale. Returns the sum of their strangenesses.
INLINE VEC FN(locate_centred)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *variances,
  struct FN(places) *places
) {
  VEC strangeness = {0};
  for (size_t i = 0; i < count; i += LANES) {
    const VEC spread = FN(spread)(tables, ATC(variances + i) * scale);
    AT(places->r + i) = FN(inverse_root)(spread);
    strangeness = spread * 0.0 + strangeness;
  }
  for (size_t i = 0; i < count; i += LANES) {
    const struct FN(split) in = FN(split)(ATC(places->r + i), 16 * kappa_gain_almost);
    AT(places->t + i) = in.local;
    IAT(places->cell + i) = in.bits;
  }
  return strangeness;
}

/// ⟨tanh'⟩ there.
INLINE VEC FN(centred_gain)(
  const kappa_gain_tables *tables, const struct FN(places) *places, size_t at
) {
  return FN(zero_mean)(tables->zero_mean, IATC(places->cell + at), ATC(places->t + at)) * ATC(places->r + at);
}

/// The places of any elements, in a table whose cells have so many rows. Returns the sum of their strangenesses.
INLINE VEC FN(locate)(
  const kappa_gain_tables *tables, size_t count, size_t cell_rows, const double *means, const double *variances,
  struct FN(places) *places
) {
  VEC strangeness = {0};
  for (size_t i = 0; i < count; i += LANES) {
    const VEC mean = ATC(means + i), variance = ATC(variances + i);
    // What the tables do not reach is put anywhere: `correct` sees to it.
    AT(places->r + i) = FN(capped)(FN(inverse_root)(FN(spread)(tables, variance)), 1);
    strangeness = FN(strangeness)(tables, mean, variance) + strangeness;
  }
  // Means past the end, where tanh has saturated, are put at the end of the last cell.
  for (size_t i = 0; i < count; i += LANES) {
    const VEC size = (VEC)(IATC(means + i) & 0x7FFFFFFFFFFFFFFFLL);
    const VEC x = FN(capped)(size, 1e155) * ATC(places->r + i);
    AT(places->m + i) = FN(capped)(
      FN(ratio)(x, x + tables->stretch) * tables->m_cells_per_m, kappa_gain_m_cells);
  }
  for (size_t i = 0; i < count; i += LANES) {
    const struct FN(split) in_s =
      FN(split)(ATC(places->r + i), kappa_gain_s_cells * kappa_gain_almost);
    const struct FN(split) in_m = FN(split)(ATC(places->m + i), kappa_gain_almost);
    // The cell's address in floating point: products of integers are slow, these are exact.
    const double row = 8 * (double)cell_rows, shift = 4503599627370496.0;
    const VEC address = (in_s.cell * kappa_gain_m_cells + in_m.cell) * row + shift;
    AT(places->s + i) = in_s.local * 2;
    AT(places->t + i) = in_m.local * 2;
    IAT(places->cell + i) = (IVEC)address & 0xFFFFFFFFFFFFFLL;
  }
  return strangeness;
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of eight elements by the table for any μ.
INLINE void FN(plane8)(
  const double *table, const struct FN(places) *places, size_t at, vec8 *rate, vec8 *gain
) {
  vec8 folded[8];
#pragma clang loop unroll(full)
  for (int lane = 0; lane < 8; lane += CELLS_ABREAST)
    FN(cells8)(
      table, places->cell + at + lane, places->s + at + lane, places->t + at + lane, folded + lane);
  FN(fold8)(folded, *(const uvec8 *)(places->t + at), rate, gain);
  *gain *= *(const uvec8 *)(places->r + at);
}

/// What the tables do not reach, one after the other: NaN, and numbers so large that tanh is a step.
static __attribute__((noinline, unused)) void FN(correct_lanes)(
  const double *strange, const double *means, const double *variances, double *rates, double *gains
) {
  for (int i = 0; i < LANES; i++) {
    const double mean = means[i], variance = variances[i];
    if (strange[i] == 0) continue;
    if (mean != mean || variance != variance || (isinf(mean) && variance > 0 && isinf(variance))) {
      rates[i] = gains[i] = __builtin_nan("");
    } else {
      // Zero whatever its sign: what stands beside it must not matter.
      rates[i] = mean == 0 ? 0 : erf(mean / sqrt(variance > 0 ? variance : 0) * 0.70710678118654752440);
      gains[i] = 0;
    }
  }
}

/// Puts right those elements that the tables do not reach.
INLINE void FN(correct)(
  const kappa_gain_tables *tables, VEC mean, VEC variance, VEC *rate, VEC *gain
) {
  // Copies, so that the addresses of what the caller keeps in registers are not taken.
  const VEC from[3] = {FN(strangeness)(tables, mean, variance), mean, variance};
  VEC values[2] = {*rate, *gain};
  FN(correct_lanes)(
    (const double *)&from[0], (const double *)&from[1], (const double *)&from[2], (double *)&values[0],
    (double *)&values[1]);
  *rate = values[0];
  *gain = values[1];
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of elements with μ = 0, at their places.
INLINE void FN(centred)(
  const kappa_gain_tables *tables, const struct FN(places) *places, size_t at, VEC variance, int usual,
  VEC *rate, VEC *gain
) {
  *rate = (VEC){0};
  *gain = FN(centred_gain)(tables, places, at);
  if (!usual) FN(correct)(tables, *rate, variance, rate, gain);
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of any elements, at their places.
INLINE void FN(anywhere)(
  const kappa_gain_tables *tables, const struct FN(places) *places, size_t at, VEC mean, VEC variance,
  int usual, VEC *rate, VEC *gain
) {
  EACH_PART(g) {
    vec8 part_rate, part_gain;
    FN(plane8)(tables->plane, places, at + 8 * g, &part_rate, &part_gain);
    PART(*rate, g) = part_rate;
    PART(*gain, g) = part_gain;
  }
  const IVEC beyond = ATC(places->m + at) >= kappa_gain_m_cells;
  *rate = FN(select)(beyond, (VEC){0} + 1, *rate);
  *gain = FN(select)(beyond, (VEC){0}, *gain);
  // tanh is odd.
  *rate = (VEC)((IVEC)*rate ^ ((IVEC)mean & (long long)0x8000000000000000ULL));
  const IVEC centred = mean == 0;
  if (FN(any)(centred)) {
    struct FN(places) own;
    const VEC variances = variance;
    FN(locate_centred)(tables, LANES, 1, (const double *)&variances, &own);
    *gain = FN(select)(centred, FN(centred_gain)(tables, &own, 0), *gain);
    *rate = FN(select)(centred, (VEC){0}, *rate);
  }
  if (!usual) FN(correct)(tables, mean, variance, rate, gain);
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of a chunk of elements, a multiple of LANES.
INLINE void FN(chunk)(
  const kappa_gain_tables *tables, size_t count, const double *means, const double *variances, double *restrict rates,
  double *restrict gains
) {
  struct FN(places) places;
  const int usual = FN(are_usual)(FN(locate)(tables, count, kappa_gain_cell_rows, means, variances, &places));
  for (size_t i = 0; i < count; i += LANES) {
    VEC rate, gain;
    FN(anywhere)(tables, &places, i, ATC(means + i), ATC(variances + i), usual, &rate, &gain);
    AT(rates + i) = rate;
    AT(gains + i) = gain;
  }
}

/// Those of a chunk with μ = 0, with what variances are to be multiplied by.
INLINE void FN(centred_chunk)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *variances, double *restrict rates,
  double *restrict gains
) {
  struct FN(places) places;
  const int usual = FN(are_usual)(FN(locate_centred)(tables, count, scale, variances, &places));
  for (size_t i = 0; i < count; i += LANES) {
    VEC rate, gain;
    FN(centred)(tables, &places, i, ATC(variances + i) * scale, usual, &rate, &gain);
    AT(rates + i) = rate;
    AT(gains + i) = gain;
  }
}

/// ⟨tanh''⟩/r and ⟨tanh'''⟩/r of some elements' cells, left as polynomials in t and folded once, as in `cells8`.
INLINE void FN(bent_cells8)(
  const double *table, const int64_t *cell, const double *s, const double *t, vec8 *folded
) {
  enum { terms = kappa_gain_bend_terms };
  const uvec8 *rows[CELLS_ABREAST];
  vec8 at[CELLS_ABREAST], second[CELLS_ABREAST], third[CELLS_ABREAST];
  EACH_CELL(i) rows[i] = (const uvec8 *)(table + cell[i]);
  EACH_CELL(i) at[i] = (vec8){s[i], s[i], s[i], s[i], s[i], s[i], s[i], s[i]};
  EACH_CELL(i) {
    second[i] = rows[i][terms - 1];
    third[i] = rows[i][2 * terms - 1];
  }
#pragma clang loop unroll(full)
  for (int k = terms - 2; k >= 0; k--) {
    EACH_CELL(i) second[i] = second[i] * at[i] + rows[i][k];
    EACH_CELL(i) third[i] = third[i] * at[i] + rows[i][terms + k];
  }
  EACH_CELL(i) {
    folded[i] = SHUFFLE(second[i], third[i], 1, 9, 3, 11, 5, 13, 7, 15) * t[i]
      + SHUFFLE(second[i], third[i], 0, 8, 2, 10, 4, 12, 6, 14);
  }
}

/// ⟨tanh''⟩ and ⟨tanh'''⟩ of a chunk of elements, a multiple of eight of them.
INLINE void FN(bends_chunk)(
  const kappa_gain_tables *tables, size_t count, const double *means, const double *variances,
  double *restrict gains2, double *restrict gains3
) {
  struct FN(places) places;
  const int usual =
    FN(are_usual)(FN(locate)(tables, count, kappa_gain_bend_rows, means, variances, &places));
  for (size_t i = 0; i < count; i += 8) {
    vec8 folded[8], second, third;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < 8; lane += CELLS_ABREAST)
      FN(bent_cells8)(
        tables->bends, places.cell + i + lane, places.s + i + lane, places.t + i + lane, folded + lane);
    FN(fold8)(folded, *(const uvec8 *)(places.t + i), &second, &third);
    *(uvec8 *)(gains2 + i) = second * *(const uvec8 *)(places.r + i);
    *(uvec8 *)(gains3 + i) = third * *(const uvec8 *)(places.r + i);
  }
  for (size_t i = 0; i < count; i += LANES) {
    const VEC mean = ATC(means + i);
    const IVEC none = ATC(places.m + i) >= kappa_gain_m_cells;
    // tanh'' is odd; at μ = 0 it is zero but for rounding.
    const VEC second = FN(select)(none | (mean == 0), (VEC){0}, ATC(gains2 + i));
    AT(gains2 + i) = (VEC)((IVEC)second ^ ((IVEC)mean & (long long)0x8000000000000000ULL));
    AT(gains3 + i) = FN(select)(none, (VEC){0}, ATC(gains3 + i));
  }
  if (usual) return;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(means[i]) || !isfinite(variances[i])) gains2[i] = gains3[i] = __builtin_nan("");
    else if (means[i] * means[i] == INFINITY || variances[i] > 1e300) gains2[i] = gains3[i] = 0;
  }
}

#undef PART
#undef IPART
#undef EACH_PART
#undef EACH_CELL
