// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// e^(-y) for y ≥ 0, and the functions made from it that never meet a growing exponential.

/// e^(-y - low), for y ≥ 0 or NaN and |low| < 0.05 (what rounding has taken from y); 0 beyond the smallest subnormal.
///
/// Cody-Waite with k = -round(y/ln 2), near-minimax (e^r - 1 - r)/r². The factor 2^k comes in two halves, so that
/// subnormal results are rounded once.
INLINE VEC FN(exp_negative)(VEC y, VEC low) {
#if PRECISION == 64
  static const double q[] = {0x1.0000000000001p-1, 0x1.5555555555556p-3, 0x1.5555555553d4fp-5, 0x1.11111111109adp-7,
    0x1.6c16c17893833p-10, 0x1.a01a01a7c8d47p-13, 0x1.a019b8ef67c6cp-16, 0x1.71de0d9c145d0p-19, 0x1.2891a8c1d838dp-22,
    0x1.af38d53857513p-26};
  const int degree = 9;
#else
  static const float q[] = {0x1p-1f, 0x1.555452p-3f, 0x1.5554d4p-5f, 0x1.1280f8p-7f, 0x1.6d867ap-10f};
  const int degree = 4;
#endif
  const REAL magic = C(0x1.8p52, 0x1.8p23f);
  y = FN(at_most)(y, C(750, 110));
  VEC k = magic - y * C(0x1.71547652b82fep+0, 0x1.715476p+0f);
  k = k - magic;
  VEC high = k * C(0x1.62e42fefa3800p-1, 0x1.62ep-1f);
  VEC r = (-y - high) - k * C(0x1.ef35793c76730p-45, 0x1.0bfbe8p-15f) - low;
  VEC e = (r * r) * FN(polynomial)(r, q, degree) + r + (REAL)1;
  VEC half = (k * (REAL)0.5 + magic) - magic;
  VEC first = (VEC)((IVEC)(half + (magic + BIAS)) << MANTISSA);
  VEC second = (VEC)((IVEC)((k - half) + (magic + BIAS)) << MANTISSA);
  return e * first * second;
}

/// e^(-x²), within 2 ulp for every x: the part of x² that rounding loses goes into the exponent too.
INLINE VEC FN(gaussian)(VEC x) {
  VEC a = FN(at_most)(FN(abs)(x), C(28, 11));
  VEC high = (VEC)((IVEC)a & ~(((BITS)1 << (PRECISION == 64 ? 27 : 12)) - 1));
  return FN(exp_negative)(high * high, (a - high) * (a + high));
}

/// log(1 + a) for 0 ≤ a ≤ 1, with full relative precision: 2 artanh(s), s = a/(2 + a) ≤ 1/3.
INLINE VEC FN(log1p_unit)(VEC a) {
#if PRECISION == 64
  static const double l[] = {0x1.5555555555555p-1, 0x1.999999999a3dfp-2, 0x1.24924923d42b1p-2, 0x1.c71c72715d80fp-3,
    0x1.745cf0abb4ecbp-3, 0x1.3b18b325dc75dp-3, 0x1.10ac6c905b492p-3, 0x1.eb910f6971e7dp-4, 0x1.6876e6c3bca7fp-4,
    0x1.4b0de524b7fc8p-3};
  const int degree = 9;
#else
  static const float l[] = {0x1.555556p-1f, 0x1.9998d4p-2f, 0x1.24c92ap-2f, 0x1.bc8c7ep-3f, 0x1.dba4dcp-3f};
  const int degree = 4;
#endif
  VEC s = a / (a + (REAL)2), z = s * s;
  return (s * z) * FN(polynomial)(z, l, degree) + (s + s);
}

/// a/(1 + a)² with a = e^(-y), y ≥ 0: a quarter of sech²(y/2).
INLINE VEC FN(bump)(VEC y) {
  VEC a = FN(exp_negative)(y, (VEC){0}), d = a + (REAL)1;
  return a / (d * d);
}
