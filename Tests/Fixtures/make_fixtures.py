#!/usr/bin/env python3
"""Makes the small files in networks/ that the tests of NetworkFiles read.

Run by hand with numpy and torch when a fixture is to change; the results are committed, so that the tests need no
Python. Every number is made up here by a fixed rule (a sine of its place), and the tests use the same rule:

    value(name, i) = sin(1 + i + 100 * len(name))        i: place in row-major order
"""
import pathlib
import numpy as np
import torch

OUT = pathlib.Path(__file__).parent / "networks"
N, R, K, O = 6, 2, 3, 1


def value(name, *shape):
    count = int(np.prod(shape, dtype=int))
    return np.sin(1 + np.arange(count) + 100 * len(name)).reshape(shape)


def state(dtype=torch.float32, bias=False):
    tensors = {
        "wi": value("wi", K, N), "si": 1 + np.arange(K), "m": value("m", N, R), "n": value("nn", N, R),
        "wo": value("wo1", N, O), "so": np.array([4.0]), "h0": np.zeros(N),
    }
    if bias:
        tensors["b"] = value("bias", N, 1)
    result = {key: torch.tensor(array, dtype=dtype) for key, array in tensors.items()}
    # Real files have n column-major: a transposed look into another storage.
    result["n"] = result["n"].t().contiguous().t()
    return result


def main():
    OUT.mkdir(exist_ok=True)
    m, n, i, w = value("m", N, R), value("nn", N, R), value("III", N, K), value("wo1", N, O)
    np.savez(OUT / "plain.npz", m=m, n=n, I=i, w=w, alpha=0.1, transfer="erf")
    np.savez_compressed(
        OUT / "mixed.npz", m=np.asfortranarray(m), n=n.astype(">f4"), wi=i.T.astype("<f4"), wo=w[:, 0].astype(">f8"),
        dt=np.int64(20), tau=np.float32(100), transfer=np.array("relu"))
    np.savez(OUT / "rank1.npz", m=m[:, 0], n=n[:, 0], I=i[:, 0], w=w[:, 0])
    np.savez(OUT / "objects.npz", m=np.array([{}, []], dtype=object), n=n, I=i, w=w)
    np.savez(OUT / "complex.npz", m=m.astype(complex), n=n, I=i, w=w)
    np.savez(OUT / "structured.npz", m=np.zeros(N, dtype=[("a", "f8"), ("b", "i4")]), n=n, I=i, w=w)
    torch.save(state(), OUT / "valente.pt")
    torch.save(state(), OUT / "valente_legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(state(torch.float64, bias=True), OUT / "bias.pt")
    torch.save(state(torch.float16), OUT / "half.pt")
    torch.save(state(torch.bfloat16), OUT / "bfloat16.pt")
    torch.save(state(), OUT / "protocol4.pt", pickle_protocol=4)

    # A checkpoint of a module with parameters, an optimiser and a prefix.
    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for key, tensor in state().items():
                setattr(self, key, torch.nn.Parameter(tensor))

    class Wrapper(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = Module()

    module = Wrapper()
    optimizer = torch.optim.Adam(module.parameters())
    sum(p.sum() for p in module.parameters()).backward()
    optimizer.step()
    with torch.no_grad():
        for key, tensor in state().items():
            getattr(module.rnn, key).copy_(tensor)
    torch.save({"epoch": 3, "state_dict": module.state_dict(), "optimizer": optimizer.state_dict()},
               OUT / "nested.pt")
    torch.save({key: torch.nn.Parameter(tensor) for key, tensor in state().items()}, OUT / "parameters.pt",
               _use_new_zipfile_serialization=False)

    # One storage, several tensors: offsets, strides, an expanded axis.
    block = torch.tensor(value("block", 40), dtype=torch.float64)
    torch.save({"m": block[:12].view(6, 2), "n": block[12:24].view(2, 6).t(), "I": block[24:25].expand(6, 1),
                "w": block[25:37:2].view(6, 1)}, OUT / "shared.pt")

    # Mixture: D = 4, P = 2.
    supports = np.zeros((2, N))
    supports[0, :3] = 1
    supports[1, 3:] = 1
    mixture = {
        "gaussian_basis": value("basis", 4, N), "supports": supports, "weights": np.array([0.5, 0.5]),
        "wi_weights": value("wi_weights", K, 2, 4), "m_weights": value("m_weights", R, 2, 4),
        "n_weights": value("n_weights1", R, 2, 4), "wo_weights": value("wo_weights12", O, 2, 4),
        "wi_biases": value("wi_biases1234", K, 2), "m_biases": value("m_biases123456", R, 2),
        "n_biases": value("n_biases1234567", R, 2), "h0_weights": np.zeros((2, 4)),
    }
    torch.save({k: torch.tensor(v, dtype=torch.float64) for k, v in mixture.items()}, OUT / "mixture.pt")

    # Full rank: J = m n^T / N exactly of rank 2, N = 16 so that an eighth of it is 2.
    big_m, big_n = value("m", 16, R), value("nn", 16, R)
    torch.save({"wrec": torch.tensor(big_m @ big_n.T / 16), "wi": torch.tensor(value("wi", K, 16)),
                "si": torch.ones(K, dtype=torch.float64), "wo": torch.tensor(value("wo1", 16, O) / 16),
                "so": torch.ones(O, dtype=torch.float64), "h0": torch.zeros(16, dtype=torch.float64)},
               OUT / "dense.pt")

    u = value("u", 2, 5, K)
    np.savez(OUT / "trials.npz", u=u, target=value("target", 2, 5, 1), mask=np.ones((2, 5, 1)))


if __name__ == "__main__":
    main()
