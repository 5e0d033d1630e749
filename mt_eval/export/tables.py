"""Rows as CSV, TSV, JSON Lines and Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

from mt_eval.export.rows import Row
from mt_eval.export.spreadsheet import write_cells, write_exactly
from mt_eval.extras import require_extra


def write_csv(rows: Iterable[Row], output: IO[bytes]) -> None:
    """CSV that spreadsheets read right: UTF-8 with a byte order mark, lines ending in CR LF (RFC 4180).

    A text that a spreadsheet would take for a formula gets an apostrophe in front; the other formats are exact.
    """
    text = io.TextIOWrapper(output, encoding="utf-8-sig", newline="")
    write_cells((map(_flatten, row) for row in _with_header(rows)), text)
    text.detach()


def write_tsv(rows: Iterable[Row], output: IO[bytes]) -> None:
    """The same with tabs and exact: a cell that holds a tab, a quotation mark or the end of a line is quoted."""
    text = io.TextIOWrapper(output, encoding="utf-8", newline="")
    write_exactly((map(_flatten, row) for row in _with_header(rows)), text, separator="\t", line_end="\n")
    text.detach()


def write_jsonl(rows: Iterable[Row], output: IO[bytes]) -> None:
    """One JSON object per row, exactly as it is."""
    for row in rows:
        output.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def write_parquet(rows: Iterable[Row], output: IO[bytes]) -> None:
    """A Parquet table, exactly as it is; metrics without any score are columns of doubles, too."""
    require_extra("frames", "--to parquet")
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.Table.from_pylist(list(rows))
    fields = [
        pyarrow.field(field.name, pyarrow.float64()) if pyarrow.types.is_null(field.type) else field
        for field in table.schema
    ]
    parquet.write_table(table.cast(pyarrow.schema(fields)), output)


def _with_header(rows: Iterable[Row]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return
    yield list(first)
    for row in chain([first], remaining):
        yield list(row.values())


def _flatten(cell: Any) -> Any:
    """A list of texts as one text, and of anything else as JSON."""
    if not isinstance(cell, list):
        return cell
    if all(isinstance(each, str) for each in cell):
        return "; ".join(cell)
    return json.dumps(cell, ensure_ascii=False)
