"""The scores of all metrics over units of one level, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.metrics.metric import Metric
from mt_eval.score.interval import expanded_intervals
from mt_eval.score.resample import FEWEST_ARTICLES, bootstrap_scores, measure_units, sum_groups
from mt_eval.score.units import Units
from mt_eval.types import Level, Score

Tables = Mapping[Metric, npt.NDArray[np.integer[Any]]]
"""Metric to its `(N, K)` rows of statistics."""


def score_level(
    units: Units, tables: Tables, signatures: Sequence[str], articles: Sequence[str], *, samples: int, seed: int
) -> list[Score]:
    """One score per metric, in their order; None as its value where there are no units.

    Intervals are 95% bootstrap intervals (`interval`) over articles where there are at least 10, else, at level segment
    only, over segments. All metrics see the same resamples. There is no interval over a single unit.
    """
    groups = np.array(units.articles, dtype=np.int64)
    known = frozenset(units.articles)
    present = sorted(known)
    resampled = _choose_resampled(units, len(present), samples)
    by_article = {metric: sum_groups(rows, groups, len(articles)) for metric, rows in tables.items()}
    intervals: list[tuple[float, float] | tuple[None, None]] = [(None, None)] * len(tables)
    if resampled and tables:
        drawn = [
            (metric, by_article[metric][present] if resampled == "article" else tables[metric]) for metric in tables
        ]
        stacked = [(metric, rows[np.newaxis]) for metric, rows in drawn]
        resamples = bootstrap_scores(stacked, samples=samples, seed=seed, exact=True)
        intervals = [
            _find_interval(metric, scores[0], rows[0])
            for (metric, rows), scores in zip(stacked, resamples, strict=True)
        ]
    scores = []
    for metric, signature, (low, high) in zip(tables, signatures, intervals, strict=True):
        values = metric.score(by_article[metric]).tolist()
        scores.append(
            Score(
                metric=metric.name,
                value=float(metric.score(by_article[metric].sum(axis=0))) if present else None,
                signature=signature,
                low=low,
                high=high,
                level=units.level,
                per_article={
                    article: values[index] if index in known else None for index, article in enumerate(articles)
                },
                resampled=resampled,
            )
        )
    return scores


def _choose_resampled(units: Units, articles: int, samples: int) -> str | None:
    """What to resample: `article`, `segment`, or None where an interval would mean nothing."""
    if samples == 0 or len(units.ids) < 2:
        return None
    if articles >= FEWEST_ARTICLES:
        return "article"
    return "segment" if units.level is Level.SEGMENT else None


def _find_interval(
    metric: Metric, resampled: npt.NDArray[np.float64], rows: npt.NDArray[np.integer[Any]]
) -> tuple[float, float]:
    """The 95% interval of a score, no wider than the metric's scale."""
    low, high = expanded_intervals(resampled, measure_units(rows))
    return max(float(low), metric.lowest), min(float(high), metric.highest)
