#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
#
# Writes the small seeds in Fuzz/Corpus: the smaller an input, the more of them a second holds. Needs NumPy, and for
# those of trainings the command: Fuzz/make_corpus.py [KAPPA].
import json
import pathlib
import pickle
import subprocess
import sys

import numpy as np

# What the C door is asked: fields of all kinds.
REQUESTS = [
    ("studies", {}), ("subject", {}), ("equations", {}),
    ("inspect", {"trials": {"task": {"name": "perceptual-decision"}, "trialCount": 3, "seed": 1}}),
    ("compare", {"trials": {"task": {"name": "perceptual-decision"}}, "noise": 0.1}),
    ("distill", {"trials": {"task": {"name": "perceptual-decision"}}, "redraws": 2, "replicates": 3,
                 "circuit": {"populations": 2, "closure": "moments"}}),
    ("simulate", {"trials": {"task": {"name": "delayed-match-to-sample"}}, "dynamics": "circuit", "lastSteps": 3}),
    ("fixed-points", {"input": [0.5], "on": "circuit", "starts": 10, "cycles": True, "basins": False}),
    ("bifurcation", {"parameter": "I1", "from": -1, "to": 1, "bootstrap": 3}),
    ("resample", {"units": 100, "seed": 3}), ("export", {"to": "python"}), ("structure", {"populations": 2}),
    ("gain", {"transfer": "tanh", "mean": 0.5, "deviation": 1.5}), ("flow", {"input": [0.1], "kappa": [[0.5]]}),
    ("ablate", {"circuit": {"populations": "auto"}}), ("explore", {"trials": {"seed": 1}}),
]
# Trainings of a few numbers each, which need the command.
TRAININGS = {"plain.npz": [], "rank2.npz": ["--rank", "2"], "full.npz": ["--rank", "full"],
             "fixed.npz": ["--fixed-trials", "4"]}

HERE = pathlib.Path(__file__).resolve().parent / "Corpus"
rng = np.random.default_rng(1)


def save(folder, file, **arrays):
    np.savez(HERE / folder / file, **arrays)


def main():
    for target in ("FuzzNetwork", "FuzzTrials", "FuzzCircuit", "FuzzResume", "FuzzDoor"):
        (HERE / target).mkdir(parents=True, exist_ok=True)
    col = lambda n: np.round(rng.standard_normal((2, n)), 2)
    save("FuzzNetwork", "tiny.npz", m=col(1), n=col(1), I=col(1), w=col(1), alpha=np.float64(0.2))
    save("FuzzNetwork", "dense.npz", J=col(2), I=col(1), w=col(1), b=col(1)[:, 0], x0=col(1)[:, 0])
    save("FuzzNetwork", "rate.npz", W_in=col(1), W_rec=col(2), W_out=col(1).T, form=np.str_("rate"))
    for protocol in (2, 4, 5):
        (HERE / "FuzzNetwork" / f"arrays{protocol}.pkl").write_bytes(
            pickle.dumps({"m": col(1), "n": col(1), "I": col(1), "w": col(1), "alpha": 0.2}, protocol=protocol))
    u = np.zeros((1, 2, 1))
    save("FuzzTrials", "plain.npz", u=u, target=u, mask=u + 1)
    save("FuzzTrials", "labelled.npz", u=u, target=u, mask=u + 1, z=u, conditions=np.array([1]),
         condition_context=np.array([0]), input_names=np.array(["motion"]), epochs=np.array(["stimulus"]),
         epoch_start=np.array([0]), epoch_stop=np.array([2]))
    save("FuzzTrials", "lengths.npz", u=u, y=u, lengths=np.array([2]), x=np.zeros((1, 2, 2)))
    circuit = json.loads((HERE.parent.parent / "Tests/Fixtures/golden/circuits/perceptual.json").read_text())
    (HERE / "FuzzCircuit" / "perceptual.json").write_text(json.dumps(circuit, separators=(",", ":")))
    for name, change in {
        "rate": {"version": 2, "form": "rate"},
        "bias": {"version": 2, "readoutBias": [0.5]},
        "relu": {"transfer": "relu"},
        "erf": {"transfer": "erf"},
    }.items():
        (HERE / "FuzzCircuit" / f"{name}.json").write_text(json.dumps({**circuit, **change}, separators=(",", ":")))
    for number, (study, request) in enumerate(REQUESTS):
        (HERE / "FuzzDoor" / f"{number:02}-{study}.txt").write_text(study + "\n" + json.dumps(request))
    if len(sys.argv) > 1:
        for name, options in TRAININGS.items():
            subprocess.run([sys.argv[1], "train", "perceptual-decision", "--units", "3", "--batch", "2", "--updates",
                            "2", *options, "-o", str(HERE / "FuzzResume" / name)], check=True)


main()
