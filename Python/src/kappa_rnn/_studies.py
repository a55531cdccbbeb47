# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Questions without a network or circuit: averages, presets, training, published numbers, benchmarks."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Mapping, Optional, Sequence, Union

import numpy as np

from . import _requests as requests
from ._door import call
from ._errors import ArgumentError
from ._results import GainResult, TrainingResult
from ._subjects import Circuit, Network

_TRAINING = (
    "units", "rank", "batch", "fixed_trials", "noise", "gains", "keep_best", "recipe", "learning_rate",
    "readout_deviation", "overlap", "gain", "clip", "train", "curriculum", "transfer", "precision", "seed")


def gain(delta: Any, mean: Any = 0.0, transfer: str = "tanh", rule: str = "auto") -> GainResult:
    """⟨φ⟩, ⟨φ'⟩, ⟨φ''⟩, ⟨φ'''⟩, ⟨φ²⟩ and a bound on the error of ⟨φ'⟩, at broadcast deviations Δ and means μ."""
    try:
        deviations, means = np.broadcast_arrays(np.asarray(delta, float), np.asarray(mean, float))
    except (TypeError, ValueError) as error:
        raise ArgumentError("usage", "delta, mean", f"expected numbers of shapes that broadcast, found {error}") from None
    return GainResult(call(
        "gain", {"transfer": transfer, "rule": rule}, None, {"delta": deviations, "mean": means}))


def make(preset: str, network: bool = False, *, units: int = 512, alpha: float = 0.2, moments: str = "matched",
         seed: int = 1, **values: float) -> Union[Circuit, Network]:
    """A circuit whose dynamics is known in closed form, or with `network=True` a network of `units` drawn from it.

    Presets: ring, ring-rotating-cue, cycle, associative-memory, polygon, decision, working-memory, context-gating,
    two-neuron, bulk; `values` are their parameters, e.g. `make("cycle", turn=0.9)`.
    """
    request = {
        "preset": preset, "network": bool(network), "units": int(units), "alpha": float(alpha), "moments": moments,
        "seed": int(seed), "values": {name: float(value) for name, value in values.items()}}
    made = call("subject", {}, call("make", request).subject)
    return Network._from(made) if network else Circuit(made)


def train(task: str, *, output: Union[str, "os.PathLike[str]", None] = None, updates: Optional[int] = None,
          resume: Optional[str] = None, start: Optional[str] = None, interval: int = 100,
          threads: Optional[int] = None, **options: Any) -> TrainingResult:
    """A low-rank network trained on a task: `.network`, `.loss`, `.accuracy`, `.losses`.

    Options, each the task's own unless given: units, rank (or "full"), batch, recipe, fixed_trials, noise, gains,
    keep_best, learning_rate, readout_deviation, overlap, gain, clip, train (e.g. ["m", "n", "I"]), curriculum,
    transfer, precision, seed; of the task: preset, context_scale, delay, input_noise. `output` keeps the file, from
    which `resume=` goes on.
    """
    trials, _ = requests.trials({"task": task, **{
        name: options.pop(name) for name in requests.TASK if name in options}})
    fields = requests.rest(options, _TRAINING)
    request = {
        "task": trials["task"], "training": fields, "interval": int(interval), "updates": updates, "threads": threads,
        "resume": resume and os.fspath(resume), "start": start and os.fspath(start)}
    with tempfile.TemporaryDirectory() as folder:
        request["output"] = os.fspath(output) if output is not None else os.path.join(folder, "trained.npz")
        answer = call("train", request)
        return TrainingResult(answer, Network._from(call("subject", {}, answer.subject)))


def reproduce(papers: Sequence[str] = (), seed: int = 1) -> dict:
    """Published numbers beside ours, paper by paper: the command's JSON. All papers unless some are named."""
    request: dict = {"seed": int(seed)}
    if len(papers) > 0:
        request["papers"] = list(papers)
    return call("reproduce", request).json


def course(folder: Union[str, "os.PathLike[str]", None] = None, *, units: int = 128, updates: Optional[int] = None,
           networks: int = 3, seed: int = 1) -> dict:
    """The course project "Decision making in low-rank recurrent neural networks": the command's JSON, and in `folder`
    its page."""
    arrays: Mapping[str, Any] = {}
    if folder is not None:
        os.makedirs(folder, exist_ok=True)
        arrays = {"folder": os.fspath(folder)}
    return call(
        "course", {"units": int(units), "updates": updates, "networks": int(networks), "seed": int(seed)}, None,
        arrays).json


def bench(sections: Sequence[str] = (), rounds: int = 11) -> list:
    """How fast this machine is, and how exact: the command's JSON."""
    return call("bench", {"sections": list(sections), "rounds": int(rounds)}).json


def studies() -> list:
    """The names of all studies that the library answers."""
    return call("studies").json["studies"]
