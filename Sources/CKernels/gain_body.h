// The gain kernel for one path: include with PATH defined, within the path's target attribute.
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
  const ivec4 four = SHUFFLE(mask, mask, 0, 1, 2, 3) | SHUFFLE(mask, mask, 4, 5, 6, 7);
  const ivec2 two = SHUFFLE(four, four, 0, 1) | SHUFFLE(four, four, 2, 3);
  return (two[0] | two[1]) != 0;
}

/// 1/√y for 1 ≤ y ≤ 1e301, to one unit in the last place.
INNER vec8 JOIN(inverse_root8, PATH)(vec8 y) {
#if defined(INVERSE_ROOT8)
  // A 14-bit estimate, once to the third order and once to the second: divider and root would be the bottleneck.
  vec8 r = INVERSE_ROOT8(y);
  vec8 e = 1 - (y * r) * r;
  r = (r * e) * (e * 0.375 + 0.5) + r;
  e = 1 - (y * r) * r;
  return (r * e) * 0.5 + r;
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

/// x between zero and a limit; NaN becomes zero or the limit.
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
  vec8 sum;
#if defined(PICK8)
  // Sixteen cells are two registers a coefficient, from which one instruction picks eight.
  sum = PICK8(c + 16 * (kappa_gain_zero_mean_terms - 1), cell);
  for (int k = kappa_gain_zero_mean_terms - 2; k >= 0; k--) sum = sum * t + PICK8(c + 16 * k, cell);
#else
  for (int lane = 0; lane < 8; lane++) {
    const double *own = c + cell[lane];
    double value = own[16 * (kappa_gain_zero_mean_terms - 1)];
    for (int k = kappa_gain_zero_mean_terms - 2; k >= 0; k--) value = value * t[lane] + own[16 * k];
    sum[lane] = value;
  }
#endif
  return sum;
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
/// is long, and the processor would otherwise wait for it element by element.
struct JOIN(places, PATH) {
  double r[kappa_gain_chunk], s[kappa_gain_chunk], t[kappa_gain_chunk];
  int64_t cell[kappa_gain_chunk];
};

/// Eight elements' places.
INNER void JOIN(locate8, PATH)(
  const kappa_gain_tables *tables, double scale, vec8 mean, vec8 variance, struct JOIN(places, PATH) *places, size_t at
) {
  const vec8 size = (vec8)((ivec8)(mean * scale) & 0x7FFFFFFFFFFFFFFFLL);
  // Negative variances count as zero. What is not finite or would overflow is put anywhere: `correct8` sees to it.
  const vec8 v = variance * (scale * scale);
  const vec8 r = JOIN(inverse_root8, PATH)(JOIN(within8, PATH)(v, 1e300) * tables->per_variance + 1);
  const vec8 x = JOIN(within8, PATH)(size, 1e150) * r;
  const vec8 s_place = r * (double)kappa_gain_s_cells;
  const vec8 m_place =
    JOIN(within8, PATH)(JOIN(ratio8, PATH)(x, x + tables->stretch) * tables->m_cells_per_m, kappa_gain_m_cells);
  // r = 1 belongs to the last cell, and so do means past the end, where tanh has saturated.
  ivec8 s_cell = __builtin_convertvector(s_place, ivec8), m_cell = __builtin_convertvector(m_place, ivec8);
  s_cell += s_cell >= kappa_gain_s_cells;
  m_cell += m_cell >= kappa_gain_m_cells;
  *(uvec8 *)(places->r + at) = r;
  *(uvec8 *)(places->s + at) = 2 * (s_place - __builtin_convertvector(s_cell, vec8)) - 1;
  *(uvec8 *)(places->t + at) = 2 * (m_place - __builtin_convertvector(m_cell, vec8)) - 1;
  *(uivec8 *)(places->cell + at) = (s_cell * kappa_gain_m_cells + m_cell) * (int64_t)(8 * kappa_gain_cell_rows);
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

/// ⟨tanh'⟩ of eight elements with μ = 0.
INNER vec8 JOIN(centred8, PATH)(const kappa_gain_tables *tables, double scale, vec8 variance) {
  const vec8 v = JOIN(within8, PATH)(variance * (scale * scale), 1e300);
  const vec8 r = JOIN(inverse_root8, PATH)(v * tables->per_variance + 1), place = r * 16.0;
  ivec8 cell = __builtin_convertvector(place, ivec8);
  cell += cell >= 16;
  const vec8 t = 2 * (place - __builtin_convertvector(cell, vec8)) - 1;
  return JOIN(zero_mean8, PATH)(tables->zero_mean, cell, t) * r;
}

/// Whether all elements are finite and small enough for the tables; and whether all, or any, have μ = 0.
struct JOIN(kinds, PATH) {
  bool usual, all_centred, any_centred;
};

INNER struct JOIN(kinds, PATH) JOIN(kinds, PATH)(size_t count, double scale, const double *means, const double *variances) {
  ivec8 unusual = {0}, centred = {0}, other = {0};
  for (size_t i = 0; i + 8 <= count; i += 8) {
    const vec8 mean = *(const uvec8 *)(means + i) * scale, variance = *(const uvec8 *)(variances + i) * scale;
    // Negated, so that NaN counts.
    unusual |= ~((mean < 1e150) & (mean > -1e150) & (variance < 1e299) & (variance > -1e299));
    centred |= mean == 0;
    other |= mean != 0;
  }
  return (struct JOIN(kinds, PATH)){
    !JOIN(any8, PATH)(unusual), !JOIN(any8, PATH)(other), JOIN(any8, PATH)(centred)};
}

/// A chunk whose count is a multiple of eight.
INNER void JOIN(chunk, PATH)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *restrict rates, double *restrict gains
) {
  const struct JOIN(kinds, PATH) kinds = JOIN(kinds, PATH)(count, scale, means, variances);
  if (kinds.all_centred) {
    for (size_t i = 0; i < count; i += 8) {
      *(uvec8 *)(gains + i) = JOIN(centred8, PATH)(tables, scale, *(const uvec8 *)(variances + i));
      *(uvec8 *)(rates + i) = (vec8){0};
    }
  } else {
    struct JOIN(places, PATH) places;
    for (size_t i = 0; i < count; i += 8)
      JOIN(locate8, PATH)(tables, scale, *(const uvec8 *)(means + i), *(const uvec8 *)(variances + i), &places, i);
    for (size_t i = 0; i < count; i += 8) {
      const vec8 mean = *(const uvec8 *)(means + i) * scale;
      vec8 rate, gain;
      JOIN(plane8, PATH)(tables->plane, &places, i, &rate, &gain);
      // Past the end of the table, at t = 1 of its last cells.
      const ivec8 beyond = (*(const uvec8 *)(places.t + i) == 1);
      rate = JOIN(select8, PATH)(beyond, (vec8){0} + 1, rate);
      gain = JOIN(select8, PATH)(beyond, (vec8){0}, gain);
      // tanh is odd.
      rate = (vec8)((ivec8)rate ^ ((ivec8)mean & (long long)0x8000000000000000ULL));
      if (kinds.any_centred) {
        const ivec8 centred = mean == 0;
        gain = JOIN(select8, PATH)(
          centred, JOIN(centred8, PATH)(tables, scale, *(const uvec8 *)(variances + i)), gain);
        rate = JOIN(select8, PATH)(centred, (vec8){0}, rate);
      }
      *(uvec8 *)(rates + i) = rate;
      *(uvec8 *)(gains + i) = gain;
    }
  }
  if (kinds.usual) return;
  for (size_t i = 0; i < count; i++) {
    const double mean = means[i] * scale, variance = variances[i] * scale * scale;
    if (mean != mean || variance != variance || (isinf(mean) && variance > 0 && isinf(variance))) {
      rates[i] = gains[i] = __builtin_nan("");
    } else if (fabs(mean) >= 1e150 || variances[i] * scale >= 1e299) {
      // Either is so large that tanh is a step.
      rates[i] = erf(mean / sqrt(variance > 0 ? variance : 0) * 0.70710678118654752440);
      gains[i] = 0;
    }
  }
}

static void JOIN(rates_and_gains, PATH)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *rates, double *gains
) {
  size_t start = 0;
  while (count - start >= 8) {
    const size_t whole = (count - start) & ~(size_t)7, now = whole < kappa_gain_chunk ? whole : kappa_gain_chunk;
    JOIN(chunk, PATH)(tables, now, scale, means + start, variances + start, rates + start, gains + start);
    start += now;
  }
  if (start == count) return;
  double some[4][8] = {{0}};
  for (size_t i = start; i < count; i++) {
    some[0][i - start] = means[i];
    some[1][i - start] = variances[i];
  }
  JOIN(chunk, PATH)(tables, 8, scale, some[0], some[1], some[2], some[3]);
  for (size_t i = start; i < count; i++) {
    rates[i] = some[2][i - start];
    gains[i] = some[3][i - start];
  }
}

#undef PATH
#undef INNER
#undef SHUFFLE
#undef JOIN
#undef JOIN_
