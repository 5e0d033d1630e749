"""What a tracker is told of a run."""

from __future__ import annotations

import math
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.errors import RunError, TrackerError
from mt_eval.export.rows import Row, list_rows
from mt_eval.metrics import list_metrics
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.read import read_run
from mt_eval.runs.settings import flatten, format_setting
from mt_eval.types import Level, Run


@dataclass(frozen=True, slots=True)
class Record:
    """A run as parameters, numbers, words and files."""

    folder: Path
    """The run directory."""
    files: tuple[Path, ...]
    """What is in it; all of them are artefacts."""
    name: str
    identity: str
    finished: str
    """When, UTC in ISO 8601: with `identity`, what tells a run from one that was made again."""
    parameters: Mapping[str, str]
    """Every setting by its dotted name, as it is typed."""
    metrics: Mapping[str, float]
    """Scores with `.low` and `.high`, those of whole articles as `METRIC.articles`, `flagged`, `flags.NAME`, `seconds`
    and `seconds.STAGE`. What could not be scored is not in it."""
    lower_is_better: frozenset[str]
    """Metrics that count errors."""
    tags: Mapping[str, str]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    """One per segment pair, as `mt-eval export` has them."""


def describe_run(folder: Path) -> Record:
    """What is told of the run in `folder`.

    Raises:
        RunError: It is not a run directory, it is damaged, or not all in it are regular files.
    """
    files = tuple(sorted(folder.iterdir())) if folder.is_dir() else ()
    for file in files:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise RunError(
                f"{file}: expected a regular file, got a link, a folder or a device, which would send something from "
                "outside of the run directory; remove it, then give the same command again"
            )
    run = read_run(folder)
    if not re.fullmatch(r"[\w-]+", run.identity):
        raise RunError(f"{folder}: its identity is {run.identity!r}, expected a hash; run the evaluation again")
    head = run.head
    return Record(
        folder=folder,
        files=files,
        name=run.id,
        identity=run.identity,
        finished=head.finished,
        parameters={key: format_setting(value) for key, value in flatten(run.config).items()},
        metrics=dict(_list_metrics(run)),
        lower_is_better=frozenset(key for key, metric in list_metrics(run.scores).items() if metric.lower_is_better),
        tags={
            "system": head.label,
            "direction": str(run.config["direction"]),
            "alignment": head.alignment,
            **{f"choice.{group}": option for group, option in head.choices.items()},
            **_describe_commit(head.environment),
        },
        warnings=run.warnings,
        rows=tuple(list_rows([run])),
    )


def find_own_folder(record: Record) -> Path:
    """Where trackers keep what they keep on this disk, if no other place was named: beside the run directory.

    Raises:
        TrackerError: It, or something right in it, is a link, through which files could be written anywhere.
    """
    folder = record.folder.resolve().parent / ".trackers"
    for path in (folder, *(folder.iterdir() if folder.is_dir() else ())):
        if path.is_symlink():
            raise TrackerError(
                f"{path}: expected a folder or file of its own, got a link; remove it, or name the place with "
                "--set folder=DIR (--set uri=ADDRESS for MLflow)"
            )
    return folder


def _list_metrics(run: Run) -> Iterator[tuple[str, float]]:
    for score in run.scores:
        name = str(MetricKey.of_score(score.metric, score.signature))
        values = {name: score.value, f"{name}.low": score.low, f"{name}.high": score.high}
        if score.level is Level.ARTICLE:
            values = {f"{name}.articles": score.value}
        yield from ((key, value) for key, value in values.items() if value is not None and math.isfinite(value))
    yield "flagged", float(sum(bool(flags) for flags in run.flags))
    counts = Counter(name for flags in run.flags for name in {flag.name for flag in flags})
    yield from ((f"flags.{name}", float(count)) for name, count in sorted(counts.items()))
    seconds = run.head.seconds
    yield "seconds", float(sum(seconds.values()))
    yield from ((f"seconds.{stage}", float(value)) for stage, value in seconds.items())


def _describe_commit(environment: Mapping[str, Any]) -> dict[str, str]:
    git = environment.get("git")
    return {"commit": f"{git['commit']}{' (changed)' if git['dirty'] else ''}"} if git else {}
