// The reference: plain loops, the C library's functions, one accumulator.
#include "table.h"

#define PRECISION 64
#define LANES 1
#include "../bodies/prefix.h"
#include "../bodies/scalar.h"
#include "../bodies/suffix.h"

#define PRECISION 32
#define LANES 1
#include "../bodies/prefix.h"
#include "../bodies/scalar.h"
#include "../bodies/suffix.h"

static void gram(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < width; i++)
      for (size_t j = i; j < width; j++) gram[i * width + j] += a[row * width + i] * a[row * width + j];
}

const struct kappa_path_table kappa_table_scalar = {
  .apply_f64 = apply_f64x1,
  .apply_f32 = apply_f32x1,
  .derivative_f64 = derivative_f64x1,
  .derivative_f32 = derivative_f32x1,
  .step_f64 = step_f64x1,
  .step_f32 = step_f32x1,
  .jacobian_f64 = jacobian_f64x1,
  .jacobian_f32 = jacobian_f32x1,
  .gram_f64 = gram,
};
