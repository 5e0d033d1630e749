"""The order of an output, as a run keeps it: written compactly, read back whole, damaged in every way."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.runs.outputs import OutputPart, read_order, write_order
from mt_eval.stored import DamagedError

TEXTS = ("one", "two", "", "four and more", "five")

words = st.lists(st.sampled_from(["a", "bb", "ccc", "3", "+", "|", "ế"]), min_size=1, max_size=3).map(" ".join)
parts = st.lists(st.builds(OutputPart, st.none() | st.integers(0, 5), words, st.booleans()), max_size=12)


def split(said: list[OutputPart]) -> tuple[list[str], list[str]]:
    """The texts of six segment pairs and the additions, as a run keeps them."""
    texts = defaultdict(list)
    for part in said:
        texts[part.place].append(part.text)
    return [" ".join(texts[place]) for place in range(6)], texts[None]


@given(parts)
def test_an_output_is_read_as_it_was_written(said: list[OutputPart]) -> None:
    """Any order of any parts, neighbours of one segment pair included."""
    if said:
        said[-1] = OutputPart(said[-1].place, said[-1].text)  # nothing follows a last line break

    assert read_order(write_order(said, 6), *split(said)) == tuple(said)


@pytest.mark.parametrize(
    ("order", "additions", "said"),
    [
        ("", [], ["one", "two", "four and more", "five"]),
        ("1-5", [], ["one", "two", "four and more", "five"]),
        ("2 1 + 4-5", ["new"], ["two", "one", "new", "four and more", "five"]),
        ("4/4 1-3 4 | 5", [], ["four", "one", "two", "and more", "five"]),
    ],
)
def test_the_signs_mean_what_the_page_says(order: str, additions: list[str], said: list[str]) -> None:
    """As runs/README.md has them."""
    assert [part.text for part in read_order(order, TEXTS, additions)] == said


def test_what_is_in_order_takes_no_room() -> None:
    """Of most articles nothing has to be kept, of others as little as a person would write."""
    texts = [OutputPart(place, text) for place, text in enumerate(TEXTS) if text]
    new = OutputPart(None, "new")

    assert write_order(texts, 5) == ""
    assert write_order([*texts[:2], new, *texts[2:]], 5) == "1-2 + 4-5"
    assert write_order([texts[1], texts[0], *texts[2:]], 5) == "2 1 4-5"


@pytest.mark.parametrize(
    ("order", "additions"),
    [
        ("1-6", []),
        ("0", []),
        ("1-2", []),
        ("1-5", ["new"]),
        ("x", []),
        ("1-5 4/3", ["new"]),
        ("4/2 1-5", []),
        ("9" * 30, []),
    ],
)
def test_an_order_that_loses_text_is_damaged(order: str, additions: list[str]) -> None:
    """Whoever wrote it."""
    with pytest.raises(DamagedError, match="its order"):
        read_order(order, TEXTS, additions)
