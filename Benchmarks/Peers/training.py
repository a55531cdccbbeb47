# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""1000 updates of the same training: N = 128, rank 1, 32 fresh trials of the course's perceptual decision an update.

T = 75, input +-0.032 {1, 2, 4, 8, 16} for steps 5 to 44 with noise of SD 0.03, squared error of the last 15 steps, Adam at
5e-3 on m and n. Each function returns a closure that does `updates` updates and returns the last loss.
"""
import numpy as np

N, B, T, ALPHA, RATE = 128, 32, 75, 0.2, 5e-3
LEVELS = 0.032 * np.array([1, 2, 4, 8, 16, -1, -2, -4, -8, -16])


def start(seed=1):
    random = np.random.default_rng(seed)
    m, n, I, w = (random.standard_normal((N, 1)) for _ in range(4))
    return m, n, I, 4 * w


def torch_training(updates, single):
    import torch

    kind = torch.float32 if single else torch.float64
    m, n, I, w = (torch.tensor(v, dtype=kind) for v in start())
    m.requires_grad_(True)
    n.requires_grad_(True)
    adam = torch.optim.Adam([m, n], lr=RATE)
    levels = torch.tensor(LEVELS, dtype=kind)
    window = torch.zeros(T, 1, 1, dtype=kind)
    window[5:45] = 1

    def run():
        for _ in range(updates):
            strength = levels[torch.randint(len(levels), (B, 1))]
            u = window * strength + 0.03 * torch.randn(T, B, 1, dtype=kind)
            target = torch.sign(strength)
            x = torch.zeros(B, N, dtype=kind)
            rates = torch.tanh(x)
            z = []
            for t in range(T):
                x = (1 - ALPHA) * x + ALPHA * ((rates @ n / N) @ m.T + u[t] @ I.T)
                rates = torch.tanh(x)
                if t >= T - 15:
                    z.append(rates @ w / N)
            loss = ((torch.stack(z) - target) ** 2).mean()
            adam.zero_grad()
            loss.backward()
            adam.step()
        return float(loss)

    return run


def jax_training(updates, single):
    import jax
    import jax.numpy as jnp

    kind = jnp.float32 if single else jnp.float64
    m, n, I, w = (jnp.asarray(v, kind) for v in start())
    levels = jnp.asarray(LEVELS, kind)
    window = jnp.zeros((T, 1, 1), kind).at[5:45].set(1)

    def loss(parameters, u, target):
        m, n = parameters

        def step(x, ut):
            x = (1 - ALPHA) * x + ALPHA * ((jnp.tanh(x) @ n / N) @ m.T + ut @ I.T)
            return x, jnp.tanh(x) @ w / N

        z = jax.lax.scan(step, jnp.zeros((B, N), kind), u)[1]
        return jnp.mean((z[-15:] - target) ** 2)

    def update(carry, _):
        parameters, first, second, count, key = carry
        key, a, b = jax.random.split(key, 3)
        strength = levels[jax.random.randint(a, (B, 1), 0, len(LEVELS))]
        u = window * strength + 0.03 * jax.random.normal(b, (T, B, 1), kind)
        value, gradient = jax.value_and_grad(loss)(parameters, u, jnp.sign(strength))
        count = count + 1
        first = [0.9 * f + 0.1 * g for f, g in zip(first, gradient)]
        second = [0.999 * s + 0.001 * g * g for s, g in zip(second, gradient)]
        parameters = [
            p - RATE * (f / (1 - 0.9**count)) / (jnp.sqrt(s / (1 - 0.999**count)) + 1e-8)
            for p, f, s in zip(parameters, first, second)
        ]
        return (parameters, first, second, count, key), value

    zeros = [jnp.zeros_like(m), jnp.zeros_like(n)]
    carry = ([m, n], zeros, zeros, jnp.zeros((), kind), jax.random.key(1))
    several = jax.jit(lambda carry: jax.lax.scan(update, carry, length=updates)[1])
    several(carry).block_until_ready()
    return lambda: float(several(carry).block_until_ready()[-1])
