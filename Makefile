# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
#
# Everyday tasks. `make demo` and `make test` need nothing but Swift: they install the C libraries by themselves
# on Debian and Ubuntu (and with Homebrew on macOS), and say what is missing elsewhere.

.PHONY: gallery demo test check-all fuzz replay faults kills paths memory sanitize goldens test-explorer test-python test-slurm test-snakemake wheel training-table build install format lint docs clean dependencies

# Where `make install` puts the command.
PREFIX ?= /usr/local

demo: build
	.build/release/kappa distill Networks/perceptual-decision.npz --task perceptual-decision -o kappa-demo

# Release mode: what users run is what is tested, and simulations are forty times faster.
test: dependencies
	swift test -c release

# The interactive page: its mathematics with node, and pages in a real browser (chromium, chromium-driver, selenium).
test-explorer: build
	@if command -v node >/dev/null 2>&1; then node --test Explorer/tests; else echo "Explorer: skipped, no node"; fi
	python3 Explorer/tests/browser.py .build/release/kappa

# The convergence tables of notes/training.md; half an hour on two cores (Scripts/training-table says how to run a part).
training-table: build
	Scripts/training-table

build: dependencies
	swift build -c release --product kappa

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/kappa "$(DESTDIR)$(PREFIX)/bin/kappa"

# The Python package with library and command inside, in dist/; needs Python 3.9, apt-get's source packages and ten minutes.
wheel: dependencies
	Python/build-wheel

# The Python package's tests, with NumPy and pytest where they are; against the library and command of this folder.
test-python: build
	swift build -c release --product kappa-c
	Scripts/test-python

# Sweeps that are killed again and again, under a real Slurm of one node and two slots, and by Snakemake (pip install snakemake).
test-slurm: build
	Scripts/one-node-slurm install
	Scripts/interrupted-sweeps .build/release/kappa slurm

test-snakemake: build
	Scripts/interrupted-sweeps .build/release/kappa snakemake kappa

format:
	swift format --in-place --recursive Package.swift Sources Tests Explorer Fuzz/Package.swift Fuzz/Sources

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Explorer Fuzz/Package.swift Fuzz/Sources
	Scripts/licence-headers --check
	Scripts/folder-cycles

docs: dependencies
	swift package --allow-writing-to-directory docs generate-documentation \
	  --target LowRank --output-path docs --transform-for-static-hosting --warnings-as-errors
	$(MAKE) gallery

# Interactive pages of the bundled networks and of the presets, and published numbers, beside the documentation.
gallery: build
	Scripts/gallery .build/release/kappa docs/explorer

clean:
	rm -rf .build docs kappa-demo

dependencies:
	@Scripts/install-dependencies

# Fuzzes everything that reads files, T seconds a target (Scripts/fuzz says more).
T ?= 60
fuzz: dependencies
	Scripts/fuzz $(T)

# Every input of the fuzzers' corpus through the command, without a fuzzer.
replay: build
	Scripts/replay .build/release/kappa

# What a full or a broken disk leaves behind (Scripts/faults), and what SIGKILL does (Scripts/kills).
faults: build
	Scripts/faults .build/release/kappa

kills: build
	Scripts/kills .build/release/kappa

# The same results on every CPU path in turn, to stated units in the last place.
paths: build
	Scripts/paths .build/release/kappa

# Pairs of large legal options in a limited address space: answered or refused in words, never a crash.
memory: build
	Scripts/memory .build/release/kappa

# The tests and the command under sanitizers: two builds of their own (Scripts/sanitize says how to run a part).
sanitize: dependencies
	Scripts/sanitize

# What the command writes, beside its golden copies.
goldens: build
	Scripts/golden check .build/release/kappa

# All that can be checked in an hour or two; `make fuzz` takes as long as it is given, `make sanitize` two more builds.
check-all: test lint test-explorer test-python goldens replay faults kills paths memory
	Scripts/sanitize short
