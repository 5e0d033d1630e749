"""No text in a CSV is a formula, whichever command wrote it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.export.spreadsheet import write_cells


@given(
    st.lists(
        st.tuples(st.text("=+-@＝＋－＠\t\r\n a;,\"'"), st.floats(allow_nan=False, allow_infinity=False)), min_size=1
    )
)
def test_texts_are_no_formulas_and_numbers_stay_numbers(rows: list[tuple[str, float]]) -> None:
    """A text comes back as it was, behind an apostrophe where it began like a formula; a negative number has none."""
    written = io.StringIO()

    write_cells(rows, written)

    for (text, number), (cell, figure) in zip(rows, csv.reader(io.StringIO(written.getvalue(), "")), strict=True):
        assert cell in (text, f"'{text}")
        assert not cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))
        assert float(figure) == number


@pytest.mark.parametrize("name", ["=1+1", "\rx", "\nx", "＝1+1", "\t=1"])
def test_names_of_folders_are_texts_too(name: str) -> None:
    """A path is guarded as its text is."""
    written = io.StringIO()

    write_cells([[Path(name)]], written)

    assert next(csv.reader(io.StringIO(written.getvalue(), ""))) == [f"'{name}"]
