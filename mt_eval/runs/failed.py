"""Runs that failed: `<runs_dir>/.failed/<name>.json`, one file each, gone when the same configuration succeeds."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mt_eval.disk import make_component, write_whole
from mt_eval.errors import RunError
from mt_eval.stored import DamagedError, read_record

_WITHOUT_EFFECT = ("name", "tags", "runs_dir", "force", "device", "preflight", "report", "tracker")
"""Settings that do not make another experiment of a run."""
_LONGEST = 40
"""Characters, of four bytes at the most, so that what tells two failures apart is never cut off."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run could not be made."""

    name: str
    """`DATA-MODEL-SRC-TGT-` and eight hexadecimal digits of the configuration; the file's name."""
    error: str
    """One sentence."""
    traceback: str
    overrides: tuple[str, ...]
    time: str
    """When it failed, UTC in ISO 8601."""
    host: str
    identity: str | None = None
    """The run's identity, where the failure left it to be known."""
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that cannot be read."""

    path: Path
    why: str
    """One sentence."""


def name_failure(config: Mapping[str, Any], choices: Mapping[str, str]) -> str:
    """What a failure of this configuration (plain data) is called, whatever went wrong.

    It cannot be the run's identity, which is not known as long as the data or the model cannot be read.
    """
    kept = {key: value for key, value in config.items() if key not in _WITHOUT_EFFECT}
    digest = hashlib.sha256(json.dumps([kept, choices.get("data")], sort_keys=True).encode()).hexdigest()
    what = make_component(f"{choices.get('data', 'data')}-{choices.get('model', 'model')}")
    return make_component(f"{what[:_LONGEST]}-{config['direction']}-{digest[:8]}")


def locate_failure(runs_dir: Path, name: str) -> Path:
    """The file of the failure that is called so."""
    return runs_dir / ".failed" / f"{make_component(name)}.json"


def write_failure(runs_dir: Path, failure: Failure) -> Path:
    """Keep `failure`, in the place of an earlier one of the same name, and tell in which file.

    Raises:
        RunError: It cannot be written.
    """
    path = locate_failure(runs_dir, failure.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(failure), ensure_ascii=False, indent=2) + "\n"
        # Half of a surrogate pair, which a file's name may have, is written as a question mark.
        write_whole(path, text.encode(errors="replace").decode())
    except OSError as error:
        raise RunError(
            f"{path}: what failed could not be put down ({os.strerror(error.errno or 0).lower()}): {failure.error}"
        ) from error
    return path


def read_failures(runs_dir: Path) -> tuple[list[Failure], list[Damaged]]:
    """What failed and has not succeeded since, by name; and the files that are no record of a failure."""
    failures: list[Failure] = []
    damaged: list[Damaged] = []
    for path in _list_files(runs_dir):
        try:
            failures.append(_read(path))
        except DamagedError as error:
            damaged.append(Damaged(path, f"{path} is no record of a failed run ({error}); delete it"))
    return failures, damaged


def remove_failures(
    runs_dir: Path, *, older_than: float | None = None, now: float = 0.0, dry: bool = False
) -> list[Path]:
    """The records of failures that were removed, by name.

    Args:
        older_than: Only those that were written so many seconds before `now`.
        dry: Remove none.
    """
    removed = []
    for path in _list_files(runs_dir):
        with contextlib.suppress(OSError):
            if older_than is not None and now - path.stat().st_mtime < older_than:
                continue
            if not dry:
                path.unlink()
            removed.append(path)
    return removed


def has_failures(runs_dir: Path) -> bool:
    """Whether a failure may be on record."""
    return (runs_dir / ".failed").exists()


def clear_failures(runs_dir: Path, name: str, identity: str) -> None:
    """Forget the failures of this configuration, and of others that would have made the same run.

    Nothing is done about what cannot be read or removed: the run is there.
    """
    own = locate_failure(runs_dir, name)
    for path in _list_files(runs_dir):
        with contextlib.suppress(DamagedError, OSError):
            if not path.is_symlink() and (path == own or _read(path).identity == identity):
                path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # others failed
        own.parent.rmdir()


def _list_files(runs_dir: Path) -> list[Path]:
    return sorted((runs_dir / ".failed").glob("[!.]*.json"))


def _read(path: Path) -> Failure:
    failure = read_record(path, Failure)
    if failure.name != path.stem:
        raise DamagedError(f"it is called {failure.name[:80]!r}, not as its file")
    return failure
