# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""The full network, low-rank factored, in each library's fastest idiom: B trials of T Euler steps.

x <- (1-a) x + a (m (phi(x) n / N) + I u_t),   z_t = phi(x) w / N, read after the update. Nothing ever forms J.
Each function returns a closure that runs the batch once and returns z, (T, B, O), and is ready (compiled) when returned.
"""
import numpy as np

ALPHA = 0.2


def problem(units, trials=32, steps=75, rank=2, inputs=2, outputs=1, seed=1):
    random = np.random.default_rng(seed)
    draw = lambda *shape: random.standard_normal(shape)
    return dict(m=draw(units, rank), n=draw(units, rank), I=draw(units, inputs), w=draw(units, outputs),
                u=0.3 * draw(steps, trials, inputs))


def numpy_network(p, dtype):
    m, n, I, w, u = (np.ascontiguousarray(p[k], dtype) for k in ("m", "n", "I", "w", "u"))
    units = m.shape[0]
    drive_t = np.ascontiguousarray(np.concatenate([m, I], 1).T) * dtype(ALPHA)
    read = np.concatenate([n, w], 1) / dtype(units)
    rank = m.shape[1]

    def run():
        x = np.zeros((u.shape[1], units), dtype)
        sums = np.tanh(x) @ read
        z = np.empty((len(u), u.shape[1], w.shape[1]), dtype)
        for t in range(len(u)):
            x *= dtype(1 - ALPHA)
            x += np.concatenate([sums[:, :rank], u[t]], 1) @ drive_t
            sums = np.tanh(x) @ read
            z[t] = sums[:, rank:]
        return z

    return run


def torch_network(p, dtype):
    import torch

    kind = torch.float64 if dtype is np.float64 else torch.float32
    m, n, I, w, u = (torch.as_tensor(p[k], dtype=kind) for k in ("m", "n", "I", "w", "u"))
    units, rank = m.shape
    drive_t = (torch.cat([m, I], 1).T * ALPHA).contiguous()
    read = torch.cat([n, w], 1) / units

    def run():
        with torch.inference_mode():
            x = torch.zeros(u.shape[1], units, dtype=kind)
            sums = torch.tanh(x) @ read
            z = []
            for t in range(len(u)):
                x = torch.addmm(x, torch.cat([sums[:, :rank], u[t]], 1), drive_t, beta=1 - ALPHA)
                sums = torch.tanh(x) @ read
                z.append(sums[:, rank:])
            return torch.stack(z).numpy()

    return run


def jax_network(p, dtype):
    import jax
    import jax.numpy as jnp

    m, n, I, w, u = (jnp.asarray(p[k], dtype) for k in ("m", "n", "I", "w", "u"))
    units, rank = m.shape

    # Two ways to write the same step; the faster one counts. `dot`: matrix products. `sum`: products and sums that XLA
    # fuses with tanh into one loop.
    def step_dot(carry, ut):
        x, sums = carry
        x = (1 - ALPHA) * x + ALPHA * (jnp.concatenate([sums[:, :rank], ut], 1) @ jnp.concatenate([m, I], 1).T)
        sums = jnp.tanh(x) @ jnp.concatenate([n, w], 1) / units
        return (x, sums), sums[:, rank:]

    def step_sum(carry, ut):
        x, sums = carry
        c = ALPHA * jnp.concatenate([sums[:, :rank], ut], 1)
        y = jnp.concatenate([m, I], 1)
        x = (1 - ALPHA) * x + sum(c[:, j, None] * y[None, :, j] for j in range(y.shape[1]))
        rates = jnp.tanh(x)
        a = jnp.concatenate([n, w], 1)
        sums = jnp.stack([jnp.sum(rates * a[None, :, j], 1) for j in range(a.shape[1])], 1) / units
        return (x, sums), sums[:, rank:]

    def batch(step):
        @jax.jit
        def run(u):
            x = jnp.zeros((u.shape[1], units), dtype)
            sums = jnp.zeros((u.shape[1], rank + w.shape[1]), dtype)
            return jax.lax.scan(step, (x, sums), u)[1]

        return run

    runs = []
    for step in (step_dot, step_sum):
        compiled = batch(step)
        compiled(u).block_until_ready()
        runs.append(lambda compiled=compiled: np.asarray(compiled(u).block_until_ready()))
    return runs
