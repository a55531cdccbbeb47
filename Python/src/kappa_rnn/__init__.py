# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Kappa: from a trained low-rank recurrent network to the few equations in κ that explain what its units do.

    import kappa_rnn as kappa

    net = kappa.load("trained.pt", alpha=0.2)
    found = net.distill(task="perceptual-decision")
    print(found)
"""

from __future__ import annotations

from typing import Any, List

import numpy as np

from ._door import LIBRARY_VERSION as __version__
from ._door import call as _call
from ._errors import ArgumentError, Error, MissingFileError
from ._results import ComparisonResult, DistillationResult, GainResult, Result, SimulationResult
from ._subjects import Circuit, Network, load

__all__ = [
    "ArgumentError", "Circuit", "ComparisonResult", "DistillationResult", "Error", "GainResult", "MissingFileError",
    "Network", "Result", "SimulationResult", "bench", "gain", "load", "studies"]


def gain(delta: Any, mean: Any = 0.0, transfer: str = "tanh", rule: str = "auto") -> GainResult:
    """⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩, ⟨φ²⟩ and a bound on the error of ⟨φ'⟩, at broadcast deviations Δ and means μ."""
    try:
        deviations, means = np.broadcast_arrays(np.asarray(delta, float), np.asarray(mean, float))
    except (TypeError, ValueError) as error:
        raise ArgumentError("usage", "delta, mean", f"expected numbers of shapes that broadcast, found {error}") from None
    return GainResult(_call(
        "gain", {"transfer": transfer, "rule": rule}, None, {"delta": deviations, "mean": means}))


def bench(sections: List[str] = [], rounds: int = 11) -> list:
    """How fast this machine is, and how exact: the command's JSON."""
    return _call("bench", {"sections": list(sections), "rounds": int(rounds)}).json


def studies() -> list:
    """The names of all studies that the library answers."""
    return _call("studies").json["studies"]
