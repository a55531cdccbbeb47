// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The circuit's arithmetic, LANES trials side by side: include after averages.h.


/// μ = ȳᵀq of some trials.
INLINE VEC FN(mean)(
  const kappa_population *population, size_t stride, const double *restrict q, const size_t drives
) {
  VEC mean = {0};
  for (size_t j = 0; j < drives; j++) mean = ATC(q + j * stride) * population->mean[j] + mean;
  return mean;
}

/// Δ² = noise + qᵀ C q of some trials.
INLINE VEC FN(variance)(
  const kappa_population *population, size_t stride, const double *restrict q, double noise, const size_t drives
) {
  VEC variance = (VEC){0} + noise;
  const double *c = population->quadratic;
  for (size_t j = 0; j < drives; j++) {
    const VEC own = ATC(q + j * stride);
    VEC row = own * *c++;
    for (size_t k = j + 1; k < drives; k++) row = ATC(q + k * stride) * *c++ + row;
    variance = row * own + variance;
  }
  return variance;
}

/// (C q)_a of some trials.
INLINE VEC FN(coupling)(const double *c, size_t stride, const double *restrict q, const size_t drives) {
  VEC coupling = {0};
  for (size_t j = 0; j < drives; j++) coupling = ATC(q + j * stride) * c[j] + coupling;
  return coupling;
}

/// The part of a population with μ = 0, for which ⟨tanh⟩ = 0, in the sums of a chunk of trials.
INLINE void FN(add_centred)(
  const kappa_gain_tables *tables, const kappa_population *population, size_t stride, size_t count,
  const double *restrict q, double noise, double *restrict sums, const size_t drives, const size_t weights
) {
  struct FN(places) places;
  _Alignas(64) double variances[kappa_gain_chunk], gains[kappa_gain_chunk];
  for (size_t i = 0; i < count; i += LANES)
    AT(variances + i) = FN(variance)(population, stride, q + i, noise, drives);
  const int usual = FN(are_usual)(FN(locate_centred)(tables, count, 1, variances, &places));
  for (size_t i = 0; i < count; i += LANES) {
    VEC rate, gain;
    FN(centred)(tables, &places, i, ATC(variances + i), usual, &rate, &gain);
    AT(gains + i) = gain;
  }
  for (size_t i = 0; i < count; i += LANES) {
    const VEC gain = ATC(gains + i);
    for (size_t a = 0; a < weights; a++) {
      double *sum = sums + a * stride + i;
      AT(sum) = FN(coupling)(population->couplings + a * drives, stride, q + i, drives) * gain + ATC(sum);
    }
  }
}

/// Any population's part.
INLINE void FN(add_any)(
  const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count,
  const double *restrict q, double noise, double *restrict sums, const size_t drives, const size_t weights
) {
  _Alignas(64) double means[kappa_gain_chunk], variances[kappa_gain_chunk];
  _Alignas(64) double rates[kappa_gain_chunk], gains[kappa_gain_chunk];
  for (size_t i = 0; i < count; i += LANES) {
    AT(means + i) = FN(mean)(population, stride, q + i, drives);
    AT(variances + i) = FN(variance)(population, stride, q + i, noise, drives);
  }
  if (circuit->tables)
    FN(chunk)(circuit->tables, count, means, variances, rates, gains);
  else
    circuit->averages(circuit->context, count, means, variances, rates, gains);
  for (size_t i = 0; i < count; i += LANES) {
    const VEC rate = ATC(rates + i), gain = ATC(gains + i);
    for (size_t a = 0; a < weights; a++) {
      double *sum = sums + a * stride + i;
      const VEC coupling = FN(coupling)(population->couplings + a * drives, stride, q + i, drives);
      AT(sum) = coupling * gain + (rate * population->weight_means[a] + ATC(sum));
    }
  }
}

INLINE void FN(add_of)(
  const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count, const double *q,
  double noise, double *sums, const size_t drives, const size_t weights
) {
  if (circuit->tables && population->centred)
    FN(add_centred)(circuit->tables, population, stride, count, q, noise, sums, drives, weights);
  else
    FN(add_any)(circuit, population, stride, count, q, noise, sums, drives, weights);
}

// The loops over variables are short: told their length, the compiler leaves nothing of them. Each in a function of its
// own, whose stack is its own, too.
#define ADD_OF(name, drives, weights) \
  static __attribute__((noinline)) void FN(name)( \
    const kappa_circuit *circuit, const kappa_population *population, size_t stride, size_t count, const double *q, \
    double noise, double *sums, size_t any_drives, size_t any_weights \
  ) { \
    (void)any_drives, (void)any_weights; \
    FN(add_of)(circuit, population, stride, count, q, noise, sums, drives, weights); \
  }

ADD_OF(add_2_2, 2, 2)
ADD_OF(add_2_3, 2, 3)
ADD_OF(add_3_2, 3, 2)
ADD_OF(add_3_3, 3, 3)
ADD_OF(add_4_2, 4, 2)
ADD_OF(add_4_3, 4, 3)
ADD_OF(add_any_number, any_drives, any_weights)

#define ADD(name) FN(name)(circuit, population, stride, count, q, noise, sums, drives, weights)

/// A population's part in the sums of the first `wanted` weights.
static void FN(add)(
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
INLINE void FN(fill)(size_t count, double number, double *restrict row) {
  const VEC numbers = (VEC){0} + number;
  for (size_t i = 0; i < count; i += LANES) AT(row + i) = numbers;
}

INLINE void FN(copy)(size_t count, const double *restrict source, double *restrict target) {
  for (size_t i = 0; i < count; i += LANES) AT(target + i) = ATC(source + i);
}

/// x ← x + α (target - x).
INLINE void FN(relax)(size_t count, double alpha, const double *restrict target, double *restrict x) {
  for (size_t i = 0; i < count; i += LANES) {
    const VEC old = ATC(x + i);
    AT(x + i) = (ATC(target + i) - old) * alpha + old;
  }
}

/// The same, and the target ← a number.
INLINE void FN(relax_and_fill)(
  size_t count, double alpha, double number, double *restrict target, double *restrict x
) {
  const VEC numbers = (VEC){0} + number;
  for (size_t i = 0; i < count; i += LANES) {
    const VEC old = ATC(x + i);
    AT(x + i) = (ATC(target + i) - old) * alpha + old;
    AT(target + i) = numbers;
  }
}

/// q ← q + α (E[n φ] - κ, u - v), and the averages there.
static void FN(circuit_step)(
  const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t step,
  const kappa_circuit_records *records
) {
  const size_t stride = trials->count, rank = circuit->rank, inputs = circuit->inputs, outputs = circuit->outputs;
  double *const q = trials->q, *const sums = trials->sums;
  for (size_t r = 0; r < rank; r++)
    FN(relax_and_fill)(stride, alpha, circuit->constants[r], sums + r * stride, q + r * stride);
  FN(relax)(inputs * stride, alpha, records->inputs + step * inputs * stride, q + rank * stride);
  if (records->kappa) FN(copy)(rank * stride, q, records->kappa + step * rank * stride);
  if (records->states)
    FN(copy)((rank + inputs) * stride, q, records->states + step * (rank + inputs) * stride);
  // What is read out moves nothing: where it is not kept, it need not be known.
  const size_t wanted = rank + (records->outputs ? outputs : 0);
  for (size_t a = rank; a < wanted; a++) FN(fill)(stride, circuit->constants[a], sums + a * stride);
  for (size_t start = 0; start < stride; start += kappa_gain_chunk) {
    const size_t left = stride - start, count = left < kappa_gain_chunk ? left : kappa_gain_chunk;
    for (size_t p = 0; p < circuit->population_count; p++)
      FN(add)(
        circuit, circuit->populations + p, stride, count, q + start, records->noise[step], sums + start, wanted);
  }
  if (records->outputs)
    FN(copy)(outputs * stride, sums + rank * stride, records->outputs + step * outputs * stride);
}

static void FN(circuit_run)(
  const kappa_circuit *circuit, const kappa_circuit_trials *trials, double alpha, size_t steps,
  const kappa_circuit_records *records
) {
  for (size_t step = 0; step < steps; step++) FN(circuit_step)(circuit, trials, alpha, step, records);
}
