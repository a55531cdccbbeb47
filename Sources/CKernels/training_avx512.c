// Training passes: AVX-512. Not VL: with it, compilers prefer 256-bit registers.
#include "training_paths.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define VECTOR_BYTES 64
#define FUSED 1
#define RECIPROCAL(precision, x) RECIPROCAL_(precision, x)
#define RECIPROCAL_(precision, x) RECIPROCAL_##precision(x)
#define RECIPROCAL_64(x) _mm512_rcp14_pd((__m512d)(x))
#define RECIPROCAL_32(x) _mm512_rcp14_ps((__m512)(x))
#include "training_path_body.h"
#pragma clang attribute pop
#endif
