"""Tables, translation memories and gzip: what they hold, and what is refused."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from small_runs import write_small_run

from mt_eval.config import LinesData, TableData
from mt_eval.data import load
from mt_eval.errors import DataError
from mt_eval.export.rows import list_rows
from mt_eval.export.tables import write_tsv
from mt_eval.runs.read import read_run

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


def tuv(lang: str, text: str) -> str:
    return f'<tuv xml:lang="{lang}"><seg>{text}</seg></tuv>'


def tmx(*variants: str, head: str = "<tmx version='1.4'>") -> str:
    """A memory of one unit."""
    return f"{head}<header/><body><tu>{''.join(variants)}</tu></body></tmx>"


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", f"VI,Ar\n{_VI[0]},{_AR[0]}\n"),
        ("t.csv", f"Vi;AR\n{_VI[0]};{_AR[0]}\n"),
        ("t.tsv", f"no\tVI\tar\n1\t{_VI[0]}\t{_AR[0]}\n"),
    ],
)
def test_capital_letters_make_no_other_column(tmp_path: Path, name: str, text: str) -> None:
    """A column is found however its name is typed, unless two may be meant."""
    path = _write(tmp_path, name, text)

    [pair] = load(TableData(str(path)), "vi", "ar").pairs

    assert (pair.source.text, pair.reference and pair.reference.text) == (_VI[0], _AR[0])


def test_the_columns_of_an_unknown_table_are_named_one_by_one(tmp_path: Path) -> None:
    """What separates cells is told where no column is called as is wanted; of two that are alike none is taken."""
    for text, names in (("source;target\na;b\n", "source, target"), ("VI,Vi,ar\na,b,c\n", "VI, Vi, ar")):
        path = _write(tmp_path, "t.csv", text)

        with pytest.raises(DataError, match=f"has no column vi, expected one of {names}; set data.columns.LANG=NAME"):
            load(TableData(str(path)), "vi", "ar")


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
        ("t.csv", "vi,ar\na,b,c\n", "line 2: 3 cells, expected 2 as in line 1"),
        ("t.csv", "sep=;\nvi;ar\na;b\nc\n", "line 4: 1 cells, expected 2 as in line 2"),
        ("t.jsonl", "[" * 100_000, "line 1: is not JSON"),
        ("t.jsonl", '{"vi": "a\\u0000", "ar": "b"}\n', r"line 1: holds the control character U\+0000"),
        ("t.jsonl", '{"vi": "a", "ar": "b\\u001b[31m"}\n', r"line 1: holds the control character U\+001B"),
        ("t.jsonl", '{"vi": "\\ud800", "ar": "b"}\n', r"line 1: holds half a surrogate pair U\+D800"),
        ("t.csv", "vi,ar\na\x1b[1m,b\n", r"line 2: holds the control character U\+001B"),
        ("t.tsv", "vi\tar\na\tb\u0085c\n", r"line 2: holds the control character U\+0085"),
        ("t.tmx", "<tmx><body><tu>", "is not XML"),
        ("t.tmx", tmx(tuv("vi", "a")), "unit 1: has no text in ar, only in vi"),
        ("t.tmx", tmx(tuv("vi", "a\u0085"), tuv("ar", "b")), r"unit 1: holds the control character U\+0085"),
        ("t.tmx", tmx(tuv("vi", "a"), '<tuv xml:lang="ar"/>'), "unit 1: its variant in ar has no <seg>"),
        ("t.tmx", tmx(tuv("vi", "a"), tuv("ar-EG", "b"), tuv("ar-SA", "c")), r"has 2 texts in ar \(ar-EG, ar-SA\)"),
        ("t.tmx", tmx(tuv("vi", "<hi>" * 5000 + "</hi>" * 5000), tuv("ar", "b")), "nested too deeply"),
        ("t.tmx", '<?xml version="1.0" encoding="x-none"?><tmx/>', "is not XML"),
        ("t.tsv", "vi\tar\n\u200b\t\ufeff\u200e\n", "line 2: is empty on both sides"),
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


def load_one(path: Path, **columns: str) -> tuple[str, str]:
    """Source and reference of the only row of a file."""
    (pair,) = load(TableData(str(path), columns), "vi", "ar").pairs
    return pair.source.text, pair.reference.text


def save(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<bpt i='1'>&lt;b&gt;</bpt>b<ept i='1'>&lt;/b&gt;</ept>c", "abc"),
        ("a<ph>{1}</ph> <it pos='begin'>x</it>b<ut>y</ut>", "a b"),
        ("<hi>một <hi>hai</hi></hi> ba", "một hai ba"),
        ("xem <ph>&lt;img alt='<sub>ảnh<ph>z</ph></sub>'/&gt;</ph> này", "xem ảnh này"),
        ("giá 5\u00a0%  hai  dấu cách", "giá 5\u00a0%  hai  dấu cách"),
        ("hai\ndòng", "hai dòng"),
    ],
)
def test_of_a_segment_its_text_is_read(tmp_path: Path, text: str, expected: str) -> None:
    """Codes of the format it came from are none, texts in them and in highlights are; white space stays."""
    path = save(tmp_path / "t.tmx", tmx(tuv("vi", text), tuv("ar", "نص")))

    assert load_one(path) == (expected, "نص")


@pytest.mark.parametrize(
    ("vi", "ar"), [("vi_VN", "ar_SA"), ("vie", "ara"), ("VI", "AR-EG"), ("vie-VN", "arb"), ("vi-Latn-VN", "ar-x-none")]
)
def test_languages_have_many_names(tmp_path: Path, vi: str, ar: str) -> None:
    """Codes of two and three letters, with countries and scripts, with hyphens and underscores."""
    path = save(tmp_path / "t.tmx", tmx(tuv(vi, "một"), tuv("en", "one"), tuv(ar, "واحد")))

    assert load_one(path) == ("một", "واحد")


def test_one_of_several_texts_is_chosen(tmp_path: Path) -> None:
    """By its tag, the plain code first; texts that are equal need no choice."""
    several = tuv("vi", "một"), tuv("ar-EG", "مصر"), tuv("ar-SA", "سعود")
    countries = save(tmp_path / "countries.tmx", tmx(*several))
    plain = save(tmp_path / "plain.tmx", tmx(*several, tuv("ar", "عربي")))
    equal = save(tmp_path / "equal.tmx", tmx(tuv("vi", "một"), tuv("ar-EG", "نص"), tuv("ar-SA", "نص")))

    assert load_one(countries, ar="ar-SA") == ("một", "سعود")
    assert load_one(plain) == ("một", "عربي")
    assert load_one(equal) == ("một", "نص")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_memory_is_in_any_encoding_and_namespace(tmp_path: Path, encoding: str) -> None:
    """UTF-16, as many tools write it, and a default namespace, as the specification allows it."""
    head = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><tmx xmlns='http://www.lisa.org/tmx14'>"

    path = save(tmp_path / "t.tmx", tmx(tuv("vi", "tiếng"), tuv("ar", "لغة"), head=head), encoding)

    assert load_one(path) == ("tiếng", "لغة")


_TEXTS = ('Ông nói: "Được"', '"Vâng."', "C:\\temp\\new", "a; b, c|d", "'quoted'", "5\u00a0%", '"', "sep=;")


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
@pytest.mark.parametrize("text", _TEXTS)
def test_what_programs_write_is_read(tmp_path: Path, suffix: str, text: str) -> None:
    """Python's csv module quotes as RFC 4180 says, with commas, semicolons or tabs between cells."""
    for separator in ("\t",) if suffix == "tsv" else (",", ";", "\t", "|"):
        path = tmp_path / f"t.{suffix}"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=separator).writerows([["n", "vi", "ar"], ["1", text, "نص"], ["2", "b", text]])

        corpus = load(TableData(str(path)), "vi", "ar")

        (pair,) = corpus.pairs
        assert (pair.source.text, pair.reference.text) == (f"{text}\nb", f"نص\n{text}"), separator


@pytest.mark.parametrize("text", [*_TEXTS, '"a" và "b"', 'bắt đầu "', '"mở'])
def test_a_tsv_without_quoting_is_read_as_it_stands(tmp_path: Path, text: str) -> None:
    """Most programs write a TSV so, and a cell may begin or end with a quotation mark."""
    path = save(tmp_path / "t.tsv", f"vi\tar\nmột, hai\tنص\n{text}\tنص\nba\tنص\n")

    assert load_one(path)[0] == f"một, hai\n{text}\nba"


def test_spreadsheets_leave_marks_and_empty_columns(tmp_path: Path) -> None:
    """Excel's line `sep=;`, its byte order mark, columns without a name, empty rows at the end."""
    path = save(tmp_path / "t.csv", 'sep=;\r\nvi;ar;;\r\n"một; hai";نص;;\r\n\r\nba;نص;;;\r\n', "utf-8-sig")

    assert load_one(path) == ("một; hai\nba", "نص\nنص")


def test_an_exported_tsv_reads_back(tmp_path: Path) -> None:
    """`mt-eval export --to tsv` is exact, whatever a text holds."""
    texts = [*_TEXTS, "tab\there"]
    run = write_small_run(tmp_path, "run", [("a", text, "نص", text) for text in texts])
    with (tmp_path / "out.tsv").open("wb") as file:
        write_tsv(list_rows([read_run(run)]), file)

    corpus = load(TableData(str(tmp_path / "out.tsv"), {"xx": "source", "yy": "translation"}), "xx", "yy")

    assert [pair.reference.text for pair in corpus.pairs] == ["\n".join(texts)]
