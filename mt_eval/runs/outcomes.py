"""What became of the jobs of one sweep, while it goes on: `<runs_dir>/.sweeps/<sweep>/<number>.json`.

Workers may be on other machines and may die at any moment; what they leave here is all that the front of a sweep knows
of them. The folder is gone when the sweep has ended, and what a late worker says then is not kept.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from mt_eval.disk import (
    hold_folder,
    is_in_use,
    is_just_made,
    make_component,
    make_tag,
    remove_folder,
    write_whole,
)
from mt_eval.errors import RunError
from mt_eval.stored import DamagedError, read_record

_BOARDS = ".sweeps"
_NAME = re.compile(r"[^-]+-([\w-]+-\d+-[0-9a-f]{8})", re.ASCII)


class State(StrEnum):
    DONE = "done"
    FINISHED = "finished"
    """It had been made before, or by somebody else."""
    TRANSLATED = "translated"
    """A shard: its translations are in the store."""
    FAILED = "failed"
    ELSEWHERE = "elsewhere"
    """A process outside this sweep was at it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    state: State
    seconds: float | None = None
    folder: str | None = None
    """The run directory."""
    error: str | None = None
    record: str | None = None
    """The file that holds the failure."""
    segments: int | None = None
    """How many a shard has."""
    note: str | None = None
    """What went wrong beside the run, which is whole: its tracker could not be told."""


@dataclass(frozen=True, slots=True)
class Board:
    """Where the outcomes of one sweep are kept, by the numbers of its jobs."""

    runs_dir: Path
    sweep: str

    @contextmanager
    def keep(self) -> Iterator[None]:
        """The board is there as long as the block, and says by a lock on it that its sweep goes on.

        Raises:
            RunError: It cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(
                f"{self._folder}: outcomes cannot be kept here ({os.strerror(error.errno or 0).lower()}); mend that or "
                "name another folder with runs_dir=DIR"
            ) from error
        try:
            with hold_folder(self._folder):
                yield
        finally:
            _remove(self._folder)

    def write(self, number: int, outcome: Outcome) -> None:
        """Put the outcome of a job up; nothing where the sweep has ended, or the disk is full."""
        with contextlib.suppress(OSError):
            write_whole(self._locate(number), json.dumps(asdict(outcome), ensure_ascii=False))

    def read(self, number: int) -> Outcome | None:
        """The outcome of a job; None as long as it has none."""
        try:
            return read_record(self._locate(number), Outcome)
        except DamagedError:
            return None

    def drop(self, number: int) -> None:
        """Forget the outcome of a job that is tried again."""
        with contextlib.suppress(OSError):
            self._locate(number).unlink(missing_ok=True)

    @property
    def _folder(self) -> Path:
        return self.runs_dir / _BOARDS / make_component(self.sweep)

    def _locate(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def clear_boards(runs_dir: Path, now: float) -> None:
    """Remove the boards of sweeps that were killed; `now` is in seconds since the epoch."""
    for folder in (runs_dir / _BOARDS).glob("*"):
        tag = _NAME.fullmatch(folder.name)
        if tag and not is_just_made(folder, tag[1], now) and not is_in_use(folder, tag[1], now):
            _remove(folder)


def name_sweep(moment: str) -> str:
    """A name for a sweep that began at `moment`; no two have the same."""
    return f"{moment}-{make_tag()}"


def _remove(folder: Path) -> None:
    remove_folder(folder, ["[0-9]*.json", ".[0-9]*.json.*.partial"])
    with contextlib.suppress(OSError):  # other sweeps are going on
        folder.parent.rmdir()
