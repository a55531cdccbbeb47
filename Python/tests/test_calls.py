# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Threads, interrupts, memory, and requests that nobody meant."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import kappa_rnn as kappa
from kappa_rnn._door import call


def test_threads_get_their_own_answers(vectors):
    net = kappa.Network(**vectors)
    inputs = [np.random.default_rng(i).normal(size=(6, 40, 1)) for i in range(8)]
    expected = [net.simulate(u).z for u in inputs]
    wrong = []

    def work(i):
        for _ in range(20):
            if not np.array_equal(net.simulate(inputs[i]).z, expected[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong


INTERRUPTED = """
import os, signal, threading, time
import numpy as np, kappa_rnn as kappa
s = np.random.default_rng(0)
m, n, I, w = s.normal(size=(4, 4000, 1))
net = kappa.Network(m=m, n=n, I=I, w=w)
u = np.ones((2000, 1000, 1))
sent = []
def send():
    time.sleep(1.0); sent.append(time.time()); os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=send).start()
try:
    net.simulate(u); print("ended", flush=True)
except KeyboardInterrupt:
    print(time.time() - sent[0], flush=True)
    # The work itself is over, too, long before it would have ended.
    running = [thread for thread in threading.enumerate() if thread.name == "kappa simulate"]
    [thread.join(2) for thread in running]
    print(any(thread.is_alive() for thread in running), flush=True)
os._exit(0)
"""


def test_an_interrupt_is_heard_within_half_a_second():
    out = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120).stdout
    raised, goes_on = out.split()
    assert float(raised) < 0.5 and goes_on == "False"


def test_progress_that_fails_calls_the_work_off(vectors):
    net = kappa.Network(**vectors)

    def refuse(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        call("simulate", {}, net._subject, {"u": np.ones((5, 5, 1))}, progress=refuse)


def test_ten_thousand_calls_take_no_memory(vectors):
    net = kappa.Network(**vectors)
    u = np.ones((4, 25, 1))

    def run(count):
        for _ in range(count):
            net.simulate(u)

    run(2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(10000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # KiB; one result of 200 numbers each leaks 16 MiB


def rubbish(stream, depth=0):
    """A random JSON value, near what requests are made of."""
    kind = stream.randrange(9 if depth < 3 else 7)
    if kind < 2:
        return stream.choice([0, 1, -1, 2, 64, 10**9, 2**63 - 1, -2**63, 2**64 - 1])
    if kind == 2:
        return stream.choice([0.5, -0.0, 1e308, -1e308, 5e-324, 1e-9])
    if kind == 3:
        return stream.choice(["", "auto", "tanh", "relu", "I1", "sigma:m1,n1", "x\u0000y", "perceptual-decision", "κ"])
    if kind == 4:
        return stream.choice([None, True, False])
    if kind < 7:
        return stream.choice(["moments", "manifold", "circuit", "json", "/nonexistent.npz"])
    if kind == 7:
        return [rubbish(stream, depth + 1) for _ in range(stream.randrange(4))]
    return {stream.choice(FIELDS): rubbish(stream, depth + 1) for _ in range(stream.randrange(4))}


FIELDS = ["trials", "task", "name", "file", "seed", "trialCount", "circuit", "populations", "closure", "anchor", "noise", "input",
          "on", "reading", "path", "alpha", "transfer", "vectors", "parameter", "from", "to", "rule", "starts", "units",
          "moments", "states", "lastSteps", "threads", "dynamics", "precision", "delay", "rank", "", "colour"]
# Those whose work a random request cannot make long.
QUICK = ["gain", "load", "network", "circuit", "subject", "export", "equations", "flow", "studies", "nothing", "resample"]


def test_requests_that_nobody_meant_are_values(vectors):
    count = int(os.environ.get("KAPPA_FUZZ", "5000"))
    net = kappa.Network(**vectors)
    stream = random.Random(1)
    answered = 0
    for _ in range(count):
        study = stream.choice(QUICK + ["simulate", "compare", "inspect"])
        request = {stream.choice(FIELDS): rubbish(stream) for _ in range(stream.randrange(4))}
        request.pop("units", None)
        arrays = {stream.choice(["u", "delta", "mean", "kappa", "v", "m", "n", "J", "circuit", "target"]):
                  np.zeros([stream.randrange(4) for _ in range(stream.randrange(4))]) for _ in range(stream.randrange(3))}
        if isinstance(request.get("trials"), dict):
            request["trials"].pop("task", None)
        try:
            call(study, request, stream.choice([None, net._subject]), arrays, quick=True)
            answered += 1
        except kappa.Error:
            pass
    assert 0 < answered < count


def test_broken_text_is_a_value():
    from kappa_rnn import _door

    for text in [b"", b"{", b"[[[[" * 3000, b"\xff\xfe", b"nul", b'{"a":1e999}', b'"\\ud800"']:
        result = _door._Result(_door._library.kappa_run(b"gain", text, None, None, 0, None))
        assert _door._library.kappa_result_status(result.handle) != 0
        json.loads(_door._library.kappa_result_json(result.handle).decode())
