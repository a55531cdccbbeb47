// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Functions that JavaScript does not have, to rounding.

const SQRT_PI = Math.sqrt(Math.PI);

// erfc(x) for x >= 0.5 by its continued fraction from below (Lentz, evaluated backwards), else 1 - erf.
// The series of erf converges fast below 2; the fraction with 60 terms is exact to rounding from 2 on.
export function erf(x) {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  if (a < 2) {
    // erf x = 2/sqrt(pi) e^{-x^2} sum 2^n x^{2n+1} / (2n+1)!!: all terms are positive, no cancellation.
    let term = a;
    let sum = a;
    for (let n = 1; n < 60 && term > 1e-17 * sum; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    const value = (2 / SQRT_PI) * Math.exp(-a * a) * sum;
    return x < 0 ? -value : value;
  }
  const value = 1 - erfcTail(a);
  return x < 0 ? -value : value;
}

export function erfc(x) {
  if (x >= 2) return erfcTail(x);
  return 1 - erf(x);
}

// e^{-x^2}/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) for x >= 2.
function erfcTail(x) {
  if (x > 27) return 0;
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + (k / 2) / fraction;
  return Math.exp(-x * x) / (SQRT_PI * fraction);
}

// The standard normal's density and distribution function.
export function density(t) {
  return Math.abs(t) > 38 ? 0 : Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI);
}

export function distribution(t) {
  return 0.5 * erfc(-t / Math.SQRT2);
}
