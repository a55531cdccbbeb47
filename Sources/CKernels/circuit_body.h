// The circuit's arithmetic for one path: include with PATH defined, within the path's target attribute.
#define JOIN_(name, path) name##_##path
#define JOIN(name, path) JOIN_(name, path)

#define INNER static inline __attribute__((always_inline))

/// The loops over variables are short: told their length, the compiler leaves nothing of them.
INNER void JOIN(arguments_of, PATH)(
  const kappa_population *population, size_t trials, const double *restrict q, double noise, double *restrict means,
  double *restrict variances, const size_t drives
) {
  for (size_t i = 0; i < trials; i += 8) {
    vec8 mean = {0}, variance = (vec8){0} + noise;
    const double *c = population->quadratic;
    for (size_t j = 0; j < drives; j++) {
      const vec8 own = *(const uvec8 *)(q + j * trials + i);
      mean = own * population->mean[j] + mean;
      vec8 row = own * *c++;
      for (size_t k = j + 1; k < drives; k++) row = *(const uvec8 *)(q + k * trials + i) * *c++ + row;
      variance = row * own + variance;
    }
    *(uvec8 *)(means + i) = mean;
    *(uvec8 *)(variances + i) = variance;
  }
}

static void JOIN(arguments, PATH)(
  const kappa_population *population, size_t trials, const double *q, double noise, double *means, double *variances
) {
  switch (population->drives) {
    case 2: JOIN(arguments_of, PATH)(population, trials, q, noise, means, variances, 2); return;
    case 3: JOIN(arguments_of, PATH)(population, trials, q, noise, means, variances, 3); return;
    case 4: JOIN(arguments_of, PATH)(population, trials, q, noise, means, variances, 4); return;
    case 5: JOIN(arguments_of, PATH)(population, trials, q, noise, means, variances, 5); return;
    default: JOIN(arguments_of, PATH)(population, trials, q, noise, means, variances, population->drives);
  }
}

INNER void JOIN(weigh_of, PATH)(
  const kappa_population *population, size_t trials, const double *restrict q, const double *restrict rates,
  const double *restrict gains, size_t first, size_t last, double *restrict sums, const size_t drives
) {
  for (size_t i = 0; i < trials; i += 8) {
    const vec8 rate = *(const uvec8 *)(rates + i), gain = *(const uvec8 *)(gains + i);
    for (size_t a = first; a < last; a++) {
      const double *c = population->couplings + a * drives;
      vec8 coupling = {0};
      for (size_t j = 0; j < drives; j++) coupling = *(const uvec8 *)(q + j * trials + i) * c[j] + coupling;
      uvec8 *sum = (uvec8 *)(sums + a * trials + i);
      *sum = coupling * gain + (rate * population->weight_means[a] + *sum);
    }
  }
}

static void JOIN(weigh, PATH)(
  const kappa_population *population, size_t trials, const double *q, const double *rates, const double *gains,
  size_t first, size_t last, double *sums
) {
  switch (population->drives) {
    case 2: JOIN(weigh_of, PATH)(population, trials, q, rates, gains, first, last, sums, 2); return;
    case 3: JOIN(weigh_of, PATH)(population, trials, q, rates, gains, first, last, sums, 3); return;
    case 4: JOIN(weigh_of, PATH)(population, trials, q, rates, gains, first, last, sums, 4); return;
    case 5: JOIN(weigh_of, PATH)(population, trials, q, rates, gains, first, last, sums, 5); return;
    default: JOIN(weigh_of, PATH)(population, trials, q, rates, gains, first, last, sums, population->drives);
  }
}

static void JOIN(relax, PATH)(size_t count, double alpha, const double *restrict target, double *restrict x) {
  for (size_t i = 0; i < count; i += 8) {
    const vec8 old = *(const uvec8 *)(x + i);
    *(uvec8 *)(x + i) = (*(const uvec8 *)(target + i) - old) * alpha + old;
  }
}

#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/// Eight by eight: pairs of neighbours, then fours, then eights change places.
INNER void JOIN(transpose8, PATH)(
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

static void JOIN(transpose, PATH)(
  size_t rows, size_t columns, const double *restrict source, size_t source_stride, double *restrict target,
  size_t target_stride
) {
  const size_t whole_rows = rows & ~(size_t)7, whole_columns = columns & ~(size_t)7;
  for (size_t j = 0; j < whole_columns; j += 8)
    for (size_t i = 0; i < whole_rows; i += 8)
      JOIN(transpose8, PATH)(source + i * source_stride + j, source_stride, target + j * target_stride + i, target_stride);
  for (size_t j = 0; j < columns; j++)
    for (size_t i = j < whole_columns ? whole_rows : 0; i < rows; i++)
      target[j * target_stride + i] = source[i * source_stride + j];
}

#undef PATH
#undef SHUFFLE
#undef INNER
#undef JOIN
#undef JOIN_
