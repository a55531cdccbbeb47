// Training passes: Vectors of 16 bytes: SSE2 on x86-64, NEON on arm64, whatever the compiler makes of them elsewhere.
#include "training_paths.h"

#define PATH baseline
#define VECTOR_BYTES 16
#if defined(__aarch64__)
#define FUSED 1
#endif
#include "training_path_body.h"
