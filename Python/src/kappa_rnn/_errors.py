# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""Errors with the engine's own words."""

from __future__ import annotations

from typing import Any, Mapping


class Error(Exception):
    """Why a question has no answer: `kind` (usage, badData, noInput, software, cannotWrite, cancelled), `quantity`, `text`."""

    def __init__(self, kind: str, quantity: str, text: str):
        super().__init__(f"{quantity}: {text}" if quantity else text)
        self.kind = kind
        self.quantity = quantity
        self.text = text

    def __reduce__(self):
        return type(self), (self.kind, self.quantity, self.text)


class ArgumentError(Error, ValueError):
    """An argument, a file or an array that cannot be used."""


class MissingFileError(Error, FileNotFoundError):
    """A file that is not there or cannot be read."""


def error_from(document: Mapping[str, Any]) -> Error:
    """The exception for an error of the library."""
    kind = document.get("kind", "software")
    kinds = {"usage": ArgumentError, "badData": ArgumentError, "noInput": MissingFileError}
    return kinds.get(kind, Error)(kind, document.get("quantity", ""), document.get("text", ""))
