// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Transfer functions φ and their first derivatives over vectors, and over arrays. The formulas are those of Swift's
// `TransferFunction`: none of them loses digits in a tail.

INLINE VEC FN(linear)(VEC x) { return x; }

INLINE VEC FN(linear_slope)(VEC x) { return FN(select)(x == x, FN(splat)(1), x); }

/// max(x, 0), NaN kept.
INLINE VEC FN(relu)(VEC x) { return FN(select)(x <= (REAL)0, (VEC){0}, x); }

/// ½ at the kink.
INLINE VEC FN(relu_slope)(VEC x) {
  VEC at_or_below = FN(select)(x < (REAL)0, (VEC){0}, FN(select)(x == (REAL)0, FN(splat)((REAL)0.5), x));
  return FN(select)(x > (REAL)0, FN(splat)(1), at_or_below);
}

/// 1 - tanh² = 4a/(1 + a)², a = e^(-2|x|).
INLINE VEC FN(tanh_slope)(VEC x) { return FN(bump)((REAL)2 * FN(abs)(x)) * (REAL)4; }

INLINE VEC FN(erf_slope)(VEC x) { return FN(gaussian)(x) * C(1.1283791670955126, 1.1283791670955126f); }

/// 1/(1 + e^(-x)), from a = e^(-|x|).
INLINE VEC FN(logistic)(VEC x) {
  VEC a = FN(exp_negative)(FN(abs)(x), (VEC){0});
  return FN(select)(x < (REAL)0, a, FN(splat)(1)) / (a + (REAL)1);
}

INLINE VEC FN(logistic_slope)(VEC x) { return FN(bump)(FN(abs)(x)); }

/// log(1 + e^x) = max(x, 0) + log(1 + e^(-|x|)).
INLINE VEC FN(softplus)(VEC x) {
  return FN(log1p_unit)(FN(exp_negative)(FN(abs)(x), (VEC){0})) + FN(relu)(x);
}

// One loop per function: whole vectors, then a last one padded with zeros.
#define MAP(name)                                                                               \
  static void FN(map_##name)(const REAL *x, REAL *y, size_t count) {                            \
    size_t i = 0;                                                                               \
    for (; i + LANES <= count; i += LANES) FN(store)(y + i, FN(name)(FN(load)(x + i)));         \
    if (i < count) FN(store_some)(y + i, FN(name)(FN(load_some)(x + i, count - i)), count - i); \
  }
MAP(tanh)
MAP(erf)
MAP(relu)
MAP(softplus)
MAP(logistic)
MAP(linear)
MAP(tanh_slope)
MAP(erf_slope)
MAP(relu_slope)
MAP(logistic_slope)
MAP(linear_slope)
#undef MAP

/// y = φ(x).
static void FN(apply)(kappa_transfer transfer, const REAL *x, REAL *y, size_t count) {
  switch (transfer) {
    case kappa_transfer_tanh: FN(map_tanh)(x, y, count); return;
    case kappa_transfer_erf: FN(map_erf)(x, y, count); return;
    case kappa_transfer_relu: FN(map_relu)(x, y, count); return;
    case kappa_transfer_softplus: FN(map_softplus)(x, y, count); return;
    case kappa_transfer_logistic: FN(map_logistic)(x, y, count); return;
    case kappa_transfer_linear: FN(map_linear)(x, y, count); return;
  }
}

/// y = φ'(x).
static void FN(derivative)(kappa_transfer transfer, const REAL *x, REAL *y, size_t count) {
  switch (transfer) {
    case kappa_transfer_tanh: FN(map_tanh_slope)(x, y, count); return;
    case kappa_transfer_erf: FN(map_erf_slope)(x, y, count); return;
    case kappa_transfer_relu: FN(map_relu_slope)(x, y, count); return;
    case kappa_transfer_softplus: FN(map_logistic)(x, y, count); return;
    case kappa_transfer_logistic: FN(map_logistic_slope)(x, y, count); return;
    case kappa_transfer_linear: FN(map_linear_slope)(x, y, count); return;
  }
}
