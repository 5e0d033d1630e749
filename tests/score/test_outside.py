"""Scores of metrics from outside: which segments count, what the interval is drawn from, and what a failure leaves."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mt_eval.config import ExternalMetric
from mt_eval.errors import DataError
from mt_eval.score.outside import leave_unscored, score_outside
from mt_eval.types import Level

LENGTHS = "import sys; [print(len(line.rstrip('\\n'))) for line in open(sys.argv[1], encoding='utf-8', newline='\\n')]"
"""A metric: the number of characters of each translation."""


def script(program: str, *arguments: str, **others: Any) -> ExternalMetric:
    """A metric that is a Python program."""
    command = [sys.executable, "-c", program, *(arguments or ("{translation}",))]
    return ExternalMetric(**{"name": "lengths", "command": command, "version": "lengths 1", **others})


@settings(max_examples=30, deadline=None)  # every example starts a process
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.none() | st.just("t"), st.none() | st.text("xyz", max_size=9)),
        max_size=8,
    ).filter(lambda rows: all(row[1:] != (None, None) for row in rows))
)
def test_pairs_without_a_side_are_left_out(make_corpus: Callable[..., Any], rows: list[tuple[str, Any, Any]]) -> None:
    """Aligned pairs get the program's number, others None; articles and the run are means over aligned pairs."""
    program = "import sys; sys.stdout.writelines(f'{len(line) - 1}\\n' for line in open(sys.argv[1]))"
    metric = script(program, "{reference}", "{translation}")
    pairs, translations = make_corpus(sorted(rows, key=lambda row: row[0]))

    scored = _score(metric, pairs, translations)

    expected = [
        len(pair.reference_text) if translation is not None and pair.reference else None
        for pair, translation in zip(pairs, translations, strict=True)
    ]
    known = [value for value in expected if value is not None]
    assert scored.segment_scores == tuple(expected)
    assert scored.score.value == (pytest.approx(statistics.fmean(known)) if known else None)
    for article, mean in scored.score.per_article.items():
        own = [v for v, pair in zip(expected, pairs, strict=True) if v is not None and pair.article_pair_id == article]
        assert mean == (pytest.approx(statistics.fmean(own)) if own else None)


def test_the_interval_is_that_of_a_mean(make_corpus: Callable[..., Any]) -> None:
    """Over 400 segments the bootstrap interval is close to the textbook one of a mean."""
    numbers = [(7 * index) % 101 / 100 for index in range(400)]
    pairs, translations = make_corpus([("a", "t", "r")] * 400)
    metric = script(f"print(*{numbers!r}, sep='\\n')")

    score = _score(metric, pairs, translations).score

    half = 1.96 * statistics.stdev(numbers) / 20
    assert (score.level, score.resampled) == (Level.SEGMENT, "segment")
    assert score.value == pytest.approx(statistics.fmean(numbers))
    assert score.low == pytest.approx(statistics.fmean(numbers) - half, abs=0.006)
    assert score.high == pytest.approx(statistics.fmean(numbers) + half, abs=0.006)


def test_ten_articles_are_resampled_as_articles(make_corpus: Callable[..., Any]) -> None:
    """Equal articles of unequal segments have an interval of no width, which segments would not."""
    pairs, translations = make_corpus([(f"a{index // 2}", "t", "r") for index in range(20)])
    metric = script("print('0\\n1\\n' * 10, end='')")

    score = _score(metric, pairs, translations).score

    assert (score.resampled, score.value, score.low, score.high) == ("article", 0.5, 0.5, 0.5)
    assert set(score.per_article.values()) == {0.5}


def test_a_score_of_the_programs_own_has_no_interval(make_corpus: Callable[..., Any]) -> None:
    """How the program came to its number is not known, so nothing is resampled."""
    pairs, translations = make_corpus([("a", "t", "r")] * 2)
    metric = script("print('1\\n2\\nall 7')", "{translation}", corpus_pattern="all (.*)")

    score = _score(metric, pairs, translations).score

    assert (score.value, score.low, score.high, score.resampled) == (7, None, None, None)
    assert score.per_article == {"a": 1.5}
    assert score.signature.endswith("|corpus:program|level:segment|align:gold|norm:none")


def test_a_metric_that_failed_leaves_a_score_without_a_value(make_corpus: Callable[..., Any]) -> None:
    """It has the signature the score would have had, and None for every pair."""
    pairs, translations = make_corpus([("a", "t", "r"), ("a", None, "r")])
    metric = script(LENGTHS)

    unscored = leave_unscored(metric, pairs, alignment="gold", reason="it broke")

    assert (unscored.score.value, unscored.score.low, unscored.segment_scores) == (None, None, (None, None))
    assert unscored.score.reason == "it broke"
    assert unscored.score.signature == _score(metric, pairs, translations).score.signature


def test_a_metric_without_references_scores_all_that_is_translated(make_corpus: Callable[..., Any]) -> None:
    """Segments without a reference count like others, and articles without one have a score; no source, no number."""
    pairs, translations = make_corpus([("a", "one", "r"), ("a", None, "r"), ("b", "three", None), ("b", "", None)])

    scored = _score(script(LENGTHS, needs_reference=False), pairs, translations)

    assert scored.segment_scores == (3.0, None, 5.0, 0.0)
    assert scored.score.value == pytest.approx(8 / 3)
    assert scored.score.per_article == {"a": 3.0, "b": 2.5}
    assert scored.score.reason is None
    assert scored.score.signature.endswith("|corpus:mean|references:none|level:segment|align:gold|norm:none")


def test_a_metric_that_needs_references_says_that_there_are_none(make_corpus: Callable[..., Any]) -> None:
    """Its program is not run for nothing."""
    pairs, translations = make_corpus([("a", "t", None)])

    scored = _score(script("1 / 0"), pairs, translations)

    assert (scored.score.value, scored.segment_scores) == (None, (None,))
    assert scored.score.reason == "no article has a human version to score against"


def test_translations_of_other_pairs_are_refused(make_corpus: Callable[..., Any]) -> None:
    """Numbers are never given to segments they do not belong to."""
    pairs, translations = make_corpus([("a", "t", "r")] * 2)

    with pytest.raises(DataError, match="translations"):
        _score(script(LENGTHS), pairs, translations[:1])


def _score(metric: ExternalMetric, pairs: Any, translations: Any) -> Any:
    return score_outside(metric, pairs, translations, alignment="gold", samples=1000, seed=1)
