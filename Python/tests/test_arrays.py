# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""What goes in and what comes out."""

import numpy as np
import pytest

import kappa_rnn as kappa


def by_hand(m, n, I, w, u, alpha=0.2):
    """x ← x + α(-x + m nᵀtanh(x)/N + I u), z = wᵀtanh(x)/N."""
    x, z = np.zeros((len(u), len(m))), []
    for t in range(u.shape[1]):
        x = x + alpha * (-x + np.tanh(x) @ n @ m.T / len(m) + u[:, t] @ I.T)
        z.append(np.tanh(x) @ w / len(m))
    return np.stack(z, 1)


def test_a_network_of_arrays_is_the_equation(vectors):
    u = np.random.default_rng(1).normal(size=(5, 30, 1))
    net = kappa.Network(**vectors, alpha=0.2)
    found = net.simulate(u, states=True)
    assert (net.n_units, net.rank) == (60, 1)
    assert found.z.shape == (5, 30, 1) and found.kappa.shape == (5, 30, 1) and found.x.shape == (5, 30, 60)
    np.testing.assert_allclose(found.z, by_hand(**vectors, u=u), rtol=0, atol=1e-12)
    for name in "mnIw":
        np.testing.assert_array_equal(getattr(net, name), vectors[name])


def test_every_kind_of_array_means_the_same(vectors):
    u = np.random.default_rng(1).normal(size=(4, 20, 1)).astype(np.float32)
    net = kappa.Network(**vectors)
    expected = net.simulate(u.astype(float)).z
    strided = np.zeros((8, 20, 2), np.float32)
    strided[::2, :, :1] = u
    for other in (u, u.astype(">f8"), strided[::2, :, :1], u.tolist(), np.asfortranarray(u)):
        np.testing.assert_array_equal(net.simulate(other).z, expected)


def test_results_outlive_what_they_came_from(vectors):
    z = kappa.Network(**vectors).simulate(np.ones((2, 5, 1))).z
    copy = z.copy()
    for _ in range(50):
        kappa.Network(**vectors).simulate(np.zeros((2, 5, 1)))
    np.testing.assert_array_equal(z, copy)


@pytest.mark.parametrize("u", [np.ones((2, 3)), np.ones((2, 3, 2)), np.full((2, 3, 1), np.nan), np.ones((0, 3, 1)),
                               np.ones((2, 3, 1), complex), np.array([["a"]]), object()])
def test_unusable_arrays_are_errors_of_ours(vectors, u):
    net = kappa.Network(**vectors)
    with pytest.raises(kappa.Error) as raised:
        net.simulate(u)
    assert isinstance(raised.value, ValueError)


def test_errors_say_what_to_do(tmp_path, vectors):
    with pytest.raises(kappa.Error, match="expected"):
        kappa.Network(m=vectors["m"], n=vectors["n"][:5], I=vectors["I"], w=vectors["w"])
    with pytest.raises(FileNotFoundError):
        kappa.load(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="colour"):
        kappa.load(tmp_path / "none.npz", colour=1)
    with pytest.raises(ValueError):
        kappa.Network(**vectors).compare(np.ones((3, 4, 1)), populations=1000)


def test_gain_broadcasts():
    found = kappa.gain(np.array([[0.5], [1.0]]), np.array([0.0, 0.3, -0.3]), transfer="erf")
    assert found.gain.shape == (2, 3)
    closed = 2 / np.sqrt(np.pi) / np.sqrt(1 + 2 * 0.25)
    assert abs(found.gain[0, 0] - closed) < 1e-15
    assert found.rate[0, 1] == -found.rate[0, 2]
    assert kappa.gain(1.0).gain.shape == ()
    with pytest.raises(ValueError):
        kappa.gain(-1.0)


def test_state_dict_is_read_as_a_file_is(vectors):
    net = kappa.Network.from_state_dict({f"rnn.{k}": v.astype(np.float32) for k, v in vectors.items()}, alpha=0.2)
    assert net.n_units == 60 and net.rank == 1 and net.alpha == 0.2


def test_a_torch_model_needs_no_file():
    torch = pytest.importorskip("torch")
    model = torch.nn.RNN(2, 20, nonlinearity="tanh", batch_first=True)
    readout = torch.nn.Linear(20, 1)
    state = {**{f"rnn.{k}": v for k, v in model.state_dict().items()},
             **{f"fc.{k}": v for k, v in readout.state_dict().items()}}
    net = kappa.Network.from_state_dict(state)
    u = torch.randn(3, 12, 2)
    expected = readout(model(u)[0]).detach().numpy()
    np.testing.assert_allclose(net.simulate(u).z, expected, atol=1e-5)
