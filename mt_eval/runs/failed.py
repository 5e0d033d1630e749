"""Runs that failed: `<runs_dir>/.failed/<name>.json`, one file each, gone when the same configuration succeeds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mt_eval.disk import write_whole
from mt_eval.errors import RunError
from mt_eval.stored import DamagedError, read_record

_WITHOUT_EFFECT = ("runs_dir", "force", "device", "preflight")
"""Settings that do not make another experiment of a run."""


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


def name_failure(config: Mapping[str, Any], choices: Mapping[str, str]) -> str:
    """What a failure of this configuration (plain data) is called, whatever went wrong.

    It cannot be the run's identity, which is not known as long as the data or the model cannot be read.
    """
    kept = {key: value for key, value in config.items() if key not in _WITHOUT_EFFECT}
    digest = hashlib.sha256(json.dumps([kept, choices.get("data")], sort_keys=True).encode()).hexdigest()
    return f"{choices.get('data', 'data')}-{choices.get('model', 'model')}-{config['direction']}-{digest[:8]}"


def locate_failure(runs_dir: Path, name: str) -> Path:
    """The file of the failure that is called so."""
    return runs_dir / ".failed" / f"{name}.json"


def write_failure(runs_dir: Path, failure: Failure) -> Path:
    """Keep `failure`, in the place of an earlier one of the same name, and tell in which file.

    Raises:
        RunError: It cannot be written.
    """
    path = locate_failure(runs_dir, failure.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(failure), ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise RunError(
            f"{path}: what failed could not be put down ({os.strerror(error.errno or 0).lower()}): {failure.error}"
        ) from error
    return path


def read_failures(runs_dir: Path) -> list[Failure]:
    """What failed and has not succeeded since, by name.

    Raises:
        RunError: A file is not a failure's.
    """
    found = []
    for path in sorted((runs_dir / ".failed").glob("[!.]*.json")):
        try:
            found.append(read_record(path, Failure))
        except DamagedError as error:
            if path.exists():
                raise RunError(f"{path} is not the record of a failed run ({error}); delete it") from error
    return found


def clear_failures(runs_dir: Path, name: str, identity: str) -> None:
    """Forget the failures of this configuration, and of others that would have made the same run."""
    folder = runs_dir / ".failed"
    if not folder.is_dir():
        return
    for failure in read_failures(runs_dir):
        if failure.name == name or failure.identity == identity:
            locate_failure(runs_dir, failure.name).unlink(missing_ok=True)
    try:
        folder.rmdir()
    except OSError:
        return  # others failed
