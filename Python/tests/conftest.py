# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers

import os
from pathlib import Path

import numpy as np
import pytest

import kappa_rnn as kappa

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def decision():
    """The network of the demo."""
    path = ROOT / "Networks" / "perceptual-decision.npz"
    if not path.exists():
        pytest.skip("no Networks beside the tests")
    return kappa.load(path)


@pytest.fixture
def vectors():
    """A network of 60 units, rank 1, as arrays."""
    stream = np.random.default_rng(3)
    m, n, I, w = stream.normal(size=(4, 60, 1))
    return {"m": m, "n": n + 1.5 * m, "I": I, "w": w + m}


@pytest.fixture
def command():
    """The command to hold the library against."""
    found = os.environ.get("KAPPA_COMMAND") or str(Path(kappa.__file__).parent / "bin" / "kappa")
    if not os.path.exists(found):
        pytest.skip("no command: set KAPPA_COMMAND")
    return found
