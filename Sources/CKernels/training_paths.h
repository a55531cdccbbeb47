// The table of training passes that each path fills.
#ifndef KAPPA_TRAINING_PATHS_H
#define KAPPA_TRAINING_PATHS_H

#include <stdint.h>
#include <string.h>

#include "training.h"

struct kappa_training_table {
  void (*forward_f64)(
    const kappa_training_f64 *, const double *, const unsigned char *, double *, double *, double *, double *);
  void (*forward_f32)(
    const kappa_training_f32 *, const double *, const unsigned char *, double *, double *, float *, float *);
  void (*backward_f64)(
    const kappa_training_f64 *, const double *, const unsigned char *, const double *, const double *, const double *,
    const kappa_training_gradient_f64 *);
  void (*backward_f32)(
    const kappa_training_f32 *, const double *, const unsigned char *, const double *, const float *, const float *,
    const kappa_training_gradient_f32 *);
};

extern const struct kappa_training_table kappa_training_table_baseline;
#if defined(__x86_64__)
extern const struct kappa_training_table kappa_training_table_avx2, kappa_training_table_avx512;
#endif

#endif
