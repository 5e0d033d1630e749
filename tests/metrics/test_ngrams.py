"""Counting n-grams, against counting them one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.metrics import ngrams
from mt_eval.metrics.ngrams import Texts, count_ngrams

texts = st.text(alphabet="ab c\n\u3000ệ\U0001f600", max_size=14)
units = st.lists(st.tuples(texts, texts), max_size=5)


def gather(lines: list[tuple[str, str]]) -> Texts:
    """The characters of all translations, then of all references, by their code points."""
    sides = ["".join(line[place].split()) for place in (0, 1) for line in lines]
    return Texts(
        np.array([ord(each) for side in sides for each in side], dtype=np.int64), np.array([*map(len, sides)], int)
    )


def count_one_by_one(translation: str, reference: str, orders: int) -> list[list[int]]:
    rows = []
    sides = ["".join(side.split()) for side in (translation, reference)]
    for n in range(1, orders + 1):
        counts = [Counter(side[i : i + n] for i in range(len(side) - n + 1)) for side in sides]
        rows.append([counts[0].total(), counts[1].total(), (counts[0] & counts[1]).total()])
    return rows


@given(units, st.integers(1, 6))
def test_counts_are_those_of_counting_one_by_one(lines: list[tuple[str, str]], orders: int) -> None:
    """Every unit by itself, every order, short and empty sides included."""
    counted = count_ngrams(gather(lines), orders)

    assert counted.tolist() == [count_one_by_one(*pair, orders) for pair in lines]


@pytest.mark.parametrize("bits", [1, 11, 15])
@given(lines=units)
def test_an_alphabet_too_large_for_one_integer_changes_nothing(bits: int, lines: list[tuple[str, str]]) -> None:
    """Where n-grams have to be numbered anew on the way, after each order or after some, the counts are the same."""
    expected = count_ngrams(gather(lines), 6)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "_BITS", bits)
        actual = count_ngrams(gather(lines), 6)

    assert actual.tolist() == expected.tolist()


@pytest.mark.parametrize("few_kinds", [0, 2**20])
@given(lines=units)
def test_tokens_are_numbered_alike_by_table_and_by_sorting(few_kinds: int, lines: list[tuple[str, str]]) -> None:
    """However tokens are numbered, large ones included, the counts are those of counting one by one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "_FEW_KINDS", few_kinds)
        actual = count_ngrams(gather(lines), 3)

    assert actual.tolist() == [count_one_by_one(*pair, 3) for pair in lines]


endings = st.text(alphabet="ab", max_size=7)


@given(st.lists(st.tuples(texts, texts, endings), min_size=1, max_size=5), st.integers(1, 6), st.sampled_from([15, 63]))
def test_texts_that_end_alike_have_no_ngrams_beyond_their_ends(
    lines: list[tuple[str, str, str]], orders: int, bits: int
) -> None:
    """What both texts end in is counted as often as it is there, and not once more for the end."""
    ended = [(one + ending, other + ending) for one, other, ending in lines]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "_BITS", bits)
        actual = count_ngrams(gather(ended), orders)

    assert actual.tolist() == [count_one_by_one(*pair, orders) for pair in ended]


@given(st.lists(st.tuples(st.text("abc", max_size=14), st.text("cxyz", max_size=14)), max_size=5), st.integers(1, 6))
def test_texts_in_two_alphabets_are_counted_like_others(lines: list[tuple[str, str]], orders: int) -> None:
    """Where most tokens are in one text alone, and are left out after the first order, nothing is lost."""
    assert count_ngrams(gather(lines), orders).tolist() == [count_one_by_one(*pair, orders) for pair in lines]
