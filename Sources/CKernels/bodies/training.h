// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Forward and backward pass over vectors of one precision; after transfer.h.
//
// Rank and counts are compile-time constants in the common cases: the passes are inlined into a switch over them.

enum { FN(group) = kappa_training_group, FN(most) = kappa_training_most };

/// φ of one state of one trial, and the sums nᵀφ (R) and, when `reads`, wᵀφ (O).
INLINE void FN(training_state)(
  const TRAINING *net, size_t rank, size_t inputs, size_t outputs, const double *latents, const REAL *noise,
  REAL *rates, REAL *slopes, double *selected, double *read
) {
  const size_t units = net->padded_units;
  VEC sum[FN(most)], out[FN(most)];
  for (size_t r = 0; r < rank; r++) sum[r] = (VEC){0};
  for (size_t o = 0; o < outputs; o++) out[o] = (VEC){0};
  for (size_t i = 0; i < units; i += LANES) {
    VEC x = (VEC){0};
    if (noise) x = FN(load)(noise + i);
    for (size_t r = 0; r < rank; r++) x = FN(load)(net->m + r * units + i) * (REAL)latents[r] + x;
    for (size_t k = 0; k < inputs; k++)
      x = FN(load)(net->input_vectors + k * units + i) * (REAL)latents[rank + k] + x;
    VEC rate;
    if (slopes) {
      // Any φ but tanh: here only x, so that one loop serves them all; the second loop below does the rest.
      FN(store)(rates + i, x);
      continue;
    }
    rate = FN(tanh)(x);
    FN(store)(rates + i, rate);
    for (size_t r = 0; r < rank; r++) sum[r] = FN(load)(net->n + r * units + i) * rate + sum[r];
    for (size_t o = 0; o < outputs; o++) out[o] = FN(load)(net->readout_vectors + o * units + i) * rate + out[o];
  }
  if (slopes) {
    FN(derivative)(net->transfer, rates, slopes, units);
    FN(apply)(net->transfer, rates, rates, units);
    for (size_t i = 0; i < units; i += LANES) {
      const VEC rate = FN(load)(rates + i);
      for (size_t r = 0; r < rank; r++) sum[r] = FN(load)(net->n + r * units + i) * rate + sum[r];
      for (size_t o = 0; o < outputs; o++) out[o] = FN(load)(net->readout_vectors + o * units + i) * rate + out[o];
    }
  }
  for (size_t r = 0; r < rank; r++) selected[r] = (double)FN(lane_sum)(sum[r]);
  for (size_t o = 0; o < outputs; o++) read[o] = (double)FN(lane_sum)(out[o]);
}

INLINE void FN(training_forward_pass)(
  const TRAINING *net, size_t rank, size_t inputs, size_t outputs, const double *u, const unsigned char *read,
  const REAL *noise, double *z, double *latents, REAL *rates, REAL *slopes
) {
  const size_t units = net->padded_units, steps = net->steps, width = rank + inputs;
  const double share = 1 / (double)net->units, alpha = net->alpha, keep = 1 - alpha;
  for (size_t j = 0; j < FN(group) * width; j++) latents[j] = 0;
  for (size_t t = 0; t <= steps; t++) {
    const bool reads = t > 0 && read[t - 1];
    for (size_t b = 0; b < FN(group); b++) {
      double selected[FN(most)], out[FN(most)];
      const double *now = latents + (t * FN(group) + b) * width;
      REAL *rate = rates + (t * FN(group) + b) * units;
      REAL *slope = slopes ? slopes + (t * FN(group) + b) * units : NULL;
      const REAL *added = noise ? noise + (t * FN(group) + b) * units : NULL;
      if (reads) {
        FN(training_state)(net, rank, inputs, outputs, now, added, rate, slope, selected, out);
        for (size_t o = 0; o < outputs; o++) z[(b * steps + t - 1) * outputs + o] = share * out[o];
      } else {
        FN(training_state)(net, rank, inputs, 0, now, added, rate, slope, selected, out);
      }
      if (t == steps) continue;
      double *next = latents + ((t + 1) * FN(group) + b) * width;
      for (size_t r = 0; r < rank; r++) next[r] = keep * now[r] + alpha * (share * selected[r]);
      for (size_t k = 0; k < inputs; k++)
        next[rank + k] = keep * now[rank + k] + alpha * u[(b * steps + t) * inputs + k];
    }
  }
}

/// One state of the group backwards: `pull` = α a_{t+1}/N (G, R), `error` = e_{t-1}/N (G, O), `sums` receives mᵀd (G, R).
INLINE void FN(training_back)(
  const TRAINING *net, size_t rank, size_t inputs, size_t outputs, const REAL *pull, const REAL *error,
  const REAL *latents, const REAL *rates, const REAL *slopes, const GRADIENT *gradient, double *sums
) {
  const size_t units = net->padded_units, width = rank + net->inputs;
  VEC sum[FN(group) * FN(most)];
  for (size_t j = 0; j < FN(group) * rank; j++) sum[j] = (VEC){0};
  for (size_t i = 0; i < units; i += LANES) {
    VEC rate[FN(group)], d[FN(group)];
    for (size_t b = 0; b < FN(group); b++) {
      rate[b] = FN(load)(rates + b * units + i);
      VEC g = (VEC){0};
      for (size_t r = 0; r < rank; r++) g = FN(load)(net->n + r * units + i) * pull[b * rank + r] + g;
      for (size_t o = 0; o < outputs; o++)
        g = FN(load)(net->readout_vectors + o * units + i) * error[b * outputs + o] + g;
      const VEC slope = slopes ? FN(load)(slopes + b * units + i) : (REAL)1 - rate[b] * rate[b];
      d[b] = slope * g;
    }
    for (size_t r = 0; r < rank; r++) {
      const VEC m = FN(load)(net->m + r * units + i);
      VEC gm = FN(load)(gradient->m + r * units + i), gn = FN(load)(gradient->n + r * units + i);
      for (size_t b = 0; b < FN(group); b++) {
        sum[b * rank + r] = m * d[b] + sum[b * rank + r];
        gm = d[b] * latents[b * width + r] + gm;
        gn = rate[b] * pull[b * rank + r] + gn;
      }
      FN(store)(gradient->m + r * units + i, gm);
      FN(store)(gradient->n + r * units + i, gn);
    }
    for (size_t k = 0; k < inputs; k++) {
      VEC gi = FN(load)(gradient->input_vectors + k * units + i);
      for (size_t b = 0; b < FN(group); b++) gi = d[b] * latents[b * width + rank + k] + gi;
      FN(store)(gradient->input_vectors + k * units + i, gi);
    }
    if (gradient->readout_vectors) {
      for (size_t o = 0; o < outputs; o++) {
        VEC gw = FN(load)(gradient->readout_vectors + o * units + i);
        for (size_t b = 0; b < FN(group); b++) gw = rate[b] * error[b * outputs + o] + gw;
        FN(store)(gradient->readout_vectors + o * units + i, gw);
      }
    }
  }
  for (size_t j = 0; j < FN(group) * rank; j++) sums[j] = (double)FN(lane_sum)(sum[j]);
}

INLINE void FN(training_backward_pass)(
  const TRAINING *net, size_t rank, size_t inputs, size_t outputs, const double *errors, const unsigned char *read,
  const double *latents, const REAL *rates, const REAL *slopes, const GRADIENT *gradient
) {
  const size_t units = net->padded_units, steps = net->steps, width = rank + net->inputs;
  const double share = 1 / (double)net->units, alpha = net->alpha, keep = 1 - alpha;
  double adjoint[FN(group) * FN(most)] = {0}, sums[FN(group) * FN(most)];
  REAL pull[FN(group) * FN(most)], error[FN(group) * FN(most)], now[2 * FN(group) * FN(most)];
  for (size_t t = steps + 1; t-- > 0;) {
    const bool reads = t > 0 && read[t - 1];
    for (size_t j = 0; j < FN(group) * rank; j++) pull[j] = (REAL)(alpha * share * adjoint[j]);
    for (size_t j = 0; j < FN(group) * width; j++) now[j] = (REAL)latents[t * FN(group) * width + j];
    const REAL *rate = rates + t * FN(group) * units, *slope = slopes ? slopes + t * FN(group) * units : NULL;
    if (reads) {
      for (size_t b = 0; b < FN(group); b++)
        for (size_t o = 0; o < outputs; o++)
          error[b * outputs + o] = (REAL)(share * errors[(b * steps + t - 1) * outputs + o]);
      FN(training_back)(net, rank, inputs, outputs, pull, error, now, rate, slope, gradient, sums);
    } else {
      FN(training_back)(net, rank, inputs, 0, pull, error, now, rate, slope, gradient, sums);
    }
    for (size_t j = 0; j < FN(group) * rank; j++) adjoint[j] = keep * adjoint[j] + sums[j];
  }
}

// Constants for the shapes of the field's tasks; every other shape takes the same code with its counts in variables.
#define SHAPES(R, K, O, call)                     \
  if (R == 1 && K == 1 && O == 1) call(1, 1, 1);  \
  else if (R == 2 && K == 1 && O == 1) call(2, 1, 1); \
  else if (R == 1 && K == 4 && O == 1) call(1, 4, 1); \
  else if (R == 2 && K == 2 && O == 1) call(2, 2, 1); \
  else call(R, K, O)

static void FN(training_forward)(
  const TRAINING *net, const double *u, const unsigned char *read, const REAL *noise, double *z, double *latents,
  REAL *rates, REAL *slopes
) {
#define PASS(R, K, O)                                                                                \
  do {                                                                                               \
    if (slopes) FN(training_forward_pass)(net, R, K, O, u, read, noise, z, latents, rates, slopes);  \
    else if (noise) FN(training_forward_pass)(net, R, K, O, u, read, noise, z, latents, rates, NULL); \
    else FN(training_forward_pass)(net, R, K, O, u, read, NULL, z, latents, rates, NULL);            \
  } while (0)
  SHAPES(net->rank, net->inputs, net->outputs, PASS);
#undef PASS
}

static void FN(training_backward)(
  const TRAINING *net, const double *errors, const unsigned char *read, const double *latents, const REAL *rates,
  const REAL *slopes, const GRADIENT *gradient
) {
  const size_t inputs = gradient->input_vectors ? net->inputs : 0;
#define PASS(R, K, O)                                                                                           \
  do {                                                                                                          \
    if (slopes) FN(training_backward_pass)(net, R, K, O, errors, read, latents, rates, slopes, gradient);       \
    else FN(training_backward_pass)(net, R, K, O, errors, read, latents, rates, NULL, gradient);                \
  } while (0)
  const size_t rank = net->rank, outputs = net->outputs;
  if (rank == 1 && inputs == 0 && outputs == 1) PASS(1, 0, 1);
  else if (rank == 2 && inputs == 0 && outputs == 1) PASS(2, 0, 1);
  else if (rank == 1 && inputs == 4 && outputs == 1) PASS(1, 4, 1);
  else if (rank == 2 && inputs == 2 && outputs == 1) PASS(2, 2, 1);
  else PASS(rank, inputs, outputs);
#undef PASS
}
#undef SHAPES
