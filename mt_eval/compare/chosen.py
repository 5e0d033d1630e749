"""Runs or files as they are named -> `Evidence`, and which system is the baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.compare.evidence import Evidence
from mt_eval.compare.gather import gather_runs
from mt_eval.compare.labels import label_runs, rename, sort_naturally
from mt_eval.compare.select import find_run_named, select_runs
from mt_eval.errors import ConfigError, RunError
from mt_eval.runs.columns import RunColumns
from mt_eval.types import Level, Run

if TYPE_CHECKING:
    from mt_eval.compare.files import Files

AnyRun = str | Path | RunColumns | Run
"""A run as `find_runs` or `read_run` gives it, or by name: a run directory, a folder of them, or a glob."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is compared."""

    evidence: Evidence
    baseline: int
    """Its place among the systems."""
    folders: tuple[Path, ...] = ()
    """One per system, where they are runs."""


def find_named(names: Sequence[str], where: Sequence[str] = ()) -> list[RunColumns]:
    """The runs that `select_runs` selects; those of one folder or pattern in the order of what differs between them."""
    runs = select_runs(names, where)
    # The order of their names is that of their identities, which says nothing.
    return [runs[place] for place in sort_naturally(label_runs(runs))] if len(names) == 1 else runs


def choose_runs(
    runs: str | Path | Sequence[AnyRun],
    *,
    baseline: int | str | Path = 0,
    metrics: Sequence[str] = (),
    level: Level = Level.SEGMENT,
    intersect: bool = False,
    trust_utility: bool = False,
    names: Mapping[str, str] | None = None,
) -> Chosen:
    """What the runs say about the same segments.

    Args:
        baseline: A place among the runs, or a run's folder, its name, or its label.
        names: What runs are to be called, by folder, name or label.
        metrics, level, intersect, trust_utility: See `gather_runs`.

    Raises:
        RunError: A run cannot be read, or they cannot be compared.
    """
    if isinstance(runs, str | Path):
        runs = find_named([str(runs)])
    runs = list(runs)  # a generator is read once
    known = [each for each in runs if isinstance(each, RunColumns)]
    found = known if len(known) == len(runs) else select_runs([_name(each) for each in runs])
    known_as = label_runs(found)
    labels = rename(known_as, names or {}, lambda name: find_run_named(name, found, known_as, what="label"))
    place = baseline if isinstance(baseline, int) else find_run_named(str(baseline), found, labels)
    if not 0 <= place < max(1, len(found)):
        raise RunError(f"baseline {place}: there are {len(found)} runs, expected 0 to {len(found) - 1}")
    if not found:
        raise RunError("there is nothing to compare, expected two runs or more")
    evidence = gather_runs(
        found, labels, metrics=metrics, level=level, intersect=intersect, trust_utility=trust_utility
    )
    return Chosen(evidence, place, tuple(run.folder for run in found))


def choose_files(
    files: Files,
    *,
    baseline: int | str | Path = 0,
    metrics: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> Chosen:
    """The systems that plain files hold the translations of.

    Args:
        baseline: A place among the files, or one of them.
        names: What files are to be called.

    Raises:
        ConfigError: A file is named twice, or the baseline is none of them.
        DataError: A file cannot be read, or they do not belong together.
    """
    from mt_eval.compare.files import gather_files

    hypotheses = files.hypotheses
    if len(set(hypotheses)) < len(hypotheses):
        raise ConfigError("--hypotheses names a file twice, expected another one for each system; leave one out")

    def find(name: str | Path, option: str = "label") -> int:
        if Path(name) not in hypotheses:
            raise ConfigError(f"--{option} {name}: expected one of the files behind --hypotheses; name one")
        return hypotheses.index(Path(name))

    place = baseline if isinstance(baseline, int) else find(baseline, "baseline")
    evidence = gather_files(files, metrics)
    return Chosen(replace(evidence, systems=tuple(rename(evidence.systems, names or {}, find))), place)


def _name(run: AnyRun) -> str:
    if isinstance(run, Run) and run.folder is None:
        raise RunError(f"{run.id}: this run is in no run directory; name runs that `mt_eval.read_run` read")
    return str(run.folder if isinstance(run, Run | RunColumns) else run)
