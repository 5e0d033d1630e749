"""Which runs are meant: paths, folders of runs, globs, and what their configurations say."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from mt_eval.errors import RunError
from mt_eval.runs.columns import RunColumns, read_columns
from mt_eval.runs.paths import RunPaths, list_named
from mt_eval.runs.settings import keep_where, list_settings
from mt_eval.types import Level

_PAGE = "README.md"
"""What may lie among run directories and is none."""

_WILD = frozenset("*?[")


def select_runs(
    names: Sequence[str], where: Sequence[str] = (), damaged: list[RunError] | None = None
) -> list[RunColumns]:
    """The runs at paths, in folders of runs and behind globs, each once, in the order named; a folder's by name.

    Args:
        where: `KEY=VALUE` that a run's configuration must hold, all of them: a setting (`decoding.num_beams=4`), a
            group's option (`model=nllb_600m`), or both ways of writing the direction; `chrF++>40` of its scores.
        damaged: Where it is given, a run that cannot be read is left out, and why is appended.

    Raises:
        RunError: There is no run at one of the names, none is left by `where`, or one cannot be read.
    """
    runs: list[RunColumns] = []
    for folder in find_folders(names):
        try:
            runs.append(read_columns(folder, runs[0] if runs else None))
        except RunError as error:
            if damaged is None:
                raise
            damaged.append(error)
    if not where:
        return runs
    settings = {run.folder: _list_settings(run) for run in runs}
    return keep_where(
        runs,
        where,
        lambda run, key: settings[run.folder].get(key),
        lambda run: (*settings[run.folder], *(line.metric for line in run.scores)),
    )


def find_folders(names: Sequence[str]) -> list[Path]:
    """The run directories that `select_runs` reads.

    Raises:
        RunError: There is no run at one of the names.
    """
    # A shell's `runs/*` names the page, too, that says what a run directory holds.
    meant = [name for name in names if not (Path(name).name == _PAGE and Path(name).is_file())] or names
    found: dict[Path, Path] = {}
    for name in meant:
        for folder in _expand(name):
            found.setdefault(folder.resolve(), folder)
    return list(found.values())


def find_run_named(name: str, runs: Sequence[RunColumns], labels: Sequence[str], what: str = "baseline") -> int:
    """The place of the run that is called so: by its folder, the folder's name, or its label.

    Args:
        what: For the message: what the run was named for.

    Raises:
        RunError: There is none, or several.
    """
    folders = {folder.resolve() for folder in (Path(name), *list_named(Path(name)))}
    found = [
        place
        for place, (run, label) in enumerate(zip(runs, labels, strict=True))
        if name in (label, run.folder.name, run.config.get("name")) or run.folder.resolve() in folders
    ]
    if len(found) != 1:
        how_many = "no run" if not found else f"{len(found)} runs"
        raise RunError(
            f"{what} {name}: {how_many} of those compared is called so, expected one of {', '.join(labels)}; "
            "name one of them or its folder"
        )
    return found[0]


def _expand(name: str) -> list[Path]:
    path = Path(name)
    if RunPaths(path).exists():
        return [path]
    if path.is_dir():
        found = sorted(child for child in path.iterdir() if child.name[0] != "." and RunPaths(child).exists())
        if not found:
            raise RunError(f"{name}: neither a run directory nor a folder that holds any; `mt-eval run` makes them")
        return found
    if named := list_named(path):
        return named
    if _WILD & set(name):
        found = [Path(match) for match in sorted(glob.glob(name)) if RunPaths(Path(match)).exists()]
        if found:
            return found
        raise RunError(f"{name}: no run directory matches; put quotes around the pattern and check it with ls")
    if path.is_file():
        raise RunError(f"{name}: is a file, expected a run directory or a folder of them; name its folder")
    raise RunError(f"{name}: there is no such folder; `mt-eval run` prints the folder of every run it makes")


def _list_settings(run: RunColumns) -> dict[str, str]:
    scores = {
        line.metric: str(line.value) for line in run.scores if line.level is Level.SEGMENT and line.value is not None
    }
    return scores | list_settings(run.config, run.head.choices)
