"""Rows of a TSV, CSV or JSONL file, or translation units of a TMX file, each gzipped or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mt_eval.bundled import resolve
from mt_eval.cells import find_format, read_rows
from mt_eval.config import TableData
from mt_eval.data.corpus import Corpus
from mt_eval.data.parallel import Row, collect_rows
from mt_eval.data.tmx import read_units
from mt_eval.errors import DataError
from mt_eval.files import decode_text, read_bytes, unpack

FORMATS = (".tsv", ".csv", ".jsonl", ".tmx")


def load_table(config: TableData, source_lang: str, target_lang: str) -> Corpus:
    """The rows of a file as a corpus, one article pair per document.

    Raises:
        DataError: The file cannot be read, is of no known format, or lacks a column; a row is wrong.
    """
    path = resolve(config.path.replace("%src", source_lang).replace("%tgt", target_lang))
    suffix = find_format(path)
    if suffix not in FORMATS:
        raise DataError(f"{path}: ends in {suffix or 'nothing'}, expected {', '.join(FORMATS)}, or .gz behind it")
    content = unpack(path, read_bytes(path))
    inputs = {"path": hashlib.sha256(content).hexdigest()}
    columns = [config.columns.get(lang) or lang for lang in (source_lang, target_lang)]
    rows: Iterable[Row]
    unpaired = config.unpaired
    if suffix == ".tmx":
        rows = read_units(
            path, content, (source_lang, target_lang), config.columns, config.document_column, unpaired=unpaired
        )
    else:
        wanted = columns[:1] if unpaired else columns
        cells = read_rows(path, decode_text(path, content), wanted)
        rows = pick_columns(cells, columns, config.document_column, unpaired=unpaired)
    return collect_rows(
        rows,
        path.name.removesuffix(".gz")[: -len(suffix)],
        source_lang,
        target_lang,
        inputs,
        origin=str(path),
        check=config.check_language,
        unpaired=unpaired,
    )


def pick_columns(
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    columns: list[str],
    document_column: str | None,
    *,
    unpaired: bool = False,
) -> Iterator[Row]:
    """The texts and the document of each row, given with where it stands.

    Args:
        unpaired: A row may lack the second column, that of the reference, or have null in it.

    Raises:
        DataError: A row lacks a column, or holds something that is no text in it.
    """
    for where, row in rows:
        source = _pick(where, row, columns[0], "columns.LANG")
        lacks = unpaired and _find(row, columns[1]) is None
        reference = "" if lacks else _pick(where, row, columns[1], "columns.LANG")
        document = None if document_column is None else _pick(where, row, document_column, "document_column")
        yield Row(where, source, reference, document)


def _pick(where: str, row: Mapping[str, Any], column: str, key: str) -> str:
    value = _find(row, column, _ABSENT)
    if value is _ABSENT:
        raise DataError(f"{where}: has no column {column}, expected one of {', '.join(row)}; set data.{key}=NAME")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise DataError(f"{where}: column {column} holds {value!r}, expected a text; mend the row or set data.{key}")
    return value


_ABSENT = object()


def _find(row: Mapping[str, Any], column: str, absent: Any = None) -> Any:
    """What the row has in a column; `a.b` is the key `b` of the object in `a`, where no column is called so."""
    value: Any = row
    for part in (column,) if column in row else column.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return absent
        value = value[part]
    return value
