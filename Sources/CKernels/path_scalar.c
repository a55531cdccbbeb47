// The reference: plain loops, the C library's functions, one accumulator.
#include "paths.h"

#define PRECISION 64
#include "scalar_body.h"
#undef PRECISION
#define PRECISION 32
#include "scalar_body.h"
#undef PRECISION

const struct kappa_path_table kappa_table_scalar = {
  .apply_f64 = apply_f64,
  .apply_f32 = apply_f32,
  .derivative_f64 = derivative_f64,
  .derivative_f32 = derivative_f32,
  .step_f64 = step_f64,
  .step_f32 = step_f32,
  .jacobian_f64 = jacobian_f64,
  .jacobian_f32 = jacobian_f32,
};
