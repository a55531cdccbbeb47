// Averages of any number of elements for one path: include with PATH defined, within the path's target attribute.
#define JOIN_(name, path) name##_##path
#define JOIN(name, path) JOIN_(name, path)

/// At most a chunk, a multiple of eight.
static inline __attribute__((always_inline)) void JOIN(scaled_chunk, PATH)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *restrict rates, double *restrict gains
) {
  double scaled_means[kappa_gain_chunk], scaled_variances[kappa_gain_chunk];
  ivec8 other = {0};
  for (size_t i = 0; i < count; i += 8) {
    const vec8 mean = *(const uvec8 *)(means + i) * scale;
    other |= mean != 0;
    *(uvec8 *)(scaled_means + i) = mean;
    *(uvec8 *)(scaled_variances + i) = *(const uvec8 *)(variances + i) * (scale * scale);
  }
  if (JOIN(any8, PATH)(other))
    JOIN(chunk, PATH)(tables, count, scaled_means, scaled_variances, rates, gains);
  else
    JOIN(centred_chunk, PATH)(tables, count, scaled_variances, rates, gains);
}

static void JOIN(rates_and_gains, PATH)(
  const kappa_gain_tables *tables, size_t count, double scale, const double *means, const double *variances,
  double *rates, double *gains
) {
  size_t start = 0;
  while (count - start >= 8) {
    const size_t whole = (count - start) & ~(size_t)7, now = whole < kappa_gain_chunk ? whole : kappa_gain_chunk;
    JOIN(scaled_chunk, PATH)(tables, now, scale, means + start, variances + start, rates + start, gains + start);
    start += now;
  }
  if (start == count) return;
  double some[4][8] = {{0}};
  for (size_t i = start; i < count; i++) {
    some[0][i - start] = means[i];
    some[1][i - start] = variances[i];
  }
  JOIN(scaled_chunk, PATH)(tables, 8, scale, some[0], some[1], some[2], some[3]);
  for (size_t i = start; i < count; i++) {
    rates[i] = some[2][i - start];
    gains[i] = some[3][i - start];
  }
}

#undef PATH
#undef JOIN
#undef JOIN_
