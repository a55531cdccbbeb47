// One path in both precisions: include with PATH and VECTOR_BYTES defined, within the path's target attribute.
#define PRECISION 64
#include "simd_begin.h"
#include "simd_tanh.h"
#include "simd_exp.h"
#include "simd_erf.h"
#include "simd_transfer.h"
#include "simd_step.h"
#include "simd_end.h"
#undef PRECISION

#define PRECISION 32
#include "simd_begin.h"
#include "simd_tanh.h"
#include "simd_exp.h"
#include "simd_erf.h"
#include "simd_transfer.h"
#include "simd_step.h"
#include "simd_end.h"
#undef PRECISION

#define TABLE_(path) kappa_table_##path
#define TABLE(path) TABLE_(path)
#define OF_(name, path) name##_##path
#define OF(name, path) OF_(name, path)
const struct kappa_path_table TABLE(PATH) = {
  .apply_f64 = OF(apply_f64, PATH),
  .apply_f32 = OF(apply_f32, PATH),
  .derivative_f64 = OF(derivative_f64, PATH),
  .derivative_f32 = OF(derivative_f32, PATH),
  .step_f64 = OF(step_f64, PATH),
  .step_f32 = OF(step_f32, PATH),
  .jacobian_f64 = OF(jacobian_f64, PATH),
  .jacobian_f32 = OF(jacobian_f32, PATH),
};
