"""Counting n-grams, against counting them one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.metrics import ngrams
from mt_eval.metrics.ngrams import count_ngrams, gather_characters

texts = st.text(alphabet="ab c\n\u3000ệ\U0001f600", max_size=14)
units = st.lists(st.tuples(texts, texts), max_size=5)


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
    translations, references = [pair[0] for pair in lines], [pair[1] for pair in lines]

    counted = count_ngrams(gather_characters(translations), gather_characters(references), orders)

    assert counted.tolist() == [count_one_by_one(*pair, orders) for pair in lines]


@pytest.mark.parametrize("bits", [1, 11, 15])
@given(lines=units)
def test_an_alphabet_too_large_for_one_integer_changes_nothing(bits: int, lines: list[tuple[str, str]]) -> None:
    """Where n-grams have to be numbered anew on the way, after each order or after some, the counts are the same."""
    sides = [gather_characters([pair[place] for pair in lines]) for place in (0, 1)]
    expected = count_ngrams(sides[0], sides[1], 6)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "_BITS", bits)
        actual = count_ngrams(sides[0], sides[1], 6)

    assert actual.tolist() == expected.tolist()


@pytest.mark.parametrize("few_kinds", [0, 2**20])
@given(lines=units)
def test_tokens_are_numbered_alike_by_table_and_by_sorting(few_kinds: int, lines: list[tuple[str, str]]) -> None:
    """However tokens are numbered, large ones included, the counts are those of counting one by one."""
    sides = [gather_characters([pair[place] for pair in lines]) for place in (0, 1)]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ngrams, "_FEW_KINDS", few_kinds)
        actual = count_ngrams(sides[0], sides[1], 3)

    assert actual.tolist() == [count_one_by_one(*pair, 3) for pair in lines]
