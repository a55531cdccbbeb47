# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""The gain <tanh'>(0, Delta), one value at a time, as the field computes it: scipy.integrate.quad, Gauss-Hermite nodes."""
import numpy as np

DELTA = 2.0
EXACT = 0.364738765743060075  # <tanh'>(0, 2), 45-digit arithmetic


def scipy_quad(delta=DELTA):
    from scipy.integrate import quad

    factor = 1 / np.sqrt(2 * np.pi)
    return quad(lambda z: factor * np.exp(-z * z / 2) * (1 - np.tanh(delta * z) ** 2), -np.inf, np.inf)[0]


def gauss_hermite(count=50):
    z, w = np.polynomial.hermite_e.hermegauss(count)
    w = w / np.sqrt(2 * np.pi)
    return lambda delta=DELTA: float(w @ (1 - np.tanh(delta * z) ** 2))


class Circuit:
    """One Euler step of a rank-2 circuit of one population with zero means, K = 2: two gains, no more."""

    def __init__(self, gain, seed=3):
        random = np.random.default_rng(seed)
        y = random.standard_normal((300, 4))
        n = random.standard_normal((300, 3))
        self.c = y.T @ y / 300
        self.b = n.T @ y / 300
        self.gain = gain
        self.q = np.array([0.3, -0.2, 0.1, 0.2])
        self.u = np.array([0.3, -0.1])

    def step(self):
        q = self.q
        g = self.gain(np.sqrt(q @ self.c @ q))
        f = self.b @ q * g
        self.q = q + 0.2 * (np.concatenate([f[:2], self.u]) - q)
        return f[2]
