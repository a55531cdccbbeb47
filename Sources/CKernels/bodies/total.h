// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Sums over many blocks, in double with Neumaier's compensation.
#ifndef KAPPA_TOTAL_H
#define KAPPA_TOTAL_H

#include <math.h>
#include <stddef.h>

/// How many sums can be compensated at once: as many trials share a pass as this allows. A single trial with more
/// sums than this goes without compensation for the last of them.
enum { KAPPA_COMPENSATED = 512 };

/// Where the next sum of a block goes.
struct kappa_total {
  double *sums;
  double *low;
  size_t next;
};

/// Trials whose sums, `count` each, are compensated together; at least one.
static inline size_t kappa_trials_together(size_t count) {
  return count == 0 || count > KAPPA_COMPENSATED ? 1 : KAPPA_COMPENSATED / count;
}

static inline void kappa_total_clear(double *sums, double *low, size_t count) {
  for (size_t i = 0; i < count; i++) {
    sums[i] = 0;
    if (i < KAPPA_COMPENSATED) low[i] = 0;
  }
}

static inline void kappa_total_add(struct kappa_total *total, double value) {
  const size_t i = total->next++;
  const double old = total->sums[i], sum = old + value;
  total->sums[i] = sum;
  if (i < KAPPA_COMPENSATED) total->low[i] += fabs(old) >= fabs(value) ? (old - sum) + value : (value - sum) + old;
}

/// Adds the compensation and divides by the number of units.
static inline void kappa_total_finish(double *sums, const double *low, size_t count, size_t units) {
  for (size_t i = 0; i < count; i++) {
    double sum = sums[i];
    if (i < KAPPA_COMPENSATED && isfinite(low[i])) sum += low[i];  // not finite: a sum overflowed, or a value was NaN
    sums[i] = sum / (double)units;
  }
}

#endif
