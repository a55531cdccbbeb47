// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The names, types and few operations that every body is written in, for one precision and one length of vector.
//
// Include with PRECISION (64 or 32) and LANES defined; end with suffix.h. The same code then becomes another set of
// functions for each precision and length: FN(name) is their name, `name_f64x8` say. A path is one file, so that nothing
// else need stand in a name. With one lane there are no vectors: plain loops need the names only.
//
// Vectors are the compiler's own (vector extensions), so that arm64 needs nothing else; they may be longer than the
// processor's. An expression a * b + c is one fused operation wherever the instruction set has it (clang contracts within
// an expression), and a product and a sum elsewhere.
//
// Every function that takes a vector is inlined into entry points of the same target attribute; no vector crosses a call.

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

#define PASTE_(name, precision, suffix) name##_f##precision##suffix
#define PASTE(name, precision, suffix) PASTE_(name, precision, suffix)
#define FN_(name, precision, lanes) name##_f##precision##x##lanes
#define FN_OF(name, precision, lanes) FN_(name, precision, lanes)
#define FN(name) FN_OF(name, PRECISION, LANES)
#define INLINE static inline __attribute__((always_inline, unused))

// The public structures of this precision.
#define NETWORK PASTE(kappa_network, PRECISION, )
#define STATE PASTE(kappa_step, PRECISION, _state)
#define TRAINING PASTE(kappa_training, PRECISION, )
#define GRADIENT PASTE(kappa_training_gradient, PRECISION, )
#define ACTIVITY PASTE(kappa_activity, PRECISION, )
#define ACTIVITY_GRADIENT PASTE(kappa_activity_gradient, PRECISION, )

#if LANES > 1
#define VECTOR_BYTES (LANES * REAL_BYTES)
#define LANES_ARE(bytes, realBytes) (VECTOR_BYTES == bytes && REAL_BYTES == realBytes)
#define VEC FN(vector)
#define IVEC FN(bits)

#if defined(__clang__)
#pragma STDC FP_CONTRACT ON
// The calling convention of vectors depends on the target: as all are inlined, it never matters.
#pragma clang diagnostic ignored "-Wpsabi"
#endif

typedef REAL VEC __attribute__((vector_size(VECTOR_BYTES)));
typedef BITS IVEC __attribute__((vector_size(VECTOR_BYTES)));
typedef REAL FN(unaligned) __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
typedef BITS FN(unaligned_bits) __attribute__((vector_size(VECTOR_BYTES), aligned(REAL_BYTES), may_alias));
/// LANES numbers from an address on, to be read or written.
#define AT(p) (*(FN(unaligned) *)(p))
#define ATC(p) (*(const FN(unaligned) *)(p))
#define IAT(p) (*(FN(unaligned_bits) *)(p))
#define IATC(p) (*(const FN(unaligned_bits) *)(p))

INLINE VEC FN(load)(const REAL *p) { return ATC(p); }
INLINE void FN(store)(REAL *p, VEC v) { AT(p) = v; }
INLINE VEC FN(splat)(REAL value) { return value - (VEC){0}; }

/// The first `count` < LANES values, zeros after them; nothing beyond them is read.
INLINE VEC FN(load_some)(const REAL *p, size_t count) {
#if defined(LOAD_SOME) && VECTOR_BYTES == 64
  return (VEC)LOAD_SOME(PRECISION, p, count);
#else
  VEC v = {0};
  for (size_t i = 0; i < count; i++) v[i] = p[i];
  return v;
#endif
}

INLINE void FN(store_some)(REAL *p, VEC v, size_t count) {
#if defined(STORE_SOME) && VECTOR_BYTES == 64
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
#if defined(MINIMUM) && VECTOR_BYTES == 64
  return (VEC)MINIMUM(PRECISION, FN(splat)(limit), x);
#else
  return FN(select)(x > limit, FN(splat)(limit), x);
#endif
}

#if VECTOR_BYTES <= 64
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
#endif

/// Σ_j coefficients_j x^j by Horner's rule; the coefficients are constants, the loop is unrolled.
INLINE VEC FN(polynomial)(VEC x, const REAL *coefficients, const int degree) {
  VEC sum = FN(splat)(coefficients[degree]);
  for (int j = degree - 1; j >= 0; j--) sum = sum * x + coefficients[j];
  return sum;
}
#endif
