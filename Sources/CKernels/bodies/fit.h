// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Rows of least-squares problems; the formulas are in include/fit.h.
//
// A population's D numbers fill a register or less: loops over them go by whole registers, the last one in part. Rows
// are many registers long, and padded.

#define EACH_VECTOR(k, count) for (size_t k = 0; k < (count); k += LANES)
#define SOME(k, count) ((count) - (k) < LANES ? (count) - (k) : LANES)

static void FN(fit_clouds)(
  const kappa_fit_circuit *circuit, size_t used, size_t count, const double *points, double *means, double *variances,
  double *factors, double *work
) {
  const size_t D = circuit->drives, P = circuit->populations, M = D + D * (D + 1) / 2;
  const size_t wide = (D + LANES - 1) / LANES * LANES;
  // L with its zeros, rows padded.
  memset(work, 0, P * D * wide * sizeof(double));
  for (size_t p = 0; p < P; p++)
    for (size_t j = 0; j < D; j++)
      memcpy(
        work + (p * D + j) * wide, circuit->moments + p * M + D + j * (j + 1) / 2, (j + 1) * sizeof(double));
  for (size_t point = 0; point < count; point++) {
    const double *q = points + point * D;
    for (size_t p = 0; p < P; p++) {
      const double *mean = circuit->moments + p * M, *rows = work + p * D * wide;
      const size_t i = point * P + p;
      double s = 0;
      for (size_t j = 0; j < used; j++) s += q[j] * mean[j];
      VEC squares = {0};
      EACH_VECTOR(k, D) {
        VEC h = {0};
        for (size_t j = 0; j < used; j++) h = q[j] * ATC(rows + j * wide + k) + h;
        squares = h * h + squares;
        FN(store_some)(factors + i * D + k, h, SOME(k, D));
      }
      means[i] = s;
      variances[i] = FN(lane_sum)(squares);
    }
  }
}

/// The basis functions at a point.
INLINE void FN(fit_basis)(
  const kappa_fit_circuit *circuit, const kappa_fit_averages *at, size_t point, double factor, double *basis
) {
  const size_t D = circuit->drives, P = circuit->populations;
  for (size_t p = 0; p < P; p++) {
    const size_t i = point * P + p;
    double *own = basis + p * (1 + D);
    const double gain = at->gains[i] * factor;
    own[0] = at->rates[i] * factor;
    EACH_VECTOR(k, D) {
      const size_t some = SOME(k, D);
      FN(store_some)(own + 1 + k, FN(load_some)(at->factors + i * D + k, some) * gain, some);
    }
  }
}

/// f_a at a point; ∂f_a/∂θ and the first R of ∂f_a/∂q unless their places are NULL.
INLINE double FN(fit_value)(
  const kappa_fit_circuit *circuit, const kappa_fit_averages *at, size_t point, size_t weight, double *moments,
  double *jacobian
) {
  const size_t D = circuit->drives, P = circuit->populations, M = D + D * (D + 1) / 2;
  const double *q = at->points + point * D;
  double value = 0;
  if (jacobian) memset(jacobian, 0, circuit->rank * sizeof(double));
  for (size_t p = 0; p < P; p++) {
    const size_t i = point * P + p;
    const double *c = circuit->coefficients + (weight * P + p) * (1 + D), *h = at->factors + i * D;
    const double gain = at->gains[i];
    VEC sums = {0};
    EACH_VECTOR(k, D) {
      const size_t some = SOME(k, D);
      sums = FN(load_some)(h + k, some) * FN(load_some)(c + 1 + k, some) + sums;
    }
    const double coupling = FN(lane_sum)(sums);
    value += c[0] * at->rates[i] + coupling * gain;
    if (!moments && !jacobian) continue;
    const double along = c[0] * gain + coupling * at->gains2[i];
    const double bend = c[0] * at->gains2[i] + coupling * at->gains3[i];
    // ∂f/∂h stays in a register while it goes to wherever it is needed: what is written in parts and read at once as a
    // whole makes the processor wait.
    if (jacobian)
      for (size_t j = 0; j < circuit->rank; j++) jacobian[j] += circuit->moments[p * M + j] * along;
    EACH_VECTOR(k, D) {
      const size_t some = SOME(k, D);
      const VEC slope = bend * FN(load_some)(h + k, some) + FN(load_some)(c + 1 + k, some) * gain;
      if (jacobian) {
        const double *entry = circuit->moments + p * M + D;
        for (size_t j = 0; j < circuit->rank; entry += ++j)
          if (j >= k) jacobian[j] += FN(lane_sum)(FN(load_some)(entry + k, SOME(k, j + 1)) * slope);
      }
      if (!moments) continue;
      double *own = moments + p * M, *entry = own + D;
      FN(store_some)(own + k, FN(load_some)(q + k, some) * along, some);
      for (size_t j = 0; j < D; entry += ++j)
        if (j >= k) FN(store_some)(entry + k, slope * q[j], SOME(k, j + 1));
    }
  }
  return value;
}

static void FN(fit_field)(
  const kappa_fit_circuit *circuit, const kappa_fit_averages *averages, size_t count, size_t weight,
  const double *targets, double factor, bool has_linear, bool has_moments, size_t width, double *rows
) {
  const size_t D = circuit->drives, P = circuit->populations;
  const size_t linear = has_linear ? P * (1 + D) : 0;
  const size_t moments = has_moments ? P * (D + D * (D + 1) / 2) : 0;
  for (size_t point = 0; point < count; point++) {
    double *row = rows + point * width;
    const double value =
      FN(fit_value)(circuit, averages, point, weight, moments ? row + linear : NULL, NULL);
    for (size_t i = linear; i < linear + moments; i++) row[i] *= factor;
    if (linear) FN(fit_basis)(circuit, averages, point, factor, row);
    row[linear + moments] = (targets[point * circuit->weights + weight] - value) * factor;
  }
}

static bool FN(fit_step)(const kappa_fit_circuit *circuit, const kappa_fit_trajectories *t, double *work) {
  const size_t R = circuit->rank, E = circuit->weights, D = circuit->drives, P = circuit->populations;
  const size_t B = P * (1 + D), W = t->width, own_size = R * W + E * (R + 1);
  const size_t linear = t->has_linear ? R * B : 0;
  const size_t last = linear + (t->has_moments ? P * (D + D * (D + 1) / 2) : 0);
  const bool linearised = t->jacobians != NULL, moves = linear || linearised;
  bool finite = true;

  // The field at all points: what drives δ, and the outputs' own derivatives.
  for (size_t trial = 0; trial < t->count; trial++) {
    const double *target = t->targets + trial * t->exact_stride * E;
    double *forcing = work + trial * own_size, *values = forcing + R * W, *jacobian = values + E;
    memset(forcing, 0, R * W * sizeof(double));
    for (size_t a = 0; a < E; a++) {
      const size_t o = a - R;
      double *row = a < R ? forcing + a * W : t->output_rows[o] + trial * t->output_width;
      if (a >= R) memset(row, 0, t->output_width * sizeof(double));
      values[a] = FN(fit_value)(
        circuit, a < R ? &t->fed : &t->read, trial, a, t->has_moments ? row + linear : NULL,
        linearised || !linear ? NULL : jacobian + a * R);
      if (a >= R || linearised) row[last] = target[a] - values[a];
      if (a < R && linear) FN(fit_basis)(circuit, &t->fed, trial, 1, row + a * B);
    }
  }

  for (size_t trial = 0; trial < t->count; trial++) {
    const size_t exact_point = trial * t->exact_stride;
    const double *exact = t->exact + exact_point * D;
    double *forcing = work + trial * own_size, *values = forcing + R * W;
    const double *jacobian = linearised ? t->jacobians + exact_point * E * R : values + E;
    double *delta = t->delta + (t->is_one_trial ? 0 : trial * R * W);

    // The rows.
    for (size_t r = 0; r < R; r++) {
      double *row = t->latent_rows + (trial * R + r) * W;
      const double factor = t->latent_factors[r];
      EACH_VECTOR(i, W) AT(row + i) = ATC(delta + r * W + i) * factor;
      if (!linearised) row[last] = (exact[r] - t->states[trial * D + r]) * factor;
      finite &= isfinite(row[last]) != 0;
    }
    for (size_t a = R; a < E; a++) {
      double *row = t->output_rows[a - R] + trial * t->output_width;
      const double factor = t->output_factors[a - R];
      for (size_t r = 0; moves && r < R; r++) {
        const double toward = jacobian[a * R + r];
        EACH_VECTOR(i, W) AT(row + i) = toward * ATC(delta + r * W + i) + ATC(row + i);
      }
      EACH_VECTOR(i, W) AT(row + i) = ATC(row + i) * factor;
      if (linear) FN(fit_basis)(circuit, &t->read, trial, factor, row + last + 1);
      finite &= isfinite(row[last]) != 0;
    }

    // One Euler step of δ and, not linearised, of the circuit itself.
    if (moves) {
      for (size_t r = 0; r < R; r++)
        for (size_t s = 0; s < R; s++) {
          const double toward = jacobian[r * R + s];
          EACH_VECTOR(i, W)
          AT(forcing + r * W + i) = toward * ATC(delta + s * W + i) + ATC(forcing + r * W + i);
        }
      EACH_VECTOR(i, R * W) AT(delta + i) = (1 - t->alpha) * ATC(delta + i) + t->alpha * ATC(forcing + i);
    }
    if (!linearised)
      for (size_t r = 0; r < R; r++) {
        double *state = t->states + trial * D + r;
        *state = (1 - t->alpha) * *state + t->alpha * values[r];
      }
  }
  return finite;
}

#undef EACH_VECTOR
#undef SOME
