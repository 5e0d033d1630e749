"""A wide table as an Excel workbook (OOXML): right-to-left cells, a header that stays in sight, no cell a formula."""

from __future__ import annotations

import re
from typing import IO, Any

from mt_eval.errors import RunError
from mt_eval.export.wide import Cell, Column, WideTable
from mt_eval.extras import require_extra
from mt_eval.languages.codes import is_right_to_left
from mt_eval.report.bidi import runs_right_to_left

MOST_CHARACTERS = 32_767
"""In a cell, as Excel counts them (UTF-16)."""
_MOST_ROWS = 1_048_576
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\r")
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = 1, 2
"""Reading orders of a cell (ECMA-376, 18.8.1)."""


def write_xlsx(table: WideTable, output: IO[bytes]) -> None:
    """One sheet: the header and the columns up to `source` stay in sight, texts are wrapped in their direction.

    A character that XML cannot hold is written as Excel writes it (`_x0007_`).

    Raises:
        ConfigError: openpyxl is not installed.
        RunError: A text is too long for a cell, or there are too many rows for a sheet.
    """
    require_extra("excel", "--to xlsx")
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    if len(table.rows) >= _MOST_ROWS:
        raise RunError(f"--to xlsx: {len(table.rows):,} segments, a sheet holds {_MOST_ROWS - 1:,}; export them as csv")
    header = [_escape(column.name, "the header") for column in table.columns]
    rows = [
        [_escape(cell, f"segment {row[0]}") for cell in row] for row in table.rows
    ]  # or fails before a file is begun
    book = Workbook(write_only=True)
    sheet = book.create_sheet("segments")
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    alignments = {
        order: Alignment(
            wrap_text=True,
            vertical="top",
            horizontal="right" if order == _RIGHT_TO_LEFT else "left",
            readingOrder=order,
        )
        for order in (_LEFT_TO_RIGHT, _RIGHT_TO_LEFT)
    }
    plain, bold = Alignment(vertical="top"), Font(bold=True)

    def make_cell(value: Cell, alignment: Any) -> Any:
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            cell.data_type = "s"  # whatever it begins with, it is no formula
            cell.quotePrefix = True
        else:
            cell.number_format = "0.0##"
        cell.alignment = alignment
        return cell

    names = [make_cell(name, alignments[_LEFT_TO_RIGHT]) for name in header]
    for cell in names:
        cell.font = bold
    sheet.append(names)
    for row in rows:
        orders = [_find_order(value, column) for column, value in zip(table.columns, row, strict=True)]
        sheet.append(
            [make_cell(value, alignments[order] if order else plain) for value, order in zip(row, orders, strict=True)]
        )
    book.save(output)


def _find_order(cell: Cell, column: Column) -> int | None:
    """The direction of a text by its letters, or by its column's language; None of what nobody reads."""
    if not column.is_text or not isinstance(cell, str):
        return None
    found = runs_right_to_left(cell)
    if found is None:
        found = is_right_to_left(column.language) if column.language else False
    return _RIGHT_TO_LEFT if found else _LEFT_TO_RIGHT


def _escape(cell: Cell, where: str) -> Cell:
    """A cell as a workbook holds it (ECMA-376, ST_Xstring)."""
    if not isinstance(cell, str):
        return cell
    escaped = _ESCAPED.sub("_x005F_", cell)
    escaped = _NOT_XML.sub(lambda match: f"_x{ord(match.group()):04X}_", escaped)
    if len(escaped.encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        raise RunError(
            f"--to xlsx: {where} has a text of {len(cell):,} characters, a cell holds {MOST_CHARACTERS:,}; export "
            "it as csv"
        )
    return escaped
