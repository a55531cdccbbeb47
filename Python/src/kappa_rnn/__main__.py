# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""`python -m kappa_rnn`, `kappa` and `kappa-rnn`: the command that the wheel carries."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the command."""
    command = os.environ.get("KAPPA_COMMAND") or str(Path(__file__).parent / "bin" / "kappa")
    if not os.path.exists(command):
        sys.exit(f"kappa-rnn: expected the command at {command}, found none: install a wheel, or set KAPPA_COMMAND")
    os.execv(command, ["kappa", *sys.argv[1:]])


if __name__ == "__main__":
    main()
