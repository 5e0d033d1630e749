"""Tables without lines, as every command prints them in a terminal."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

INDENT = 2
"""Columns that stand free before what belongs to the line above."""


def make_table(*columns: tuple[str, str], gap: int = 2) -> Table:
    """An empty table; where the terminal is too narrow, only columns of text wrap.

    Args:
        columns: Header, and the side at which the cells begin: `left` for texts, `right` for figures.
        gap: Columns of the terminal between two cells.
    """
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold")
    for header, side in columns:
        if side == "right":
            table.add_column(header, justify="right", no_wrap=True)
        else:
            table.add_column(header, overflow="fold")
    return table


def indent(content: RenderableType) -> RenderableType:
    return Padding(content, (0, 0, 0, INDENT))
