# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""One wheel for all versions of Python on a platform: it carries a library and a command, but no extension module."""

import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Platform(BuildHookInterface):
    def initialize(self, version, build_data):
        if not (Path(self.root) / "src/kappa_rnn/lib").exists():
            raise RuntimeError("expected src/kappa_rnn/lib, found none: `make wheel` in the project's root builds it")
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
