"""The scores of metrics that run as programs of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mt_eval.metrics.key import NO_PROFILE, sign_score
from mt_eval.metrics.outside import Outside
from mt_eval.metrics.program import run_program, sign_program
from mt_eval.score.level import score_level
from mt_eval.score.units import (
    build_segment_units,
    build_translation_units,
    check_translations,
    explain_absence,
    list_articles,
)
from mt_eval.types import Level, Score, SegmentPair, Translation

if TYPE_CHECKING:
    from mt_eval.config import ExternalMetric


@dataclass(frozen=True, slots=True)
class OutsideScored:
    """An outside metric's part of a scored run."""

    score: Score
    segment_scores: tuple[float | None, ...]
    """One per segment pair; None where it lacks a side that the metric needs."""


def score_outside(
    metric: ExternalMetric,
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    *,
    alignment: str,
    projection: str = "",
    samples: int,
    seed: int,
) -> OutsideScored:
    """The score of N translations by an outside metric, over the segment pairs that have both sides; over all that are
    translated, if it needs no reference.

    The interval is drawn like those of the built-in metrics (articles where there are ten or more, else segments) and
    only where the score is the mean of the segments. The score of an article is the mean of its segments either way.

    Raises:
        DataError: The translations are not those of the pairs.
        MetricError: The metric gave no usable numbers.
    """
    check_translations(pairs, translations)
    build = build_segment_units if metric.needs_reference else build_translation_units
    units = build(pairs, translations)
    source_of = {pair.id: pair.source_text for pair in pairs}
    references = units.references if metric.needs_reference else None
    found = run_program(metric, [source_of[name] for name in units.ids], units.translations, references)

    counted = Outside(metric.name, lower_is_better=not metric.higher_is_better).fit([found.values])
    (score,) = score_level(
        units,
        {counted: counted.tabulate(found.values)},
        [_sign(metric, alignment, projection)],
        list_articles(pairs),
        samples=samples if metric.corpus_pattern is None else 0,
        seed=seed,
    )
    value_of = dict(zip(units.ids, found.values, strict=True))
    reason = explain_absence(pairs, Level.SEGMENT) if found.corpus is None else None
    scored = replace(score, value=found.corpus, reason=reason)
    return OutsideScored(scored, tuple(value_of.get(pair.id) for pair in pairs))


def leave_unscored(
    metric: ExternalMetric, pairs: Sequence[SegmentPair], *, alignment: str, reason: str, projection: str = ""
) -> OutsideScored:
    """What stands in a run for a metric that gave no numbers: a score without a value, and None for every pair."""
    score = Score(metric.name, None, _sign(metric, alignment, projection), None, None, Level.SEGMENT, reason=reason)
    return OutsideScored(score, (None,) * len(pairs))


def _sign(metric: ExternalMetric, alignment: str, projection: str) -> str:
    own = sign_program(metric)
    return sign_score(own, level=Level.SEGMENT, alignment=alignment, profile=NO_PROFILE, projection=projection)
