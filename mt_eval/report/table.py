"""Tables without lines, as every command prints them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mt_eval.report.visible import format_unseen

INDENT = 2
"""Columns that stand free before what belongs to the line above."""
MOST_LINES = 100
"""Lines of a cell that Rich gets at a time, and those of a segment that are shown."""


def make_table(*columns: tuple[str, str], gap: int = 2) -> Table:
    """An empty table; where the terminal is too narrow, only columns of text wrap.

    Args:
        columns: Header, and the side at which the cells begin: `left` for texts, `right` for figures.
        gap: Columns of the terminal between two cells.
    """
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for header, side in columns:
        if side == "right":
            table.add_column(make_text(header), justify="right", no_wrap=True)
        else:
            table.add_column(make_text(header), overflow="fold")
    return table


def make_text(text: str, style: str = "") -> Text:
    """A text as it is: nothing in it is markup, and what is not seen is shown by its code."""
    return Text(format_unseen(text), style)


def add_row(table: Table, *cells: str | Text, style: str = "") -> None:
    table.add_row(*(make_text(cell) if isinstance(cell, str) else cell for cell in cells), style=style)


def add_lines(table: Table, *cells: tuple[Sequence[str], JustifyMethod]) -> None:
    """Add a row whose cells hold these lines, as they are, each from its own side; an empty cell says so.

    Rich copies what is left of a cell for every line of it, so that a long row is made of several short ones.
    """
    columns = [lines or ["(empty)"] for lines, _ in cells]
    for start in range(0, max(map(len, columns)), MOST_LINES):
        texts = ("\n".join(lines[start : start + MOST_LINES]) for lines in columns)
        table.add_row(*(Text(text, justify=side) for text, (_, side) in zip(texts, cells, strict=True)))


def cut_lines(lines: Sequence[str], most: int = MOST_LINES) -> Sequence[str]:
    """The lines; of more than `most` the first, and how many there are behind them."""
    left = len(lines) - most
    if left <= 0:
        return lines
    return [*lines[: most - 1], f"({left + 1:,} more lines)"]


def indent(content: RenderableType) -> RenderableType:
    return Padding(content, (0, 0, 0, INDENT))
