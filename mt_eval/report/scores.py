"""The scores of one run with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

from mt_eval.report.comparison import ABSENT
from mt_eval.types import LOWER_IS_BETTER, Level, Run, Score


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
    lower_is_better: bool
    is_percent: bool
    """Whether its scale is 0-100; metrics from outside have scales of their own."""

    @property
    def digits(self) -> int:
        """Decimals to show."""
        return 1 if self.is_percent or abs(self.segment or 0.0) >= 2 else 3

    def format(self, value: float | None) -> str:
        """One of the row's values as it is shown; a dash for what could not be scored."""
        return ABSENT if value is None else f"{value:.{self.digits}f}"


def tabulate_scores(run: Run) -> list[ScoreRow]:
    """One row per metric and normalisation, in the order of the run."""
    by_key: dict[tuple[str, str], dict[Level, Score]] = {}
    for score in run.scores:
        by_key.setdefault((score.metric, read_profile(score)), {})[score.level] = score
    return [_make_row(metric, profile, scores) for (metric, profile), scores in by_key.items()]


def is_lower_better(score: Score) -> bool:
    """Whether the metric counts errors."""
    return score.metric.partition("@")[0] in LOWER_IS_BETTER or "better:lower" in score.signature.split("|")


def read_profile(score: Score) -> str:
    """The normalisation, which stands last in a signature; empty for texts as they are."""
    profile = score.signature.rpartition("|norm:")[2] if "|norm:" in score.signature else "none"
    return "" if profile == "none" else profile


def _make_row(metric: str, profile: str, scores: dict[Level, Score]) -> ScoreRow:
    segment, article = scores.get(Level.SEGMENT), scores.get(Level.ARTICLE)
    some = next(iter(scores.values()))
    return ScoreRow(
        metric=metric,
        profile=profile,
        signature=some.signature,
        segment=segment.value if segment else None,
        low=segment.low if segment else None,
        high=segment.high if segment else None,
        article=article.value if article else None,
        lower_is_better=is_lower_better(some),
        is_percent=not some.signature.startswith("external:"),
    )
