"""Names inside a run directory. Nothing outside `mt_eval.runs` spells a file name of a run."""

from __future__ import annotations

import glob
import os
import time
from dataclasses import dataclass
from pathlib import Path

from mt_eval.errors import RunError

SCHEMA_VERSION = 1
"""Raised whenever a reader of the previous version could misread what is written."""

JUDGEMENTS = ("given-*.json", "given-*.jsonl", "contrast-*.json", "contrast-*.jsonl")
"""Patterns of the files that `mt_eval.runs.judgements` adds to a run directory."""


@dataclass(frozen=True, slots=True)
class RunPaths:
    """The files of one run directory; `runs/README.md` specifies what each holds."""

    folder: Path

    @property
    def run(self) -> Path:
        return self.folder / "run.json"

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def overrides(self) -> Path:
        return self.folder / "overrides.yaml"

    @property
    def segments(self) -> Path:
        return self.folder / "segments.jsonl"

    @property
    def n_best(self) -> Path:
        """The best hypotheses for each text; not there where only one was kept."""
        return self.folder / "n_best.jsonl"

    @property
    def scores(self) -> Path:
        return self.folder / "scores.json"

    @property
    def statistics(self) -> Path:
        return self.folder / "statistics.npz"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def report(self) -> Path:
        """The page that people read; there may be none."""
        return self.folder / "report.html"

    def exists(self) -> bool:
        """Whether a finished run is here: a directory appears whole or not at all."""
        return self.run.is_file()

    @classmethod
    def list_names(cls) -> tuple[str, ...]:
        """The names of all files that mt-eval makes in a run directory, as patterns of a shell."""
        paths = cls(Path())
        files = (paths.run, paths.config, paths.overrides, paths.segments, paths.n_best, paths.scores)
        return (*(path.name for path in (*files, paths.statistics, paths.log, paths.report)), *JUDGEMENTS)


def list_named(path: Path) -> list[Path]:
    """The run directories that were called so with `name=`: of `runs/baseline`, `runs/baseline-vi-ar-01234567`."""
    pattern = f"{glob.escape(str(path))}-[a-z][a-z]-[a-z][a-z]-{'[0-9a-f]' * 8}"
    return [folder for folder in map(Path, sorted(glob.glob(pattern))) if RunPaths(folder).exists()]


def store_folder(runs_dir: Path) -> Path:
    """Where translations are kept between runs."""
    return runs_dir / ".store"


def prepare_runs_dir(runs_dir: Path) -> None:
    """Make the folder that run directories go into, and clear away what killed processes left in it.

    Whether it can be written is found out now, not after a night.

    Raises:
        RunError: The folder cannot be made or written.
    """
    from mt_eval.disk import check_writable, clear_leftovers
    from mt_eval.runs.outcomes import clear_boards

    try:
        check_writable(runs_dir)
    except OSError as error:
        raise RunError(
            f"{runs_dir}: run directories cannot be written here ({os.strerror(error.errno or 0).lower()}); "
            "name another folder with runs_dir=DIR or mend its permissions"
        ) from error
    clear_leftovers(runs_dir, time.time(), RunPaths.list_names())
    for folder in (runs_dir / ".failed", runs_dir / ".sweeps"):
        clear_leftovers(folder, time.time())
    clear_boards(runs_dir, time.time())
