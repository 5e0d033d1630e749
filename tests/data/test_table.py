"""Tables, translation memories and gzip: what they hold, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mt_eval.config import LinesData, TableData
from mt_eval.data import load
from mt_eval.errors import DataError

_VI = ("Chủ tịch Trung Quốc điện đàm với Tổng thống Nga.", "Hai nước tăng cường hợp tác.", "Ông nói: “Được”.")
_AR = ("تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي.", "عزز البلدان التعاون.", "وقال: «نعم».")
_DOCUMENTS = ("a", "a", "b")

_ROWS = list(zip(_DOCUMENTS, _VI, _AR, strict=True))
_FILES = {
    "t.tsv": "doc\tvi\tar\n" + "".join("\t".join(row) + "\n" for row in _ROWS),
    "t.csv": "doc,vi,ar\r\n" + "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in _ROWS),
    "t.jsonl": "".join(f'{{"doc": "{doc}", "vi": "{vi}", "ar": "{ar}"}}\n' for doc, vi, ar in _ROWS),
    "t.tmx": '<?xml version="1.0"?><tmx version="1.4"><header/><body>'
    + "".join(
        f'<tu><prop type="doc">{doc}</prop><tuv xml:lang="vi-VN"><seg>{vi}</seg></tuv>'
        f'<tuv xml:lang="ar"><seg>{ar[:5]}<ph x="1"/>{ar[5:]}</seg></tuv></tu>'
        for doc, vi, ar in _ROWS
    )
    + "</body></tmx>",
}


def _write(folder: Path, name: str, text: str, *, packed: bool = False) -> Path:
    path = folder / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode("utf-8")) if packed else text.encode("utf-8"))
    return path


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", _FILES)
def test_all_formats_hold_the_same(tmp_path: Path, name: str, packed: bool) -> None:
    """The same rows from each format, packed or not: documents are articles, a row is a line."""
    path = _write(tmp_path, name, _FILES[name], packed=packed)

    corpus = load(TableData(str(path), document_column="doc"), "vi", "ar")

    assert [pair.id for pair in corpus.pairs] == ["a", "b"]
    assert [pair.source.text for pair in corpus.pairs] == ["\n".join(_VI[:2]), _VI[2]]
    assert [pair.reference.text for pair in corpus.pairs] == ["\n".join(_AR[:2]), _AR[2]]
    assert (corpus.segmented, corpus.warnings) == (True, ())


def test_columns_are_chosen_and_documents_are_missed(tmp_path: Path) -> None:
    """Columns have any names, JSON may nest them, and without documents the run is warned."""
    path = _write(tmp_path, "t.jsonl", f'{{"translation": {{"v": "{_VI[0]}", "a": "{_AR[0]}"}}}}\n')

    corpus = load(TableData(str(path), {"vi": "translation.v", "ar": "translation.a"}), "ar", "vi")

    assert [(pair.id, pair.source.text) for pair in corpus.pairs] == [("t", _AR[0])]
    assert "data.document_column" in corpus.warnings[0]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.xls", "", r"ends in \.xls, expected \.tsv, \.csv"),
        ("t.tsv", "", "is empty, expected a first line"),
        ("t.tsv", "vi\tar\na\n", "line 2: 1 cells, expected 2 as in line 1"),
        ("t.tsv", "vi\tvi\na\tb\n", "names a column twice"),
        ("t.tsv", "vi\tother\na\tb\n", r"line 2: has no column ar, expected one of vi, other; set data\.columns"),
        ("t.tsv", "vi\tar\n\t \n", "line 2: is empty on both sides"),
        ("t.tsv", "vi\tar\n", "holds no rows"),
        ("t.csv", 'vi,ar\n"a\nb",c\n', "line 3: a text has several lines"),
        ("t.csv", 'vi,ar\n"a" b,c\n', "line 2: is not CSV"),
        ("t.jsonl", '{"vi": "a", "ar": 3.5}\n', r"column ar holds 3\.5, expected a text"),
        ("t.jsonl", '{"vi": \n', "line 1: is not JSON"),
        ("t.jsonl", "[]\n", "line 1: is no JSON object"),
        ("t.tmx", "<tmx><body><tu>", "is not XML"),
        ("t.tmx", '<tmx><tu><tuv xml:lang="vi"><seg>a</seg></tuv></tu></tmx>', "unit 1: has no text in ar"),
    ],
)
def test_wrong_rows_are_located(tmp_path: Path, name: str, text: str, message: str) -> None:
    """The message names the file and the row."""
    path = _write(tmp_path, name, text)

    with pytest.raises(DataError, match=message):
        load(TableData(str(path)), "vi", "ar")


def test_rows_of_a_document_stand_together(tmp_path: Path) -> None:
    """A document that goes on after another is an error that names both places."""
    path = _write(tmp_path, "t.tsv", "d\tvi\tar\nx\ta\tb\ny\ta\tb\nx\ta\tb\n")

    with pytest.raises(DataError, match=r"line 4: document x goes on, which began in .*line 2 and ended before"):
        load(TableData(str(path), document_column="d"), "vi", "ar")


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b"vi\tar\n" * 99, mtime=0)[:-20]], ids=["no gzip", "cut gzip"]
)
def test_broken_gzip_is_explained(tmp_path: Path, content: bytes) -> None:
    """What is no whole gzip file says so, read as a table or as lines."""
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(content)

    with pytest.raises(DataError, match="not a whole gzip file"):
        load(TableData(str(path)), "vi", "ar")
    with pytest.raises(DataError, match="not a whole gzip file"):
        load(LinesData(str(path), str(path)), "vi", "ar")


def test_packed_lines(tmp_path: Path) -> None:
    """Line-parallel files may be gzipped."""
    for lang, lines in (("vi", _VI), ("ar", _AR)):
        (tmp_path / f"t.{lang}.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode()))

    corpus = load(LinesData(f"{tmp_path}/t.%src.txt.gz", f"{tmp_path}/t.%tgt.txt.gz"), "vi", "ar")

    assert [(pair.id, pair.reference.text) for pair in corpus.pairs] == [("t", "\n".join(_AR))]
