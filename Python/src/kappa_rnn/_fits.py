# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""What is made of activity: low-rank networks fitted to it, and the structure of its selectivity."""

from __future__ import annotations

import inspect
import math
import os
from typing import Any, Optional, Sequence, Union

import numpy as np

from . import _requests as requests
from ._door import as_array, call
from ._errors import ArgumentError
from ._results import FitResult
from ._subjects import Network

_FITTING = ("largest_rank", "free", "folds", "starts", "repeats", "threads", "resume", "interval", "output")
_TESTING = ("populations", "simulations")


def fit(data: Any, u: Any = None, rank: Union[int, str] = "auto", *, alpha: Optional[float] = None,
        transfer: Optional[str] = None, form: Optional[str] = None, **options: Any) -> FitResult:
    """A low-rank network fitted to activity: `.network`, `.rank`, `.ranks` with R² on other trials.

    `data` is a network, which is run on trials (u or `task=` as for `compare`), or rates (B, T, N) under inputs
    u (B, T, K), NaN for what is missing; rates bring their alpha, transfer and form. Options: largest_rank, free (e.g.
    ["m", "n", "I"]), folds, starts, repeats, threads, seed; beside rates target, mask, z, lengths. `output="net.npz"` writes
    the fit every `interval` updates and in the end the network; `resume=` goes on with what an interrupted fit left there.
    """
    options["u"] = u
    for name in ("output", "resume"):
        if options.get(name) is not None:
            options[name] = os.fspath(options[name])
    trials, arrays = requests.trials(options)
    fields = {"trials": trials, "rank": rank, **requests.rest(options, _FITTING)}
    if isinstance(data, Network):
        given = {"alpha": alpha, "transfer": transfer, "form": form}
        for name, value in given.items():
            if value is not None:
                raise ArgumentError("usage", name, "expected rates beside it: the network has its own")
        subject = data._subject
    else:
        subject = None
        arrays["rates"] = as_array("rates", data)
        for name, value in (("alpha", alpha), ("transfer", transfer), ("form", form)):
            if value is not None:
                arrays[name] = np.asarray(value)
    answer = call("fit", fields, subject, arrays)
    return FitResult(answer, Network._from(call("subject", {}, answer.subject)))


def structure(rates: Any, u: Any = None, **options: Any) -> dict:
    """What the rates (B, T, N) of recorded units follow, and whether that falls into groups: as `kappa structure` of activity.

    Each unit's mean rate over a trial is regressed on `conditions` (B,) or a mapping of names to such, without them on every
    input's mean over the trial; the tests look at the slopes. NaN is missing. Options: lengths, populations, simulations,
    seed.
    """
    seed = options.pop("seed", None)
    array = as_array("rates", rates)
    if u is None and "conditions" in options:
        u = np.zeros((*np.shape(array)[:2], 0))
    options["u"] = u
    _, arrays = requests.trials(options)
    arrays["rates"] = array
    fields = requests.rest(options, _TESTING)
    if seed is not None:
        fields["seed"] = int(seed)
    return call("structure", fields, None, arrays).json


_FUNCTIONS = {
    "tanh": np.tanh, "erf": np.vectorize(math.erf, otypes=[float]), "relu": lambda x: np.maximum(x, 0.0),
    "softplus": lambda x: np.logaddexp(x, 0.0), "logistic": lambda x: 0.5 * (1 + np.tanh(x / 2)), "linear": lambda x: x}


class LowRankFit:
    """`fit` as an estimator: `LowRankFit(rank=2).fit(u, rates).predict(u)`, `.score(u, rates)`.

    Inputs u are (B, T, K), rates (B, T, N), NaN for what is missing. After `fit`, `network_` is the network, `rank_` its
    rank and `result_` everything that was found.
    """

    def __init__(self, rank: Union[int, str] = "auto", *, largest_rank: int = 6,
                 free: Sequence[str] = ("m", "n", "I"), folds: int = 4, starts: int = 3,
                 threads: Optional[int] = None, seed: int = 1, alpha: Optional[float] = None,
                 transfer: Optional[str] = None, form: Optional[str] = None):
        self.rank = rank
        self.largest_rank = largest_rank
        self.free = free
        self.folds = folds
        self.starts = starts
        self.threads = threads
        self.seed = seed
        self.alpha = alpha
        self.transfer = transfer
        self.form = form

    def get_params(self, deep: bool = True) -> dict:
        """What the estimator was made with."""
        return {name: getattr(self, name) for name in inspect.signature(type(self).__init__).parameters if name != "self"}

    def set_params(self, **params: Any) -> "LowRankFit":
        """Changes what it was made with."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ArgumentError("usage", name, f"expected one of {', '.join(known)}")
            setattr(self, name, value)
        return self

    def fit(self, u: Any, rates: Any) -> "LowRankFit":
        """Fits a network to rates (B, T, N) under inputs u (B, T, K)."""
        self.result_ = fit(
            rates, u, rank=self.rank, largest_rank=self.largest_rank, free=list(self.free), folds=self.folds,
            starts=self.starts, threads=self.threads, seed=self.seed, alpha=self.alpha, transfer=self.transfer,
            form=self.form)
        self.network_ = self.result_.network
        self.rank_ = self.result_.rank
        return self

    def predict(self, u: Any) -> np.ndarray:
        """The network's rates (B, T, N) under inputs u (B, T, K)."""
        if not hasattr(self, "network_"):
            raise ArgumentError("usage", "LowRankFit", "expected a fit before a prediction: call fit(u, rates)")
        network = self.network_
        states = network.simulate(u, states=True).x
        if network.form == "current":
            bias = 0.0 if network.bias is None else network.bias
            states = _FUNCTIONS[network.transfer](states + bias)
        arrays = self.result_.arrays
        return states * arrays.get("rate_gain", 1.0) + arrays.get("rate_offset", 0.0)

    def score(self, u: Any, rates: Any) -> float:
        """R² of the prediction over all known rates, each neuron's variance about its own mean."""
        known = np.asarray(as_array("rates", rates), dtype=float)
        rest = np.nansum((known - self.predict(u)) ** 2)
        return float(1 - rest / np.nansum((known - np.nanmean(known, axis=(0, 1))) ** 2))

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name].default]
        return f"LowRankFit({', '.join(changed)})"
