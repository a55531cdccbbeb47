// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The fused step. The units are taken in blocks that stay in the first-level cache: each block goes through the drive,
// φ and the weighted sums before the next is read, so memory sees one pass, and any number of vectors and any φ share
// one short piece of code. Trials run inside the blocks: they share each read of the vectors.

// Sixteen-byte vectors have fewer partial sums: shorter blocks keep the sums' errors alike.
#define BLOCK ((VECTOR_BYTES == 16 ? 2048 : 4096) / REAL_BYTES)
#define COLUMNS 4  // vectors taken together

/// y = factor · x + Σ_j coefficients_j columns_j over `count` units; x = NULL stands for zeros. `columns` lie `stride`
/// apart. x and y may be the same.
INLINE void FN(combine_fixed)(
  REAL *y, const REAL *x, REAL factor, const REAL *columns, size_t stride, const double *coefficients, size_t count,
  const size_t columnCount
) {
  REAL c[COLUMNS];
  for (size_t j = 0; j < columnCount; j++) c[j] = (REAL)coefficients[j];
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    VEC sum = {0};
    if (x) sum = FN(load)(x + i) * factor;
    for (size_t j = 0; j < columnCount; j++) sum = FN(load)(columns + j * stride + i) * c[j] + sum;
    FN(store)(y + i, sum);
  }
  if (i < count) {
    VEC sum = {0};
    if (x) sum = FN(load_some)(x + i, count - i) * factor;
    for (size_t j = 0; j < columnCount; j++)
      sum = FN(load_some)(columns + j * stride + i, count - i) * c[j] + sum;
    FN(store_some)(y + i, sum, count - i);
  }
}

/// `combine_fixed` for any number of columns.
static void FN(combine)(
  REAL *y, const REAL *x, REAL factor, const REAL *columns, size_t stride, const double *coefficients,
  size_t columnCount, size_t count
) {
  do {
    size_t now = columnCount < COLUMNS ? columnCount : COLUMNS;
    switch (now) {
      case 0: FN(combine_fixed)(y, x, factor, columns, stride, coefficients, count, 0); break;
      case 1: FN(combine_fixed)(y, x, factor, columns, stride, coefficients, count, 1); break;
      case 2: FN(combine_fixed)(y, x, factor, columns, stride, coefficients, count, 2); break;
      case 3: FN(combine_fixed)(y, x, factor, columns, stride, coefficients, count, 3); break;
      default: FN(combine_fixed)(y, x, factor, columns, stride, coefficients, count, 4); break;
    }
    x = y;
    factor = 1;
    columns += now * stride;
    coefficients += now;
    columnCount -= now;
  } while (columnCount > 0);
}

/// sums_j = Σ_i weights_i columns_ij over `count` units of a block; with `saturating`, tanh(weights_i) in their place.
INLINE void FN(weigh_fixed)(
  double *sums, const REAL *weights, const REAL *columns, size_t stride, size_t count, const size_t columnCount,
  const bool saturating
) {
  VEC even[COLUMNS] = {{0}}, odd[COLUMNS] = {{0}};
  size_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) {
    VEC first = FN(load)(weights + i), second = FN(load)(weights + i + LANES);
    if (saturating) first = FN(tanh)(first), second = FN(tanh)(second);
    for (size_t j = 0; j < columnCount; j++) {
      even[j] = FN(load)(columns + j * stride + i) * first + even[j];
      odd[j] = FN(load)(columns + j * stride + i + LANES) * second + odd[j];
    }
  }
  if (i + LANES <= count) {
    VEC first = FN(load)(weights + i);
    if (saturating) first = FN(tanh)(first);
    for (size_t j = 0; j < columnCount; j++) even[j] = FN(load)(columns + j * stride + i) * first + even[j];
    i += LANES;
  }
  if (i < count) {
    VEC last = FN(load_some)(weights + i, count - i);
    if (saturating) last = FN(tanh)(last);
    for (size_t j = 0; j < columnCount; j++)
      odd[j] = FN(load_some)(columns + j * stride + i, count - i) * last + odd[j];
  }
  for (size_t j = 0; j < columnCount; j++) sums[j] = (double)FN(lane_sum)(even[j] + odd[j]);
}

/// `weigh_fixed` for any number of columns, each sum added to `total` with its compensation.
INLINE void FN(weigh_any)(
  struct kappa_total *total, const REAL *weights, const REAL *columns, size_t stride, size_t columnCount, size_t count,
  const bool saturating
) {
  while (columnCount > 0) {
    double sums[COLUMNS];
    size_t now = columnCount < COLUMNS ? columnCount : COLUMNS;
    switch (now) {
      case 1: FN(weigh_fixed)(sums, weights, columns, stride, count, 1, saturating); break;
      case 2: FN(weigh_fixed)(sums, weights, columns, stride, count, 2, saturating); break;
      case 3: FN(weigh_fixed)(sums, weights, columns, stride, count, 3, saturating); break;
      default: FN(weigh_fixed)(sums, weights, columns, stride, count, 4, saturating); break;
    }
    for (size_t j = 0; j < now; j++) kappa_total_add(total, sums[j]);
    columns += now * stride;
    columnCount -= now;
  }
}

static void FN(weigh)(
  struct kappa_total *total, const REAL *weights, const REAL *columns, size_t stride, size_t columnCount, size_t count
) {
  FN(weigh_any)(total, weights, columns, stride, columnCount, count, false);
}

/// The rates stay in registers: for few columns, and for the φ that nearly every network has.
static void FN(weigh_tanh)(
  struct kappa_total *total, const REAL *arguments, const REAL *columns, size_t stride, size_t columnCount,
  size_t count
) {
  FN(weigh_any)(total, arguments, columns, stride, columnCount, count, true);
}

static inline size_t FN(stride)(const NETWORK *network) { return network->stride ? network->stride : network->units; }

/// y = x · column over `count` units of a block.
static void FN(multiply)(REAL *y, const REAL *x, const REAL *column, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) FN(store)(y + i, FN(load)(x + i) * FN(load)(column + i));
  if (i < count)
    FN(store_some)(y + i, FN(load_some)(x + i, count - i) * FN(load_some)(column + i, count - i), count - i);
}

/// The sums of readouts `first` to `last` over one block, all seeing φ of the same arguments; and, unless `slopes` is
/// NULL, their derivatives.
static void FN(read_block)(
  const NETWORK *network, const REAL *arguments, size_t first, size_t last, size_t start, size_t count,
  struct kappa_total *sums, struct kappa_total *slopes
) {
  REAL rates[BLOCK] __attribute__((aligned(64)));
  REAL products[BLOCK] __attribute__((aligned(64)));
  const size_t stride = FN(stride)(network);
  const REAL *columns = network->readout_vectors + first * stride + start;
  if (network->transfer == kappa_transfer_tanh && last - first <= COLUMNS) {
    FN(weigh_tanh)(sums, arguments, columns, stride, last - first, count);
  } else {
    FN(apply)(network->transfer, arguments, rates, count);
    FN(weigh)(sums, rates, columns, stride, last - first, count);
  }
  if (!slopes) return;
  FN(derivative)(network->transfer, arguments, rates, count);
  for (size_t a = first; a < last; a++, columns += stride) {
    FN(multiply)(products, rates, columns, count);
    FN(weigh)(slopes, products, network->drive_vectors + start, stride, network->drives, count);
  }
}

/// One block of one trial.
static void FN(step_block)(
  const NETWORK *network, const STATE *state, size_t trial, size_t start, size_t count, struct kappa_total *sums,
  struct kappa_total *slopes
) {
  REAL scratch[BLOCK] __attribute__((aligned(64)));
  REAL biased[BLOCK] __attribute__((aligned(64)));
  const size_t stride = FN(stride)(network), row = trial * stride + start;
  const double one = 1;
  REAL *activations = state->to ? state->to + row : scratch;

  FN(combine)(
    activations, state->from ? state->from + row : NULL, (REAL)state->decay, network->drive_vectors + start, stride,
    state->coefficients + trial * network->drives, network->drives, count);
  if (state->noise)
    FN(combine)(activations, activations, 1, state->noise + row, stride, &state->noise_factor, 1, count);

  size_t split = 0;  // readouts that see the bias
  if (network->bias) {
    split = network->biased_readouts < network->readouts ? network->biased_readouts : network->readouts;
    FN(combine)(biased, activations, 1, network->bias + start, stride, &one, 1, count);
    if (split > 0) FN(read_block)(network, biased, 0, split, start, count, sums, slopes);
  }
  if (split < network->readouts)
    FN(read_block)(network, activations, split, network->readouts, start, count, sums, slopes);
}

/// The step; with its derivatives unless `jacobian` is NULL.
static void FN(run)(const NETWORK *network, const STATE *state, double *jacobian) {
  const size_t units = network->units, readouts = network->readouts;
  const size_t entries = jacobian ? readouts * network->drives : 0;
  const size_t together = kappa_trials_together(readouts > entries ? readouts : entries);
  for (size_t first = 0; first < state->trials; first += together) {
    const size_t trials = state->trials - first < together ? state->trials - first : together;
    double low[KAPPA_COMPENSATED], lowSlopes[KAPPA_COMPENSATED];
    double *sums = state->sums + first * readouts;
    double *slopes = jacobian ? jacobian + first * entries : NULL;
    kappa_total_clear(sums, low, trials * readouts);
    kappa_total_clear(slopes, lowSlopes, trials * entries);
    for (size_t start = 0; start < units; start += BLOCK) {
      const size_t count = units - start < BLOCK ? units - start : BLOCK;
      struct kappa_total sum = {sums, low, 0}, slope = {slopes, lowSlopes, 0};
      for (size_t trial = first; trial < first + trials; trial++)
        FN(step_block)(network, state, trial, start, count, &sum, jacobian ? &slope : NULL);
    }
    kappa_total_finish(sums, low, trials * readouts, units);
    kappa_total_finish(slopes, lowSlopes, trials * entries, units);
  }
}

/// `kappa_step` and `kappa_jacobian` of this precision and path.
static void FN(step)(const NETWORK *network, const STATE *state) { FN(run)(network, state, NULL); }

static void FN(jacobian)(const NETWORK *network, const STATE *state, double *jacobian) {
  FN(run)(network, state, jacobian);
}

#undef BLOCK
#undef COLUMNS
