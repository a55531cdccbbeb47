// The circuit's arithmetic for one path: include with PATH and LANES defined, within the path's target attribute.
#define JOIN_(name, path) name##_##path
#define JOIN(name, path) JOIN_(name, path)

#define INNER static inline __attribute__((always_inline))
#define WIDE JOIN(wide, PATH)
/// LANES trials' values of a variable.
#define AT(p) (*(JOIN(unaligned_wide, PATH) *)(p))
#define ATC(p) (*(const JOIN(unaligned_wide, PATH) *)(p))

/// μ = ȳᵀq of some trials.
INNER WIDE JOIN(mean, PATH)(
  const kappa_population *population, size_t stride, const double *restrict q, const size_t drives
) {
  WIDE mean = {0};
  for (size_t j = 0; j < drives; j++) mean = ATC(q + j * stride) * population->mean[j] + mean;
  return mean;
}

/// Δ² = noise + qᵀ C q of some trials.
INNER WIDE JOIN(variance, PATH)(
  const kappa_population *population, size_t stride, const double *restrict q, double noise, const size_t drives
) {
  WIDE variance = (WIDE){0} + noise;
  const double *c = population->quadratic;
  for (size_t j = 0; j < drives; j++) {
    const WIDE own = ATC(q + j * stride);
    WIDE row = own * *c++;
    for (size_t k = j + 1; k < drives; k++) row = ATC(q + k * stride) * *c++ + row;
    variance = row * own + variance;
  }
  return variance;
}

/// (C q)_a of some trials.
INNER WIDE JOIN(coupling, PATH)(const double *c, size_t stride, const double *restrict q, const size_t drives) {
  WIDE coupling = {0};
  for (size_t j = 0; j < drives; j++) coupling = ATC(q + j * stride) * c[j] + coupling;
  return coupling;
}

/// The part of a population with μ = 0, for which ⟨tanh⟩ = 0, in the sums of a chunk of trials.
INNER void JOIN(add_centred, PATH)(
  const kappa_gain_tables *tables, const kappa_population *population, size_t stride, size_t count,
  const double *restrict q, double noise, double *restrict sums, const size_t drives, const size_t weights
) {
  struct JOIN(places, PATH) places;
  _Alignas(64) double variances[kappa_gain_chunk], gains[kappa_gain_chunk];
  for (size_t i = 0; i < count; i += LANES)
    AT(variances + i) = JOIN(variance, PATH)(population, stride, q + i, noise, drives);
  const int usual = JOIN(are_usual, PATH)(JOIN(locate_centred, PATH)(tables, count, 1, variances, &places));
  for (size_t i = 0; i < count; i += LANES) {
    WIDE rate, gain;
    JOIN(centred, PATH)(tables, &places, i, ATC(variances + i), usual, &rate, &gain);
    AT(gains + i) = gain;
  }
  for (size_t i = 0; i < count; i += LANES) {
    const WIDE gain = ATC(gains + i);
    for (size_t a = 0; a < weights; a++) {
      double *sum = sums + a * stride + i;
      AT(sum) = JOIN(coupling, PATH)(population->couplings + a * drives, stride, q + i, drives) * gain + ATC(sum);
    }
  }
}

/// Any population's part.
INNER void JOIN(add_any, PATH)(
  const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count,
  const double *restrict q, double noise, double *restrict sums, const size_t drives, const size_t weights
) {
  _Alignas(64) double means[kappa_gain_chunk], variances[kappa_gain_chunk];
  _Alignas(64) double rates[kappa_gain_chunk], gains[kappa_gain_chunk];
  for (size_t i = 0; i < count; i += LANES) {
    AT(means + i) = JOIN(mean, PATH)(population, stride, q + i, drives);
    AT(variances + i) = JOIN(variance, PATH)(population, stride, q + i, noise, drives);
  }
  if (circuit->tables)
    JOIN(chunk, PATH)(circuit->tables, count, means, variances, rates, gains);
  else
    circuit->averages(circuit->context, count, means, variances, rates, gains);
  for (size_t i = 0; i < count; i += LANES) {
    const WIDE rate = ATC(rates + i), gain = ATC(gains + i);
    for (size_t a = 0; a < weights; a++) {
      double *sum = sums + a * stride + i;
      const WIDE coupling = JOIN(coupling, PATH)(population->couplings + a * drives, stride, q + i, drives);
      AT(sum) = coupling * gain + (rate * population->weight_means[a] + ATC(sum));
    }
  }
}

INNER void JOIN(add_of, PATH)(
  const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count, const double *q,
  double noise, double *sums, const size_t drives, const size_t weights
) {
  if (circuit->tables && population->centred)
    JOIN(add_centred, PATH)(circuit->tables, population, stride, count, q, noise, sums, drives, weights);
  else
    JOIN(add_any, PATH)(circuit, population, stride, count, q, noise, sums, drives, weights);
}

// The loops over variables are short: told their length, the compiler leaves nothing of them. Each in a function of its
// own, whose stack is its own, too.
#define ADD_OF(name, drives, weights) \
  static __attribute__((noinline)) void JOIN(name, PATH)( \
    const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count, const double *q, \
    double noise, double *sums, size_t any_drives, size_t any_weights \
  ) { \
    (void)any_drives, (void)any_weights; \
    JOIN(add_of, PATH)(circuit, population, stride, count, q, noise, sums, drives, weights); \
  }

ADD_OF(add_2_2, 2, 2)
ADD_OF(add_2_3, 2, 3)
ADD_OF(add_3_2, 3, 2)
ADD_OF(add_3_3, 3, 3)
ADD_OF(add_4_2, 4, 2)
ADD_OF(add_4_3, 4, 3)
ADD_OF(add_any_number, any_drives, any_weights)

#define ADD(name) JOIN(name, PATH)(circuit, population, stride, count, q, noise, sums, drives, weights)

/// A population's part in the sums of the first `wanted` weights.
static void JOIN(add, PATH)(
  const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count, const double *q,
  double noise, double *sums, size_t wanted
) {
  const size_t last = population->last < wanted ? population->last : wanted;
  if (population->first >= last) return;
  const size_t drives = population->drives, weights = last - population->first;
  sums += population->first * stride;
  switch (drives < 16 && weights < 16 ? 16 * drives + weights : 0) {
    case 16 * 2 + 2: ADD(add_2_2); return;
    case 16 * 2 + 3: ADD(add_2_3); return;
    case 16 * 3 + 2: ADD(add_3_2); return;
    case 16 * 3 + 3: ADD(add_3_3); return;
    case 16 * 4 + 2: ADD(add_4_2); return;
    case 16 * 4 + 3: ADD(add_4_3); return;
    default: ADD(add_any_number);
  }
}

#undef ADD
#undef ADD_OF

/// Every element of a row ← a number.
INNER void JOIN(fill, PATH)(size_t count, double number, double *restrict row) {
  const WIDE numbers = (WIDE){0} + number;
  for (size_t i = 0; i < count; i += LANES) AT(row + i) = numbers;
}

INNER void JOIN(copy, PATH)(size_t count, const double *restrict source, double *restrict target) {
  for (size_t i = 0; i < count; i += LANES) AT(target + i) = ATC(source + i);
}

/// x ← x + α (target - x).
INNER void JOIN(relax, PATH)(size_t count, double alpha, const double *restrict target, double *restrict x) {
  for (size_t i = 0; i < count; i += LANES) {
    const WIDE old = ATC(x + i);
    AT(x + i) = (ATC(target + i) - old) * alpha + old;
  }
}

/// The same, and the target ← a number.
INNER void JOIN(relax_and_fill, PATH)(
  size_t count, double alpha, double number, double *restrict target, double *restrict x
) {
  const WIDE numbers = (WIDE){0} + number;
  for (size_t i = 0; i < count; i += LANES) {
    const WIDE old = ATC(x + i);
    AT(x + i) = (ATC(target + i) - old) * alpha + old;
    AT(target + i) = numbers;
  }
}

/// q ← q + α (E[n φ] - κ, u - v), and the averages there.
static void JOIN(step, PATH)(
  const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t step,
  const kappa_circuit_records *records
) {
  const size_t stride = trials->count, rank = circuit->rank, inputs = circuit->inputs, outputs = circuit->outputs;
  double *const q = trials->q, *const sums = trials->sums;
  for (size_t r = 0; r < rank; r++)
    JOIN(relax_and_fill, PATH)(stride, alpha, circuit->constants[r], sums + r * stride, q + r * stride);
  JOIN(relax, PATH)(inputs * stride, alpha, records->inputs + step * inputs * stride, q + rank * stride);
  if (records->kappa) JOIN(copy, PATH)(rank * stride, q, records->kappa + step * rank * stride);
  if (records->states)
    JOIN(copy, PATH)((rank + inputs) * stride, q, records->states + step * (rank + inputs) * stride);
  // What is read out moves nothing: where it is not kept, it need not be known.
  const size_t wanted = rank + (records->outputs ? outputs : 0);
  for (size_t a = rank; a < wanted; a++) JOIN(fill, PATH)(stride, circuit->constants[a], sums + a * stride);
  for (size_t start = 0; start < stride; start += kappa_gain_chunk) {
    const size_t left = stride - start, count = left < kappa_gain_chunk ? left : kappa_gain_chunk;
    for (size_t p = 0; p < circuit->population_count; p++)
      JOIN(add, PATH)(
        circuit, circuit->populations + p, stride, count, q + start, records->noise[step], sums + start, wanted);
  }
  if (records->outputs)
    JOIN(copy, PATH)(outputs * stride, sums + rank * stride, records->outputs + step * outputs * stride);
}

static void JOIN(run, PATH)(
  const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
) {
  for (size_t step = 0; step < steps; step++) JOIN(step, PATH)(circuit, trials, alpha, step, records);
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

static __attribute__((unused)) void JOIN(transpose, PATH)(
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
#undef LANES
#undef WIDE
#undef AT
#undef ATC
#undef SHUFFLE
#undef INNER
#undef JOIN
#undef JOIN_
