// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// erf over vectors: x + x E(x²) up to 1; 1 - e^(-x²) W(x) beyond, where W = e^(x²) erfc is smooth enough for a polynomial
// in v = (14.4/(|x| + 3)) - 2.6, which runs over [-1, 1] for 1 ≤ |x| ≤ 6. From 6 on erf rounds to 1.

/// erf x, within 3 ulp.
INLINE VEC FN(erf)(VEC x) {
#if PRECISION == 64
  static const double e[] = {0x1.06eba8214db68p-3, -0x1.812746b0379c1p-2, 0x1.ce2f21a040f66p-4, -0x1.b82ce31203772p-6,
    0x1.565bccfa44156p-8, -0x1.c02db0665e53dp-11, 0x1.f9a2be4f731a1p-14, -0x1.f4ca838adb73bp-17,
    0x1.b981d78881a5dp-20, -0x1.5c131500d3f88p-23, 0x1.d76af6ca49787p-27, -0x1.ac9585a44fe29p-31};
  static const double w[] = {0x1.a9f324d321d3cp-3, 0x1.3c21b61aeeb3dp-3, 0x1.972131b56cdb2p-5, 0x1.a0959cca3a6bfp-7,
    0x1.44f7ff15e6ac1p-9, 0x1.5bb5fe3af78f7p-12, 0x1.4838ee7d2f526p-16, -0x1.458e06ce2ffffp-19,
    -0x1.297ca75cff856p-21, 0x1.38c2bed5fdfdbp-28, 0x1.84c5e833046b9p-27, 0x1.0c754bd295b7fp-32,
    -0x1.04fb69b256ee7p-32};
  const int near = 11, far = 12;
#else
  static const float e[] = {0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2d1p-4f, -0x1.b7fabap-6f, 0x1.54127p-8f,
    -0x1.a45088p-11f, 0x1.4a569p-14f};
  static const float w[] = {0x1.a9f324p-3f, 0x1.3c2192p-3f, 0x1.972112p-5f, 0x1.a0a75cp-7f, 0x1.4507bep-9f,
    0x1.574562p-12f, 0x1.385bf8p-16f};
  const int near = 6, far = 6;
#endif
  VEC small = x * FN(polynomial)(x * x, e, near) + x;
  VEC a = FN(at_most)(FN(abs)(x), 6);
  VEC v = C(14.4, 14.4f) / (a + (REAL)3) - C(2.6, 2.6f);
  VEC large = (REAL)1 - FN(exp_negative)(a * a, (VEC){0}) * FN(polynomial)(v, w, far);
  return FN(select)(a > (REAL)1, FN(with_sign)(large, x), small);
}
