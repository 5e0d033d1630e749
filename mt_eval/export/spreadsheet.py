"""Tables as text (RFC 4180), with tabs too; and CSV that a spreadsheet can open without taking a text for a formula."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import IO

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet takes for a formula, wide forms included (OWASP, "CSV Injection")."""


def write_cells(rows: Iterable[Iterable[object]], output: IO[str], *, line_end: str = "\r\n") -> None:
    """Write CSV for spreadsheets: one line per row; None, and what is no number, are empty cells.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay as they are.
    """
    write_exactly(([_disarm(cell) for cell in row] for row in rows), output, line_end=line_end)


def write_exactly(
    rows: Iterable[Iterable[object]], output: IO[str], *, separator: str = ",", line_end: str = "\r\n"
) -> None:
    """Write one line per row, its cells as they are, quoted where they have to be.

    By hand, because `csv.writer` leaves a carriage return unquoted unless lines end in one, and its own reader then
    takes it for the end of a row.
    """
    special = {separator, '"', "\r", "\n"}
    for row in rows:
        cells = [_quote(cell, special) for cell in row]
        output.write(('""' if cells == [""] else separator.join(cells)) + line_end)


def _quote(cell: object, special: set[str]) -> str:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    text = str(cell)
    return '"' + text.replace('"', '""') + '"' if special & set(text) else text


def _disarm(cell: object) -> object:
    if cell is None or isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
