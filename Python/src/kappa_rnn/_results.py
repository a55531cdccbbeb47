# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""What studies give back: arrays as attributes, figures as a dictionary."""

from __future__ import annotations

import html
import os
from typing import Any, Callable, Optional

import numpy as np

from ._door import Answer


class Result:
    """Arrays by name as attributes (`.z`, `.kappa`, …), the figures in `to_dict()`, and `remarks`."""

    def __init__(self, answer: Answer):
        self._json = answer.json
        self.arrays = answer.arrays
        self.remarks = answer.remarks

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            arrays = self.__dict__.get("arrays", {})
            if name in arrays:
                return arrays[name]
            document = self.__dict__.get("_json")
            if isinstance(document, dict) and name in document:
                return document[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def __dir__(self):
        document = self._json if isinstance(self._json, dict) else {}
        return sorted({*super().__dir__(), *self.arrays, *(k for k in document if k.isidentifier())})

    def to_dict(self) -> Any:
        """The figures: the JSON of the command of the same name."""
        return self._json

    def __repr__(self) -> str:
        parts = [f"{name} {array.shape}" for name, array in self.arrays.items()]
        return f"<kappa {type(self).__name__}: {', '.join(parts) or 'no arrays'}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{array.shape}</td></tr>" for name, array in self.arrays.items())
        return f"<b>{html.escape(type(self).__name__)}</b><table>{rows}</table>"

    def to_xarray(self):
        """The arrays of shape (trial, time, …) as an xarray.Dataset."""
        import xarray

        axes = {"z": "output", "kappa": "latent", "u": "input", "v": "input", "x": "unit", "target": "output",
                "mask": "output"}
        return xarray.Dataset({
            name: (("trial", "time", axes.get(name.split("_")[0], name)), array)
            for name, array in self.arrays.items() if array.ndim == 3})


class SimulationResult(Result):
    """`.z` (B, T, O), `.kappa` (B, T, R) and, with `states=True`, `.x` (B, T, N); read after the update with u_t."""


class ComparisonResult(Result):
    """`.z_network`, `.z_manifold`, `.z_circuit` (B, T, O), `.kappa_…` (B, T, R); errors in `.manifold`, `.circuit_errors`."""

    def __init__(self, answer: Answer, circuit: Any = None):
        super().__init__(answer)
        self.circuit = circuit

    @property
    def circuit_errors(self) -> dict:
        """The circuit against the network."""
        return self._json["circuit"]

    def __repr__(self) -> str:
        errors = ", ".join(f"{100 * output['relative']:.3g} %" for output in self.circuit_errors["outputs"])
        return f"<kappa comparison: {self._json['trials']} trials, circuit's error of z {errors}>"


class DistillationResult(ComparisonResult):
    """`.verdict` (sentences), `.equations` (LaTeX), `.circuit`, `.comparison`, `.to_dict()`, `.report(folder)`."""

    def __init__(self, answer: Answer, circuit: Any, latex: str, again: Callable[[str], dict], network: Any = None):
        super().__init__(answer, circuit)
        self.network = network
        self._latex = latex
        self._again = again

    @property
    def verdict(self) -> list:
        """What was found, in sentences."""
        return self._json["verdict"]

    @property
    def equations(self) -> str:
        """The κ-equations as a LaTeX document."""
        return self._latex

    @property
    def equation_lines(self) -> list:
        """The κ-equations as lines of text."""
        return self._json["equations"]

    @property
    def comparison(self) -> "ComparisonResult":
        """The same as a comparison."""
        return self

    def report(self, folder: Any) -> list:
        """Writes circuit.json, comparison.npz, equations.tex, report.html and figures; returns the paths.

        The page looks into more than the result does: the distillation is run once more, with the same seed.
        """
        return self._again(str(folder))["files"]

    def __repr__(self) -> str:
        return "\n".join([*self.verdict, "", *("  " + line for line in self.equation_lines)])

    def _repr_html_(self) -> str:
        verdict = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.verdict)
        lines = html.escape("\n".join(self.equation_lines))
        return f"{verdict}<pre>{lines}</pre>{self._portrait()}"

    def _portrait(self) -> str:
        """dκ/dt over κ of a circuit of rank 1, as SVG; nothing for others."""
        circuit = self.circuit
        if circuit is None or circuit.rank != 1 or "kappa_network" not in self.arrays:
            return ""
        reach = 1.3 * float(np.abs(self.arrays["kappa_network"]).max()) or 1.0
        kappa = np.linspace(-reach, reach, 161)
        speed = circuit.flow(kappa[:, None])[:, 0]
        height = float(np.abs(speed).max()) or 1.0
        points = " ".join(f"{180 + 170 * k / reach:.1f},{90 - 80 * s / height:.1f}" for k, s in zip(kappa, speed))
        return (
            '<svg width="360" height="200" role="img" aria-label="dκ/dt over κ without input">'
            '<line x1="10" x2="350" y1="90" y2="90" stroke="#999"/><line x1="180" x2="180" y1="10" y2="170" stroke="#999"/>'
            f'<polyline points="{points}" fill="none" stroke="#1f77b4" stroke-width="2"/>'
            f'<text x="10" y="192" font-size="11">τ dκ/dt over κ, |κ| ≤ {reach:.3g}, without input</text></svg>')

    @property
    def plot(self) -> "Plots":
        """`.phase()`, `.trajectories()` and `.loadings()`, with matplotlib."""
        return Plots(self)


class TrainingResult(Result):
    """`.network`, `.loss` and `.accuracy` on 1000 new trials, `.losses` of every batch; `to_dict()` is the command's JSON."""

    def __init__(self, answer: Answer, network: Any):
        super().__init__(answer)
        self.network = network

    def __repr__(self) -> str:
        return (
            f"<kappa training: {self._json['task']}, {self._json['updates']} updates, loss {self._json['loss']:.3g}, "
            f"{100 * self._json['accuracy']:.4g} % right decisions>")


class FitResult(Result):
    """`.network`, `.rank`, and `.ranks`, one entry for every rank that was fitted; `to_dict()` is the command's JSON."""

    def __init__(self, answer: Answer, network: Any):
        super().__init__(answer)
        self.network = network

    def __repr__(self) -> str:
        row = next(row for row in self._json["ranks"] if row["rank"] == self._json["rank"])
        return f"<kappa fit: rank {row['rank']}, R² on other trials {row['r2Test']:.4f}>"


class MergeResult(Result):
    """`.rows`, one for every size from the original on, and `.network`, the smallest; `to_dict()` is the command's JSON."""

    def __init__(self, answer: Answer, network: Any):
        super().__init__(answer)
        self.network = network

    def __repr__(self) -> str:
        first, last = self._json["rows"][0], self._json["rows"][-1]
        return f"<kappa merge: {first['units']} to {last['units']} units, error of z {100 * last['relative']:.3g} %>"


class ExplorerPage(str):
    """The HTML of an interactive page, which a notebook shows; `save(path)` writes it for a browser."""

    def save(self, path: Any) -> None:
        """Writes the page, whole or not at all."""
        write_whole(path, self)

    def _repr_html_(self) -> str:
        # In a frame of its own: neither its styles nor its scripts meet the notebook's.
        return (
            f'<iframe title="interactive circuit" srcdoc="{html.escape(self, quote=True)}" '
            'style="width: 100%; height: 720px; border: 0"></iframe>')

    def __repr__(self) -> str:
        return f"<kappa interactive page, {len(self.encode()) / 1e3:.0f} kB: save(path) writes it>"


def write_whole(path: Any, text: str) -> None:
    """Writes a file, whole or not at all."""
    target = os.fspath(path)
    partial = f"{target}.partial-{os.getpid()}"
    with open(partial, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(partial, target)


class GainResult(Result):
    """Arrays `.rate .gain .gain2 .gain3 .square .error` in the broadcast shape."""


class Plots:
    """Pictures with matplotlib, which is imported when the first is drawn."""

    def __init__(self, result: Any):
        self._result = result

    @staticmethod
    def _axes(ax: Optional[Any]) -> Any:
        if ax is not None:
            return ax
        import matplotlib.pyplot as plt

        return plt.subplots()[1]

    def phase(self, ax: Optional[Any] = None, v: Any = None, reach: Optional[float] = None) -> Any:
        """The flow of κ under constant v: a curve for rank 1, arrows for rank 2."""
        ax = self._axes(ax)
        circuit = getattr(self._result, "circuit", None) or self._result
        if reach is None:
            arrays = getattr(self._result, "arrays", {})
            reach = 1.3 * float(np.abs(arrays["kappa_network"]).max()) if "kappa_network" in arrays else 2.0
        if circuit.rank == 1:
            kappa = np.linspace(-reach, reach, 201)
            ax.axhline(0, color="0.7")
            ax.plot(kappa, circuit.flow(kappa[:, None], v)[:, 0])
            ax.set(xlabel="κ", ylabel="τ dκ/dt")
        elif circuit.rank == 2:
            grid = np.linspace(-reach, reach, 17)
            points = np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2)
            speed = circuit.flow(points, v)
            ax.quiver(*points.T, *speed.T)
            ax.set(xlabel="κ1", ylabel="κ2")
        else:
            raise ValueError(f"a phase portrait needs rank 1 or 2, found {circuit.rank}")
        return ax

    def loadings(self, ax: Optional[Any] = None, x: str = "m1", y: str = "n1") -> Any:
        """One loading of every unit over another, e.g. `x="I1", y="n2"`: m, n, I, w with the number of the column."""
        ax = self._axes(ax)
        network = getattr(self._result, "network", None) or self._result

        def column(name: str) -> Any:
            vectors, number = name[:1], name[1:]
            values = getattr(network, vectors, None) if vectors in ("m", "n", "I", "w") else None
            if values is None or not number.isdecimal() or not 1 <= int(number) <= values.shape[1]:
                raise ValueError(f"expected a loading such as m1, n1, I1 or w1 of the network, found {name!r}")
            return values[:, int(number) - 1]

        ax.scatter(column(x), column(y), s=6, alpha=0.6)
        ax.set(xlabel=x, ylabel=y)
        return ax

    def trajectories(self, ax: Optional[Any] = None, trials: int = 10) -> Any:
        """z over steps: the network's as lines, the circuit's dashed."""
        ax = self._axes(ax)
        for trial in range(min(trials, self._result.z_network.shape[0])):
            line = ax.plot(self._result.z_network[trial, :, 0])[0]
            ax.plot(self._result.z_circuit[trial, :, 0], "--", color=line.get_color())
        ax.set(xlabel="step", ylabel="z")
        return ax
