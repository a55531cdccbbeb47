#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
#
# Kappa beside JAX, PyTorch, SciPy and NumPy on the same work, in one run.
#
# Builds a virtual environment with the pinned versions of requirements.txt in .venv/ (once), builds Kappa's side, and lets
# everybody take turns. Arguments go to peers.py: --rounds N, --json FILE; with `fit` first to fit.py: --updates N, --rounds N. PYTHON chooses the interpreter (3.11 or newer).
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if [ ! -x .venv/bin/python ]; then
  "$python" -m venv .venv || {
    echo "error: run.sh: expected Python 3.11 or newer with venv as '$python' (set PYTHON to choose another)" >&2
    exit 69
  }
fi
.venv/bin/python -m pip install --quiet --requirement requirements.txt
swift build --package-path .. --configuration release --product PeerWork
program=$(swift build --package-path .. --configuration release --show-bin-path)/PeerWork
if [ "${1:-}" = fit ]; then
  shift
  exec .venv/bin/python fit.py --peerwork "$program" "$@"
fi
exec .venv/bin/python peers.py --peerwork "$program" "$@"
