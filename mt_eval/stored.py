"""Records kept on disk, read into the types they must have: what does not fit is damaged, and one sentence says how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import msgspec

T = TypeVar("T")


class DamagedError(Exception):
    """A stored record that is not what it should be; the text says what is wrong, without the file's name."""


def make_decoder(kind: type[T]) -> Callable[[bytes], T]:
    """What turns the JSON of a record into the type `kind`; unknown keys are left out.

    It raises `DamagedError` for anything else.
    """
    decoder = msgspec.json.Decoder(kind)

    def decode(content: bytes) -> T:
        try:
            return decoder.decode(content)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise DamagedError(f"not what was written: {error}") from error

    return decode


def convert_record(record: object, kind: type[T]) -> T:
    """Plain data as the type `kind`.

    Raises:
        DamagedError: It does not fit.
    """
    try:
        return msgspec.convert(record, kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DamagedError(str(error)) from error


def read_record(path: Path, kind: type[T]) -> T:
    """The record in a JSON file.

    Raises:
        DamagedError: It cannot be read as `kind`.
    """
    return make_decoder(kind)(read_content(path))


def read_settings(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        DamagedError: It is something else, or cannot be read.
    """
    import yaml

    # libyaml's loader, where PyYAML was built with it, is ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(read_content(path), Loader=loader)  # a safe loader either way
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DamagedError(f"not YAML: {error}") from error
    if not isinstance(found, dict):
        raise DamagedError("it holds no configuration")
    return found


def read_arrays(path: Path, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Name to array of 64-bit integers, wide enough for any sum of rows; of those in `names`, or all.

    Raises:
        DamagedError: The file is no NPZ archive of such arrays, or cannot be read.
    """
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            wanted = arrays.files if names is None else [name for name in names if name in arrays.files]
            return {name: arrays[name].astype(np.int64, casting="safe") for name in wanted}
    except (OSError, EOFError, TypeError, ValueError, BadZipFile) as error:
        raise DamagedError(str(error)) from error


def read_content(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        DamagedError: It is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedError("it is missing or cannot be read") from error
