"""What a translation store holds, leg by leg; removing what is old or unwanted; merging many files into one.

Nothing here touches a file that a live process may be writing to (see `mt_eval.disk`): writers lock theirs before
others can see it, and never open it again once it is closed. Readers need no lock: what vanishes while they read was
written elsewhere before, or is translated again. Run directories keep their own copy of every translation.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mt_eval.disk import append_whole, clear_leftovers, create_locked, is_in_use, is_regular, remove_folder
from mt_eval.errors import RunError
from mt_eval.stored import LARGEST_RECORD, DamagedError, read_content, read_record
from mt_eval.translate.store.records import (
    INFO,
    PREFLIGHT,
    SUFFIX,
    close_batch,
    find_key,
    iterate_records,
    list_files,
    parse_record,
)

_CHUNK_BYTES = 1 << 20
_LEG = "[0-9a-f]" * 16
"""A leg's folder. What is called otherwise, and what is a link, was not made by mt-eval and is left alone."""


@dataclass(frozen=True, slots=True)
class LegInfo:
    """What is on record of a leg; None where it is not."""

    identity: str | None = None
    name: str | None = None
    direction: str | None = None
    engine: str | None = None
    dtype: str | None = None
    generation: Mapping[str, Any] = field(default_factory=dict)
    adapter: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StoredLeg:
    """What the store holds of one leg."""

    folder: Path
    info: LegInfo
    """The leg's model and settings as they were when it was first used."""
    records: int
    size: int
    """Bytes."""
    files: int
    used: float
    """When a run last found something in it or added to it; seconds since the epoch, as `written`."""
    written: float
    in_use: bool
    """A live process may be writing to it."""

    @property
    def name(self) -> str:
        """The model as the configuration named it, with its adapter; empty where that is not on record."""
        adapter = self.info.adapter or {}
        beside = "" if adapter.get("merged", True) else ", not merged"
        return f"{self.info.name or ''}" + (f" with {adapter['name']}{beside}" if "name" in adapter else "")


@dataclass(frozen=True, slots=True)
class Compacted:
    """What merging the files of one leg changed."""

    leg: StoredLeg
    files: int
    """Files that were merged into one."""
    freed: int
    """Bytes."""


def list_legs(root: Path, now: float) -> tuple[StoredLeg, ...]:
    """The legs of which `root` holds translations, last used first.

    Records are counted by reading every file once.

    Raises:
        RunError: A file cannot be read.
    """
    try:
        folders = sorted(root.glob(_LEG)) if root.is_dir() else []
        legs = [_describe(folder, now) for folder in folders if folder.is_dir() and not folder.is_symlink()]
    except OSError as error:
        raise RunError(
            f"{error.filename} cannot be read ({error.strerror}); mend its permissions, or give the command again if "
            "somebody is removing it"
        ) from error
    return tuple(sorted(legs, key=lambda leg: (-leg.used, leg.folder)))


def choose_legs(
    legs: Sequence[StoredLeg], *, now: float, older_than: float | None, pattern: str | None
) -> tuple[StoredLeg, ...]:
    """Those of `legs` that were not used for `older_than` seconds and whose model fits `pattern`; None lets all pass.

    A pattern (`*` and `?` as in a shell) fits the whole name of a model or of its adapter, or the last part of it.
    """
    return tuple(
        leg
        for leg in legs
        if (older_than is None or now - leg.used > older_than)
        and (pattern is None or any(fnmatchcase(name, pattern) for name in _list_names(leg)))
    )


def _list_names(leg: StoredLeg) -> set[str]:
    adapter = str((leg.info.adapter or {}).get("name", ""))
    names = {leg.name, leg.info.name or "", *([adapter] if adapter else [])}
    return names | {name.rpartition("/")[2] for name in names}


def remove_leg(leg: StoredLeg, now: float) -> int:
    """Remove a leg's translations, but for files that a live process came to write since; how many bytes that freed.

    Raises:
        RunError: A file cannot be removed.
    """
    freed = 0
    info = leg.folder / INFO
    try:
        for path in list_files(leg.folder):
            if not is_in_use(path, path.stem, now):
                freed += path.stat().st_size
                path.unlink(missing_ok=True)
        for path in leg.folder.glob(".*.tmp"):
            if is_regular(path) and not is_in_use(path, path.stem.removeprefix("."), now):
                path.unlink(missing_ok=True)
        clear_leftovers(leg.folder, now)
        kept = read_content(info, LARGEST_RECORD) if is_regular(info) else None
        remove_folder(leg.folder, [INFO, PREFLIGHT])
    except DamagedError:
        kept = None
    except OSError as error:
        raise _unchangeable(leg.folder, error) from error
    if kept is not None and list_files(leg.folder):  # a writer came
        with contextlib.suppress(OSError):
            if not info.exists():
                info.write_bytes(kept)
    return freed


def compact_leg(leg: StoredLeg, now: float) -> Compacted:
    """Merge the leg's files that nobody writes to into one, each text once; what a killed writer left torn goes.

    The new file is on the disk before an old one is removed. Of a text that was translated more than once, the record
    stays that readers took before.

    Raises:
        RunError: The folder cannot be written, or the disk is full; nothing is lost.
    """
    sources = [path for path in list_files(leg.folder) if not is_in_use(path, path.stem, now)]
    if len(sources) < 2:
        return Compacted(leg, 0, 0)
    try:
        before = sum(path.stat().st_size for path in sources)
        written = max(path.stat().st_mtime for path in sources)
        merged = _merge(leg.folder, sources)
        os.utime(merged, (written, written))
        for path in sources:
            path.unlink(missing_ok=True)
        return Compacted(leg, len(sources), before - merged.stat().st_size)
    except OSError as error:
        raise _unchangeable(leg.folder, error) from error


def _merge(folder: Path, sources: Sequence[Path]) -> Path:
    """A new file with every record of `sources` whose batch is whole, the first one of each key."""
    descriptor, merged = create_locked(folder, SUFFIX)
    seen: set[bytes] = set()
    try:
        for path in sources:
            lines: list[bytes] = []
            size = 0
            for _, line in iterate_records(path, None, []):
                key = find_key(line)
                if key not in seen and parse_record(line) is not None:
                    seen.add(key)
                    lines.append(line)
                    size += len(line)
                if size > _CHUNK_BYTES:
                    append_whole(descriptor, b"".join([*lines, close_batch(lines)]))
                    lines, size = [], 0
            if lines:
                append_whole(descriptor, b"".join([*lines, close_batch(lines)]))
    except BaseException:
        merged.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return merged


def _describe(folder: Path, now: float) -> StoredLeg:
    files = list_files(folder)
    stats = [path.stat() for path in files]
    info = folder / INFO
    # A folder whose writer has not come to a file yet is as old as itself.
    written = max((stat.st_mtime for stat in stats), default=folder.stat().st_mtime)
    return StoredLeg(
        folder=folder,
        info=_read_info(info),
        records=sum(1 for path in files for _ in iterate_records(path, None, [])),
        size=sum(stat.st_size for stat in stats),
        files=len(files),
        used=max(written, info.stat().st_mtime if info.exists() else 0.0),
        written=written,
        in_use=any(is_in_use(path, path.stem, now) for path in files),
    )


def _read_info(path: Path) -> LegInfo:
    """What is on record of a leg; nothing where a power cut took it."""
    try:
        return read_record(path, LegInfo)
    except DamagedError:
        return LegInfo()


def _unchangeable(folder: Path, error: OSError) -> RunError:
    return RunError(
        f"the translation store {folder} cannot be changed ({error.strerror}); free space or mend its permissions"
    )
