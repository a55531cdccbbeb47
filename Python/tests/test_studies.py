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


def run(command, *arguments):
    subprocess.run([command, *map(str, arguments)], capture_output=True, check=True)


def same_network(found, path):
    """The network in a file, bit by bit."""
    expected = kappa.load(path)
    assert (found.transfer, found.alpha, found.form) == (expected.transfer, expected.alpha, expected.form)
    for name in ("m", "n", "I", "w", "J", "bias"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("study,arguments,options", [
    ("compare", TASK, TRIALS), ("compare", [*TASK, "--populations", "2", "--seed", "3"], {**TRIALS, "populations": 2, "seed": 3}),
    ("distill", [*TASK, "--populations", "1", "--redraws", "3", "--replicates", "20"],
     {**TRIALS, "populations": 1, "redraws": 3, "replicates": 20}),
    ("ablate", [*TASK, "--populations", "2"], {**TRIALS, "populations": 2}),
    ("currents", [*TASK, "--populations", "2"], {**TRIALS, "populations": 2}),
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


def test_circuits_are_asked_as_by_the_command(command, tmp_path):
    """Questions about a circuit: bifurcations, bulk, exports, the page and a network drawn from it."""
    net = kappa.load(NETWORK)
    same(net.bifurcation("I1", -0.2, 0.2, bootstrap=20, seed=4), ask(
        command, "bifurcation", NETWORK, "--parameter", "I1", "--range=-0.2:0.2", "--bootstrap", "20", "--seed", "4"))
    same(net.bulk(1.3, networks=2, units=100, seed=2), ask(
        command, "bulk", NETWORK, "--gain", "1.3", "--networks", "2", "--units", "100", "--seed", "2"))

    path = str(tmp_path / "circuit.json")
    net.circuit.save(path)
    circuit = kappa.load(path)
    for to in ("python", "julia", "javascript", "xpp", "latex", "json"):
        out = tmp_path / f"exported.{to}"
        run(command, "export", path, "--to", to, "-o", out)
        assert circuit.export(to) == out.read_text()
    run(command, "explore", path, "-o", tmp_path / "page.html")
    assert circuit.explore() == (tmp_path / "page.html").read_text()
    run(command, "explore", NETWORK, *TASK, "-o", tmp_path / "page.html")
    assert net.explore(**TRIALS) == (tmp_path / "page.html").read_text()
    for moments in ("matched", "sampled"):
        run(command, "resample", path, "--units", "90", "--moments", moments, "--seed", "7", "-o", tmp_path / "drawn.npz")
        same_network(circuit.resample(90, moments, seed=7), tmp_path / "drawn.npz")


def test_transitions_are_the_commands_graph(command, tmp_path):
    net = kappa.load(NETWORK)
    for to in ("dot", "graphml"):
        out = tmp_path / f"graph.{to}"
        run(command, "fixed-points", NETWORK, "--task", "perceptual-decision", "--graph", out)
        assert net.transition_graph("perceptual-decision", to) == out.read_text()


@pytest.mark.parametrize("preset", ["cycle", "context-gating", "two-neuron", "bulk"])
def test_presets_are_the_commands(command, tmp_path, preset):
    run(command, "make", preset, "-o", tmp_path / "made.json")
    assert kappa.make(preset).to_json() == kappa.Circuit.load(tmp_path / "made.json").to_json()
    run(command, "make", preset, "--units", "80", "--seed", "3", "-o", tmp_path / "made.npz")
    same_network(kappa.make(preset, network=True, units=80, seed=3), tmp_path / "made.npz")


def test_parameters_of_presets_are_checked():
    assert "0.9" in kappa.make("cycle", turn=0.9).to_json()
    with pytest.raises(ValueError, match="turn"):
        kappa.make("cycle", tern=0.9)


def test_training_is_the_commands(command, tmp_path):
    out = tmp_path / "trained.npz"
    options = ["--units", "32", "--updates", "20", "--seed", "2", "--interval", "10"]
    expected = ask(command, "train", "perceptual-decision", *options, "-o", str(out))
    found = kappa.train("perceptual-decision", units=32, updates=20, seed=2, interval=10)
    same({**found.to_dict(), "seconds": 0}, {**expected, "seconds": 0})
    same_network(found.network, out)
    # The file is kept where one is asked for, and training goes on from it.
    kappa.train("perceptual-decision", units=32, updates=20, seed=2, interval=10, output=tmp_path / "own.npz")
    longer = kappa.train("perceptual-decision", updates=30, resume=tmp_path / "own.npz")
    straight = kappa.train("perceptual-decision", units=32, updates=30, seed=2)
    np.testing.assert_array_equal(longer.network.n, straight.network.n)


def test_training_any_part_is_the_commands(command, tmp_path):
    """A random J that stays, I and a bias trained, I along a component; rate form."""
    out = tmp_path / "trained.npz"
    run(command, "train", "perceptual-decision", "--units", "24", "--updates", "6", "--rank", "full", "--gain", "1.5", "--train",
        "I,w,bias", "--form", "rate", "--inputs-along", "2", "-o", out)
    found = kappa.train("perceptual-decision", units=24, updates=6, rank="full", gain=1.5, train=["I", "w", "bias"],
                        form="rate", inputs_along=[2])
    same_network(found.network, out)
    assert found.network.form == "rate" and found.network.bias is not None


def test_merging_is_the_commands(command, tmp_path):
    out = tmp_path / "small.npz"
    options = ["--to", "110", "--pairs", "12", "--by", "loadings", "--retrain", "3"]
    expected = ask(command, "merge", NETWORK, *TASK, *options, "-o", str(out))
    net = kappa.load(NETWORK)
    found = net.merge(110, by="loadings", pairs=12, retrain=3, **TRIALS)
    same(found.to_dict(), expected)
    same_network(found.network, out)
    assert [row["units"] for row in found.rows][-1] == 110 and "110 units" in repr(found)
    with pytest.raises(ValueError, match="to"):
        net.merge(10**6, **TRIALS)


def test_training_on_trials_of_ones_own(command, tmp_path):
    stream = np.random.default_rng(2)
    level = stream.choice([-1.0, 1.0], size=(40, 1, 1))
    u = np.concatenate([level * np.ones((40, 20, 1)), np.zeros((40, 10, 1))], axis=1)
    target = np.broadcast_to(level, u.shape)
    np.savez(tmp_path / "trials.npz", u=u, target=target)
    options = ["--trials", tmp_path / "trials.npz", "--units", "24", "--updates", "15", "--alpha", "0.1", "--held-out", "0.25"]
    run(command, "train", *options, "-o", tmp_path / "trained.npz")
    found = kappa.train(u=u, target=target, units=24, updates=15, alpha=0.1, held_out=0.25)
    same_network(found.network, tmp_path / "trained.npz")
    with pytest.raises(ValueError, match="u"):
        kappa.train(target=target)


def test_a_sweep_is_the_commands(command, tmp_path):
    grid = {"command": "train", "task": "perceptual-decision", "units": [16, 24], "seed": "1..2", "updates": 4}
    found = kappa.sweep(grid, tmp_path / "runs", threads=1)
    same(found, ask(command, "sweep", "collect", str(tmp_path / "runs")))
    assert (tmp_path / "runs" / "table.csv").read_text().count("\n") == 5
    with pytest.raises(kappa.Error, match="trian"):
        kappa.sweep({"command": "trian"}, tmp_path / "none")


def test_published_numbers_are_the_commands(command):
    same(kappa.reproduce(["hopfield-1982"]), ask(command, "reproduce", "hopfield-1982"))


def test_benchmarks_are_the_commands(command):
    """Times differ from run to run; what was timed, and the errors, do not."""
    def timeless(rows):
        return [{name: value for name, value in row.items() if name != "nanoseconds"} for row in rows]

    same(timeless(kappa.bench(["circuit"], rounds=1)), timeless(ask(command, "bench", "circuit", "--rounds", "1")))


def test_the_course_is_the_commands(command, tmp_path):
    size = {"units": 16, "updates": 3, "networks": 1}
    run(command, "course", "--units", "16", "--updates", "3", "--networks", "1", "-o", tmp_path / "theirs")
    found = kappa.course(tmp_path / "ours", **size)
    expected = json.loads((tmp_path / "theirs" / "course.json").read_text())
    same(found, expected)
    assert (tmp_path / "ours" / "course.html").exists()


def test_a_report_is_the_commands(command, tmp_path):
    options = ["--populations", "1", "--redraws", "2", "--replicates", "0", "--closures", "0"]
    run(command, "distill", NETWORK, *TASK, *options, "-o", tmp_path / "theirs")
    found = kappa.load(NETWORK).distill(**TRIALS, populations=1, redraws=2, replicates=0, closures=0)
    found.report(tmp_path / "ours")
    for name in ("circuit.json", "equations.tex"):
        assert (tmp_path / "ours" / name).read_text() == (tmp_path / "theirs" / name).read_text()
    ours, theirs = np.load(tmp_path / "ours" / "comparison.npz"), np.load(tmp_path / "theirs" / "comparison.npz")
    assert sorted(ours.files) == sorted(theirs.files)
    for name in ours.files:
        np.testing.assert_array_equal(ours[name], theirs[name])


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
