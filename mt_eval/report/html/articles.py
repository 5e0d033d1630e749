"""Scores by article, of every system, by the headline metric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.compare.result import Details
from mt_eval.report.html.scale import Tick, fit_scale
from mt_eval.report.scores import keep_number
from mt_eval.spool import skim
from mt_eval.types import Kind, Level, Run

MOST_ARTICLES = 200
"""Articles shown at the most: those on which systems differ most, or a single one scores worst."""
_SHADES = 4
"""Steps of shading to each side, the last for the largest difference to the baseline."""


@dataclass(frozen=True, slots=True)
class ArticleScores:
    """What each of M systems scores on one article; None where it has no score."""

    name: str
    segments: int
    """Segments with both sides."""
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    scores: ArticleScores
    places: tuple[float | None, ...]
    """The values as percent of the axis."""
    shades: tuple[int, ...]
    """Per system, -4 to 4: how much better than the baseline, in quarters of the largest difference."""


@dataclass(frozen=True, slots=True)
class ArticleTable:
    metric: str
    rows: tuple[ArticleRow, ...]
    total: int
    """Articles there are; `rows` may show fewer."""
    ticks: tuple[Tick, ...]


def read_article_scores(run: Run) -> list[ArticleScores]:
    """Scores by article of one run, by its first metric, as `scores.json` has them."""
    score = next((each for each in run.scores if each.level is Level.SEGMENT), None)
    sides = skim(run.pairs, "article_pair_id", "kind")
    counts = Counter(pair.article_pair_id for pair in sides if pair.kind is Kind.ALIGNED)
    return [
        ArticleScores(name, counts[name], (keep_number(value),))
        for name, value in (score.per_article if score else {}).items()
    ]


def join_article_scores(details: Sequence[Details]) -> list[ArticleScores]:
    """Scores by article of a baseline and M - 1 candidates, as the comparison found them over the texts they share."""
    columns = [[part for part in each.parts if part.kind == "article"] for each in details]
    return [
        ArticleScores(parts[0].name, parts[0].segments, (parts[0].baseline, *(part.candidate for part in parts)))
        for parts in zip(*columns, strict=True)
    ]


def tabulate_articles(
    scores: Sequence[ArticleScores], metric: str, *, lower_is_better: bool = False
) -> ArticleTable | None:
    """The scores as rows of a plot; None unless there are two articles with scores.

    Sorted by the gain of the last system over the first, losses first; of one system, its worst article first.
    """
    sign = -1 if lower_is_better else 1
    kept = [each for each in scores if any(value is not None for value in each.values)]
    if len(kept) < 2:
        return None
    shown = _keep_telling(sorted(kept, key=lambda each: _rank(each.values, sign)))
    scale = fit_scale(value for each in shown for value in each.values if value is not None)
    gains = [tuple(_subtract(value, each.values[0]) for value in each.values) for each in shown]
    largest = max((abs(gain) for each in gains for gain in each), default=0.0) or 1.0
    rows = [
        ArticleRow(
            scores=each,
            places=tuple(None if value is None else scale.place(value) for value in each.values),
            shades=tuple(sign * round(_SHADES * gain / largest) for gain in gain_of),
        )
        for each, gain_of in zip(shown, gains, strict=True)
    ]
    return ArticleTable(metric, tuple(rows), len(kept), scale.list_ticks())


def _rank(values: Sequence[float | None], sign: int) -> float:
    return sign * (_subtract(values[-1], values[0]) if len(values) > 1 else values[0] or 0.0)


def _subtract(value: float | None, baseline: float | None) -> float:
    return 0.0 if value is None or baseline is None else value - baseline


def _keep_telling(ranked: Sequence[ArticleScores]) -> Sequence[ArticleScores]:
    """All of them, or of too many the ends of the ranking."""
    if len(ranked) <= MOST_ARTICLES:
        return ranked
    if len(ranked[0].values) == 1:
        return ranked[:MOST_ARTICLES]
    return [*ranked[: MOST_ARTICLES // 2], *ranked[-(MOST_ARTICLES // 2) :]]
