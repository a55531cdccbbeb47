// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers
//
// Every kernel on every CPU path that this machine has, on arrays of exactly the size that kappa's headers ask for, for
// AddressSanitizer and UndefinedBehaviorSanitizer (`Scripts/sanitize short`). Results are held against those of the
// baseline.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "circuit.h"
#include "dense.h"
#include "gram.h"
#include "kernels.h"
#include "training.h"

static unsigned long long state = 88172645463325252ull;

/// Between -2 and 2.
static double draw(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (double)(state >> 11) / (double)(1ull << 51) - 2;
}

/// Memory of its own, so that a step beyond its end is seen.
static double *numbers(size_t count, int drawn) {
  double *memory = malloc((count ? count : 1) * sizeof *memory);
  for (size_t i = 0; i < count; i++) memory[i] = drawn ? draw() : 0;
  return memory;
}

static float *singles(const double *from, size_t count) {
  float *memory = malloc((count ? count : 1) * sizeof *memory);
  for (size_t i = 0; i < count; i++) memory[i] = (float)from[i];
  return memory;
}

static int problems;
static double worst;

/// Holds results against the baseline's, in units of the largest value.
static void compare(const char *what, kappa_path path, const double *found, const double *expected, size_t count,
                    double tolerance) {
  double size = 1e-300, error = 0;
  for (size_t i = 0; i < count; i++) {
    size = fmax(size, fabs(expected[i]));
    error = fmax(error, fabs(found[i] - expected[i]));
    if (!isfinite(found[i])) error = INFINITY;
  }
  worst = fmax(worst, error / size / tolerance);
  if (error <= tolerance * size) return;
  printf("%s: %s: %zu values differ by %.3g of the largest, expected at most %.3g\n", what, kappa_path_name(path), count,
         error / size, tolerance);
  problems++;
}

static void transfers(kappa_path path, size_t count) {
  double *x = numbers(count, 1), *y = numbers(count, 0), *base = numbers(count, 0);
  float *xs = singles(x, count), *ys = singles(y, count);
  double *widened = numbers(count, 0);
  for (int phi = kappa_transfer_tanh; phi <= kappa_transfer_linear; phi++) {
    kappa_transfer_apply_f64(path, phi, x, y, count);
    kappa_transfer_apply_f64(kappa_path_baseline, phi, x, base, count);
    compare("transfer", path, y, base, count, 1e-15);
    kappa_transfer_apply_f32(path, phi, xs, ys, count);
    for (size_t i = 0; i < count; i++) widened[i] = ys[i];
    compare("transfer f32", path, widened, base, count, 1e-6);
    kappa_transfer_derivative_f64(path, phi, x, y, count);
    kappa_transfer_derivative_f64(kappa_path_baseline, phi, x, base, count);
    compare("derivative", path, y, base, count, 2e-15);
    kappa_transfer_derivative_f32(path, phi, xs, ys, count);
  }
  free(x), free(y), free(base), free(xs), free(ys), free(widened);
}

static void steps(kappa_path path, size_t units, size_t trials, kappa_transfer transfer) {
  enum { drives = 3, readouts = 4 };
  double *drive = numbers(units * drives, 1), *readout = numbers(units * readouts, 1), *bias = numbers(units, 1);
  double *coefficients = numbers(trials * drives, 1), *from = numbers(trials * units, 1),
         *noise = numbers(trials * units, 1);
  kappa_network_f64 network = {units, 0, drives, readouts, 2, drive, readout, bias, transfer};
  double *to[2], *sums[2], *jacobian[2];
  for (int base = 0; base < 2; base++) {
    to[base] = numbers(trials * units, 0), sums[base] = numbers(trials * readouts, 0);
    jacobian[base] = numbers(trials * readouts * drives, 0);
    kappa_step_f64_state step = {trials, 0.8, 0.1, coefficients, from, noise, to[base], sums[base]};
    kappa_path taken = base ? kappa_path_baseline : path;
    kappa_step_f64(taken, &network, &step);
    kappa_step_f64_state still = {trials, 0.8, 0.1, coefficients, from, NULL, NULL, sums[base]};
    kappa_jacobian_f64(taken, &network, &still, jacobian[base]);
  }
  compare("step: states", path, to[0], to[1], trials * units, 1e-14);
  compare("step: sums", path, sums[0], sums[1], trials * readouts, 1e-12);
  compare("step: Jacobian", path, jacobian[0], jacobian[1], trials * readouts * drives, 1e-12);

  float *drive32 = singles(drive, units * drives), *readout32 = singles(readout, units * readouts),
        *bias32 = singles(bias, units), *from32 = singles(from, trials * units), *noise32 = singles(noise, trials * units),
        *to32 = singles(to[0], trials * units);
  kappa_network_f32 single = {units, 0, drives, readouts, 2, drive32, readout32, bias32, transfer};
  kappa_step_f32_state step32 = {trials, 0.8, 0.1, coefficients, from32, noise32, to32, sums[0]};
  kappa_step_f32(path, &single, &step32);
  kappa_jacobian_f32(path, &single, &step32, jacobian[0]);
  free(drive), free(readout), free(bias), free(coefficients), free(from), free(noise);
  for (int base = 0; base < 2; base++) free(to[base]), free(sums[base]), free(jacobian[base]);
  free(drive32), free(readout32), free(bias32), free(from32), free(noise32), free(to32);
}

static void products(kappa_path path, size_t panels, size_t inner) {
  size_t rows = panels * kappa_dense_panel;
  double *a = numbers(rows * inner, 1), *b = numbers(inner * kappa_dense_columns, 1);
  double *c = numbers(rows * kappa_dense_columns, 0), *base = numbers(rows * kappa_dense_columns, 0);
  kappa_dense_product_f64(path, panels, inner, a, b, false, c);
  kappa_dense_product_f64(path, panels, inner, a, b, true, c);
  kappa_dense_product_f64(kappa_path_baseline, panels, inner, a, b, false, base);
  kappa_dense_product_f64(kappa_path_baseline, panels, inner, a, b, true, base);
  compare("product", path, c, base, rows * kappa_dense_columns, 1e-12);
  free(a), free(b), free(c), free(base);

  size_t width = 2 * kappa_gram_block;
  double *rowsOf = numbers(inner * width, 1), *gram = numbers(width * width, 0), *other = numbers(width * width, 0);
  kappa_gram_f64(path, rowsOf, inner, width, gram);
  kappa_gram_f64(kappa_path_baseline, rowsOf, inner, width, other);
  for (size_t i = 0; i < width; i++) for (size_t j = 0; j < i; j++) gram[i * width + j] = other[i * width + j] = 0;
  compare("gram", path, gram, other, width * width, 1e-12);
  free(rowsOf), free(gram), free(other);

  size_t columns = panels + 2;
  double *source = numbers(inner * columns, 1), *target = numbers(columns * inner, 0);
  kappa_transpose(path, inner, columns, source, columns, target, inner);
  for (size_t i = 0; i < inner; i++) for (size_t j = 0; j < columns; j++)
      if (target[j * inner + i] != source[i * columns + j]) problems++;
  free(source), free(target);
}

/// A forward and a backward pass.
static void training(kappa_path path, size_t units, kappa_transfer transfer) {
  enum { rank = 2, inputs = 1, outputs = 2, T = 5, G = kappa_training_group };
  size_t padded = (units + kappa_training_padding - 1) / kappa_training_padding * kappa_training_padding;
  double *vectors[4];
  size_t columns[4] = {rank, rank, inputs, outputs};
  for (int i = 0; i < 4; i++) {
    vectors[i] = numbers(padded * columns[i], 1);
    for (size_t j = 0; j < columns[i]; j++) for (size_t k = units; k < padded; k++) vectors[i][j * padded + k] = 0;
  }
  double *u = numbers(G * T * inputs, 1), *errors = numbers(G * T * outputs, 1);
  unsigned char *read = malloc(T);
  for (int t = 0; t < T; t++) read[t] = t % 2 == 0;
  kappa_training_f64 network = {units, padded, rank, inputs, outputs, T, 0.2, transfer, vectors[0], vectors[1], vectors[2],
                                vectors[3]};
  double *gradients[2][4], *z[2];
  for (int base = 0; base < 2; base++) {
    kappa_path taken = base ? kappa_path_baseline : path;
    z[base] = numbers(G * T * outputs, 0);
    double *latents = numbers((T + 1) * G * (rank + inputs), 0), *rates = numbers((T + 1) * G * padded, 0),
           *slopes = transfer == kappa_transfer_tanh ? NULL : numbers((T + 1) * G * padded, 0);
    for (int i = 0; i < 4; i++) gradients[base][i] = numbers(padded * columns[i], 0);
    kappa_training_forward_f64(taken, &network, u, read, NULL, z[base], latents, rates, slopes);
    kappa_training_gradient_f64 gradient = {gradients[base][0], gradients[base][1], gradients[base][2], gradients[base][3]};
    kappa_training_backward_f64(taken, &network, errors, read, latents, rates, slopes, &gradient);
    free(latents), free(rates), free(slopes);
  }
  compare("training: z", path, z[0], z[1], G * T * outputs, 1e-12);
  for (int i = 0; i < 4; i++) compare("training: gradient", path, gradients[0][i], gradients[1][i], padded * columns[i], 1e-11);
  for (int base = 0; base < 2; base++) {
    free(z[base]);
    for (int i = 0; i < 4; i++) free(gradients[base][i]);
  }
  for (int i = 0; i < 4; i++) free(vectors[i]);
  free(u), free(errors), free(read);
}

int main(void) {
  static const size_t sizes[] = {1, 2, 7, 8, 15, 16, 17, 63, 64, 65, 511, 512, 513, 1030};
  for (int path = 0; path < kappa_path_count; path++) {
    if (!kappa_path_is_available(path)) continue;
    worst = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      transfers(path, sizes[i]);
      for (int phi = kappa_transfer_tanh; phi <= kappa_transfer_linear; phi++) {
        for (size_t trials = 1; trials <= 5; trials += 2) steps(path, sizes[i], trials, phi);
        if (path != kappa_path_scalar) training(path, sizes[i], phi);
      }
      if (path != kappa_path_scalar) products(path, 1 + i % 3, sizes[i]);
    }
    printf("%s: largest difference %.2g of what is allowed\n", kappa_path_name(path), worst);
  }
  printf("kernels: %d problems\n", problems);
  return problems > 0;
}
