"""Writes files as torch.save and pickle.dump of tensors would, without torch: the names that a checkpoint refers to are
those of small stand-ins."""
import collections
import io
import pickle
import struct
import sys
import types
import zipfile

import numpy as np

STORAGES = {"float32": "FloatStorage", "float64": "DoubleStorage", "int64": "LongStorage", "float16": "HalfStorage"}


def module(name, **members):
    result = types.ModuleType(name)
    for key, member in members.items():
        member.__module__ = name
        member.__qualname__ = member.__name__ = key
        setattr(result, key, member)
    sys.modules[name] = result
    return result


def rebuild_tensor(*arguments): raise NotImplementedError
def load_from_bytes(*arguments): raise NotImplementedError


module("torch", **{name: type(name, (), {}) for name in STORAGES.values()})
module("torch._utils", _rebuild_tensor_v2=rebuild_tensor)
module("torch.storage", _load_from_bytes=load_from_bytes)


class Storage:
    """What a persistent identifier, or in a plain pickle a small torch file, stands for."""

    def __init__(self, array, key):
        self.array, self.key = array, key
        self.type = getattr(sys.modules["torch"], STORAGES[str(array.dtype)])

    def __reduce__(self):
        return load_from_bytes, (legacy(self),)


class Tensor:
    """An array that pickles as a tensor; transposed ones keep their strides."""

    count = 0

    def __init__(self, array):
        array = np.asarray(array)
        base = array.T if array.flags.f_contiguous and not array.flags.c_contiguous else np.ascontiguousarray(array)
        self.storage = Storage(base.ravel(), str(Tensor.count))
        self.shape = array.shape
        self.strides = tuple(s // array.itemsize for s in array.strides) if base is not array else \
            tuple(s // base.itemsize for s in base.strides)
        Tensor.count += 1

    def __reduce__(self):
        return rebuild_tensor, (self.storage, 0, self.shape, self.strides, False, collections.OrderedDict())


class Pickler(pickle.Pickler):
    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = {}

    def persistent_id(self, item):
        if not isinstance(item, Storage):
            return None
        self.storages[item.key] = item
        return "storage", item.type, item.key, "cpu", item.array.size


def dump(item, protocol=2):
    file = io.BytesIO()
    pickler = Pickler(file, protocol)
    pickler.dump(item)
    return file.getvalue(), pickler.storages


def save(item, path, protocol=2):
    """The zip container."""
    data, storages = dump(item, protocol)
    prefix = path.stem
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [("data.pkl", data), ("byteorder", b"little")] + [
                (f"data/{key}", storage.array.tobytes()) for key, storage in storages.items()] + [("version", b"3\n")]:
            archive.writestr(zipfile.ZipInfo(f"{prefix}/{name}"), content)


def legacy(item):
    """The container before version 1.6."""
    data, storages = dump(item)
    head = [pickle.dumps(part, 2) for part in (0x1950a86a20f9469cfc6c, 1001, {
        "protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}})]
    keys = list(storages)
    blocks = [struct.pack("<q", storages[key].array.size) + storages[key].array.tobytes() for key in keys]
    return b"".join(head + [data, pickle.dumps(keys, 2)] + blocks)
