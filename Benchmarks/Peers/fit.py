# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""6000 updates of a fit to activity, as JAX does it: rank 1, N = 512, 32 of 256 trials of 68 steps an update, 4 inputs.

All in one jitted loop in float32: forward by scan, the exact gradient by autodiff, Adam. The loss is that of `kappa fit`: the
share of the rates' variance that is left unexplained. Prints the seconds, compilation left out, and the last loss.
"""
import sys
import time

import numpy as np

N, B, TRIALS, T, K, ALPHA, RATE = 512, 32, 256, 68, 4, 0.2, 5e-3


def activity(seed=1):
    """Rates of a network of rank 2 under inputs that are held for four steps."""
    random = np.random.default_rng(seed)
    m, I = random.standard_normal((N, 2)), random.standard_normal((N, K))
    n = 1.2 * m + random.standard_normal((N, 2)) + I @ random.standard_normal((K, 2))
    u = np.repeat(random.standard_normal((TRIALS, T // 4, K)), 4, axis=1) * 0.5
    x, rates = np.zeros((TRIALS, N)), []
    for t in range(T):
        x = x + ALPHA * (-x + np.tanh(x) @ n @ m.T / N + u[:, t] @ I.T)
        rates.append(np.tanh(x))
    return u, np.stack(rates, 1), m[:, :1], n[:, :1], I


def main(updates):
    import jax
    import jax.numpy as jnp

    u, rates, m, n, I = (jnp.asarray(v, jnp.float32) for v in activity())
    spread = jnp.mean((rates - rates.mean((0, 1))) ** 2)

    def loss(p, chosen):
        m, n, I = p

        def step(x, now):
            u, r = now
            x = (1 - ALPHA) * x + ALPHA * ((jnp.tanh(x) @ n / N) @ m.T + u @ I.T)
            return x, jnp.mean((jnp.tanh(x) - r) ** 2)

        inputs = jnp.swapaxes(u[chosen], 0, 1), jnp.swapaxes(rates[chosen], 0, 1)
        return jnp.mean(jax.lax.scan(step, jnp.zeros((B, N), jnp.float32), inputs)[1]) / spread

    def update(i, state):
        p, first, second, key, _ = state
        key, draw = jax.random.split(key)
        value, g = jax.value_and_grad(loss)(p, jax.random.choice(draw, TRIALS, (B,), replace=False))
        first = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, first, g)
        second = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, second, g)
        c1, c2 = 1 - 0.9 ** (i + 1.0), 1 - 0.999 ** (i + 1.0)
        p = jax.tree.map(lambda a, f, s: a - RATE * (f / c1) / (jnp.sqrt(s / c2) + 1e-8), p, first, second)
        return p, first, second, key, value

    p = (m, n, I)
    zeros = jax.tree.map(jnp.zeros_like, p)
    run = jax.jit(lambda s, count: jax.lax.fori_loop(0, count, update, s))
    state = (p, zeros, zeros, jax.random.key(1), jnp.float32(0))
    jax.block_until_ready(run(state, 2))
    start = time.perf_counter()
    value = float(run(state, updates)[4])
    print(f"JAX, float32: {updates} updates in {time.perf_counter() - start:.1f} s, loss {value:.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000)
