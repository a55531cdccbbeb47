// The Gram matrix for one instruction set: include with GRAM (the function's name), LANES, TALL and WIDE defined.
//
// A tile of TALL × (WIDE · LANES) sums stays in registers while the rows go by; every row gives TALL broadcasts and
// WIDE loads for TALL · WIDE fused multiply-adds. Rows come in groups that fit into the second-level cache.

#define VECTOR_(name) name##_vector
#define VECTOR(name) VECTOR_(name)
typedef double VECTOR(GRAM) __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

static void GRAM(const double *a, size_t rows, size_t width, double *gram) {
  for (size_t first = 0; first < rows; first += 64) {
    const size_t last = first + 64 < rows ? first + 64 : rows;
    for (size_t i = 0; i < width; i += TALL) {
      const size_t start = i - i % (WIDE * LANES);
      for (size_t j = start; j < width; j += WIDE * LANES) {
        VECTOR(GRAM) tile[TALL][WIDE];
        for (int p = 0; p < TALL; p++)
          for (int q = 0; q < WIDE; q++)
            tile[p][q] = *(const VECTOR(GRAM) *)(gram + (i + p) * width + j + q * LANES);
        for (size_t row = first; row < last; row++) {
          const double *values = a + row * width;
          VECTOR(GRAM) right[WIDE];
          for (int q = 0; q < WIDE; q++) right[q] = *(const VECTOR(GRAM) *)(values + j + q * LANES);
          for (int p = 0; p < TALL; p++) {
            const double left = values[i + p];
            for (int q = 0; q < WIDE; q++) tile[p][q] = left * right[q] + tile[p][q];
          }
        }
        for (int p = 0; p < TALL; p++)
          for (int q = 0; q < WIDE; q++)
            *(VECTOR(GRAM) *)(gram + (i + p) * width + j + q * LANES) = tile[p][q];
      }
    }
  }
}

#undef VECTOR
#undef VECTOR_
#undef GRAM
#undef LANES
#undef TALL
#undef WIDE
