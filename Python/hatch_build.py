# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""One wheel for all versions of Python on a platform: it carries a library and a command, but no extension module.

From an sdist, or a clone in which `make wheel` has not run, both are built here where Swift is; they then need Swift's
runtime where it lies.
"""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Platform(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        package = Path(self.root) / "src/kappa_rnn"
        if not (package / "lib").exists():
            self.build(package)
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"

    def build(self, package):
        """Library and command by `swift build`, into the package."""
        engine = Path(self.root) / "engine"
        if not engine.exists():
            engine = Path(self.root).parent
        if not (engine / "Package.swift").exists() or shutil.which("swift") is None:
            raise RuntimeError(
                "expected Swift 6.2 or newer on the PATH, with which kappa-rnn is built from its sources (and GSL, libzip, "
                "libmatio, HDF5 and BLAS for it: Scripts/install-dependencies), found none: install a wheel instead")
        swift = ["swift", "build", "-c", "release", "--package-path", str(engine)]
        for product in ("kappa-c", "kappa"):
            subprocess.run([*swift, "--product", product], check=True)
        made = Path(subprocess.run([*swift, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip())
        for name in ("lib", "bin", "licences"):
            (package / name).mkdir(exist_ok=True)
        for library in made.glob("libkappa-c.*"):
            if library.suffix in (".so", ".dylib"):
                shutil.copy2(library, package / "lib")
        shutil.copy2(made / "kappa", package / "bin")
        shutil.copy2(engine / "LICENSE", package / "licences" / "kappa-LICENSE")
