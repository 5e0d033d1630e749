"""Articles without a human version beside others: what is scored, what is null, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mt_eval.config import MetricsConfig
from mt_eval.score.scored import score_translations
from mt_eval.types import Level

_REASON = "no article has a human version to score against"


def test_without_any_reference_every_score_is_null_with_the_reason(make_corpus: Callable[..., Any]) -> None:
    """At both levels, of the run and of its articles and segments, with one warning and no statistics."""
    pairs, translations = make_corpus([("a", "t", None), ("b", "u", None)])

    scored = score_translations(pairs, translations, "ar", MetricsConfig(), alignment="none")

    assert {(score.value, score.low, score.reason) for score in scored.scores} == {(None, None, _REASON)}
    assert {tuple(score.per_article.items()) for score in scored.scores} == {(("a", None), ("b", None))}
    assert set(scored.segment_scores.values()) == {(None, None)}
    assert {len(rows) for rows in scored.statistics.values()} == {0}
    assert scored.warnings == (f"{_REASON}: scores are null, what looks wrong is flagged all the same",)


def test_scores_are_those_of_the_articles_that_have_a_reference(make_corpus: Callable[..., Any]) -> None:
    """An article more, without a reference, changes no score; how many there are is said."""
    rows = [("a", "một hai ba", "một hai bốn"), ("a", "năm", None), ("b", "sáu bảy", "sáu tám")]
    settings = MetricsConfig(samples=0)

    alone = score_translations(*make_corpus(rows), "vi", settings, alignment="auto")
    mixed = score_translations(*make_corpus([*rows, ("c", "x y", None)]), "vi", settings, alignment="auto")

    assert [score.value for score in mixed.scores] == [score.value for score in alone.scores]
    assert {score.per_article["c"] for score in mixed.scores} == {None}
    assert {score.reason for score in mixed.scores} == {None}
    assert mixed.warnings[0].startswith("1 of 3 articles has no human version and no score")
    assert mixed.warnings[1:] == alone.warnings


def test_a_level_without_units_says_why(make_corpus: Callable[..., Any]) -> None:
    """Where no segment has both sides, articles may have."""
    pairs, translations = make_corpus([("a", "một", None), ("a", None, "một")])

    scored = score_translations(pairs, translations, "vi", MetricsConfig(samples=0), alignment="auto")

    found = {(score.level, score.value is None, score.reason) for score in scored.scores}
    assert found == {
        (Level.SEGMENT, True, "no segment pair has both a source and a reference"),
        (Level.ARTICLE, False, None),
    }
