# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Networks fitted to activity: the command's, and the estimator's."""

import numpy as np
import pytest

import kappa_rnn as kappa

from test_studies import ask, same, same_network


@pytest.fixture
def recorded():
    """Rates (B, T, N) of a small network of rank 1 under inputs u (B, T, 1)."""
    net = kappa.make("decision", network=True, units=16)
    u = 0.5 * np.random.default_rng(4).normal(size=(12, 1, 1)) * np.ones((12, 20, 1))
    return net, u, np.tanh(net.simulate(u, states=True).x)


def test_a_fit_is_the_commands(command, tmp_path, recorded):
    net, u, rates = recorded
    np.savez(tmp_path / "activity.npz", rates=rates, u=u, alpha=0.2, transfer="tanh")
    expected = ask(command, "fit", str(tmp_path / "activity.npz"), "--rank", "1", "--starts", "1", "-o", str(tmp_path / "net.npz"))
    found = kappa.fit(rates, u, rank=1, starts=1, alpha=0.2, transfer="tanh")
    assert found.ranks == expected["ranks"] and found.rank == expected["rank"] == 1
    # Without z the w of the file is each unit's own rate, which the network in memory leaves out.
    with np.load(tmp_path / "net.npz") as file:
        for name in ("m", "n", "I"):
            np.testing.assert_array_equal(getattr(found.network, name), file[name])
    assert found.ranks[0]["r2Test"] > 0.99
    # Of a network itself.
    np.savez(tmp_path / "net0.npz", m=net.m, n=net.n, I=net.I, w=net.w, alpha=0.2, transfer="tanh")
    np.savez(tmp_path / "trials.npz", u=u)
    expected = ask(command, "fit", str(tmp_path / "net0.npz"), "--trials", str(tmp_path / "trials.npz"), "--rank", "1",
                   "--starts", "1", "-o", str(tmp_path / "net1.npz"))
    found = kappa.fit(kappa.load(tmp_path / "net0.npz"), u, rank=1, starts=1)
    same(found.ranks, expected["ranks"])
    same_network(found.network, tmp_path / "net1.npz")


def test_the_estimator_predicts(recorded):
    _, u, rates = recorded
    model = kappa.LowRankFit(rank=1, starts=1, alpha=0.2, transfer="tanh")
    with pytest.raises(ValueError, match="fit"):
        model.predict(u)
    assert model.fit(u[:9], rates[:9]) is model and model.rank_ == 1
    assert model.predict(u[9:]).shape == rates[9:].shape
    assert model.score(u[9:], rates[9:]) > 0.99
    assert repr(model.set_params(rank="auto", starts=3)) == "LowRankFit(alpha=0.2, transfer='tanh')"
    with pytest.raises(ValueError, match="colour"):
        model.set_params(colour=1)


def test_the_estimator_is_scikit_learns(recorded):
    base = pytest.importorskip("sklearn.base")
    copy = base.clone(kappa.LowRankFit(rank=2, free=["m", "n"]))
    assert copy.get_params()["rank"] == 2 and copy.free == ["m", "n"]


def test_a_fit_keeps_what_is_done(tmp_path, recorded):
    _, u, rates = recorded
    options = {"rank": 1, "starts": 1, "repeats": 0, "alpha": 0.2, "transfer": "tanh"}
    found = kappa.fit(rates, u, output=tmp_path / "net.npz", **options)
    with np.load(tmp_path / "net.npz") as file:
        np.testing.assert_array_equal(file["m"], found.network.m)
    # A finished fit is a network, and needs no more.
    with pytest.raises(ValueError, match="finished"):
        kappa.fit(rates, u, resume=tmp_path / "net.npz", output=tmp_path / "next.npz", **options)


def test_structure_of_rates_is_the_commands(command, tmp_path):
    random = np.random.default_rng(6)
    motion = random.choice([-1.0, 1.0], size=30)
    colour = random.choice([-1.0, 1.0], size=30)
    slopes = random.normal(size=(2, 20))
    rates = (np.outer(motion, slopes[0]) + np.outer(colour, slopes[1]))[:, None] + 0.3 * random.normal(size=(30, 8, 20))
    rates[random.random(rates.shape) < 0.1] = np.nan
    found = kappa.structure(rates, conditions={"motion": motion, "colour": colour}, simulations=20, populations=2, seed=3)
    np.savez(tmp_path / "activity.npz", rates=rates, u=np.zeros((30, 8, 0)), condition_motion=motion, condition_colour=colour)
    expected = ask(command, "structure", str(tmp_path / "activity.npz"), "--simulations", "20", "--populations", "2", "--seed", "3")
    same(found, expected)
    assert found["units"] == 20 and any(test["name"] == "ePAIRS" for test in found["tests"])
    # Without conditions the inputs' means stand for the task's variables.
    assert kappa.structure(rates, motion[:, None, None] * np.ones((30, 8, 1)), simulations=20)["units"] == 20
    with pytest.raises(ValueError, match="'u'"):
        kappa.structure(rates)


def test_rates_are_checked(recorded):
    net, u, rates = recorded
    with pytest.raises(ValueError):
        kappa.fit(rates[:, :5], u, rank=1)
    with pytest.raises(ValueError, match="alpha"):
        kappa.fit(net, u, alpha=0.2)
