// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Forward and backward pass of a network that is fitted to activity; after training.h, whose group it shares.

/// r̂ - r of LANES units, zero where r is missing.
INLINE VEC FN(activity_error)(VEC rate, VEC gain, VEC offset, const REAL *target) {
  const VEC wanted = FN(load)(target);
  return FN(select)(wanted == wanted, (gain * rate + offset) - wanted, (VEC){0});
}

/// φ of one state of one trial and its sums.
INLINE void FN(activity_state)(
  const ACTIVITY *net, size_t rank, size_t drives, const double *latents, const double *drive, const REAL *target,
  REAL *rates, REAL *slopes, double *selected, double *read, double *loss
) {
  const size_t units = net->padded_units, outputs = net->outputs;
  REAL kappa[FN(most)], known[FN(most)];
  VEC sum[FN(most)], out[FN(most)], square = (VEC){0};
  for (size_t r = 0; r < rank; r++) {
    sum[r] = (VEC){0};
    kappa[r] = (REAL)latents[r];
  }
  for (size_t s = 0; s < drives; s++) known[s] = (REAL)drive[s];
  for (size_t o = 0; o < outputs; o++) out[o] = (VEC){0};
  for (size_t i = 0; i < units; i += LANES) {
    VEC x = (VEC){0};
    for (size_t r = 0; r < rank; r++) x = FN(load)(net->m + r * units + i) * kappa[r] + x;
    for (size_t s = 0; s < drives; s++) x = FN(load)(net->loads + s * units + i) * known[s] + x;
    FN(store)(rates + i, slopes ? x : FN(tanh)(x));
  }
  if (slopes) {
    FN(derivative)(net->transfer, rates, slopes, units);
    FN(apply)(net->transfer, rates, rates, units);
  }
  for (size_t i = 0; i < units; i += LANES) {
    const VEC rate = FN(load)(rates + i);
    for (size_t r = 0; r < rank; r++) sum[r] = FN(load)(net->n + r * units + i) * rate + sum[r];
    for (size_t o = 0; o < outputs; o++) out[o] = FN(load)(net->readouts + o * units + i) * rate + out[o];
    if (target) {
      const VEC e = FN(activity_error)(rate, FN(load)(net->gains + i), FN(load)(net->offsets + i), target + i);
      square = e * e + square;
    }
  }
  for (size_t r = 0; r < rank; r++) selected[r] = (double)FN(lane_sum)(sum[r]);
  for (size_t o = 0; o < outputs; o++) read[o] = (double)FN(lane_sum)(out[o]);
  if (target) *loss += (double)FN(lane_sum)(square);
}

INLINE void FN(activity_forward_pass)(
  const ACTIVITY *net, size_t rank, size_t drives, const double *const *drive, const REAL *const *targets,
  double *latents, REAL *rates, REAL *slopes, double *z, double *loss
) {
  const size_t units = net->padded_units;
  const double share = 1 / (double)net->units, alpha = net->alpha, keep = 1 - alpha;
  double total = 0;
  for (size_t t = 0; t < net->states; t++) {
    const bool known = targets && t >= net->first && t < net->first + net->known;
    for (size_t b = 0; b < FN(group); b++) {
      double selected[FN(most)], read[FN(most)];
      const size_t place = t * FN(group) + b;
      const double *now = latents + place * rank;
      FN(activity_state)(
        net, rank, drives, now, drive[b] + t * drives, known ? targets[b] + (t - net->first) * units : NULL,
        rates + place * units, slopes ? slopes + place * units : NULL, selected, read, &total);
      for (size_t o = 0; o < net->outputs; o++) z[place * net->outputs + o] = share * read[o];
      if (t + 1 == net->states) continue;
      double *next = latents + (place + FN(group)) * rank;
      for (size_t r = 0; r < rank; r++) next[r] = keep * now[r] + alpha * (share * selected[r]);
    }
  }
  if (targets) *loss = total;
}

/// One state of the group backwards: `pull` = α a_{t+1}/N (G, R), `error` = ∂L/∂z /N (G, O), `sums` receives mᵀd (G, R).
INLINE void FN(activity_back)(
  const ACTIVITY *net, size_t rank, size_t drives, const REAL *pull, const REAL *error, REAL scale,
  const REAL *const *targets, const REAL *latents, const REAL *known, const REAL *rates, const REAL *slopes,
  const ACTIVITY_GRADIENT *gradient, double *sums, double *loss
) {
  const size_t units = net->padded_units, outputs = net->outputs;
  VEC sum[FN(group) * FN(most)], square = (VEC){0};
  for (size_t j = 0; j < FN(group) * rank; j++) sum[j] = (VEC){0};
  for (size_t i = 0; i < units; i += LANES) {
    VEC rate[FN(group)], d[FN(group)];
    const VEC gain = FN(load)(net->gains + i), offset = FN(load)(net->offsets + i);
    VEC gg = FN(load)(gradient->gains + i), go = FN(load)(gradient->offsets + i);
    for (size_t b = 0; b < FN(group); b++) {
      rate[b] = FN(load)(rates + b * units + i);
      VEC g = (VEC){0};
      for (size_t r = 0; r < rank; r++) g = FN(load)(net->n + r * units + i) * pull[b * rank + r] + g;
      for (size_t o = 0; o < outputs; o++) g = FN(load)(net->readouts + o * units + i) * error[b * outputs + o] + g;
      if (targets) {
        const VEC e = FN(activity_error)(rate[b], gain, offset, targets[b] + i);
        square = e * e + square;
        const VEC scaled = e * scale;
        gg = scaled * rate[b] + gg;
        go = scaled + go;
        g = scaled * gain + g;
      }
      const VEC slope = slopes ? FN(load)(slopes + b * units + i) : (REAL)1 - rate[b] * rate[b];
      d[b] = slope * g;
    }
    FN(store)(gradient->gains + i, gg);
    FN(store)(gradient->offsets + i, go);
    for (size_t r = 0; r < rank; r++) {
      const VEC m = FN(load)(net->m + r * units + i);
      VEC gm = FN(load)(gradient->m + r * units + i), gn = FN(load)(gradient->n + r * units + i);
      for (size_t b = 0; b < FN(group); b++) {
        sum[b * rank + r] = m * d[b] + sum[b * rank + r];
        gm = d[b] * latents[b * rank + r] + gm;
        gn = rate[b] * pull[b * rank + r] + gn;
      }
      FN(store)(gradient->m + r * units + i, gm);
      FN(store)(gradient->n + r * units + i, gn);
    }
    for (size_t s = 0; s < drives; s++) {
      VEC gl = FN(load)(gradient->loads + s * units + i);
      for (size_t b = 0; b < FN(group); b++) gl = d[b] * known[b * drives + s] + gl;
      FN(store)(gradient->loads + s * units + i, gl);
    }
  }
  for (size_t j = 0; j < FN(group) * rank; j++) sums[j] = (double)FN(lane_sum)(sum[j]);
  if (targets) *loss += (double)FN(lane_sum)(square);
}

INLINE void FN(activity_backward_pass)(
  const ACTIVITY *net, size_t rank, size_t drives, const double *const *drive, const REAL *const *targets,
  double scale, const double *errors, const double *latents, const REAL *rates, const REAL *slopes,
  const ACTIVITY_GRADIENT *gradient, double *start, double *loss
) {
  const size_t units = net->padded_units, outputs = net->outputs;
  const double share = 1 / (double)net->units, alpha = net->alpha, keep = 1 - alpha;
  double adjoint[FN(group) * FN(most)] = {0}, sums[FN(group) * FN(most)];
  REAL pull[FN(group) * FN(most)], error[FN(group) * FN(most)], now[FN(group) * FN(most)];
  REAL known[FN(group) * FN(most)];
  const REAL *wanted[FN(group)];
  *loss = 0;
  for (size_t t = net->states; t-- > 0;) {
    const bool has = t >= net->first && t < net->first + net->known;
    for (size_t j = 0; j < FN(group) * rank; j++) {
      pull[j] = (REAL)(alpha * share * adjoint[j]);
      now[j] = (REAL)latents[t * FN(group) * rank + j];
    }
    for (size_t j = 0; j < FN(group) * outputs; j++) error[j] = (REAL)(share * errors[t * FN(group) * outputs + j]);
    for (size_t b = 0; b < FN(group); b++) {
      for (size_t s = 0; s < drives; s++) known[b * drives + s] = (REAL)drive[b][t * drives + s];
      if (has) wanted[b] = targets[b] + (t - net->first) * units;
    }
    FN(activity_back)(
      net, rank, drives, pull, error, (REAL)scale, has ? wanted : NULL, now, known,
      rates + t * FN(group) * units, slopes ? slopes + t * FN(group) * units : NULL, gradient, sums, loss);
    for (size_t j = 0; j < FN(group) * rank; j++) adjoint[j] = keep * adjoint[j] + sums[j];
  }
  for (size_t j = 0; j < FN(group) * rank; j++) start[j] = adjoint[j];
}

// Constants for small ranks and few drives; every other shape takes the same code with its counts in variables.
#define SHAPES(R, S, call)                       \
  if (R == 1 && S == 1) call(1, 1);              \
  else if (R == 1 && S == 4) call(1, 4);         \
  else if (R == 1) call(1, S);                   \
  else if (R == 2) call(2, S);                   \
  else if (R == 3) call(3, S);                   \
  else call(R, S)

static void FN(activity_forward)(
  const ACTIVITY *net, const double *const *drives, const REAL *const *targets, double *latents, REAL *rates,
  REAL *slopes, double *z, double *loss
) {
#define PASS(R, S)                                                                                          \
  do {                                                                                                      \
    if (slopes) FN(activity_forward_pass)(net, R, S, drives, targets, latents, rates, slopes, z, loss);     \
    else FN(activity_forward_pass)(net, R, S, drives, targets, latents, rates, NULL, z, loss);              \
  } while (0)
  SHAPES(net->rank, net->drives, PASS);
#undef PASS
}

static void FN(activity_backward)(
  const ACTIVITY *net, const double *const *drives, const REAL *const *targets, double scale, const double *errors,
  const double *latents, const REAL *rates, const REAL *slopes, const ACTIVITY_GRADIENT *gradient, double *start,
  double *loss
) {
#define PASS(R, S)                                                                                              \
  do {                                                                                                          \
    if (slopes)                                                                                                 \
      FN(activity_backward_pass)(                                                                               \
        net, R, S, drives, targets, scale, errors, latents, rates, slopes, gradient, start, loss);              \
    else                                                                                                        \
      FN(activity_backward_pass)(                                                                               \
        net, R, S, drives, targets, scale, errors, latents, rates, NULL, gradient, start, loss);                \
  } while (0)
  SHAPES(net->rank, net->drives, PASS);
#undef PASS
}
#undef SHAPES
