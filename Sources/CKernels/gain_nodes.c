// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What gain tables are built from. In C because a table takes millions of operations, and unoptimised builds, which
// the tests use, must not wait for seconds.
#include <math.h>

#include "gain.h"

static const double step = 0.15625, narrow_step = 0.375;
static const double density = 0.398942280401432677939946;  // 1/√(2π)
static const double b = 0.886226925452758013649084;        // √π/2
static const double c = 0.797884560802865355879892;        // 1/(√2 b)

/// tanh x and sech² x, neither losing digits.
static void hyperbolic(double x, double *t, double *s) {
  const double a = exp(-2 * fabs(x));
  *t = fabs(x) < 0.3 ? tanh(x) : copysign((1 - a) / (1 + a), x);
  *s = 4 * a / ((1 + a) * (1 + a));
}

void kappa_gain_nodes_prepare(kappa_gain_nodes *nodes) {
  for (int k = -kappa_gain_node_half; k <= kappa_gain_node_half; k++) {
    const double x = step * k, size = fabs(x), a = exp(-2 * size), outer = erfc(b * size);
    double *f = nodes->functions[k + kappa_gain_node_half];
    hyperbolic(x, &f[0], &f[1]);
    // Of either sign, so no copysign.
    f[2] = (x < 0 ? -1 : 1) * (outer - 2 * a / (1 + a));
    f[3] = log1p(a) + size * outer - 2 * c * density * exp(-x * x / (2 * c * c));
  }
  nodes->functions[kappa_gain_node_half][2] = 0;
}

/// The averages over N(μ, Δ²) of erf(bx) and of the smoothed |x|: `SmoothedStep` in Swift.
static void smoothed(double mean, double deviation, double *sign, double *absolute) {
  const double width = hypot(deviation, c), t = mean / width;
  *sign = erf(t * 0.707106781186547524400844);
  *absolute = mean * *sign + 2 * width * density * exp(-t * t / 2);
}

void kappa_gain_nodes_average(const kappa_gain_nodes *nodes, double mean, double deviation, double averages[5]) {
  double sign, absolute, sums[5] = {0};
  smoothed(mean, deviation, &sign, &absolute);
  if (deviation <= 0.5) {
    for (int k = -24; k <= 24; k++) {
      const double z = narrow_step * k, x = mean + deviation * z;
      const double weight = exp(-z * z / 2) * (narrow_step * density);
      double t, s;
      hyperbolic(x, &t, &s);
      sums[0] += weight * t;
      sums[1] += weight * s;
      sums[2] += weight * s * t;
      sums[3] += weight * s * (1 - 3 * t * t);
      sums[4] += weight * (fabs(x) + log1p(exp(-2 * fabs(x))));
    }
    averages[0] = sums[0];
    averages[1] = sums[1];
    averages[4] = sums[4] - absolute;
  } else {
    const double first = ceil(fmax(-kappa_gain_node_half, (mean - 9 * deviation) / step));
    const double last = floor(fmin(kappa_gain_node_half, (mean + 9 * deviation) / step));
    for (double k = first; k <= last; k++) {
      const double z = (step * k - mean) / deviation, weight = exp(-z * z / 2);
      const double *f = nodes->functions[(int)k + kappa_gain_node_half];
      const double term = weight * f[1];
      sums[0] += weight * f[2];
      sums[1] += term;
      sums[2] += term * f[0];
      sums[3] += term * (1 - 3 * f[0] * f[0]);
      sums[4] += weight * f[3];
    }
    const double factor = step / deviation * density;
    for (int i = 0; i < 5; i++) sums[i] *= factor;
    averages[0] = sums[0] + sign;
    averages[1] = sums[1];
    averages[4] = sums[4];
  }
  averages[2] = -2 * sums[2];
  averages[3] = -2 * sums[3];
}

void kappa_matrix_product(
  size_t rows, size_t inner, size_t columns, const double *left, const double *right, double *product
) {
  for (size_t i = 0; i < rows; i++) {
    double *row = product + i * columns;
    for (size_t j = 0; j < columns; j++) row[j] = 0;
    for (size_t k = 0; k < inner; k++) {
      const double factor = left[i * inner + k];
      if (factor == 0) continue;
      for (size_t j = 0; j < columns; j++) row[j] += factor * right[k * columns + j];
    }
  }
}
