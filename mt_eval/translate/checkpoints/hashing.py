"""Hashes of a checkpoint's files: taken once, compared with the hub's, and held against the files while they are used.

What is hashed has to be what is used, also hours later. A file's **stamp** (inode, size, times of change) tells at next
to no cost whether it was touched since it was hashed; if it was, it is hashed again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

from mt_eval.errors import ModelError

_BLOB = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_CHUNK_BYTES = 1 << 20

Stamp = tuple[int, int, int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file as it was when it was hashed."""

    sha256: str
    stamp: Stamp


def hash_files(name: str, folder: Path, files: Iterable[str]) -> dict[str, HashedFile]:
    """File name to its hash, in the order given; each is read once in the life of a process.

    Raises:
        ModelError: A file cannot be read, is changed meanwhile, or is not what the hub's name for it says.
    """
    hashes = {}
    for file in files:
        path = folder / file
        try:
            stamp = take_stamp(path)
            hashes[file] = HashedFile(_hash_once(str(path), stamp), stamp)
        except OSError as error:
            raise ModelError(f"{name}: {path} cannot be read ({error.strerror}); mend its permissions") from error
        except _ChangedError:
            raise ModelError(f"{name}: {path} was changed while it was read; wait until it is whole") from None
        except _DamagedError as error:
            raise ModelError(
                f"{name}: {path} is damaged: its contents have the hash {error}, and it was downloaded as another one; "
                f"delete {path.resolve()}, and the next run downloads it again"
            ) from None
    return hashes


def hash_json(value: Any) -> str:
    """The SHA-256 of plain data, the same for equal data whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def hash_blob(path: Path, like: str) -> str:
    """The hash of a file as the hub takes it: git's SHA-1 where `like` is one, else its SHA-256.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        if len(like) == 64:
            return hashlib.file_digest(stream, "sha256").hexdigest()
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def take_stamp(path: Path) -> Stamp:
    """What changes whenever a file does.

    Raises:
        OSError: It cannot be looked at.
    """
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def once_per_state(read: Callable[..., T]) -> Callable[..., T]:
    """`read(name, folder, ...)` that reads a checkpoint's folder again only when a file right in it was changed.

    What it gives is shared by all callers, none of whom may change it. Errors are found anew.
    """

    @cache
    def read_once(state: object, name: str, folder: Path, *rest: object) -> T:
        return read(name, folder, *rest)

    @wraps(read)
    def read_when_changed(name: str, folder: Path, *rest: object) -> T:
        try:
            # Through links, as they are read: the hub cache has nothing else.
            state = tuple(sorted((path.name, take_stamp(path)) for path in folder.iterdir()))
        except OSError:  # which `read` has the words for
            return read(name, folder, *rest)
        return read_once(state, name, folder, *rest)

    return read_when_changed


def check_unchanged(name: str, folder: Path, hashes: Mapping[str, HashedFile]) -> None:
    """Check that the files still are what was hashed, perhaps by another process.

    Raises:
        ModelError: One was changed or removed.
    """
    for file, expected in hashes.items():
        try:
            stamp = take_stamp(folder / file)
            changed = stamp != expected.stamp and _hash_once(str(folder / file), stamp) != expected.sha256
        except (OSError, _ChangedError, _DamagedError):
            changed = True
        if changed:
            raise ModelError(
                f"{name}: {folder / file} was changed since this run began, which translates with what it was; what "
                "was translated before is kept, run the same command again"
            )


class _ChangedError(Exception):
    pass


class _DamagedError(Exception):
    """The text is the file's hash."""


@cache
def _hash_once(path: str, stamp: Stamp) -> str:
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if take_stamp(Path(path)) != stamp:
        raise _ChangedError
    # One step alone: a blob may be a link itself, into a store that several caches share, with names of another kind.
    blob = Path(path).parent / Path(path).readlink() if Path(path).is_symlink() else Path(path)
    if blob.parent.name == "blobs" and _BLOB.fullmatch(blob.name):
        found = digest if len(blob.name) == 64 else hash_blob(blob, blob.name)
        if found != blob.name:
            raise _DamagedError(found)
    return digest
