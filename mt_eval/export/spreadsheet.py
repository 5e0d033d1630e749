"""CSV that a spreadsheet can open: no text in it is taken for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet takes for a formula, wide forms included (OWASP, "CSV Injection")."""


def write_cells(rows: Iterable[Iterable[object]], output: IO[str], *, line_end: str = "\r\n") -> None:
    """Write one line per row, cells quoted where they must be (RFC 4180); None is an empty cell.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay as they are.
    """
    writer = csv.writer(output, lineterminator=line_end)
    writer.writerows([_disarm(cell) for cell in row] for row in rows)


def _disarm(cell: object) -> object:
    if cell is None or isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
