"""Runs and segments as pandas frames, for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.compare.result import Comparisons
from mt_eval.compare.select import select_runs
from mt_eval.export.rows import list_rows
from mt_eval.extras import require_extra
from mt_eval.metrics.key import MetricKey
from mt_eval.report.comparison_data import list_comparisons
from mt_eval.runs.read import read_run
from mt_eval.runs.settings import flatten
from mt_eval.types import Level, Run, Score

if TYPE_CHECKING:
    from pandas import DataFrame


def frame_runs(*names: str | Path, segments: bool = False) -> DataFrame:
    """See `mt_eval.frame_runs`."""
    require_extra("frames", "a pandas frame")
    import pandas

    runs = [read_run(each.folder) for each in select_runs([str(name) for name in names])]
    if segments:
        return pandas.DataFrame(list(list_rows(runs)))
    return pandas.DataFrame([_describe_run(run) for run in runs])


def frame_comparisons(result: Comparisons) -> DataFrame:
    """One row per comparison, with the columns that its CSV has."""
    require_extra("frames", "a pandas frame")
    import pandas

    return pandas.DataFrame(list_comparisons(result))


def _describe_run(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "system": run.head.label,
        "direction": run.config["direction"],
        "segments": len(run.pairs),
        **dict(_list_scores(run.scores)),
        "flagged": sum(bool(flags) for flags in run.flags),
        "seconds": sum(run.head.seconds.values()),
        "finished": run.head.finished,
        **{f"choice.{group}": option for group, option in run.head.choices.items()},
        **flatten(run.config),
        "identity": run.identity,
    }


def _list_scores(scores: tuple[Score, ...]) -> Iterator[tuple[str, float | None]]:
    for score in scores:
        name = str(MetricKey.of_score(score.metric, score.signature))
        if score.level is Level.ARTICLE:
            yield f"{name}.articles", score.value
        else:
            yield from ((name, score.value), (f"{name}.low", score.low), (f"{name}.high", score.high))
