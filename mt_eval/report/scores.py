"""The scores of one run with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.metrics import find_metric
from mt_eval.metrics.key import NO_PROFILE, MetricKey
from mt_eval.report.comparison import ABSENT
from mt_eval.types import Level, Run, Score


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One metric with one normalisation."""

    metric: str
    profile: str
    """The normalisation; empty for texts as they are."""
    signature: str
    """Of the score over segments, or over whole articles where there is no other."""
    segment: float | None
    low: float | None
    """Lower end of the 95% interval of the score over segments."""
    high: float | None
    article: float | None
    """The score with whole articles as units."""
    chance: float | None
    """The score over segments of the same translations, each beside another segment's reference."""
    copied: float | None
    """The score over segments of the sources themselves."""
    reason: str
    """Why there is no score over segments; empty where there is one, or nobody said why."""
    lower_is_better: bool
    is_percent: bool
    digits: int
    """Decimals to show."""

    def format(self, value: float | None) -> str:
        """One of the row's values as it is shown; a dash for what could not be scored."""
        return ABSENT if value is None else f"{value:.{self.digits}f}"


def keep_number(value: float | None) -> float | None:
    """The value; None for NaN and infinity, which a program from outside may give and which no scale has."""
    return value if value is not None and math.isfinite(value) else None


def tabulate_scores(run: Run) -> list[ScoreRow]:
    """One row per metric and normalisation, in the order of the run."""
    by_key: dict[MetricKey, dict[Level, Score]] = {}
    for score in run.scores:
        by_key.setdefault(MetricKey.of_score(score.metric, score.signature), {})[score.level] = score
    return [_make_row(key, scores) for key, scores in by_key.items()]


def explain_absence(rows: Sequence[ScoreRow]) -> list[str]:
    """A sentence per reason for which metrics have no score, with the metrics it is about."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        if row.reason:
            by_reason.setdefault(row.reason, []).append(f"{row.metric}@{row.profile}" if row.profile else row.metric)
    return [f"no {', '.join(names)}: {reason}" for reason, names in by_reason.items()]


def _make_row(key: MetricKey, scores: dict[Level, Score]) -> ScoreRow:
    segment, article = scores.get(Level.SEGMENT), scores.get(Level.ARTICLE)
    some = next(iter(scores.values()))
    metric = find_metric(key, some.signature)
    return ScoreRow(
        metric=key.metric,
        profile="" if key.profile == NO_PROFILE else key.profile,
        signature=some.signature,
        segment=keep_number(segment.value if segment else None),
        low=keep_number(segment.low if segment else None),
        high=keep_number(segment.high if segment else None),
        article=keep_number(article.value if article else None),
        chance=keep_number(segment.chance if segment else None),
        copied=keep_number(segment.copied if segment else None),
        reason=(some.reason or "") if segment is None or segment.value is None else "",
        lower_is_better=metric.lower_is_better,
        is_percent=metric.is_percent,
        digits=metric.choose_decimals(abs(keep_number(segment.value if segment else None) or 0.0)),
    )
