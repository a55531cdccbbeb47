// The gain kernel for one path: include with PATH defined, within the path's target attribute.
//
// Eight elements at a time: first everything that is the same arithmetic for all (square roots, divisions, cells), then
// one polynomial in two variables per element, whose rows of eight coefficients are vectors.
#define JOIN_(name, path) name##_##path
#define JOIN(name, path) JOIN_(name, path)
#define INNER static inline __attribute__((always_inline, unused))

/// a where the mask is set, b elsewhere.
INNER vec8 JOIN(select8, PATH)(ivec8 mask, vec8 a, vec8 b) {
  return (vec8)((mask & (ivec8)a) | (~mask & (ivec8)b));
}

/// ⟨tanh'⟩ at μ = 0 for 0 ≤ v; v beyond the table or NaN by the asymptote √(2/π)/Δ (1 - π²/24v + 7π⁴/1920v²).
INNER vec8 JOIN(zero_mean8, PATH)(const kappa_gain_tables *tables, vec8 v) {
  const ivec8 inside = v < tables->zero_mean_end;
  const vec8 shifted = JOIN(select8, PATH)(inside, v, (vec8){0}) + 0.03125;
  const ivec8 bits = (ivec8)shifted;
  const ivec8 cell = ((bits >> 48) - ((int64_t)1018 << 4)) * (int64_t)9;
  const vec8 place = (vec8)(((bits << 4) & 0x000FFFFFFFFFFFFFLL) | 0x3FF0000000000000LL) - 1.5;
  // Lane by lane: gathering nine coefficients of eight cells into vectors costs more than the polynomial.
  vec8 sum = {0};
  for (int lane = 0; lane < 8; lane++) {
    const double *c = tables->zero_mean + cell[lane];
    const double t = place[lane], t2 = t * t, t4 = t2 * t2;
    const double low = (c[0] + c[1] * t) + (c[2] + c[3] * t) * t2;
    const double high = (c[4] + c[5] * t) + (c[6] + c[7] * t) * t2;
    sum[lane] = low + (high + c[8] * t4) * t4;
  }
  int all = 1;
  for (int lane = 0; lane < 8; lane++) all &= inside[lane] != 0;
  if (!all) {
    const vec8 far = SQRT8(0.636619772367581343075535 / v)
      * (1 + (-0.411233516712056609118 + 0.355140787993417 / v) / v);
    sum = JOIN(select8, PATH)(inside, sum, far);
  }
  return sum;
}

/// Σ_jk rows[k][j] sᵏ tʲ.
INNER double JOIN(cell8, PATH)(const double *rows, double s, double t) {
  vec8 sum = *(const uvec8 *)(rows + 8 * (kappa_gain_s_terms - 1));
  for (int k = kappa_gain_s_terms - 2; k >= 0; k--) sum = sum * s + *(const uvec8 *)(rows + 8 * k);
  const vec4 four = __builtin_shufflevector(sum, sum, 0, 2, 4, 6) + t * __builtin_shufflevector(sum, sum, 1, 3, 5, 7);
  const double t2 = t * t;
  const vec2 two = __builtin_shufflevector(four, four, 0, 2) + t2 * __builtin_shufflevector(four, four, 1, 3);
  return two[0] + t2 * t2 * two[1];
}

static void JOIN(rates_and_gains, PATH)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *rates, double *gains
) {
  const double per_s = (double)tables->s_cells, per_m = (double)tables->m_cells / tables->m_end;
  const int64_t s_cells = (int64_t)tables->s_cells, m_cells = (int64_t)tables->m_cells;
  for (size_t start = 0; start < count; start += 8) {
    const size_t some = count - start < 8 ? count - start : 8;
    vec8 mean = {0}, variance = {0};
    if (some == 8) {
      mean = *(const uvec8 *)(means + start);
      variance = *(const uvec8 *)(variances + start);
    } else {
      for (size_t i = 0; i < some; i++) {
        mean[i] = means[start + i];
        variance[i] = variances[start + i];
      }
    }
    mean *= scale;
    variance *= scale * scale;
    variance = JOIN(select8, PATH)(variance < 0, (vec8){0}, variance);
    const vec8 size = (vec8)((ivec8)mean & 0x7FFFFFFFFFFFFFFFLL);
    // False for NaN and for what would overflow below.
    const ivec8 usual = (size < 1e300) & (variance < 1e300);
    const ivec8 centred = size == 0;
    int all_centred = 1, any_centred = 0, all_usual = 1;
    for (int lane = 0; lane < 8; lane++) {
      all_centred &= centred[lane] != 0;
      any_centred |= centred[lane] != 0;
      all_usual &= usual[lane] != 0;
    }
    vec8 rate = {0}, gain = {0};
    if (!all_centred) {
      const vec8 x = JOIN(select8, PATH)(usual, size, (vec8){0});
      const vec8 v = JOIN(select8, PATH)(usual, variance, (vec8){0});
      const vec8 deviation = SQRT8(v);
      const vec8 width = 1 + deviation;
      const vec8 s_place = deviation / width * per_s;
      const vec8 m_place = x / (tables->stretch * width + x) * per_m;
      const vec8 factor = 1 / SQRT8(1 + 1.57079632679489661923 * v);
      ivec8 s_cell = __builtin_convertvector(s_place, ivec8);
      ivec8 m_cell = __builtin_convertvector(m_place, ivec8);
      // Rounding puts a huge Δ at s = 1 and the largest means beyond the table.
      const ivec8 beyond = m_cell >= m_cells;
      const ivec8 last = (ivec8){0} + (s_cells - 1), inside = s_cell < s_cells;
      s_cell = (s_cell & inside) | (last & ~inside);
      m_cell = m_cell & ~beyond;
      const vec8 s = 2 * (s_place - __builtin_convertvector(s_cell, vec8)) - 1;
      const vec8 t = 2 * (m_place - __builtin_convertvector(m_cell, vec8)) - 1;
      const ivec8 cell = (s_cell * m_cells + m_cell) * (int64_t)(2 * 8 * kappa_gain_s_terms);
      for (int lane = 0; lane < 8; lane++) {
        if (centred[lane] || beyond[lane]) continue;
        const double *rows = tables->plane + cell[lane];
        rate[lane] = JOIN(cell8, PATH)(rows, s[lane], t[lane]);
        gain[lane] = JOIN(cell8, PATH)(rows + 8 * kappa_gain_s_terms, s[lane], t[lane]);
      }
      gain *= factor;
      rate = JOIN(select8, PATH)(beyond, (vec8){0} + 1, rate);
      // tanh is odd.
      rate = (vec8)((ivec8)rate ^ ((ivec8)mean & (long long)0x8000000000000000ULL));
    }
    if (any_centred) {
      gain = JOIN(select8, PATH)(centred, JOIN(zero_mean8, PATH)(tables, variance), gain);
      rate = JOIN(select8, PATH)(centred, variance * 0, rate);
    }
    if (!all_usual) {
      for (int lane = 0; lane < 8; lane++) {
        if (usual[lane]) continue;
        const double m = mean[lane], v = variance[lane];
        if (m != m || v != v || (size[lane] >= 1e300 && v >= 1e300)) {
          rate[lane] = gain[lane] = __builtin_nan("");
        } else {
          rate[lane] = size[lane] >= 1e300 ? (m < 0 ? -1 : 1) : 0;
          gain[lane] = 0;
        }
      }
    }
    if (some == 8) {
      *(uvec8 *)(rates + start) = rate;
      *(uvec8 *)(gains + start) = gain;
    } else {
      for (size_t i = 0; i < some; i++) {
        rates[start + i] = rate[i];
        gains[start + i] = gain[i];
      }
    }
  }
}

#undef PATH
#undef INNER
