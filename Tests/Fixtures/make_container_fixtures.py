#!/usr/bin/env python3
"""Makes the small files in networks/ that tests of the containers read: pickles, checkpoints with NumPy objects, MATLAB.

Run by hand with numpy, scipy and h5py; numbers follow the rule of make_fixtures.py. All files hold the same network."""
import argparse
import collections
import fractions
import json
import pathlib
import pickle
import struct
import sys

import h5py
import numpy as np
import scipy.io
import scipy.sparse

import checkpoints

OUT = pathlib.Path(__file__).parent / "networks"
N, R, K, O = 6, 2, 3, 1


def value(name, *shape):
    count = int(np.prod(shape, dtype=int))
    return np.sin(1 + np.arange(count) + 100 * len(name)).reshape(shape)


M, NN, I, W = value("m", N, R), value("nn", N, R), value("III", N, K), value("wo1", N, O)


def contents():
    """Arrays in every form that NumPy pickles, lists, numbers, texts, and objects that nobody needs."""
    return {
        "m": np.asfortranarray(M), "n": NN.astype(">f8"), "I": I.tolist(), "w": [row[0] for row in W],
        "alpha": np.float64(0.1), "transfer": "erf", "epoch": 3, "best": np.float32(0.5), "done": True,
        "labels": np.array(["a", "bc"]), "args": argparse.Namespace(lr=0.001), "share": fractions.Fraction(1, 3),
        "counts": collections.Counter("abca"), "shapes": collections.defaultdict(list, {"a": np.arange(3)}),
        "eigenvalues": np.array([1 + 2j]), "objects": np.array([None, {}], dtype=object), "nothing": None,
        "names": {"x", "y"}, "raw": b"\0\1\2",
    }


def mat73(path):
    """MATLAB 7.3 as MATLAB writes it: HDF5 behind a block of 512 bytes, arrays transposed, classes as attributes."""
    def put(group, name, array, kind, **attributes):
        data = group.create_dataset(name, data=np.asarray(array).T, **attributes)
        data.attrs["MATLAB_class"] = np.bytes_(kind)
        return data

    with h5py.File(path, "w", userblock_size=512, libver=("earliest", "v108")) as file:
        put(file, "m", M, "double", compression="gzip", chunks=(R, N))
        put(file, "n", NN.astype("f4"), "single")
        net = file.create_group("net")
        net.attrs["MATLAB_class"] = np.bytes_("struct")
        put(net, "I", I, "double")
        put(net, "w", W, "double")
        put(file, "alpha", [[0.1]], "double")
        text = put(file, "transfer", np.array([[ord(c) for c in "erf"]], dtype="u2"), "char")
        text.attrs["MATLAB_int_decode"] = np.int32(2)
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM"
    with open(path, "r+b") as file:
        file.write(head)


def main():
    for protocol in (2, 3, 4, 5):
        (OUT / f"dict{protocol}.pkl").write_bytes(pickle.dumps(contents(), protocol))
    state = collections.OrderedDict(
        m=checkpoints.Tensor(M.astype("f4")), n=checkpoints.Tensor(np.asfortranarray(NN.astype("f4"))),
        I=checkpoints.Tensor(I.astype("f4")), w=checkpoints.Tensor(W.astype("f4")))
    checkpoints.save({"state_dict": state, "alpha": np.float64(0.1), "activation": "erf", "rates": np.arange(4.0),
                      "args": argparse.Namespace(lr=0.001), "optimizer": {"param_groups": [{"lr": 0.1}]}},
                     OUT / "numpy_objects.pt")
    (OUT / "tensors.pkl").write_bytes(pickle.dumps(dict(state, alpha=0.1, transfer="erf"), 4))

    np.savez(OUT / "odd_entries.npz", m=M, n=NN, I=I, w=W, config=np.array({"lr": 1}, dtype=object),
             eigenvalues=np.array([1 + 2j]), tag=np.bytes_(b"a"), precise=np.arange(3, dtype=np.longdouble),
             alpha=0.1, transfer="erf")

    arrays = {"m": M, "n": NN.astype("f4"), "net": {"I": I, "w": W}, "sparse": scipy.sparse.csc_matrix(np.diag([1.0, 0, 2])), "alpha": 0.1,
              "transfer": "erf", "eigenvalues": np.array([1 + 2j]), "cell": np.array([1, "a"], dtype=object),
              "count": np.int16(-3), "flag": np.array([True])}
    scipy.io.savemat(OUT / "five.mat", arrays)
    scipy.io.savemat(OUT / "five_deflated.mat", arrays, do_compression=True)
    mat73(OUT / "seven.mat")

    with h5py.File(OUT / "net.h5", "w") as file:
        file["m"] = M
    header = json.dumps({"m": {"dtype": "F64", "shape": [N, R], "data_offsets": [0, M.nbytes]}}).encode()
    (OUT / "net.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + M.tobytes())


if __name__ == "__main__":
    sys.exit(main())
