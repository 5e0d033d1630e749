"""The scores of one run with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

from mt_eval.report.html.scale import Scale
from mt_eval.types import LOWER_IS_BETTER, Level, Run, Score


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One metric with one normalisation; places are percent of an axis from 0 to 100."""

    metric: str
    profile: str
    """The normalisation; empty for texts as they are."""
    segment: Score | None
    article: Score | None
    """Whole articles as units."""
    lower_is_better: bool
    at: float | None
    low: float | None
    high: float | None


def tabulate_scores(run: Run) -> list[ScoreRow]:
    """One row per metric and normalisation, in the order of the run."""
    by_key: dict[tuple[str, str], dict[Level, Score]] = {}
    for score in run.scores:
        by_key.setdefault((score.metric, _read_profile(score)), {})[score.level] = score
    return [_make_row(metric, profile, scores) for (metric, profile), scores in by_key.items()]


def _make_row(metric: str, profile: str, scores: dict[Level, Score]) -> ScoreRow:
    segment = scores.get(Level.SEGMENT)
    at, low, high = (segment.value, segment.low, segment.high) if segment else (None, None, None)
    percent = Scale(0.0, 100.0)
    # Metrics from outside have scales of their own.
    fits = all(value is None or 2 <= value <= 100 for value in (at, high))
    places = [percent.place(value) if value is not None and fits else None for value in (at, low, high)]
    lower = metric.partition("@")[0] in LOWER_IS_BETTER or (
        segment is not None and "better:lower" in segment.signature.split("|")
    )
    return ScoreRow(metric, profile, segment, scores.get(Level.ARTICLE), lower, *places)


def _read_profile(score: Score) -> str:
    """The normalisation, which stands last in a signature."""
    profile = score.signature.rpartition("|norm:")[2] if "|norm:" in score.signature else "none"
    return "" if profile == "none" else profile
