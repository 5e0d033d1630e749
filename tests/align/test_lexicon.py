"""Lexicons: learned from groups, read from the tables that come along."""

from __future__ import annotations

import itertools
import re
from importlib.resources import files

import pytest

from mt_eval.align.lexicon import Lexicon, learn_lexicon, learn_one_way, merge_lexicons, read_lexicon

_WORDS = {"mèo": "قط", "chó": "كلب", "nhà": "بيت", "ăn": "ياكل", "ngủ": "ينام"}


def test_model_1_finds_the_translations() -> None:
    """From sentences that mix the words, each word's likeliest translation is its own, in both directions."""
    groups = [
        (frozenset(words), frozenset(_WORDS[word] for word in words)) for words in itertools.combinations(_WORDS, 2)
    ]

    lexicon = learn_lexicon(groups, iterations=20, discount=0.0)

    for source, reference in _WORDS.items():
        of_reference, of_source = lexicon.of_reference[reference], lexicon.of_source[source]
        assert source == max(of_reference, key=of_reference.__getitem__)
        assert reference == max(of_source, key=of_source.__getitem__)


def test_one_iteration_is_counted_by_hand() -> None:
    """After one iteration a word's chances are its expected counts under uniform chances, the empty word included.

    Two groups, a b / x y and a / x: each of x's sources, with the empty word, has a third in the first group and half
    in the second, so a brings x with 1/3 + 1/2 of its total of 1/3 + 1/3 + 1/2.
    """
    groups = [(frozenset("ab"), frozenset("xy")), (frozenset("a"), frozenset("x"))]

    lexicon = learn_lexicon(groups, iterations=1, discount=0.0)

    assert lexicon.of_reference == {"x": {"a": pytest.approx((1 / 3 + 1 / 2) / (1 / 3 + 1 / 3 + 1 / 2))}}
    assert lexicon.of_source == {"a": {"x": pytest.approx((1 / 3 + 1 / 2) / (1 / 3 + 1 / 3 + 1 / 2))}}


def test_one_way_is_half_of_both() -> None:
    """Whoever needs one direction only gets what it has in both."""
    groups = [
        (frozenset(words), frozenset(_WORDS[word] for word in words)) for words in itertools.combinations(_WORDS, 2)
    ]

    table = learn_one_way(groups, iterations=4, discount=0.5)

    assert table == learn_lexicon(groups, iterations=4, discount=0.5).of_reference
    assert table


def test_what_was_seen_together_once_is_no_evidence() -> None:
    """A pair of words of a single group is not in the lexicon, so an alignment does not confirm itself."""
    assert learn_lexicon([(frozenset("a"), frozenset("x"))], iterations=5, discount=0.0) == Lexicon()


def test_merging_keeps_the_greater_chance() -> None:
    """Entries of both are kept."""
    one, other = Lexicon({"a": {"x": 0.2}}, {"x": {"a": 0.3}}), Lexicon({"a": {"x": 0.1, "y": 0.4}}, {})

    assert merge_lexicons(one, other) == Lexicon({"a": {"x": 0.2, "y": 0.4}}, {"x": {"a": 0.3}})


def test_bundled_lexicon_reads_both_ways() -> None:
    """The lexicon for Vietnamese and Arabic knows capitals, swaps with the direction, and others are empty."""
    forward, backward = read_lexicon("vi", "ar", 0.3), read_lexicon("ar", "vi", 0.3)

    assert forward.of_source["trung quốc"]["صين"] == forward.of_reference["صين"]["trung quốc"] == 0.3
    assert "trung" not in forward.of_source, "a syllable of a word is not the word"
    assert backward == forward.swap()
    assert read_lexicon("vi", "en", 0.3) == Lexicon()


def test_bundled_lexicon_is_a_table() -> None:
    """Every line is a remark or a Vietnamese word, a tab, and Arabic words; no word stands there twice."""
    text = (files("mt_eval.align") / "lexicons" / "vi-ar.tsv").read_text(encoding="utf-8")

    entries = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]

    assert {len(entry) for entry in entries} == {2}
    assert len({word for word, _ in entries}) == len(entries)
    assert all(re.fullmatch("[\u0621-\u064a]+", word) for _, words in entries for word in words.split(" "))
