"""Which texts stand beside each other when segments and when articles are scored."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mt_eval.errors import DataError
from mt_eval.score import units
from mt_eval.score.units import build_article_units, build_segment_units, check_translations
from mt_eval.types import Translation

ROWS = [
    ("first", "một", "1"),
    ("first", "hai", None),
    ("second", "", "2"),
    ("first", None, "3"),
    ("first", "bốn", "4"),
    ("second", "năm", "5"),
]


def test_segment_units_are_the_pairs_with_both_sides(make_corpus: Callable) -> None:
    """Pairs that lack a side are left out; an empty translation is not."""
    segments = build_segment_units(*make_corpus(ROWS))

    assert segments.ids == ("p0", "p2", "p4", "p5")
    assert segments.translations == ("một", "", "bốn", "năm")
    assert segments.references == ("1", "2", "4", "5")
    assert segments.articles == (0, 1, 0, 1)


def test_article_units_hold_all_text_of_an_article(make_corpus: Callable) -> None:
    """Translations without a reference and references without a translation are part of the article."""
    articles = build_article_units(*make_corpus(ROWS))

    assert articles.ids == ("first", "second")
    assert articles.translations == ("một hai bốn", "năm")
    assert articles.references == ("1 3 4", "2 5")
    assert articles.articles == (0, 1)


def test_an_article_without_one_side_is_no_unit(make_corpus: Callable) -> None:
    """An article of which nothing was translated, or that has no reference at all, cannot be scored."""
    corpus = make_corpus([("a", "x", None), ("b", None, "y"), ("c", "z", "z")])

    assert build_article_units(*corpus).ids == ("c",)


def test_an_empty_translation_is_a_side(make_corpus: Callable) -> None:
    """An article whose translations are all empty is scored, as empty."""
    assert build_article_units(*make_corpus([("a", "", "y")])).translations == ("",)


def test_a_text_too_long_for_an_article_is_no_unit(make_corpus: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit concerns either side and the joined text."""
    monkeypatch.setattr(units, "LONGEST_ARTICLE", 5)
    corpus = make_corpus([("a", "xx", "yy"), ("a", "xx", "yyy"), ("b", "xx", "yy"), ("b", "xx", "yy")])

    assert build_article_units(*corpus).ids == ("b",)


def test_a_line_break_counts_as_a_space(make_corpus: Callable) -> None:
    """Units are lines: a line break inside a translation or a reference becomes a space."""
    segments = build_segment_units(*make_corpus([("a", "well-\nknown", "một\nhai")]))

    assert (segments.translations, segments.references) == (("well- known",), ("một hai",))


def test_no_pairs_are_no_units(make_corpus: Callable) -> None:
    """An empty corpus has no units at either level."""
    assert (build_segment_units([], []).ids, build_article_units([], []).ids) == ((), ())


def test_translations_of_the_pairs_pass(make_corpus: Callable) -> None:
    """A translation for every source and None elsewhere is what is expected."""
    check_translations(*make_corpus(ROWS))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda given: given[:-1], "got 5 for 6 segment pairs"),
        (lambda given: [None, *given[1:]], r"p0 \(aligned\) stands beside no translation, expected its own"),
        (lambda given: [given[1], given[0], *given[2:]], "p0 .* beside the translation of p1, expected its own"),
        (
            lambda given: [*given[:3], Translation("p3", "ba"), *given[4:]],
            r"p3 \(reference-only\) stands beside the translation of p3, expected none",
        ),
    ],
)
def test_translations_of_other_pairs_are_refused(make_corpus: Callable, change: Callable, message: str) -> None:
    """Too few, missing, swapped and superfluous translations are each named."""
    pairs, translations = make_corpus(ROWS)

    with pytest.raises(DataError, match=message):
        check_translations(pairs, change(translations))
