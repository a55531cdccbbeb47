// The training passes of one path in both precisions: include with PATH and VECTOR_BYTES defined, as path_body.h.
#define PRECISION 64
#include "simd_begin.h"
#include "simd_tanh.h"
#include "simd_exp.h"
#include "simd_erf.h"
#include "simd_transfer.h"
#include "training_simd.h"
#include "simd_end.h"
#undef PRECISION

#define PRECISION 32
#include "simd_begin.h"
#include "simd_tanh.h"
#include "simd_exp.h"
#include "simd_erf.h"
#include "simd_transfer.h"
#include "training_simd.h"
#include "simd_end.h"
#undef PRECISION

#define TABLE_(path) kappa_training_table_##path
#define TABLE(path) TABLE_(path)
#define OF_(name, path) name##_##path
#define OF(name, path) OF_(name, path)
const struct kappa_training_table TABLE(PATH) = {
  .forward_f64 = OF(training_forward_f64, PATH),
  .forward_f32 = OF(training_forward_f32, PATH),
  .backward_f64 = OF(training_backward_f64, PATH),
  .backward_f32 = OF(training_backward_f32, PATH),
};
