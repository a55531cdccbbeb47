// The public training passes: each looks its path up in the table and calls it. The scalar path takes the baseline's.
#include "training_paths.h"

static const struct kappa_training_table *table(kappa_path path) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
#if defined(__x86_64__)
    case kappa_path_avx2: return &kappa_training_table_avx2;
    case kappa_path_avx512: return &kappa_training_table_avx512;
#endif
    default: return &kappa_training_table_baseline;
  }
}

void kappa_training_forward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *u, const unsigned char *read, double *z,
  double *latents, double *rates, double *slopes
) {
  table(path)->forward_f64(network, u, read, z, latents, rates, slopes);
}

void kappa_training_forward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *u, const unsigned char *read, double *z,
  double *latents, float *rates, float *slopes
) {
  table(path)->forward_f32(network, u, read, z, latents, rates, slopes);
}

void kappa_training_backward_f64(
  kappa_path path, const kappa_training_f64 *network, const double *errors, const unsigned char *read,
  const double *latents, const double *rates, const double *slopes, const kappa_training_gradient_f64 *gradient
) {
  table(path)->backward_f64(network, errors, read, latents, rates, slopes, gradient);
}

void kappa_training_backward_f32(
  kappa_path path, const kappa_training_f32 *network, const double *errors, const unsigned char *read,
  const double *latents, const float *rates, const float *slopes, const kappa_training_gradient_f32 *gradient
) {
  table(path)->backward_f32(network, errors, read, latents, rates, slopes, gradient);
}
