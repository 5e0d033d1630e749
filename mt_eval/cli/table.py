"""The one way in which commands print tables, and JSON."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import TextIO

from mt_eval.report.visible import encode_json, open_console


def print_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[int] = (),
    fold: bool = True,
    tabs: bool = False,
    file: TextIO | None = None,
) -> None:
    """Rows in columns as wide as what is in them; a cell may have several lines.

    Args:
        right: Columns of figures, which end below each other.
        fold: Whether cells are broken into lines where a terminal is too narrow. Rich does it, which for a thousand
            rows takes longer than reading as many runs.
        tabs: One line a row with a tab between cells, for other programs, where no terminal is written to.
    """
    out = file or sys.stdout
    if tabs and not out.isatty():
        lines = ["\t".join(" ".join(cell.split("\t")) for cell in row) for row in (header, *rows)]
    elif fold and out.isatty():
        _print_folded(header, rows, right, out)
        return
    else:
        lines = _pad(header, rows, right)
    print("\n".join(lines), file=out, flush=True)


def print_json(value: object) -> None:
    print(encode_json(value))


def _pad(header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int]) -> list[str]:
    from rich.cells import cell_len

    table = [line for row in (header, *rows) for line in zip_longest(*(cell.split("\n") for cell in row), fillvalue="")]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        rooms = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = (
            room + cell if i in right else cell + room for i, (cell, room) in enumerate(zip(row, rooms, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return lines


def _print_folded(header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int], file: TextIO) -> None:
    from rich.text import Text

    from mt_eval.report.table import make_table

    table = make_table(*((name, "right" if column in right else "left") for column, name in enumerate(header)))
    for row in rows:
        table.add_row(*map(Text, row))
    open_console(file).print(table)
