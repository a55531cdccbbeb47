# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

"""Kappa beside its peers on the same work, in one run: prints a table, and a Markdown table with --markdown.

Everybody takes turns for some rounds and the medians are compared, so that what else the machine does meets all alike.
Times are processor seconds (over all threads; every library is told to use one). Started by run.sh.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

ONE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
       "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
os.environ.update(ONE)
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import jax  # noqa: E402  (after the environment)
import numpy as np  # noqa: E402
import scipy  # noqa: E402
import torch  # noqa: E402

import gain  # noqa: E402
import network  # noqa: E402
import training  # noqa: E402

jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)


class Kappa:
    """The process that does Kappa's share."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def case(self, section, variant, size):
        def seconds_per_operation():
            self.process.stdin.write(f"{section}\t{variant}\t{size}\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            if not answer.strip() or answer.startswith("unknown"):
                sys.exit(f"error: PeerWork: expected times of {section} {variant} {size}, found {answer!r}")
            _, processor, operations = answer.split()
            return float(processor) / float(operations)

        return seconds_per_operation


def timed(run, operations, at_least=0.002):
    """Processor seconds per operation of a Python closure."""

    def seconds_per_operation():
        runs, start = 0, time.process_time()
        while True:
            run()
            runs += 1
            spent = time.process_time() - start
            if spent >= at_least:
                return spent / (runs * operations)

    return seconds_per_operation


def compare(title, unit, scale, entries, rounds):
    """Lets all entries (name, sampler) take turns; the first is Kappa's."""
    samples = {name: [] for name, _ in entries}
    for _, sample in entries:
        sample()  # warm
    for _ in range(rounds):
        for name, sample in entries:
            samples[name].append(sample() * scale)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    own = medians[entries[0][0]]
    rows = [(title, name, value, unit, value / own) for name, value in medians.items()]
    for row in rows:
        print(f"{row[0]:<44} {row[1]:<34} {row[2]:>10.3g} {row[3]:<18} {row[4]:>8.3g}", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peerwork", required=True, help="the PeerWork program")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    kappa = Kappa(options.peerwork)
    rows = []

    print(f"{'work':<44} {'who':<34} {'median':>10} {'unit':<18} {'/ Kappa':>8}")
    for units in (128, 1024, 4096):
        p = network.problem(units)
        operations = units * 32 * 75
        for name, dtype in (("double", np.float64), ("single", np.float32)):
            entries = [("Kappa", kappa.case("network", f"simulation {name}, 1 thread", units))]
            for i, run in enumerate(network.jax_network(p, dtype)):
                entries.append((f"JAX {jax.__version__} ({('matrix products', 'fused sums')[i]})", timed(run, operations)))
            entries.append((f"PyTorch {torch.__version__}", timed(network.torch_network(p, dtype), operations)))
            entries.append((f"NumPy {np.__version__}", timed(network.numpy_network(p, dtype), operations)))
            rows += compare(f"network, N = {units}, 32 trials x 75, {name}", "ns/unit-step", 1e9, entries, options.rounds)

    for name, single in (("double", False), ("single", True)):
        entries = [
            ("Kappa", kappa.case("training", f"{name}, 1 thread", 128)),
            (f"JAX {jax.__version__}, all inside jit", timed(training.jax_training(20, single), 20)),
            (f"PyTorch {torch.__version__}", timed(training.torch_training(4, single), 4)),
        ]
        rows += compare(f"training, N = 128, rank 1, {name}", "s/1000 updates", 1e3, entries, options.rounds)

    hermite = gain.gauss_hermite(50)
    entries = [
        ("Kappa", kappa.case("circuit", "1 population", 1)),
        ("Kappa, 1000 trials together", kappa.case("circuit", "1 population", 1000)),
        ("Kappa, 1000 trials, last step kept", kappa.case("circuit", "1 population, last step", 1000)),
        (f"NumPy {np.__version__}, Gauss-Hermite 50", timed(gain.Circuit(hermite).step, 1)),
        (f"SciPy {scipy.__version__}, quad", timed(gain.Circuit(gain.scipy_quad).step, 1)),
    ]
    rows += compare("kappa-equations, rank 2, one step", "ns/step", 1e9, entries, options.rounds)

    if options.json:
        with open(options.json, "w") as file:
            json.dump({"machine": platform.processor() or platform.machine(), "python": platform.python_version(),
                       "rows": rows}, file, indent=1)


main()
