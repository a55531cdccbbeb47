// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The reference in one precision: plain loops, one accumulator. The library's functions are those of this precision, the
// sums are double.
#if PRECISION == 64
#define LIBM(name) name
#else
#define LIBM(name) name##f
#endif

static REAL FN(logistic)(REAL x) {
  const REAL a = LIBM(exp)(-LIBM(fabs)(x));
  return x < 0 ? a / (1 + a) : 1 / (1 + a);
}

/// 1 - tanh²(x) without loss of digits.
static REAL FN(sech_squared)(REAL x) {
  const REAL a = LIBM(exp)(-2 * LIBM(fabs)(x));
  return 4 * a / ((1 + a) * (1 + a));
}

static REAL FN(value)(kappa_transfer transfer, REAL x) {
  switch (transfer) {
    case kappa_transfer_tanh: return LIBM(tanh)(x);
    case kappa_transfer_erf: return LIBM(erf)(x);
    case kappa_transfer_relu: return x <= 0 ? 0 : x;
    case kappa_transfer_softplus: return (x <= 0 ? 0 : x) + LIBM(log1p)(LIBM(exp)(-LIBM(fabs)(x)));
    case kappa_transfer_logistic: return FN(logistic)(x);
    case kappa_transfer_linear: break;
  }
  return x;
}

static REAL FN(slope)(kappa_transfer transfer, REAL x) {
  switch (transfer) {
    case kappa_transfer_tanh: return FN(sech_squared)(x);
    case kappa_transfer_erf: return (REAL)1.1283791670955126 * LIBM(exp)(-x * x);
    case kappa_transfer_relu: return x > 0 ? 1 : x < 0 ? 0 : x == 0 ? (REAL)0.5 : x;
    case kappa_transfer_softplus: return FN(logistic)(x);
    case kappa_transfer_logistic: return FN(sech_squared)(x / 2) / 4;
    case kappa_transfer_linear: break;
  }
  return x != x ? x : 1;
}

static void FN(apply)(kappa_transfer transfer, const REAL *x, REAL *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = FN(value)(transfer, x[i]);
}

static void FN(derivative)(kappa_transfer transfer, const REAL *x, REAL *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = FN(slope)(transfer, x[i]);
}

/// The step, and the Jacobian unless it is NULL.
static void FN(run)(const NETWORK *network, const STATE *state, double *jacobian) {
  const size_t units = network->units, drives = network->drives, readouts = network->readouts;
  const size_t stride = network->stride ? network->stride : units;
  for (size_t trial = 0; trial < state->trials; trial++) {
    const double *c = state->coefficients + trial * drives;
    double *sums = state->sums + trial * readouts;
    double *slopes = jacobian ? jacobian + trial * readouts * drives : NULL;
    for (size_t a = 0; a < readouts; a++) sums[a] = 0;
    for (size_t k = 0; slopes && k < readouts * drives; k++) slopes[k] = 0;
    for (size_t i = 0; i < units; i++) {
      REAL x = state->from ? (REAL)state->decay * state->from[trial * stride + i] : 0;
      for (size_t j = 0; j < drives; j++) x += (REAL)c[j] * network->drive_vectors[j * stride + i];
      if (state->noise) x += (REAL)state->noise_factor * state->noise[trial * stride + i];
      if (state->to) state->to[trial * stride + i] = x;
      const REAL biased = network->bias ? x + network->bias[i] : x;
      for (size_t half = 0; half < 2; half++) {
        const size_t split =
          network->bias && network->biased_readouts < readouts ? network->biased_readouts : readouts;
        const size_t first = half == 0 ? 0 : split, last = half == 0 ? split : readouts;
        if (first == last) continue;
        const REAL argument = half == 0 ? biased : x;
        const REAL rate = FN(value)(network->transfer, argument);
        for (size_t a = first; a < last; a++) sums[a] += (double)network->readout_vectors[a * stride + i] * rate;
        if (!slopes) continue;
        const REAL slope = FN(slope)(network->transfer, argument);
        for (size_t a = first; a < last; a++)
          for (size_t j = 0; j < drives; j++)
            slopes[a * drives + j] +=
              (double)network->readout_vectors[a * stride + i] * slope * network->drive_vectors[j * stride + i];
      }
    }
    for (size_t a = 0; a < readouts; a++) sums[a] /= (double)units;
    for (size_t k = 0; slopes && k < readouts * drives; k++) slopes[k] /= (double)units;
  }
}

static void FN(step)(const NETWORK *network, const STATE *state) { FN(run)(network, state, NULL); }

static void FN(jacobian)(const NETWORK *network, const STATE *state, double *jacobian) {
  FN(run)(network, state, jacobian);
}

#undef LIBM
