# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Kappa: from a trained low-rank recurrent network to the few equations in κ that explain what its units do.

    import kappa_rnn as kappa

    net = kappa.load("trained.pt", alpha=0.2)
    found = net.distill(task="perceptual-decision")
    print(found)
"""

from __future__ import annotations

from ._door import LIBRARY_VERSION as __version__
from ._errors import ArgumentError, Error, MissingFileError
from ._fits import LowRankFit, fit, structure
from ._results import (
    ComparisonResult, DistillationResult, ExplorerPage, FitResult, GainResult, MergeResult, Result, SimulationResult,
    TrainingResult)
from ._studies import bench, course, gain, make, reproduce, studies, sweep, train
from ._subjects import Circuit, Network, load

__all__ = [
    "ArgumentError", "Circuit", "ComparisonResult", "DistillationResult", "Error", "ExplorerPage", "FitResult",
    "GainResult", "LowRankFit", "MergeResult", "MissingFileError", "Network", "Result", "SimulationResult", "TrainingResult", "bench", "course", "fit", "gain", "load",
    "make", "reproduce", "structure", "studies", "sweep", "train"]
