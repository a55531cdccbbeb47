# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""`python -m kappa_rnn`, `kappa` and `kappa-rnn`: the command that the wheel carries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ._errors import Error, error_from


def command_path() -> str:
    """Where the command lies: in the package, or where KAPPA_COMMAND says (for work on Kappa itself)."""
    command = os.environ.get("KAPPA_COMMAND") or str(Path(__file__).parent / "bin" / "kappa")
    if not os.path.exists(command):
        raise Error(
            "software", "kappa", f"expected the command at {command}, found none: install a wheel, or set KAPPA_COMMAND")
    return command


def run_command(*arguments: str) -> str:
    """What the command prints; what it complains of is an error."""
    done = subprocess.run([command_path(), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return done.stdout
    kind = {64: "usage", 65: "badData", 66: "noInput", 73: "cannotWrite", 130: "cancelled"}.get(done.returncode, "software")
    lines = done.stderr.strip().splitlines()
    raise error_from({"kind": kind, "quantity": arguments[0], "text": "\n".join(lines)})


def main() -> None:
    """Becomes the command."""
    try:
        command = command_path()
    except Error as error:
        sys.exit(f"kappa-rnn: {error}")
    os.execv(command, ["kappa", *sys.argv[1:]])


if __name__ == "__main__":
    main()
