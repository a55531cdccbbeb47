// ⟨tanh⟩ and ⟨tanh'⟩ of eight elements for one path: include with PATH defined, within the path's target attribute.
//
// Eight elements at a time: first the arithmetic that is the same for all of them, in vectors across elements; then the
// table, whose cells differ, in vectors along a cell's coefficients; and the coefficients of eight elements are brought
// together again pair by pair, each fold with the next power of t.
#define JOIN_(name, path) name##_##path
#define JOIN(name, path) JOIN_(name, path)
#define INNER static inline __attribute__((always_inline, unused))
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/// a where the mask is set, b elsewhere.
INNER vec8 JOIN(select8, PATH)(ivec8 mask, vec8 a, vec8 b) {
  return (vec8)((mask & (ivec8)a) | (~mask & (ivec8)b));
}

INNER int JOIN(any8, PATH)(ivec8 mask) {
#if defined(ANY8)
  return ANY8(mask);
#else
  const ivec4 four = SHUFFLE(mask, mask, 0, 1, 2, 3) | SHUFFLE(mask, mask, 4, 5, 6, 7);
  const ivec2 two = SHUFFLE(four, four, 0, 1) | SHUFFLE(four, four, 2, 3);
  return (two[0] | two[1]) != 0;
#endif
}

/// 1/√y for 1 ≤ y ≤ 1e301, to 1.5 units in the last place.
INNER vec8 JOIN(inverse_root8, PATH)(vec8 y) {
#if defined(INVERSE_ROOT8)
  // A 14-bit estimate r (1 + e)^(-1/2), four terms of the series: divider and root would be the bottleneck.
  const vec8 r = INVERSE_ROOT8(y), e = 1 - (y * r) * r;
  return (r * e) * (((e * 0.2734375 + 0.3125) * e + 0.375) * e + 0.5) + r;
#else
  return 1 / SQRT8(y);
#endif
}

/// a/b for 0 ≤ a < b, b ≥ 1.
INNER vec8 JOIN(ratio8, PATH)(vec8 a, vec8 b) {
#if defined(INVERSE8)
  vec8 inverse = INVERSE8(b);
  vec8 e = 1 - b * inverse;
  inverse = (inverse * e) * (e + 1) + inverse;
  const vec8 quotient = a * inverse;
  return (a - b * quotient) * inverse + quotient;
#else
  return a / b;
#endif
}

/// x between zero and a limit; NaN becomes zero.
INNER vec8 JOIN(within8, PATH)(vec8 x, double limit) {
#if defined(WITHIN8)
  return WITHIN8(x, limit);
#else
  const vec8 above = JOIN(select8, PATH)(x > 0, x, (vec8){0});
  return JOIN(select8, PATH)(above < limit, above, (vec8){0} + limit);
#endif
}

/// Σ_k coefficients[k][cell] tᵏ, t ∈ [-1, 1], lane by lane or by permutation: the polynomials of `zero_mean`.
INNER vec8 JOIN(zero_mean8, PATH)(const double *c, ivec8 cell, vec8 t) {
  vec8 terms[kappa_gain_zero_mean_terms];
#pragma clang loop unroll(full)
  for (int k = 0; k < kappa_gain_zero_mean_terms; k++) {
#if defined(PICK8)
    // Sixteen cells are two registers a coefficient, from which one instruction picks eight.
    terms[k] = PICK8(c + 16 * k, cell);
#else
    for (int lane = 0; lane < 8; lane++) terms[k][lane] = c[16 * k + cell[lane]];
#endif
  }
  // Pairs, fours, eights: no product waits for all before it.
  const vec8 square = t * t, fourth = square * square;
  const vec8 low = (terms[3] * t + terms[2]) * square + (terms[1] * t + terms[0]);
  const vec8 high = (terms[7] * t + terms[6]) * square + (terms[5] * t + terms[4]);
  return ((terms[9] * t + terms[8]) * fourth + high) * fourth + low;
}

/// The cell that a place is in, as a number and, in its lowest bits, as an integer; and where in the cell it is, from -1
/// to 1. `count` must be a little less than the number of cells, so that the last place is in the last cell.
struct JOIN(split, PATH) {
  vec8 cell, local;
  ivec8 bits;
};

INNER struct JOIN(split, PATH) JOIN(split8, PATH)(vec8 unit, double count) {
  // Added to 3·2⁵¹, a number is rounded to an integer, which is then what the mantissa ends with.
  const double shift = 6755399441055744.0;
  const vec8 place = unit * count - 0.5, shifted = place + shift, cell = shifted - shift;
  return (struct JOIN(split, PATH)){cell, (place - cell) * 2, (ivec8)shifted};
}

/// The two polynomials of one cell in s, left as polynomials in t and folded once: (rate 0 + 1 t, gain 0 + 1 t, rate 2 +
/// 3 t, …).
INNER vec8 JOIN(cell8, PATH)(const double *cell, vec8 s, vec8 t) {
  const uvec8 *rows = (const uvec8 *)cell;
  const vec8 both = (rows[12] * s + rows[11]) * s + rows[10];
  const vec8 none = {0};
  vec8 rate = SHUFFLE(both, none, 0, 1, 2, 3, 8, 9, 10, 11) * s + rows[4];
  vec8 gain = SHUFFLE(both, none, 4, 5, 6, 7, 8, 9, 10, 11) * s + rows[9];
  for (int k = 3; k >= 0; k--) {
    rate = rate * s + rows[k];
    gain = gain * s + rows[5 + k];
  }
  return SHUFFLE(rate, gain, 1, 9, 3, 11, 5, 13, 7, 15) * t + SHUFFLE(rate, gain, 0, 8, 2, 10, 4, 12, 6, 14);
}

/// Two elements' folded cells, folded again with their t²: (rate, gain) of terms 0-3 and 4-7 of the first, then of the
/// second.
INNER vec8 JOIN(fold2, PATH)(vec8 a, vec8 b, vec8 squares) {
  return SHUFFLE(a, b, 2, 3, 6, 7, 10, 11, 14, 15) * squares + SHUFFLE(a, b, 0, 1, 4, 5, 8, 9, 12, 13);
}

/// Where some elements are in the tables. Computed for all of them first: the chain from a variance to a cell's address
/// is long, and the processor would otherwise wait at its end, element by element.
struct JOIN(places, PATH) {
  double r[kappa_gain_chunk], s[kappa_gain_chunk], t[kappa_gain_chunk];
  int64_t cell[kappa_gain_chunk], beyond[kappa_gain_chunk];
  /// What is -1 in any lane stands for an element that the tables do not reach.
  ivec8 unusual;
};

/// Which of eight elements the tables do not reach: what is not finite, or would overflow.
INNER ivec8 JOIN(unusual8, PATH)(vec8 mean, vec8 variance) {
  // Negated, so that NaN counts.
  return ~((mean < 1e150) & (mean > -1e150) & (variance < 1e299) & (variance > -1e299));
}

/// The places of eight elements with μ = 0.
INNER void JOIN(locate_centred8, PATH)(
  const kappa_gain_tables *tables, vec8 variance, struct JOIN(places, PATH) *places, size_t at
) {
  const vec8 v = JOIN(within8, PATH)(variance, 1e300);
  const vec8 r = JOIN(inverse_root8, PATH)(v * tables->per_variance + 1);
  const struct JOIN(split, PATH) in = JOIN(split8, PATH)(r, 16 * kappa_gain_almost);
  *(uvec8 *)(places->r + at) = r;
  *(uvec8 *)(places->t + at) = in.local;
  *(uivec8 *)(places->cell + at) = in.bits & 15;
  places->unusual |= JOIN(unusual8, PATH)((vec8){0}, variance);
}

/// ⟨tanh'⟩ there.
INNER vec8 JOIN(centred_gain8, PATH)(
  const kappa_gain_tables *tables, const struct JOIN(places, PATH) *places, size_t at
) {
  return JOIN(zero_mean8, PATH)(
           tables->zero_mean, *(const uivec8 *)(places->cell + at), *(const uvec8 *)(places->t + at))
    * *(const uvec8 *)(places->r + at);
}

/// Eight elements' places.
INNER void JOIN(locate8, PATH)(
  const kappa_gain_tables *tables, vec8 mean, vec8 variance, struct JOIN(places, PATH) *places, size_t at
) {
  const vec8 size = (vec8)((ivec8)mean & 0x7FFFFFFFFFFFFFFFLL);
  // Negative variances count as zero. What the tables do not reach is put anywhere: `correct8` sees to it.
  const vec8 r = JOIN(inverse_root8, PATH)(JOIN(within8, PATH)(variance, 1e300) * tables->per_variance + 1);
  const vec8 x = JOIN(within8, PATH)(size, 1e150) * r;
  // Means past the end, where tanh has saturated, are put at the end of the last cell.
  const vec8 m = JOIN(within8, PATH)(
    JOIN(ratio8, PATH)(x, x + tables->stretch) * tables->m_cells_per_m, kappa_gain_m_cells);
  const struct JOIN(split, PATH) in_s = JOIN(split8, PATH)(r, kappa_gain_s_cells * kappa_gain_almost);
  const struct JOIN(split, PATH) in_m = JOIN(split8, PATH)(m, kappa_gain_almost);
  // The cell's address in floating point: products of integers are slow, these are exact.
  const double row = 8 * kappa_gain_cell_rows, shift = 4503599627370496.0;
  const vec8 address = (in_s.cell * kappa_gain_m_cells + in_m.cell) * row + shift;
  *(uvec8 *)(places->r + at) = r;
  *(uvec8 *)(places->s + at) = in_s.local;
  *(uvec8 *)(places->t + at) = in_m.local;
  *(uivec8 *)(places->cell + at) = (ivec8)address & 0xFFFFFFFFFFFFFLL;
  *(uivec8 *)(places->beyond + at) = m >= kappa_gain_m_cells;
  places->unusual |= JOIN(unusual8, PATH)(mean, variance);
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of eight elements by the table for any μ.
INNER void JOIN(plane8, PATH)(
  const double *table, const struct JOIN(places, PATH) *places, size_t at, vec8 *rate, vec8 *gain
) {
  vec8 folded[8];
#pragma clang loop unroll(full)
  for (int lane = 0; lane < 8; lane++)
    folded[lane] = JOIN(cell8, PATH)(
      table + places->cell[at + lane], (vec8){0} + places->s[at + lane], (vec8){0} + places->t[at + lane]);
  const vec8 t = *(const uvec8 *)(places->t + at), square = t * t, fourth = square * square;
  const vec8 two0 = JOIN(fold2, PATH)(folded[0], folded[1], SHUFFLE(square, square, 0, 0, 0, 0, 1, 1, 1, 1));
  const vec8 two2 = JOIN(fold2, PATH)(folded[2], folded[3], SHUFFLE(square, square, 2, 2, 2, 2, 3, 3, 3, 3));
  const vec8 two4 = JOIN(fold2, PATH)(folded[4], folded[5], SHUFFLE(square, square, 4, 4, 4, 4, 5, 5, 5, 5));
  const vec8 two6 = JOIN(fold2, PATH)(folded[6], folded[7], SHUFFLE(square, square, 6, 6, 6, 6, 7, 7, 7, 7));
  const vec8 low = JOIN(fold2, PATH)(two0, two2, SHUFFLE(fourth, fourth, 0, 0, 1, 1, 2, 2, 3, 3));
  const vec8 high = JOIN(fold2, PATH)(two4, two6, SHUFFLE(fourth, fourth, 4, 4, 5, 5, 6, 6, 7, 7));
  *rate = SHUFFLE(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
  *gain = SHUFFLE(low, high, 1, 3, 5, 7, 9, 11, 13, 15) * *(const uvec8 *)(places->r + at);
}

/// What the tables do not reach, one after the other: NaN, and numbers so large that tanh is a step.
static __attribute__((noinline, unused)) void JOIN(correct, PATH)(
  const double *means, const double *variances, double *rates, double *gains
) {
  for (int i = 0; i < 8; i++) {
    const double mean = means[i], variance = variances[i];
    if (mean != mean || variance != variance || (isinf(mean) && variance > 0 && isinf(variance))) {
      rates[i] = gains[i] = __builtin_nan("");
    } else if (fabs(mean) >= 1e150 || variance >= 1e299) {
      // Zero whatever its sign: what stands beside it must not matter.
      rates[i] = mean == 0 ? 0 : erf(mean / sqrt(variance > 0 ? variance : 0) * 0.70710678118654752440);
      gains[i] = 0;
    }
  }
}

/// Puts right those of eight elements that the tables do not reach.
INNER void JOIN(correct8, PATH)(vec8 mean, vec8 variance, vec8 *rate, vec8 *gain) {
  // Copies, so that the addresses of what the caller keeps in registers are not taken.
  const vec8 at[2] = {mean, variance};
  vec8 values[2] = {*rate, *gain};
  JOIN(correct, PATH)((const double *)&at[0], (const double *)&at[1], (double *)&values[0], (double *)&values[1]);
  *rate = values[0];
  *gain = values[1];
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of eight elements with μ = 0, at their places.
INNER void JOIN(centred8, PATH)(
  const kappa_gain_tables *tables, const struct JOIN(places, PATH) *places, size_t at, vec8 variance, int usual,
  vec8 *rate, vec8 *gain
) {
  *rate = (vec8){0};
  *gain = JOIN(centred_gain8, PATH)(tables, places, at);
  if (!usual) JOIN(correct8, PATH)(*rate, variance, rate, gain);
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of any eight elements, at their places.
INNER void JOIN(anywhere8, PATH)(
  const kappa_gain_tables *tables, const struct JOIN(places, PATH) *places, size_t at, vec8 mean, vec8 variance,
  int usual, vec8 *rate, vec8 *gain
) {
  JOIN(plane8, PATH)(tables->plane, places, at, rate, gain);
  const ivec8 beyond = *(const uivec8 *)(places->beyond + at);
  *rate = JOIN(select8, PATH)(beyond, (vec8){0} + 1, *rate);
  *gain = JOIN(select8, PATH)(beyond, (vec8){0}, *gain);
  // tanh is odd.
  *rate = (vec8)((ivec8)*rate ^ ((ivec8)mean & (long long)0x8000000000000000ULL));
  const ivec8 centred = mean == 0;
  if (JOIN(any8, PATH)(centred)) {
    struct JOIN(places, PATH) own;
    own.unusual = (ivec8){0};
    JOIN(locate_centred8, PATH)(tables, variance, &own, 0);
    *gain = JOIN(select8, PATH)(centred, JOIN(centred_gain8, PATH)(tables, &own, 0), *gain);
    *rate = JOIN(select8, PATH)(centred, (vec8){0}, *rate);
  }
  if (!usual) JOIN(correct8, PATH)(mean, variance, rate, gain);
}

/// ⟨tanh⟩ and ⟨tanh'⟩ of a chunk of elements, a multiple of eight.
INNER void JOIN(chunk, PATH)(
  const kappa_gain_tables *tables, size_t count, const double *means, const double *variances, double *restrict rates,
  double *restrict gains
) {
  struct JOIN(places, PATH) places;
  places.unusual = (ivec8){0};
  for (size_t i = 0; i < count; i += 8)
    JOIN(locate8, PATH)(tables, *(const uvec8 *)(means + i), *(const uvec8 *)(variances + i), &places, i);
  const int usual = !JOIN(any8, PATH)(places.unusual);
  for (size_t i = 0; i < count; i += 8) {
    vec8 rate, gain;
    JOIN(anywhere8, PATH)(
      tables, &places, i, *(const uvec8 *)(means + i), *(const uvec8 *)(variances + i), usual, &rate, &gain);
    *(uvec8 *)(rates + i) = rate;
    *(uvec8 *)(gains + i) = gain;
  }
}

/// Those of a chunk with μ = 0.
INNER void JOIN(centred_chunk, PATH)(
  const kappa_gain_tables *tables, size_t count, const double *variances, double *restrict rates,
  double *restrict gains
) {
  struct JOIN(places, PATH) places;
  places.unusual = (ivec8){0};
  for (size_t i = 0; i < count; i += 8)
    JOIN(locate_centred8, PATH)(tables, *(const uvec8 *)(variances + i), &places, i);
  const int usual = !JOIN(any8, PATH)(places.unusual);
  for (size_t i = 0; i < count; i += 8) {
    vec8 rate, gain;
    JOIN(centred8, PATH)(tables, &places, i, *(const uvec8 *)(variances + i), usual, &rate, &gain);
    *(uvec8 *)(rates + i) = rate;
    *(uvec8 *)(gains + i) = gain;
  }
}

#undef PATH
#undef INNER
#undef SHUFFLE
#undef JOIN
#undef JOIN_
