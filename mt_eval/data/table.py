"""Rows of a TSV, CSV or JSONL file, or translation units of a TMX file, each gzipped or not."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from mt_eval.bundled import resolve
from mt_eval.config import TableData
from mt_eval.data.corpus import Corpus
from mt_eval.data.parallel import Row, collect_rows
from mt_eval.errors import DataError
from mt_eval.files import decode_text, read_bytes, unpack

FORMATS = (".tsv", ".csv", ".jsonl", ".tmx")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def load_table(config: TableData, source_lang: str, target_lang: str) -> Corpus:
    """The rows of a file as a corpus, one article pair per document.

    Raises:
        DataError: The file cannot be read, is of no known format, or lacks a column; a row is wrong.
    """
    path = resolve(config.path.replace("%src", source_lang).replace("%tgt", target_lang))
    name = path.name.removesuffix(".gz")
    suffix = Path(name).suffix
    if suffix not in FORMATS:
        raise DataError(f"{path}: ends in {suffix or 'nothing'}, expected {', '.join(FORMATS)}, or .gz behind it")
    content = read_bytes(path)
    inputs = {"path": hashlib.sha256(content).hexdigest()}
    columns = [config.columns.get(lang) or lang for lang in (source_lang, target_lang)]
    content = unpack(path, content)
    rows: Iterable[Row]
    match suffix:
        case ".tmx":
            rows = _read_units(path, content, (source_lang, target_lang), config.document_column)
        case ".jsonl":
            rows = pick_columns(_read_objects(path, decode_text(path, content)), columns, config.document_column)
        case _:
            rows = pick_columns(_read_cells(path, decode_text(path, content), suffix), columns, config.document_column)
    return collect_rows(rows, Path(name).stem, source_lang, target_lang, inputs, "data.document_column")


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


def _read_cells(path: Path, text: str, suffix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """TSV is cut at tabs, without quoting; CSV is quoted as RFC 4180 says. The first row names the columns."""
    # A cell may be longer than the 128 KiB that the module allows by itself.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    file = io.StringIO(text, newline="")
    reader = (
        csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if suffix == ".tsv" else csv.reader(file, strict=True)
    )
    try:
        header = next(reader, None)
        if header is None:
            raise DataError(f"{path}: is empty, expected a first line with the names of the columns")
        if len(set(header)) != len(header):
            raise DataError(f"{path} line 1: names a column twice ({', '.join(header)}), expected every name once")
        for cells in reader:
            where = f"{path} line {reader.line_num}"
            if len(cells) != len(header):
                raise DataError(f"{where}: {len(cells)} cells, expected {len(header)} as in line 1; mend the line")
            yield where, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise DataError(f"{path} line {reader.line_num}: is not CSV ({error}); mend the line") from None


def _read_objects(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        where = f"{path} line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{where}: is not JSON ({error}); mend the line") from None
        if not isinstance(row, dict):
            raise DataError(f"{where}: is no JSON object, expected one with the columns as keys; mend the line")
        yield where, row


def _read_units(path: Path, content: bytes, langs: tuple[str, str], document: str | None) -> Iterator[Row]:
    """The units that have both languages, `vi-VN` counting as `vi`; of several texts in a language the first."""
    number = 0
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(content), events=("end",)):
            if element.tag.rpartition("}")[2] != "tu":
                continue
            number += 1
            where = f"{path} unit {number}"
            texts: dict[str, str] = {}
            for variant in element.iterfind("tuv"):
                lang = (variant.get(_XML_LANG) or variant.get("lang") or "").partition("-")[0].lower()
                segment = variant.find("seg")
                texts.setdefault(lang, " ".join("".join(() if segment is None else segment.itertext()).split()))
            missing = [lang for lang in langs if lang not in texts]
            if missing:
                raise DataError(
                    f"{where}: has no text in {missing[0]}, expected {' and '.join(langs)}; delete the unit"
                )
            yield Row(where, texts[langs[0]], texts[langs[1]], _find_document(where, element, document))
            element.clear()
    except ElementTree.ParseError as error:
        raise DataError(f"{path}: is not XML ({error}); export it again") from None


def _find_document(where: str, unit: ElementTree.Element, name: str | None) -> str | None:
    if name is None:
        return None
    found = next((prop.text for prop in unit.iterfind("prop") if prop.get("type") == name), None)
    if found is None:
        raise DataError(f"{where}: has no property {name}, expected one for every unit; set data.document_column")
    return found
