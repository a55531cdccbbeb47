// Vectors of one precision and one width, for whatever instruction set the file is compiled for.
//
// Include with PRECISION (64 or 32), PATH (a suffix) and VECTOR_BYTES defined; end with simd_end.h. The same code then
// becomes another set of functions for each path and precision: FN(name) is their name. Vectors are the compiler's own
// (vector extensions), so that arm64 needs nothing else. An expression a * b + c is one fused operation wherever the
// instruction set has it (clang contracts within an expression), and a product and a sum elsewhere.
//
// Every function here is inlined into entry points of the same target attribute; no vector crosses a call.

#define PASTE_(name, precision, path) name##_f##precision##_##path
#define PASTE(name, precision, path) PASTE_(name, precision, path)
#define FN(name) PASTE(name, PRECISION, PATH)

#if PRECISION == 64
#define REAL double
#define BITS int64_t
#define REAL_BYTES 8
#define MANTISSA 52
#define BIAS 1023
#define C(double_value, float_value) ((double)(double_value))
#else
#define REAL float
#define BITS int32_t
#define REAL_BYTES 4
#define MANTISSA 23
#define BIAS 127
#define C(double_value, float_value) ((float)(float_value))
#endif

#define LANES (VECTOR_BYTES / REAL_BYTES)
#define LANES_ARE(vectorBytes, realBytes) (VECTOR_BYTES == vectorBytes && REAL_BYTES == realBytes)
#define VEC FN(vector)
#define IVEC FN(bits)
#define INLINE static inline __attribute__((always_inline, unused))

#if defined(__clang__)
#pragma STDC FP_CONTRACT ON
#endif

typedef REAL VEC __attribute__((vector_size(VECTOR_BYTES)));
typedef BITS IVEC __attribute__((vector_size(VECTOR_BYTES)));
typedef REAL FN(unaligned) __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));

INLINE VEC FN(load)(const REAL *p) { return *(const FN(unaligned) *)p; }
INLINE void FN(store)(REAL *p, VEC v) { *(FN(unaligned) *)p = v; }
INLINE VEC FN(splat)(REAL value) { return value - (VEC){0}; }

/// The first `count` < LANES values, zeros after them; nothing beyond them is read.
INLINE VEC FN(load_some)(const REAL *p, size_t count) {
#if defined(LOAD_SOME)
  return (VEC)LOAD_SOME(PRECISION, p, count);
#else
  VEC v = {0};
  for (size_t i = 0; i < count; i++) v[i] = p[i];
  return v;
#endif
}

INLINE void FN(store_some)(REAL *p, VEC v, size_t count) {
#if defined(STORE_SOME)
  STORE_SOME(PRECISION, p, v, count);
#else
  for (size_t i = 0; i < count; i++) p[i] = v[i];
#endif
}

/// mask ? a : b, the mask from a comparison.
INLINE VEC FN(select)(IVEC mask, VEC a, VEC b) { return (VEC)((mask & (IVEC)a) | (~mask & (IVEC)b)); }

INLINE VEC FN(abs)(VEC x) { return (VEC)((IVEC)x & ~(IVEC)FN(splat)((REAL)-0.0)); }

/// |magnitude| with the sign of `sign`; the magnitude must not be negative.
INLINE VEC FN(with_sign)(VEC magnitude, VEC sign) {
  return (VEC)((IVEC)magnitude | ((IVEC)sign & (IVEC)FN(splat)((REAL)-0.0)));
}

/// x, but no more than `limit`; NaN stays NaN.
INLINE VEC FN(at_most)(VEC x, REAL limit) {
#if defined(MINIMUM)
  return (VEC)MINIMUM(PRECISION, FN(splat)(limit), x);
#else
  return FN(select)(x > limit, FN(splat)(limit), x);
#endif
}

/// Sum of the lanes, in pairs.
INLINE REAL FN(lane_sum)(VEC v) {
#if LANES_ARE(64, 4)
  v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  return (v[0] + v[2]) + (v[1] + v[3]);
#elif LANES_ARE(64, 8) || LANES_ARE(32, 4)
  v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
  return (v[0] + v[2]) + (v[1] + v[3]);
#elif LANES_ARE(32, 8) || LANES_ARE(16, 4)
  return (v[0] + v[2]) + (v[1] + v[3]);
#else
  return v[0] + v[1];
#endif
}

/// Σ_j coefficients_j x^j by Horner's rule; the coefficients are constants, the loop is unrolled.
INLINE VEC FN(polynomial)(VEC x, const REAL *coefficients, const int degree) {
  VEC sum = FN(splat)(coefficients[degree]);
  for (int j = degree - 1; j >= 0; j--) sum = sum * x + coefficients[j];
  return sum;
}
