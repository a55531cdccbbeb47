# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
"""The library's C door: requests in JSON and arrays in, results in JSON and arrays out."""

from __future__ import annotations

import ctypes
import json
import os
import threading
import weakref
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

import numpy as np

from ._errors import error_from

ABI_VERSION = 1
_TYPES = {0: np.dtype(np.float64), 1: np.dtype(np.float32), 2: np.dtype(np.int64)}
_CODES = {np.dtype(np.float64): 0, np.dtype(np.float32): 1, np.dtype(np.int64): 2}
_TEXT = 3
# How long an interrupted call may take to see that nobody wants its answer, before it is left to end by itself.
_PATIENCE = 0.3


class _Array(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("axes", ctypes.c_int32), ("type", ctypes.c_int32)]


_PROGRESS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_double)


class _Observer(ctypes.Structure):
    _fields_ = [
        ("context", ctypes.c_void_p), ("progress", _PROGRESS), ("remark", ctypes.c_void_p),
        ("is_cancelled", ctypes.c_void_p), ("cancelled", ctypes.POINTER(ctypes.c_int32))]


def _library_path() -> Path:
    """Where the shared library lies: in the package, or where KAPPA_LIBRARY says (for work on Kappa itself)."""
    named = os.environ.get("KAPPA_LIBRARY")
    if named:
        return Path(named)
    folder = Path(__file__).parent / "lib"
    for name in ("libkappa-c.so", "libkappa-c.dylib"):
        if (folder / name).exists():
            return folder / name
    raise ImportError(
        f"kappa_rnn: expected its library in {folder}, found none: install a wheel (pip install kappa-rnn), "
        "or set KAPPA_LIBRARY to a library built with `swift build -c release --product kappa-c`")


def _load() -> ctypes.CDLL:
    library = ctypes.CDLL(str(_library_path()))
    library.kappa_abi_version.restype = ctypes.c_int32
    found = library.kappa_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"kappa_rnn: expected a library of ABI version {ABI_VERSION}, found {found}: reinstall")
    library.kappa_version.restype = ctypes.c_char_p
    library.kappa_run.restype = ctypes.c_void_p
    library.kappa_run.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(_Array), ctypes.c_int32,
        ctypes.POINTER(_Observer)]
    for name, result in [
        ("kappa_result_status", ctypes.c_int32), ("kappa_result_json", ctypes.c_char_p),
        ("kappa_result_remarks", ctypes.c_char_p), ("kappa_result_array_count", ctypes.c_int32),
        ("kappa_result_subject", ctypes.c_void_p)]:
        function = getattr(library, name)
        function.restype = result
        function.argtypes = [ctypes.c_void_p]
    library.kappa_result_array.restype = ctypes.c_int32
    library.kappa_result_array.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(_Array)]
    for name in ("kappa_result_free", "kappa_subject_free"):
        function = getattr(library, name)
        function.restype = None
        function.argtypes = [ctypes.c_void_p]
    return library


_library = _load()
LIBRARY_VERSION: str = _library.kappa_version().decode()


class Subject:
    """A network or circuit in the library's memory."""

    def __init__(self, handle: int):
        self.handle = handle
        weakref.finalize(self, _library.kappa_subject_free, handle).atexit = False


class _Result:
    """Keeps a result of the library alive as long as an array shows its memory."""

    def __init__(self, handle: int):
        self.handle = handle
        weakref.finalize(self, _library.kappa_result_free, handle).atexit = False


class Answer:
    """What a call found: `json`, `arrays` by name, `remarks`, and perhaps a `subject`."""

    def __init__(self, json_: Any, arrays: dict, subject: Optional[Subject], remarks: list):
        self.json = json_
        self.arrays = arrays
        self.subject = subject
        self.remarks = remarks


def _refuse(name: str, text: str):
    return error_from({"kind": "usage", "quantity": name, "text": text})


def as_array(name: str, value: Any) -> np.ndarray:
    """An array that the library takes: float64, float32 or int64, C-contiguous, in the machine's order; or texts.

    Tensors of PyTorch and arrays of JAX are taken as they are; nothing is imported for them.
    """
    if hasattr(value, "detach"):  # a tensor of PyTorch, perhaps with a gradient or on another device
        value = value.detach()
        if hasattr(value, "cpu"):
            value = value.cpu()
        if str(getattr(value, "dtype", "")) == "torch.bfloat16":
            value = value.float()
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever a foreign object raises
        raise _refuse(name, f"expected an array of numbers, found {error}") from None
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind in "biu" and array.dtype.itemsize <= 8 and array.dtype != np.uint64:
        array = array.astype(np.int64)
    elif array.dtype.kind == "f" and array.dtype.itemsize == 2:
        array = array.astype(np.float32)
    elif array.dtype.kind != "f" or array.dtype.itemsize > 8:
        raise _refuse(name, f"expected an array of real numbers, found one of dtype {array.dtype}")
    shape = array.shape  # ascontiguousarray gives a single number an axis
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("=")).reshape(shape)


def _views(result: _Result) -> dict:
    arrays = {}
    entry = _Array()
    for index in range(_library.kappa_result_array_count(result.handle)):
        if not _library.kappa_result_array(result.handle, index, ctypes.byref(entry)):
            continue
        shape = tuple(entry.shape[i] for i in range(entry.axes))
        dtype = _TYPES[entry.type]
        count = 1
        for size in shape:
            count *= size
        name = entry.name.decode()
        if count == 0:
            arrays[name] = np.zeros(shape, dtype)
            continue
        memory = (ctypes.c_char * (count * dtype.itemsize)).from_address(entry.data)
        memory._owner = result  # the array's base: the result goes when the last array does
        arrays[name] = np.frombuffer(memory, dtype=dtype).reshape(shape)
    return arrays


class _Arguments:
    """The C side of a call's arrays, and everything that has to live as long as they do."""

    def __init__(self, arrays: Mapping[str, Any]):
        kept = {name: as_array(name, value) for name, value in arrays.items() if value is not None}
        self.count = len(kept)
        self.entries = (_Array * max(len(kept), 1))()
        self.alive: list = [kept]
        for place, (name, array) in enumerate(kept.items()):
            shape = (ctypes.c_int64 * max(array.ndim, 1))(*array.shape)
            self.alive.append(shape)
            if array.dtype.kind == "U":
                texts = (ctypes.c_char_p * max(array.size, 1))(*[str(t).encode() for t in array.ravel()])
                self.alive.append(texts)
                data, code = ctypes.addressof(texts), _TEXT
            else:
                data, code = array.ctypes.data, _CODES[array.dtype]
            self.entries[place] = _Array(name.encode(), data, shape, array.ndim, code)


def call(
    study: str, request: Optional[Mapping[str, Any]] = None, subject: Optional[Subject] = None,
    arrays: Optional[Mapping[str, Any]] = None, progress: Optional[Callable[[str, str, float], None]] = None,
    quick: bool = False,
) -> Answer:
    """Runs a study of the library.

    In the main thread the work runs in a thread of its own, so that Ctrl-C is heard: the work is called off, and
    KeyboardInterrupt raised at once. `quick` calls, of less than some milliseconds, run where they are.
    """
    try:
        text = json.dumps({} if request is None else request, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise _refuse("request", f"expected numbers, texts and lists, found {error}") from None
    arguments = _Arguments(arrays or {})
    cancelled = ctypes.c_int32(0)
    problems: list = []

    def on_progress(_, title, part, share):
        try:
            progress(title.decode(), part.decode(), share)
        except BaseException as error:  # a function that fails calls the work off
            problems.append(error)
            cancelled.value = 1

    observer = _Observer(
        None, _PROGRESS(on_progress) if progress is not None else _PROGRESS(), None, None,
        ctypes.pointer(cancelled))
    found: list = []

    def work():
        handle = _library.kappa_run(
            study.encode(), text, subject.handle if subject else None, arguments.entries, arguments.count,
            ctypes.byref(observer))
        found.append(_Result(handle))

    if quick or threading.current_thread() is not threading.main_thread():
        work()
    else:
        thread = threading.Thread(target=work, name=f"kappa {study}", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.1)
        except KeyboardInterrupt:
            cancelled.value = 1
            thread.join(_PATIENCE)
            raise
    result = found[0]
    status = _library.kappa_result_status(result.handle)
    document = json.loads(_library.kappa_result_json(result.handle).decode())
    if problems:
        raise problems[0]
    if status != 0:
        raise error_from(document)
    handle = _library.kappa_result_subject(result.handle)
    remarks = json.loads(_library.kappa_result_remarks(result.handle).decode())
    return Answer(document, _views(result), Subject(handle) if handle else None, remarks)
