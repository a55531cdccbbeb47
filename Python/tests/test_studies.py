# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""The same numbers as the command's, to the last bit."""

import json
import subprocess

import numpy as np
import pytest

import kappa_rnn as kappa

from conftest import ROOT

NETWORK = str(ROOT / "Networks" / "perceptual-decision.npz")
TASK = ["--task", "perceptual-decision", "--trial-count", "20"]
TRIALS = {"task": "perceptual-decision", "trial_count": 20}


def ask(command, *arguments):
    return json.loads(subprocess.run([command, *arguments, "--json"], capture_output=True, check=True).stdout)


def same(found, expected):
    """Equal but for the file's name, which both were given alike."""
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


@pytest.mark.parametrize("study,arguments,options", [
    ("compare", TASK, TRIALS), ("compare", [*TASK, "--populations", "2", "--seed", "3"], {**TRIALS, "populations": 2, "seed": 3}),
    ("distill", [*TASK, "--populations", "1", "--redraws", "3", "--replicates", "20"],
     {**TRIALS, "populations": 1, "redraws": 3, "replicates": 20}),
    ("ablate", [*TASK, "--populations", "2"], {**TRIALS, "populations": 2}),
    ("inspect", [], {}), ("structure", ["--populations", "2", "--simulations", "20"], {"populations": 2, "simulations": 20}),
])
def test_json_is_the_commands(command, study, arguments, options):
    found = getattr(kappa.load(NETWORK), study)(**options)
    same(found.to_dict() if hasattr(found, "to_dict") else found, ask(command, study, NETWORK, *arguments))


def test_fixed_points_are_the_commands(command):
    net = kappa.load(NETWORK)
    same(net.fixed_points(), ask(command, "fixed-points", NETWORK))
    same(net.fixed_points([0.2], on="circuit"), ask(command, "fixed-points", NETWORK, "--input", "0.2", "--on", "circuit"))


def test_simulation_is_the_commands(command, tmp_path):
    out = tmp_path / "out.npz"
    subprocess.run([command, "simulate", NETWORK, *TASK, "-o", str(out)], check=True, capture_output=True)
    expected = np.load(out)
    net = kappa.load(NETWORK)
    found = net.simulate(**TRIALS)
    assert set(found.arrays) == set(expected.files)
    for name in expected.files:
        np.testing.assert_array_equal(getattr(found, name), expected[name])
    # The same trials from memory.
    np.testing.assert_array_equal(net.simulate(expected["u"]).z, expected["z"])


def test_gain_is_the_commands(command):
    rows = ask(command, "gain", "--delta", "0.5", "1.5", "--mean", "0.2")
    found = kappa.gain([0.5, 1.5], 0.2)
    for name in ("rate", "gain", "gain2", "gain3", "square", "error"):
        assert getattr(found, name).tolist() == [row[name] for row in rows]


def test_a_distillation_gives_everything(decision, tmp_path):
    found = decision.distill(**TRIALS, populations=1, redraws=0, replicates=0)
    assert found.verdict and "tau" in found.equations and found.circuit.rank == 1
    assert found.z_circuit.shape == found.z_network.shape
    assert "<svg" in found._repr_html_() and found.equation_lines[0] in repr(found)
    found.circuit.save(tmp_path / "circuit.json")
    again = kappa.Circuit.load(tmp_path / "circuit.json")
    assert again.to_json() == found.circuit.to_json()
    np.testing.assert_array_equal(again.simulate(found.u).z, found.z_circuit)
    # The circuit of one run judged in another.
    other = decision.compare(found.u, circuit=found.circuit)
    np.testing.assert_array_equal(other.z_circuit, found.z_circuit)


def test_flow_vanishes_at_fixed_points(decision):
    circuit = decision.circuit
    points = np.array([point["kappa"] for point in circuit.fixed_points([0.0])])
    assert np.abs(circuit.flow(points, [0.0])).max() < 1e-9
    exact = np.array([point["kappa"] for point in decision.fixed_points()])
    assert np.abs(decision.flow(exact, [0.0], on="manifold")).max() < 1e-9
    assert circuit.flow(np.zeros((3, 4, 1))).shape == (3, 4, 1)


def test_a_network_from_a_circuit(decision):
    net = decision.circuit.resample(units=200, seed=5)
    assert net.n_units == 200 and net.rank == 1


def test_ablate_refuses_a_circuit(decision):
    """A circuit does not say which units its populations are: it is refused, not dropped without a word."""
    found = decision.distill(task="perceptual-decision", populations=1, closure="moments")
    with pytest.raises(kappa.Error, match="populations"):
        decision.ablate(task="perceptual-decision", circuit=found.circuit)
