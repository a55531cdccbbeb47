# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Keywords of Python as fields of the library's requests."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ._errors import ArgumentError

READING = ("transfer", "alpha", "dt", "tau", "scaling", "vectors", "gauge", "rank", "form", "scale", "bias_readout",
           "initial_state")
TASK = ("preset", "context_scale", "delay", "input_noise")
_LABELS = ("conditions", "input_names", "epochs", "epoch_start", "epoch_stop", "lengths")


def camel(name: str) -> str:
    """`trial_count` → `trialCount`."""
    return re.sub(r"_(\w)", lambda found: found.group(1).upper(), name)


def reading(options: Mapping[str, Any]) -> dict:
    """The fields of a reading request; refuses keywords that are none."""
    fields = {}
    for name, value in options.items():
        if name not in READING:
            raise ArgumentError("usage", name, f"expected one of {', '.join(READING)}")
        if value is None:
            continue
        if name == "bias_readout":
            fields["biasReachesReadout"] = value in (True, "yes")
        elif name in ("vectors", "scale") and isinstance(value, Mapping):
            fields[name] = ",".join(f"{key}={text}" for key, text in value.items())
        else:
            fields[camel(name)] = value
    return fields


def trials(options: dict) -> tuple:
    """Takes what concerns trials out of keywords: the request's fields, and arrays.

    Trials are `task="…"`, `trials="file.npz"`, or `u=` with `target=`, `mask=`, `z=` and labels.
    """
    request: dict = {}
    task = options.pop("task", None)
    changes = {camel(name): options.pop(name) for name in TASK if options.get(name) is not None}
    for name in TASK:
        options.pop(name, None)
    if task is not None:
        request["task"] = {"name": task, **changes}
        if "delay" in changes and not isinstance(changes["delay"], (list, tuple)):
            request["task"]["delay"] = [changes["delay"], changes["delay"]]
    elif changes:
        raise ArgumentError("usage", next(iter(changes)), "expected `task` beside it, found none")
    file = options.pop("trials", None)
    if file is not None:
        request["file"] = str(file)
    for name in ("trial_count", "seed"):
        value = options.pop(name, None)
        if value is not None:
            request[camel(name)] = int(value)
    arrays = {}
    for name in ("u", "target", "mask", "z", *_LABELS):
        value = options.pop(name, None)
        if value is not None:
            if name == "conditions" and isinstance(value, Mapping):
                arrays.update({f"condition_{key}": entry for key, entry in value.items()})
            else:
                arrays[name] = value
    return request, arrays


def circuit(options: dict) -> tuple:
    """Takes what concerns the circuit out of keywords: the request's fields, and arrays."""
    request = {name: options.pop(name) for name in ("populations", "closure", "anchor") if name in options}
    given = options.pop("circuit", None)
    arrays = {}
    if given is not None:
        if hasattr(given, "to_json"):
            arrays["circuit"] = given.to_json()
        else:
            request["file"] = str(given)
    return {name: value for name, value in request.items() if value is not None}, arrays


def rest(options: Mapping[str, Any], known: tuple) -> dict:
    """What is left must be fields of the study."""
    for name in options:
        if name not in known:
            raise ArgumentError("usage", name, f"expected one of {', '.join(known) or 'no more keywords'}")
    return {camel(name): value for name, value in options.items() if value is not None}
