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
    content = read_bytes(path)
    inputs = {"path": hashlib.sha256(content).hexdigest()}
    columns = [config.columns.get(lang) or lang for lang in (source_lang, target_lang)]
    content = unpack(path, content)
    rows: Iterable[Row]
    if suffix == ".tmx":
        rows = read_units(path, content, (source_lang, target_lang), config.columns, config.document_column)
    else:
        rows = pick_columns(read_rows(path, decode_text(path, content), columns), columns, config.document_column)
    name = path.name.removesuffix(".gz")[: -len(suffix)]
    return collect_rows(rows, name, source_lang, target_lang, inputs, origin=str(path), check=config.check_language)


def pick_columns(
    rows: Iterable[tuple[str, Mapping[str, Any]]], columns: list[str], document_column: str | None
) -> Iterator[Row]:
    """The texts and the document of each row, given with where it stands.

    Raises:
        DataError: A row lacks a column, or holds something that is no text in it.
    """
    for where, row in rows:
        texts = [_pick(where, row, column, "columns") for column in columns]
        document = None if document_column is None else _pick(where, row, document_column, "document_column")
        yield Row(where, texts[0], texts[1], document)


def _pick(where: str, row: Mapping[str, Any], column: str, key: str) -> str:
    value: Any = row
    for part in (column,) if column in row else column.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise DataError(f"{where}: has no column {column}, expected one of {', '.join(row)}; set data.{key}")
        value = value[part]
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise DataError(f"{where}: column {column} holds {value!r}, expected a text; mend the row or set data.{key}")
    return value
