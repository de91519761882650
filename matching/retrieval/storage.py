"""Arrays in one file: written whole or not at all, mapped into memory where they lie."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = "watchlink-matching"
ALIGNED = 64


class IndexFormatError(ValueError):
    """Say that a file is no index of this matcher version."""


def write(path: Path, version: str, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays; the file appears whole or not at all, and equal arrays give equal files."""
    layout, size = {}, 0
    for name, array in arrays.items():
        layout[name] = [array.dtype.str, list(array.shape), size]
        size += -(-array.nbytes // ALIGNED) * ALIGNED
    header = json.dumps({"format": FORMAT, "version": version, "size": size, "arrays": layout}).encode()
    header += b" " * (-(len(header) + 1) % ALIGNED) + b"\n"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(header)
            for array in arrays.values():
                file.write(np.ascontiguousarray(array).data)
                file.write(b"\0" * (-array.nbytes % ALIGNED))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read(path: Path, version: str) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file, read-only.

    Raises IndexFormatError for a file that is none of ours, is cut short or was written by another version.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise IndexFormatError(f"{path} is not a matching index, or is cut short.")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    end = mapped.find(b"\n")
    try:
        header = json.loads(mapped[: end if end >= 0 else 0])
        found = header["version"] if header["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(f"{path} is not a matching index, or is cut short.") from error
    if found is None or found == version and len(mapped) != end + 1 + header["size"]:
        raise IndexFormatError(f"{path} is not a matching index, or is cut short.")
    if found != version:
        raise IndexFormatError(
            f"{path} was written by matcher {found}, this is matcher {version}: build the index again."
        )
    arrays = {}
    for name, (dtype, shape, offset) in header["arrays"].items():
        count = int(np.prod(shape))
        array = np.frombuffer(mapped, dtype, count, end + 1 + offset) if count else _empty(dtype)
        arrays[name] = array.reshape(shape)
    return arrays


def _empty(dtype: str) -> NDArray[Any]:
    array = np.empty(0, dtype)
    array.flags.writeable = False
    return array
