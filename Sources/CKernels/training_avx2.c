// Training passes: AVX2 with fused multiply-add.
#include "training_paths.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PATH avx2
#define VECTOR_BYTES 32
#define FUSED 1
#include "training_path_body.h"
#pragma clang attribute pop
#endif
