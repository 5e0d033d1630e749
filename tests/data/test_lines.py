"""Line-parallel files: documents, lengths, empty lines, languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.config import LinesData
from mt_eval.data import load
from mt_eval.errors import DataError

_VI = ["Một hai ba bốn.", "Năm sáu bảy tám.", "Chín mười mười một."]
_AR = ["واحد اثنان ثلاثة.", "أربعة خمسة ستة.", "سبعة ثمانية تسعة."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three lines in two languages, in two documents."""
    _write(tmp_path, "t.vi.txt", _VI)
    _write(tmp_path, "t.ar.txt", _AR)
    _write(tmp_path, "ids.txt", ["x", "x", "y"])
    return tmp_path


def _write(folder: Path, name: str, lines: list[str]) -> None:
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _configure(folder: Path, docids: bool = True) -> LinesData:
    return LinesData(f"{folder}/t.%src.txt", f"{folder}/t.%tgt.txt", f"{folder}/ids.txt" if docids else None)


@pytest.mark.parametrize(("source", "target"), [("vi", "ar"), ("ar", "vi")])
def test_documents_become_article_pairs(folder: Path, source: str, target: str) -> None:
    """Each document is an article pair of its lines, in both directions by the same paths."""
    corpus = load(_configure(folder), source, target)

    assert corpus.segmented
    assert [pair.id for pair in corpus.pairs] == ["x", "y"]
    assert [pair.source.id for pair in corpus.pairs] == [f"x.{source}", f"y.{source}"]
    by_lang = {article.lang: article.text for article in (corpus.pairs[0].source, corpus.pairs[0].reference)}
    assert by_lang == {"vi": "\n".join(_VI[:2]), "ar": "\n".join(_AR[:2])}
    assert set(corpus.inputs) == {"source_path", "reference_path", "docids_path"}


def test_without_docids_the_file_is_one_article(folder: Path) -> None:
    """The pair is called as the file, without its language."""
    corpus = load(_configure(folder, docids=False), "vi", "ar")

    assert [(pair.id, pair.source.id, pair.reference.id) for pair in corpus.pairs] == [("t", "t.vi", "t.ar")]


@pytest.mark.parametrize(
    ("name", "lines", "message"),
    [
        ("t.ar.txt", _AR[:2], r"t.vi.txt has 3 lines and .*t.ar.txt has 2, expected as many in both"),
        ("t.ar.txt", [*_AR, ""], r"t.vi.txt has 3 lines and .*t.ar.txt has 4"),
        ("ids.txt", ["x", "x"], r"ids.txt has 2 lines and .*t.vi.txt has 3, expected one document id for each line"),
        ("ids.txt", ["x", "y", "x"], r"ids.txt line 3: document x goes on, which began in line 1"),
        ("ids.txt", ["x", "", "y"], r"ids.txt line 2: the document id is ''"),
        ("ids.txt", ["x", "x\ty", "y"], r"ids.txt line 2: the document id is 'x\\ty'"),
        ("t.ar.txt", _VI, r"t.ar.txt: .*Latin script, expected language ar; set data.reference_path and direction"),
    ],
)
def test_files_that_do_not_fit(folder: Path, name: str, lines: list[str], message: str) -> None:
    """Different lengths, torn documents and another language are errors that name file, line and counts."""
    _write(folder, name, lines)

    with pytest.raises(DataError, match=message):
        load(_configure(folder), "vi", "ar")


def test_lines_empty_on_both_sides(folder: Path) -> None:
    """A line may be empty on one side, not on both."""
    _write(folder, "t.vi.txt", [_VI[0], "", _VI[2] + _VI[0]])

    assert "\n\n" not in load(_configure(folder), "vi", "ar").pairs[0].reference.text

    _write(folder, "t.ar.txt", [_AR[0], " ", _AR[2] + _AR[0]])
    with pytest.raises(DataError, match=r"t.vi.txt and .*t.ar.txt line 2: is empty in both files"):
        load(_configure(folder), "vi", "ar")


def test_ntrex_loads(ntrex: Path) -> None:
    """NTREX gives its 62 documents with 988 lines."""
    config = LinesData(f"{ntrex}/ntrex.%src.txt", f"{ntrex}/ntrex.%tgt.txt", f"{ntrex}/docids.tsv")

    corpus = load(config, "vi", "ar")

    assert len(corpus.pairs) == 62
    assert sum(pair.source.text.count("\n") + 1 for pair in corpus.pairs) == 988


def test_the_interface_strings_load() -> None:
    """The bundled interface strings are 500 pairs in four documents, one per origin."""
    names = ("ui.%src.txt", "ui.%tgt.txt", "docids.txt")
    corpus = load(LinesData(*(f"bundled:seeds/ui/{name}" for name in names)), "ar", "vi")

    lengths = {pair.id: pair.source.text.count("\n") + 1 for pair in corpus.pairs}
    assert lengths == {"firefox-thunderbird": 84, "libreoffice": 38, "microsoft-curricula": 356, "mozilla-www": 22}
