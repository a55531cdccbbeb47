// Training passes: AVX-512. Not VL: with it, compilers prefer 256-bit registers.
#include "training_paths.h"

#if defined(__x86_64__)
#include "simd_avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define PATH avx512
#define VECTOR_BYTES 64
#define FUSED 1
#include "training_path_body.h"
#pragma clang attribute pop
#endif
