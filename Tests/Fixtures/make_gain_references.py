#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Gaussian averages to 25 digits by mpmath: Tests/Fixtures/gain-references.csv.

    python3 Tests/Fixtures/make_gain_references.py     # needs mpmath; a minute or two with gmpy2

⟨f⟩ = ∫ f(μ + Δz) e^(-z²/2) dz/√(2π) by the trapezoid rule in x. f's nearest poles are at iπ/2 (tanh) and iπ, so that a step h
leaves e^(-π²/h), and the Gaussian alone e^(-2π²Δ²/h²); both are below 1e-33 here. The last point of every row is checked
with half the step."""
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 50
# ⟨f⟩ > 1e-250 of what the Gaussian leaves out beyond 40 Δ.
REACH = 40


def tanh(x):
    if x == 0:
        return [mpf(0), mpf(1), mpf(0), mpf(-2)]
    e = mp.exp(-2 * abs(x))
    t = (1 - e) / (1 + e) * (1 if x > 0 else -1) if abs(x) > mpf("0.1") else mp.tanh(x)
    d = 4 * e / (1 + e) ** 2
    return [t, d, -2 * t * d, d * (4 - 6 * d)]


def logistic(x):
    e = mp.exp(-abs(x))
    small, large = e / (1 + e), 1 / (1 + e)
    s, other = (large, small) if x > 0 else (small, large)
    d = s * other
    return [s, d, d * (other - s), d * (1 - 6 * d)]


def softplus(x):
    e = mp.exp(-abs(x))
    return [mp.log1p(e) + (x if x > 0 else 0), *logistic(x)[:3]]


def erf(x):
    d = 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)
    return [mp.erf(x), d, -2 * x * d, (4 * x * x - 2) * d]


def averages(f, mean, deviation, finer=1):
    """⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩, ⟨φ²⟩, ⟨φ'²⟩, ⟨|φ''|⟩, ⟨|φ'''|⟩."""
    mean, deviation = mpf(mean), mpf(deviation)
    step = min(mpf(1) / 8, deviation / 2) / finer
    sums = [mpf(0)] * 8
    count = int(REACH * deviation / step)
    for k in range(-count, count + 1):
        offset = k * step
        weight = mp.exp(-offset * offset / (2 * deviation * deviation))
        v = f(mean + offset)
        for i, value in enumerate([*v, v[0] ** 2, v[1] ** 2, abs(v[2]), abs(v[3])]):
            sums[i] += weight * value
    if mean == 0 and f in (tanh, erf):
        sums[0] = sums[2] = mpf(0)  # odd
    factor = step / (deviation * mp.sqrt(2 * mp.pi))
    return [factor * total for total in sums]


FUNCTIONS = {"tanh": tanh, "logistic": logistic, "softplus": softplus, "erf": erf}
NEAR = [0.0, 1e-8, 0.3, -1.1, 3.7, -9.0]
POINTS = (
    [(m, d) for d in ("1e-9", "1e-4", "0.02", "0.3", "0.7", "1.6", "4", "11") for m in NEAR]
    # Far tails, where averages are anything down to 1e-250.
    + [(m, d) for d in ("0.1", "0.45", "0.6", "1.2", "3.1") for m in (-25.0, -60.0, -140.0, 90.0, 250.0)]
    + [(m, "9") for m in (-30.0, -110.0, -300.0)] + [(m, "30") for m in (0.4, -80.0)])


def main():
    rows = ["transfer,mean,deviation,rate,gain,gain2,gain3,square,slopeSquare,size2,size3"]
    for name, f in FUNCTIONS.items():
        for mean, deviation in POINTS:
            mean, deviation = repr(float(mean)), repr(float(deviation))
            values = averages(f, mean_as_double(mean), mean_as_double(deviation))
            rows.append(",".join([name, mean, deviation, *(mp.nstr(value, 25) for value in values)]))
        again = averages(f, mean_as_double(mean), mean_as_double(deviation), finer=2)
        # ⟨|φ''|⟩ and ⟨|φ'''|⟩ have kinks, and are only a measure of size.
        assert all(abs(a - b) <= abs(b) * mpf(10) ** -26 + mpf(10) ** -300 for a, b in zip(values[:6], again[:6])), name
    (Path(__file__).parent / "gain-references.csv").write_text("\n".join(rows) + "\n")


def mean_as_double(text):
    """The double that Swift reads, with all its digits."""
    return mpf(float(text))


if __name__ == "__main__":
    main()
