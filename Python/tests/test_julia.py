# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""The C door from Julia, where Julia is."""

import os
import shutil
import subprocess

import pytest

import kappa_rnn as kappa
from kappa_rnn import _door

from conftest import ROOT


@pytest.mark.skipif(shutil.which("julia") is None, reason="no julia")
def test_julia_finds_the_same_numbers():
    example = ROOT / "Python" / "examples" / "julia" / "gain.jl"
    environment = {**os.environ, "KAPPA_LIBRARY": str(_door._library_path())}
    out = subprocess.run(["julia", str(example)], env=environment, capture_output=True, text=True, check=True).stdout
    assert [float(value) for value in out.split()] == kappa.gain([0.5, 1.0, 8.0]).gain.tolist()
