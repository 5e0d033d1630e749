"""The scores of all metrics over units of one level, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.metrics.metric import Metric
from mt_eval.score.resample import FEWEST_ARTICLES, percentile_interval, resample_sums, sum_groups
from mt_eval.score.units import Units
from mt_eval.types import Level, Score

Tables = Mapping[Metric, npt.NDArray[np.integer[Any]]]
"""Metric to its `(N, K)` rows of statistics."""


def score_level(
    units: Units, tables: Tables, signatures: Sequence[str], articles: Sequence[str], *, samples: int, seed: int
) -> list[Score]:
    """One score per metric, in their order; None as its value where there are no units.

    Intervals are 95% percentile bootstrap intervals over articles where there are at least 10, else, at level segment
    only, over segments. All metrics see the same resamples. There is no interval over a single unit.
    """
    groups = np.array(units.articles, dtype=np.int64)
    present = set(units.articles)
    resampled = _choose_resampled(units, len(present), samples)
    resamples = _resample(tables, groups, len(articles), resampled, samples, seed)
    scores = []
    for (metric, rows), signature in zip(tables.items(), signatures, strict=True):
        by_article = sum_groups(rows, groups, len(articles))
        low, high = percentile_interval(metric.score(resamples[metric])) if resamples else (None, None)
        values = enumerate(zip(articles, metric.score(by_article).tolist(), strict=True))
        scores.append(
            Score(
                metric=metric.name,
                value=float(metric.score(by_article.sum(axis=0))) if present else None,
                signature=signature,
                low=low,
                high=high,
                level=units.level,
                per_article={article: value if index in present else None for index, (article, value) in values},
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


def _resample(
    tables: Tables, groups: npt.NDArray[np.int64], articles: int, resampled: str | None, samples: int, seed: int
) -> dict[Metric, npt.NDArray[np.int64]]:
    """Metric to its `(S, K)` sums over S resamples, the same resamples for all; empty where nothing is resampled."""
    if resampled is None or not tables:
        return {}
    drawn: list[npt.NDArray[np.integer[Any]]]
    if resampled == "article":
        drawn = [sum_groups(rows, groups, articles)[np.unique(groups)] for rows in tables.values()]
    else:
        drawn = [*tables.values()]
    sums = resample_sums(np.hstack(drawn), samples=samples, seed=seed)
    ends = np.cumsum([rows.shape[1] for rows in tables.values()])[:-1]
    return dict(zip(tables, np.split(sums, ends, axis=1), strict=True))
