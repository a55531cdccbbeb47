# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""6000 updates of a fit to activity, as JAX does it: rank 1, N = 512, 32 of 256 trials of 68 steps an update, 4 inputs.

All in one jitted loop in float32: forward by scan, the exact gradient by autodiff, Adam. The loss is that of `kappa fit`: the
share of the rates' variance that is left unexplained. Compilation is left out. With --peerwork Kappa does as many updates of a
fit to activity of the same kind, its closed start included, and both take turns.
"""
import argparse
import statistics
import subprocess
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


def jax_fit():
    """A closure that makes so many updates and returns the last loss."""
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
    return lambda updates: float(run(state, updates)[4])


def timed(work):
    """Seconds and processor seconds of all threads."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="Kappa's; JAX takes what the process may have")
    parser.add_argument("--peerwork", help="the PeerWork program")
    options = parser.parse_args()
    run = jax_fit()
    work = {"JAX, float32": lambda: timed(lambda: run(options.updates))}
    if options.peerwork:
        process = subprocess.Popen([options.peerwork], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def kappa(updates):
            process.stdin.write(f"fit\t{updates}\t{options.threads}\n")
            process.stdin.flush()
            return tuple(float(word) for word in process.stdout.readline().split()[:2])

        kappa(1)
        work["Kappa"] = lambda: kappa(options.updates)
    times = {name: [] for name in work}
    for _ in range(options.rounds):
        for name, once in work.items():
            times[name].append(once())
            print(f"{name}: {options.updates} updates in {times[name][-1][0]:.1f} s, {times[name][-1][1]:.1f} s of processors",
                  flush=True)
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
    for name, (wall, processor) in medians.items():
        print(f"{name}, median of {options.rounds}: {wall:.1f} s, {processor:.1f} s of processors")
    if options.peerwork:
        jax, own = medians["JAX, float32"], medians["Kappa"]
        print(f"JAX / Kappa: {jax[0] / own[0]:.2f}, of processor time {jax[1] / own[1]:.2f}")


if __name__ == "__main__":
    main()
