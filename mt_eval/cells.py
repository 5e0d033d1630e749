"""Tables in files, CSV, TSV and JSON Lines: read as spreadsheets, databases and programs write them."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mt_eval.errors import DataError
from mt_eval.languages.letters import compose, is_blank

_SEPARATORS = ",;\t|"
_EXCEL_SAYS = re.compile(r'"?sep=(.)"?\n', re.IGNORECASE)
_TSV_CELL = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"|([^\t\n]*+))(\t|\n|\Z)')


def find_format(path: Path) -> str:
    """What the name of a file says of its format, `.tsv` for `news.tsv.gz`; empty where it says nothing."""
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def read_rows(path: Path, text: str, wanted: Sequence[str] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a table in the format that its name says: where each stands, and column to value.

    Raises:
        DataError: As `read_cells`; or a line of JSON Lines is no JSON object.
    """
    return read_objects(path, text) if find_format(path) == ".jsonl" else read_cells(path, text, wanted)


def read_cells(path: Path, text: str, wanted: Sequence[str] = ()) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The rows of a table whose first row names the columns: where each stands, and column to cell.

    CSV is quoted as RFC 4180 says. Its separator is what a first line such as `sep=;` names, else the one of `,`, `;`,
    tab and `|` by which the first row has the columns `wanted`. A TSV is quoted only where its quotation marks cannot
    be meant otherwise (`is_quoted`). Empty rows are left out, and so are the empty columns without a name that
    spreadsheets leave. A column whose name differs from a wanted one in capital letters or Unicode form alone is it.

    Args:
        path: Its name says the format; for messages, too.
        text: All of the file.

    Raises:
        DataError: There is no first row, it names a column twice, or a row has other cells than it.
    """
    # A cell may be longer than the 128 KiB that the module allows by itself.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    first_line = 1
    separator = "\t" if find_format(path) == ".tsv" else ""
    if said := _EXCEL_SAYS.match(text):
        separator, text, first_line = said[1], text[said.end() :], 2
    separator = separator or _guess_separator(text, wanted)
    quoted = separator != "\t" or is_quoted(text)
    rows = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=quoted,
    )
    try:
        header = _call_as_wanted([name.strip() for name in next(rows, [])], wanted)
        names = [name for name in header if name]
        if not names:
            raise DataError(f"{path}: is empty, expected a first line with the names of the columns")
        if len(set(names)) != len(names):
            raise DataError(
                f"{path} line {first_line}: names a column twice ({', '.join(names)}), expected every name once"
            )
        for cells in rows:
            where = f"{path} line {rows.line_num + first_line - 1}"
            extra = [cell for cell in cells[len(header) :] if not is_blank(cell)]
            if not cells:
                continue
            if len(cells) < len(header) or extra:
                raise DataError(
                    f"{where}: {len(cells)} cells, expected {len(header)} as in line {first_line}; mend the line"
                )
            yield where, {name: cell for name, cell in zip(header, cells, strict=False) if name}
    except csv.Error as error:
        line = rows.line_num + first_line - 1
        raise DataError(f"{path} line {line}: is not CSV ({error}); mend the line") from None


def read_objects(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of JSON Lines: where each stands, and key to value. Blank lines are left out.

    Raises:
        DataError: A line is no JSON object.
    """
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        if is_blank(line):
            continue
        where = f"{path} line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{where}: is not JSON ({error}); mend the line") from None
        if not isinstance(row, dict):
            raise DataError(f"{where}: is no JSON object, expected one with the columns as keys; mend the line")
        yield where, row


def _call_as_wanted(header: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The names of the columns, where `ID` is wanted as `id` called so, if no other column may be meant."""
    called = list(header)
    for name in wanted:
        alike = [place for place, other in enumerate(header) if _fold(other) == _fold(name)]
        if name not in header and len(alike) == 1:
            called[alike[0]] = name
    return called


def _fold(name: str) -> str:
    return compose(name.strip()).casefold()


def _guess_separator(text: str, wanted: Sequence[str]) -> str:
    first_line = text.partition("\n")[0]
    asked = set(map(_fold, wanted))
    for separator in _SEPARATORS:
        if asked <= set(map(_fold, next(csv.reader([first_line], delimiter=separator), []))):
            return separator
    return max(_SEPARATORS, key=first_line.count)  # so that the message names the columns that there are


def is_quoted(text: str) -> bool:
    """Whether a tab-separated table is quoted as RFC 4180 says, and not written as it stands.

    Most programs write it as it stands, and a cell may begin and end with a quotation mark (`"Vâng."`). Quoted is what
    no such program writes: every cell with a quotation mark is in quotes as a whole, all rows have as many cells, and
    there are doubled quotation marks, tabs or line feeds within quotes, or the whole first row is in quotes.
    """
    if '"' not in text:
        return False
    proof, in_row, columns = False, 0, 0
    header_quoted = True
    for match in _TSV_CELL.finditer(text):
        inside, plain, end = match.groups()
        if inside is None and '"' in plain:
            return False
        if not end and inside is None and not plain and in_row == 0:
            break
        in_row += 1
        if inside is not None:
            proof = proof or re.search(r'""|[\t\n\r]', inside) is not None
        elif not columns:
            header_quoted = False
        if end != "\t":
            if columns and in_row != columns and not (in_row == 1 and not plain):
                return False
            columns, in_row = columns or in_row, 0
        if match.end() == len(text) and end != "\t":
            break
    return proof or header_quoted
