# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Networks and circuits."""

from __future__ import annotations

import os
from typing import Any, Mapping, Optional, Union

import numpy as np

from . import _requests as requests
from ._door import Answer, Subject, call
from ._errors import ArgumentError
from ._results import ComparisonResult, DistillationResult, ExplorerPage, MergeResult, Plots, SimulationResult, write_whole


class _Dynamics:
    """What networks and circuits have in common."""

    def __init__(self, answer: Answer):
        assert answer.subject is not None
        self._subject: Subject = answer.subject
        self._json = answer.json
        self._arrays = answer.arrays
        self.remarks = answer.remarks

    rank = property(lambda self: self._json["rank"], doc="R")
    n_inputs = property(lambda self: self._json["inputs"], doc="K")
    n_outputs = property(lambda self: self._json["outputs"], doc="O")
    transfer = property(lambda self: self._json["transfer"], doc="φ")
    form = property(lambda self: self._json["form"], doc="current or rate")
    alpha = property(lambda self: self._json["alpha"], doc="dt/τ")
    name = property(lambda self: self._json["name"], doc="its file, or what it was called")

    def simulate(self, u: Any = None, dynamics: Optional[str] = None, **options: Any) -> SimulationResult:
        """One dynamics on trials: `network`, `manifold` or `circuit`.

        u (B, T, K), or a `task=` or `trials=` file. Options: seed, precision, noise, threads, states, last_steps.
        """
        request, arrays = requests.trials({**options, "u": u})
        known = ("precision", "noise", "threads", "states", "last_steps")
        left = {name: value for name, value in options.items() if name not in _TRIAL_KEYWORDS}
        fields = requests.rest(left, known)
        if dynamics is not None:
            fields["dynamics"] = dynamics
        return SimulationResult(call("simulate", {"trials": request, **fields}, self._subject, arrays))

    def fixed_points(self, input: Any = None, on: Optional[str] = None, task: Optional[str] = None,
                     **options: Any) -> Any:
        """Fixed points under a constant input, as the command's JSON. Options: noise, starts, seed, cycles, basins."""
        fields = requests.rest(options, ("noise", "starts", "seed", "cycles", "basins"))
        if input is not None:
            fields["input"] = [float(value) for value in np.ravel(input)]
        if on is not None:
            fields["on"] = on
        if task is not None:
            fields["task"] = {"name": task}
        return call("fixed-points", fields, self._subject).json

    def bifurcation(self, parameter: str, start: float, stop: float, **options: Any) -> dict:
        """Branches of the circuit's fixed points over `I1`, `sigma:a,b` or `gain`. Options: input, bootstrap, seed."""
        fields = requests.rest(options, ("input", "bootstrap", "seed"))
        return call(
            "bifurcation", {"parameter": parameter, "from": float(start), "to": float(stop), **fields},
            self._subject).json

    def export(self, to: str) -> str:
        """The circuit as `python`, `julia`, `javascript`, `xpp`, `latex` or `json`."""
        return call("export", {"to": to}, self._subject).json["text"]

    def explore(self, u: Any = None, shown: int = 20, **options: Any) -> ExplorerPage:
        """An interactive page on the circuit, which a notebook shows. Trials and circuit as for `compare`, or none."""
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        circuit, more = requests.circuit(options)
        requests.rest(options, ())
        request: dict = {"shown": int(shown), "circuit": circuit}
        if "task" in trials or "file" in trials or arrays:
            request["trials"] = trials
        return ExplorerPage(call("explore", request, self._subject, {**arrays, **more}).json["text"])

    def bulk(self, gain: Optional[float] = None, input: Any = None, folder: Any = None, **options: Any) -> dict:
        """States, stability and chaos with a random bulk of strength `gain` beside the circuit: the command's JSON.

        Without `gain` that of the network's own J. Options: networks, units, starts, seed. `folder` gets the phase
        diagram, where there is one.
        """
        fields = requests.rest(options, ("networks", "units", "starts", "seed"))
        if gain is not None:
            fields["gain"] = float(gain)
        if input is not None:
            fields["input"] = [float(value) for value in np.ravel(input)]
        return call("bulk", fields, self._subject, _folder(folder)).json

    def transition_graph(self, task: str, to: str = "dot", **options: Any) -> str:
        """What a task's stimuli do to the attractors, as a graph: the text of a `dot` or `graphml` file.

        Options: those of `fixed_points`, and the task's preset and context_scale.
        """
        changes = {name: options.pop(name) for name in requests.TASK if name in options}
        trials, _ = requests.trials({"task": task, **changes})
        known = ("input", "on", "noise", "starts", "seed", "cycles", "basins")
        portrait = {**requests.rest(options, known), "task": trials["task"]}
        if "input" in portrait:
            portrait["input"] = [float(value) for value in np.ravel(portrait["input"])]
        return call("transition-graph", {"portrait": portrait, "language": to}, self._subject).json["text"]

    def resample(self, units: Optional[int] = None, moments: str = "matched", seed: int = 1) -> "Network":
        """A network with the circuit's means and covariances."""
        request = {"moments": moments, "seed": int(seed), **({} if units is None else {"units": int(units)})}
        return Network._from(call("subject", {}, call("resample", request, self._subject).subject))

    @property
    def equations(self) -> str:
        """The κ-equations of the circuit as a LaTeX document."""
        return call("equations", {}, self._subject).json["text"]

    @property
    def equation_lines(self) -> list:
        """The κ-equations of the circuit as lines of text."""
        return call("equations", {}, self._subject).json["lines"]

    def flow(self, kappa: Any, v: Any = None, on: str = "circuit") -> np.ndarray:
        """τ dκ/dt at κ (…, R) under v (K) or (…, K); the same shape as κ. `on="manifold"` for a network's exact flow."""
        points = np.asarray(kappa, dtype=float)
        if points.ndim == 0 or points.shape[-1] != self.rank:
            raise ArgumentError("usage", "kappa", f"expected shape (…, {self.rank}), found {points.shape}")
        arrays = {"kappa": points.reshape(-1, self.rank)}
        if v is not None:
            inputs = np.asarray(v, dtype=float)
            if inputs.ndim > 1:
                try:
                    inputs = np.broadcast_to(inputs, (*points.shape[:-1], self.n_inputs))
                except ValueError:
                    raise ArgumentError(
                        "usage", "v", f"expected shape ({self.n_inputs}) or that of kappa, found {inputs.shape}") from None
                inputs = inputs.reshape(-1, self.n_inputs)
            arrays["v"] = inputs
        return call("flow", {"on": on}, self._subject, arrays).arrays["dkappa"].reshape(points.shape)


_TRIAL_KEYWORDS = (
    "task", "trials", "trial_count", "seed", "u", "target", "mask", "z", "preset", "context_scale", "delay",
    "input_noise", "conditions", "input_names", "epochs", "epoch_start", "epoch_stop", "lengths")


class Network(_Dynamics):
    """A trained network, from arrays: m, n (N, R) or J (N, N), I (N, K), w (N, O).

    `Network(m=m, n=n, I=I, w=w, alpha=0.2, transfer="tanh")`; also bias (inside φ), current, x0, z0, and the reading
    options of the command: form, scaling, gauge, rank, scale, bias_readout, initial_state. `kappa_rnn.load` reads files.
    """

    def __init__(self, *, m: Any = None, n: Any = None, J: Any = None, I: Any = None, w: Any = None, bias: Any = None,
                 current: Any = None, x0: Any = None, z0: Any = None, name: str = "network", **reading: Any):
        given = {"m": m, "n": n, "J": J, "I": I, "w": w, "bias": bias, "current": current, "x0": x0, "z0": z0}
        arrays = {key: value for key, value in given.items() if value is not None}
        fields = {"vectors": ",".join(f"{key}={key}" for key in arrays), **requests.reading(reading)}
        super().__init__(call("network", {"path": name, "reading": fields}, None, arrays))

    @classmethod
    def _from(cls, answer: Answer) -> "Network":
        network = cls.__new__(cls)
        _Dynamics.__init__(network, answer)
        return network

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Any], name: str = "state_dict", **reading: Any) -> "Network":
        """A network from a dictionary of tensors: PyTorch's, JAX's or NumPy's, read as a file with these names is."""
        arrays = {str(key): value for key, value in state.items() if value is not None}
        return cls._from(call("network", {"path": name, "reading": requests.reading(reading)}, None, arrays))

    n_units = property(lambda self: self._json["units"], doc="N")
    m = property(lambda self: self._arrays["m"], doc="(N, R); J = m nᵀ/N")
    n = property(lambda self: self._arrays["n"], doc="(N, R)")
    I = property(lambda self: self._arrays["I"], doc="(N, K)")  # noqa: E743
    w = property(lambda self: self._arrays["w"], doc="(N, O); z = wᵀφ/N")
    J = property(lambda self: self._arrays.get("J"), doc="(N, N), where the file has a full matrix; else None")
    bias = property(lambda self: self._arrays.get("bias"), doc="(N), inside φ, or None")
    current = property(lambda self: self._arrays.get("current"), doc="(N), in the current, or None")
    x0 = property(lambda self: self._arrays.get("x0"), doc="(N), the initial state, or None")
    z0 = property(lambda self: self._arrays.get("z0"), doc="(O), the readout's bias, or None")
    summary = property(lambda self: self._json["summary"], doc="what `kappa inspect` says about reading it")

    @property
    def circuit(self) -> "Circuit":
        """The circuit of the units' moments."""
        return Circuit(call("circuit", {}, self._subject))

    def compare(self, u: Any = None, **options: Any) -> ComparisonResult:
        """Network, exact manifold and circuit on the same trials.

        Trials: u with target, mask, z; or task, trials, trial_count; seed. Circuit: circuit, populations, closure,
        anchor. Also precision, noise.
        """
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        circuit, more = requests.circuit(options)
        fields = requests.rest(options, ("precision", "noise"))
        answer = call("compare", {"trials": trials, "circuit": circuit, **fields}, self._subject, {**arrays, **more})
        return ComparisonResult(answer, _circuit_of(answer))

    def distill(self, u: Any = None, **options: Any) -> DistillationResult:
        """The main job: from the network to its κ-equations, checked against it.

        Trials and circuit as for `compare`; also redraws, replicates, closures, noise.
        """
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        circuit, more = requests.circuit(options)
        fields = requests.rest(options, ("redraws", "replicates", "closures", "noise"))
        request = {"trials": trials, "circuit": circuit, **fields}
        arrays.update(more)
        answer = call("distill", request, self._subject, arrays)
        found = _circuit_of(answer)

        def again(folder: str) -> dict:
            return call("report", request, self._subject, {**arrays, "folder": folder}).json

        return DistillationResult(answer, found, found.equations if found else "", again, self)

    def ablate(self, u: Any = None, **options: Any) -> list:
        """What each population does, by switching it off: the command's JSON."""
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        circuit, more = requests.circuit(options)
        requests.rest(options, ())
        return call("ablate", {"trials": trials, "circuit": circuit}, self._subject, {**arrays, **more}).json

    def currents(self, u: Any = None, folder: Any = None, **options: Any) -> dict:
        """What each population and loading feeds into κ and z: the command's JSON; `folder` gets its figures.

        Trials and circuit as for `compare`.
        """
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        circuit, more = requests.circuit(options)
        requests.rest(options, ())
        return call(
            "currents", {"trials": trials, "circuit": circuit}, self._subject,
            {**arrays, **more, **_folder(folder)}).json

    def merge(self, to: int, u: Any = None, *, by: str = "activity", pairs: int = 10, retrain: int = 0,
              learning_rate: Optional[float] = None, threads: Optional[int] = None, **options: Any) -> MergeResult:
        """The units most alike merged, `pairs` at a time, until `to` are left: sizes beside errors and kinds of solution.

        `by` "activity" or "loadings"; `retrain` updates of training after each step, which need a task. Trials as for
        `compare`. Gives `.rows` and `.network`, the smallest.
        """
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        requests.rest(options, ())
        training = {"seed": trials.get("seed"), "learningRate": learning_rate}
        answer = call("merge", {
            "trials": trials, "by": by, "units": int(to), "pairs": int(pairs), "retrain": int(retrain), "threads": threads,
            "training": {name: value for name, value in training.items() if value is not None},
        }, self._subject, arrays)
        return MergeResult(answer, Network._from(call("subject", {}, answer.subject)))

    @property
    def plot(self) -> Plots:
        """`.loadings()` and `.phase()`, with matplotlib."""
        return Plots(self)

    def inspect(self, u: Any = None, **options: Any) -> dict:
        """What is in the network and how it was read: the command's JSON."""
        options = dict(options, u=u)
        trials, arrays = requests.trials(options)
        requests.rest(options, ())
        given = "task" in trials or "file" in trials or arrays
        return call("inspect", {"trials": trials} if given else {}, self._subject, arrays).json

    def structure(self, **options: Any) -> dict:
        """Whether loadings are Gaussian, and how many populations they form. Options: populations, simulations, readouts, seed."""
        return call(
            "structure", requests.rest(options, ("populations", "simulations", "readouts", "seed")), self._subject).json

    def __repr__(self) -> str:
        return (
            f"<kappa network {self.name}: N = {self.n_units}, rank {self.rank}, {self.n_inputs} inputs, "
            f"{self.n_outputs} outputs, {self.transfer}, α = {self.alpha:g}, {self.form} form>")

    def _repr_html_(self) -> str:
        import html

        return f"<code>{html.escape(repr(self)[1:-1])}</code>"


def _folder(folder: Any) -> dict:
    if folder is None:
        return {}
    os.makedirs(folder, exist_ok=True)
    return {"folder": os.fspath(folder)}


def _circuit_of(answer: Answer) -> Optional["Circuit"]:
    return None if answer.subject is None else Circuit(call("subject", {}, answer.subject))


class Circuit(_Dynamics):
    """A Gaussian circuit: a few equations in κ."""

    @classmethod
    def load(cls, path: Union[str, "os.PathLike[str]"]) -> "Circuit":
        """Reads a circuit.json."""
        found = load(path)
        if not isinstance(found, Circuit):
            raise ArgumentError("badData", str(path), "expected a circuit.json, found a network")
        return found

    @classmethod
    def from_json(cls, text: str) -> "Circuit":
        """A circuit from the text of a circuit.json."""
        return cls(call("circuit", {}, None, {"circuit": text}))

    n_populations = property(lambda self: self._json["populations"], doc="P")
    closure = property(lambda self: self._json["closure"], doc="moments, regressed or refined")

    def to_json(self) -> str:
        """The text of its circuit.json."""
        return self._json["document"]

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes circuit.json, whole or not at all."""
        write_whole(path, self.to_json())

    @property
    def plot(self) -> Plots:
        """`.phase()`, with matplotlib."""
        return Plots(self)

    def __repr__(self) -> str:
        return "\n".join(self.equation_lines)

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(repr(self))}</pre>"


def load(path: Union[str, "os.PathLike[str]"], **reading: Any) -> Union[Network, Circuit]:
    """A network (.npz, .pt, .pth, .pkl, .mat) or a circuit (.json), with the reading options of the command."""
    answer = call("load", {"path": os.fspath(path), "reading": requests.reading(reading)})
    return Circuit(answer) if answer.json["kind"] == "circuit" else Network._from(answer)
