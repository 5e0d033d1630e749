"""Arabic and Vietnamese in the columns of one table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mt_eval.report.bidi import (
    LEFT_TO_RIGHT_ISOLATE,
    POP_ISOLATE,
    RIGHT_TO_LEFT_ISOLATE,
    isolate,
    wrap_isolated,
)

WORDS = st.lists(st.text("abcạêبتث中", min_size=1, max_size=30), max_size=20)


def strip(line: str) -> str:
    return line.strip(LEFT_TO_RIGHT_ISOLATE + RIGHT_TO_LEFT_ISOLATE + POP_ISOLATE)


@given(WORDS, st.integers(2, 40))
def test_wrapping_keeps_the_text_and_the_width(words: list[str], width: int) -> None:
    """No line is wider than asked, and the characters are all there in order."""
    lines = wrap_isolated(" ".join(words), "ar", width)

    assert all(cell_len(strip(line)) <= width for line in lines)
    assert "".join(strip(line) for line in lines).replace(" ", "") == "".join(words)


@given(WORDS)
def test_every_line_is_an_isolate_of_its_own(words: list[str]) -> None:
    """Each line opens with the isolate of its language and closes it."""
    lines = wrap_isolated(" ".join(words), "ar", 10)

    assert all(line[0] == RIGHT_TO_LEFT_ISOLATE and line[-1] == POP_ISOLATE for line in lines)
    assert all(line.count(RIGHT_TO_LEFT_ISOLATE) == line.count(POP_ISOLATE) == 1 for line in lines)


def test_isolates_take_no_width() -> None:
    """The table's own width counting sees nothing of the isolates."""
    assert cell_len(isolate("مرحبا", "ar")) == cell_len("مرحبا")


def test_vietnamese_is_isolated_left_to_right() -> None:
    """A Vietnamese cell keeps its direction in a right-to-left surrounding."""
    assert isolate("Xin chào", "vi") == f"{LEFT_TO_RIGHT_ISOLATE}Xin chào{POP_ISOLATE}"
