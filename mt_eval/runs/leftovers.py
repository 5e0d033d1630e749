"""What killed processes left in the folder of run directories, put right.

A run directory is made as `.NAME.TAG.partial` and renamed when it is whole; one that is replaced is `.NAME.TAG.old`
for the moment between two renames. `TAG` says whose they are (see `mt_eval.liveness`).
"""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

from mt_eval.liveness import is_in_use, is_just_made

_LEFTOVER = re.compile(r"\.(?P<name>.+)\.(?P<tag>[\w-]+-\d+-[0-9a-f]{8})\.(?P<what>partial|old)", re.ASCII)


def name_partial(runs_dir: Path, name: str, tag: str) -> Path:
    """Where the run directory `name` is written before it is whole."""
    return runs_dir / f".{name}.{tag}.partial"


def name_old(runs_dir: Path, name: str, tag: str) -> Path:
    """Where the run directory `name` is while another takes its place."""
    return runs_dir / f".{name}.{tag}.old"


def clear_leftovers(runs_dir: Path, now: float) -> None:
    """Remove what dead processes left half-written, and put back a run whose replacement never came.

    What a live process may be writing stays. `now` is in seconds since the epoch.
    """
    found = [match for path in runs_dir.glob(".*") if (match := _LEFTOVER.fullmatch(path.name))]
    for match in sorted(found, key=lambda match: match["what"]):  # the old run is back before its replacement goes
        path, tag = runs_dir / match.string, match["tag"]
        partial = name_partial(runs_dir, match["name"], tag)
        if is_just_made(partial, tag, now) or is_in_use(partial if partial.exists() else path, tag, now):
            continue
        if match["what"] == "old":
            with contextlib.suppress(OSError):  # its place is taken
                path.rename(runs_dir / match["name"])
                continue
        shutil.rmtree(path, ignore_errors=True)
