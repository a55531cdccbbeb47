// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// tanh over vectors. Goals, in this order: full relative precision from subnormals to infinity, NaN kept, speed.
//
// Cody-Waite: |x| = k (ln 2)/2 + r with |r| ≤ (ln 2)/4, and with s = 2^k = e^(2(|x| - r)) and t = tanh r
//
//     tanh|x| = (e^(2r) s - 1)/(e^(2r) s + 1) = ((s - 1) + t (s + 1)) / ((s + 1) + t (s - 1)).
//
// This is em/(em + 2) with em = expm1(2|x|), multiplied by 1 - t: t is odd in r, so its near-minimax polynomial (degree
// 13, relative error 1.5e-17; single: degree 7, 5e-10) has half as many terms as that of expm1. For k = 0 the quotient is
// t itself, so small x lose nothing. Beyond the limit tanh rounds to 1.
//
// The quotient is left to the processor's divider: it works beside the multipliers, which have enough to do. (A 14-bit
// reciprocal with Newton's steps, six more operations, took a tenth longer.)

/// tanh x, within 3 ulp.
INLINE VEC FN(tanh)(VEC x) {
  const REAL magic = C(0x1.8p52 + 1023, 0x1.8p23f + 127);
  VEC a = FN(at_most)(FN(abs)(x), C(20, 10));
  VEC shifted = a * C(0x1.71547652b82fep+1, 0x1.715476p+1f) + magic;  // 2/ln 2; its low bits now hold k + bias
  VEC s = (VEC)((IVEC)shifted << MANTISSA);
  VEC k = shifted - magic;
#if defined(FUSED)
  VEC r = a - k * C(0x1.62e42fefa39efp-2, 0x1.62e430p-2f);
#else
  // Without a fused operation, (ln 2)/2 in two parts, the first short enough for k times it to be exact.
  VEC coarse = k * C(0x1.62e42fefa3800p-2, 0x1.62e400p-2f);
  VEC r = (a - coarse) - k * C(0x1.ef35793c76730p-46, 0x1.7f7d1cp-21f);
#endif
  VEC z = r * r;
#if PRECISION == 64
  // Pairs of terms (Estrin): the chain of dependent operations, not their number, is what keeps the processor waiting.
  VEC zz = z * z;
  VEC low = z * 0x1.111111110669bp-3 + -0x1.555555555554cp-2;
  VEC middle = z * 0x1.664f00aaee1a2p-6 + -0x1.ba1ba17970cabp-5;
  VEC high = z * 0x1.c601966a25966p-9 + -0x1.224a12600ce81p-7;
  VEC p = (high * zz + middle) * zz + low;
#else
  VEC p = z * -0x1.b223bep-5f + 0x1.110b58p-3f;
  p = p * z + -0x1.555554p-2f;
#endif
  VEC t = (r * z) * p + r;
  VEC below = s - (REAL)1, above = s + (REAL)1;
  return FN(with_sign)((t * above + below) / (t * below + above), x);
}
