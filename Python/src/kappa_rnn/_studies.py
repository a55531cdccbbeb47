# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Questions without a network or circuit: averages, presets, training, published numbers, benchmarks."""

from __future__ import annotations

import json
import os
import re
import tempfile
from typing import Any, Mapping, Optional, Sequence, Union

import numpy as np

from . import _requests as requests
from .__main__ import run_command
from ._door import as_array, call
from ._errors import ArgumentError
from ._results import GainResult, TrainingResult
from ._subjects import Circuit, Network

_TRAINING = (
    "units", "rank", "batch", "fixed_trials", "noise", "gains", "keep_best", "recipe", "learning_rate",
    "readout_deviation", "overlap", "gain", "clip", "train", "curriculum", "transfer", "form", "precision", "seed",
    "inputs_along", "readouts_along")


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


def train(task: Optional[str] = None, u: Any = None, target: Any = None, mask: Any = None, *,
          output: Union[str, "os.PathLike[str]", None] = None, updates: Optional[int] = None,
          resume: Optional[str] = None, start: Optional[str] = None, interval: int = 100,
          threads: Optional[int] = None, held_out: Optional[float] = None, alpha: Optional[float] = None,
          input_noise: Optional[float] = None, **options: Any) -> TrainingResult:
    """A network trained on a task, or on trials u (B, T, K) with target and mask (B, T, O).

    Gives `.network`, `.loss`, `.accuracy`, `.losses`. Options, each the task's own unless given: units, rank (or
    "full"), batch, recipe, fixed_trials, noise, gains, keep_best, learning_rate, readout_deviation, overlap, gain, clip,
    train (e.g. ["m", "n", "I"] or ["J", "bias"]), curriculum, transfer, form, precision, seed,
    inputs_along, readouts_along (components' numbers from 1); of a task: preset, context_scale, delay,
    input_noise; of trials: held_out (a share), alpha, input_noise. `output` keeps the file, from which `resume=` goes on.
    """
    if input_noise is not None and task is not None:
        options["input_noise"] = input_noise
    trials, _ = requests.trials({"task": task, **{
        name: options.pop(name) for name in requests.TASK if name in options}})
    fields = requests.rest(options, _TRAINING)
    request = {
        "task": trials.get("task"), "training": fields, "interval": int(interval), "updates": updates, "threads": threads,
        "resume": resume and os.fspath(resume), "start": start and os.fspath(start)}
    with tempfile.TemporaryDirectory() as folder:
        if u is not None:
            file = os.path.join(folder, "trials.npz")
            given = {"u": u, "target": target, "mask": mask}
            np.savez(file, **{name: as_array(name, value) for name, value in given.items() if value is not None})
            request["trials"] = {
                "file": file, "heldOut": held_out, "alpha": alpha, "inputNoise": input_noise, "seed": fields.get("seed")}
        elif target is not None or mask is not None or held_out is not None or alpha is not None:
            raise ArgumentError("usage", "u", "expected u (B, T, K) beside target, mask, held_out and alpha, found none")
        request["output"] = os.fspath(output) if output is not None else os.path.join(folder, "trained.npz")
        answer = call("train", request)
        return TrainingResult(answer, Network._from(call("subject", {}, answer.subject)))


def sweep(grid: Mapping[str, Any], folder: Union[str, "os.PathLike[str]"], threads: Optional[int] = None) -> dict:
    """One command for every combination of some options: the JSON of `kappa sweep collect`, with its files in `folder`.

    `grid` has the command's long option names as keys, and lists as axes: `{"command": "train", "task":
    "perceptual-decision", "units": [128, 512], "seed": "1..20"}`. Rows that are finished are not run again.
    """
    def line(name: str, value: Any) -> str:
        # JSON's texts, numbers and lists are YAML's; 1..20 is an axis without quotes.
        plain = isinstance(value, str) and re.fullmatch(r"-?\d+\.\.-?\d+", value)
        return f"{name}: {value if plain else json.dumps(value, ensure_ascii=False)}\n"

    with tempfile.TemporaryDirectory() as place:
        file = os.path.join(place, "grid.yaml")
        with open(file, "w", encoding="utf-8") as text:
            text.writelines(line(name, value) for name, value in grid.items())
        run_command("sweep", "plan", file, "-o", os.fspath(folder))
    run_command("sweep", "run", os.fspath(folder), *([] if threads is None else ["--threads", str(int(threads))]))
    return json.loads(run_command("sweep", "collect", os.fspath(folder), "--json"))


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
    """How fast this machine is, and how exact: the command's JSON. The section "command" runs whole commands."""
    request: dict = {"sections": list(sections), "rounds": int(rounds)}
    if "command" in request["sections"]:
        request["command"] = command_path()
    return call("bench", request).json


def studies() -> list:
    """The names of all studies that the library answers."""
    return call("studies").json["studies"]
