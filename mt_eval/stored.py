"""Records kept on disk, read into the types they must have: what does not fit is damaged, and one sentence says how.

Anybody may have written what is read: only regular files are opened, sizes, depths and shapes have bounds, and whatever
a decoder raises becomes a `DamagedError`.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar, cast

import msgspec

T = TypeVar("T")

LARGEST_RECORD = 2**24
"""Bytes of a record that describes one thing."""
LARGEST_LIST = 2**29
"""Bytes of a record that has an entry for every article of a run: a million articles take some 400 MB."""
LARGEST_FILE = 2**31
"""Bytes of a file that holds texts or numbers of a whole run."""
_DEEPEST = 40
"""Levels of nesting; what mt-eval writes has ten at the most."""
_MOST_COLUMNS = _MOST_ARRAYS = 1000

_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
"""A string of JSON."""
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_CLOSING = bytes.maketrans(b"{}", b"[]")


class DamagedError(Exception):
    """A stored record that is not what it should be; the text says what is wrong, without the file's name."""


def make_decoder(kind: type[T]) -> Callable[[bytes], T]:
    """What turns the JSON of a record into the type `kind`; unknown keys are left out.

    It raises `DamagedError` for anything else.
    """
    decoder: msgspec.json.Decoder[T] = _find_decoder(cast(Hashable, kind))

    def decode(content: bytes) -> T:
        try:
            return decoder.decode(content)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise DamagedError(f"not what was written: {error}") from error

    return decode


@cache
def _find_decoder(kind: Hashable) -> Any:
    """msgspec's decoder of a type, which it takes longer to make than to use."""
    return msgspec.json.Decoder(cast(Any, kind))


def convert_record(record: object, kind: type[T]) -> T:
    """Plain data as the type `kind`.

    Raises:
        DamagedError: It does not fit.
    """
    try:
        return msgspec.convert(record, kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DamagedError(f"not what was written: {error}") from error


def read_record(path: Path, kind: type[T], largest: int = LARGEST_RECORD) -> T:
    """The record in a JSON file.

    Raises:
        DamagedError: It cannot be read as `kind`.
    """
    content = read_content(path, largest)
    check_depth(content)
    return make_decoder(kind)(content)


def read_settings(path: Path, kind: type[T]) -> tuple[dict[str, Any], T]:
    """The mapping in a YAML file as plain data, and the same as `kind`.

    Raises:
        DamagedError: It is something else, or cannot be read.
    """
    import yaml

    content = read_content(path, LARGEST_RECORD)
    # libyaml's loader, where PyYAML was built with it, is ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(content, Loader=loader):
            if isinstance(event, yaml.AliasEvent):  # a few of them can stand for more than any memory holds
                raise DamagedError("a part of it is a reference to another part")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise DamagedError(f"it is nested more than {_DEEPEST} levels deep")
        found = yaml.load(content, Loader=loader)  # a safe loader either way
        msgspec.json.encode(found)  # which refuses what is no plain data
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise DamagedError(f"not YAML of plain data: {' '.join(str(error).split())}") from error
    return convert_record(found, dict[str, Any]), convert_record(found, kind)


def read_arrays(path: Path, names: Collection[str] | None, most_rows: int) -> dict[str, Any]:
    """Name to a table of integers: of those in `names` that are there, or all.

    Raises:
        DamagedError: The file is no NPZ archive, or one of these is no table of at most `most_rows` rows of integers.
    """
    from numpy.lib import format as npy

    content = read_content(path, LARGEST_FILE)
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
            wanted = members if names is None else [name for name in names if name in members]
            if len(wanted) > _MOST_ARRAYS:
                raise DamagedError(f"it holds {len(wanted):,} arrays")
            for name in wanted:
                with archive.open(members[name]) as member:
                    # What an array will be is told before memory is taken for it.
                    is_first = npy.read_magic(member) == (1, 0)
                    shape, _, kind = (npy.read_array_header_1_0 if is_first else npy.read_array_header_2_0)(member)
                if kind.kind not in "iu" or kind.str[1:] == "u8" or len(shape) != 2 or shape[1] > _MOST_COLUMNS:
                    raise DamagedError(f"{name} is no table of integers but {kind} of the shape {shape}")
                if shape[0] > most_rows:
                    raise DamagedError(f"{name} has {shape[0]:,} rows, where there are {most_rows:,} segments")
                with archive.open(members[name]) as member:
                    found[name] = _narrow(npy.read_array(member, allow_pickle=False))
    except DamagedError:
        raise
    except Exception as error:  # nobody can list what zipfile, zlib and numpy raise for bytes that somebody made up
        raise DamagedError(f"no archive of numbers: {type(error).__name__}: {error}") from error
    return found


def _narrow(table: Any) -> Any:
    """A table of integers in as few bits as its numbers need, 16 at least; numpy sums rows in 64."""
    import numpy as np

    largest = max(int(table.max()), -int(table.min())) if table.size else 0
    kind = np.int16 if largest < 2**15 else np.int32 if largest < 2**31 else np.int64
    return table.astype(kind, copy=False)


def read_content(path: Path, largest: int) -> bytes:
    """All bytes of a regular file: a pipe or a device may never end.

    Raises:
        DamagedError: It is missing, cannot be read, is something else, or has more than `largest` bytes.
    """
    with _open_regular(path, largest) as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(size + 1)
        if len(content) > size:  # somebody is writing it
            content += file.read(largest + 1 - len(content))
    if len(content) > largest:
        raise _describe_size(largest)
    return content


def iterate_lines(path: Path, largest: int) -> Iterator[bytes]:
    """The lines of a regular file, one after the other, line feeds included.

    Raises:
        DamagedError: As `read_content`.
    """
    size = 0
    with _open_regular(path, largest) as file:
        for line in file:
            size += len(line)
            if size > largest:
                raise _describe_size(largest)
            yield line


@contextmanager
def _open_regular(path: Path, largest: int) -> Iterator[IO[bytes]]:
    try:
        # Without O_NONBLOCK, opening a pipe waits for a writer, for ever where there is none.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise DamagedError("it is no regular file")
            if status.st_size > largest:
                raise _describe_size(largest)
            yield file
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise DamagedError("it is missing") from error
        raise DamagedError(f"it cannot be read: {error.strerror}") from error


def _describe_size(largest: int) -> DamagedError:
    return DamagedError(f"it has more than {largest:,} bytes")


def check_depth(content: bytes) -> None:
    """Check that the JSON of a record is not nested deeper than what is to be shown can be.

    Raises:
        DamagedError: It is.
    """
    if content.count(b"[") + content.count(b"{") <= _DEEPEST:
        return
    brackets = _TEXT.sub(b"", content).translate(_CLOSING, _NO_BRACKETS)
    for _ in range(_DEEPEST):
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise DamagedError(f"it is nested more than {_DEEPEST} levels deep")
