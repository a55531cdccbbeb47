// The Gram matrix for every instruction set, and the choice among them.
#include "gram.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT ON
#endif

#define GRAM gram_baseline
#define LANES 2
#define TALL 4
#define WIDE 2
#include "gram_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define GRAM gram_avx2
#define LANES 4
#define TALL 4
#define WIDE 2
#include "gram_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define GRAM gram_avx512
#define LANES 8
#define TALL 8
#define WIDE 2
#include "gram_body.h"
#pragma clang attribute pop
#endif

/// The reference: one sum after the other.
static void gram_scalar(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < width; i++)
      for (size_t j = i; j < width; j++) gram[i * width + j] += a[row * width + i] * a[row * width + j];
}

void kappa_gram_f64(kappa_path path, const double *a, size_t rows, size_t width, double *gram) {
  if (!kappa_path_is_available(path)) path = kappa_path_best();
  switch (path) {
    case kappa_path_scalar: gram_scalar(a, rows, width, gram); return;
#if defined(__x86_64__)
    case kappa_path_avx2: gram_avx2(a, rows, width, gram); return;
    case kappa_path_avx512: gram_avx512(a, rows, width, gram); return;
#endif
    default: gram_baseline(a, rows, width, gram); return;
  }
}
