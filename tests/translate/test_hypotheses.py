"""Translations from a file, and the source as its own translation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mt_eval.config import CopyModel, HypothesesModel
from mt_eval.errors import DataError
from mt_eval.translate import locate, translate_pairs

Configure = Callable[..., Any]


def test_lines_are_translations(configure: Configure, pair_up: Any, tmp_path: Path) -> None:
    """Line i is pair i's, also when line i is a reference-only pair's, or empty, or holds a line separator."""
    path = tmp_path / "system.txt"
    path.write_bytes("một\nunused\n\nba\u2028bốn năm\r\n".encode())
    config = configure(HypothesesModel(str(path)))
    seen: list[tuple[int, int]] = []

    translated = translate_pairs(config, pair_up(["a", [], "c", ["d", "e"]]), tmp_path, lambda *x: seen.append(x))

    texts = [None if t is None else t.text for t in translated.translations]
    assert texts == ["một", None, "", "ba\u2028bốn năm"]
    assert [t and t.segment_pair_id for t in translated.translations] == ["0", None, "2", "3"]
    assert seen == [(4, 4)]


@pytest.mark.parametrize("first", ["Text ID là gì?", "Nhập text, rồi id", '"text" và "id"'])
def test_lines_about_ids_and_texts_are_no_table(
    configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, first: str
) -> None:
    """Whatever the ending of the file, only cells of these names are columns."""
    (tmp_path / "system.tsv").write_text(f"{first}\nhai\n", encoding="utf-8")
    config = configure(HypothesesModel(str(tmp_path / "system.tsv")))

    translated = translate_pairs(config, pair_up(["a", "b"]), tmp_path, silent)

    assert [t and t.text for t in translated.translations] == [first, "hai"]


def test_limit_uses_the_first_lines(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> None:
    """With a limit the file still has a line for every pair of the data; a missing last line end is no missing line."""
    path = tmp_path / "system.txt"
    path.write_text("x\ny\nz", encoding="utf-8")
    config = configure(HypothesesModel(str(path)))

    translated = translate_pairs(config, pair_up(["a", "b"]), tmp_path, silent, total_pairs=3)

    assert [t.text for t in translated.translations if t] == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x\n", r"system\.txt has 1 lines, but the data has 2 segment pairs; expected one line per segment pair"),
        (b"x\ny\nz\n", r"system\.txt has 3 lines, but the data has 2 segment pairs"),
        (b"", r"system\.txt has 0 lines, but the data has 2 segment pairs"),
        (b"x\nab\xff\n", r"system\.txt line 2: byte 0xff at offset 4 is not UTF-8"),
        (b"x\ny\0\n", r"system\.txt line 2: holds the control character U\+0000"),
        (b"x\ny\x01\n", r"system\.txt line 2: holds the control character U\+0001"),
    ],
)
def test_bad_files_are_explained(
    configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, content: bytes, message: str
) -> None:
    """A file that does not fit the data is an error that says where and why, never a shorter result."""
    path = tmp_path / "system.txt"
    path.write_bytes(content)

    with pytest.raises(DataError, match=message):
        translate_pairs(configure(HypothesesModel(str(path))), pair_up(["a", "b"]), tmp_path, silent)


def test_missing_file_is_explained(configure: Configure, tmp_path: Path) -> None:
    """A path that is not there, or is a folder, is found before anything runs."""
    with pytest.raises(DataError, match=r"none\.txt: there is no such file"):
        locate(configure(HypothesesModel(str(tmp_path / "none.txt"))))
    with pytest.raises(DataError, match=r"is a folder, expected a text file"):
        locate(configure(HypothesesModel(str(tmp_path))))


def test_identity_is_the_contents(configure: Configure, tmp_path: Path) -> None:
    """Two files of the same contents are one system, named after the file."""
    for name, content in (("a b.txt", "x\n"), ("b.txt", "x\n"), ("c.txt", "y\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")

    a, b, c = (locate(configure(HypothesesModel(str(tmp_path / name)))) for name in ("a b.txt", "b.txt", "c.txt"))

    assert a.identity == b.identity != c.identity
    assert a.label == "a-b"


def test_copy_is_the_source(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> None:
    """The floor: every source as it stands."""
    translated = translate_pairs(configure(CopyModel()), pair_up([["a", "b"], [], "c"]), tmp_path, silent)

    assert [t and t.text for t in translated.translations] == ["a b", None, "c"]
    assert locate(configure(CopyModel())).label == "copy"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("out.tsv", "id\ttext\n2\tba\n0\tmột\n"),
        ("out.tsv", "ID\tText\n2\tba\n0\tmột\n"),
        ("out.csv", 'text,id\n"ba",2\n"một",0\n'),
        ("out.csv", "id;text;note\n2;ba;x\n0;một;\n"),
        ("out.jsonl", '{"id": "2", "text": "ba"}\n{"id": "0", "text": "một"}\n'),
        ("out.tsv", "id\tsource\ttext\n0\ta\tmột\n2\tc\tba\n"),
    ],
)
def test_translations_by_id(
    configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, name: str, content: str
) -> None:
    """In any order and format, with other columns; line counts change with the alignment, ids say what they mean."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    config = configure(HypothesesModel(str(tmp_path / name)))

    translated = translate_pairs(config, pair_up(["a", [], "c"]), tmp_path, silent)

    assert [t and t.text for t in translated.translations] == ["một", None, "ba"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id\ttext\n0\tx\n", r"out\.tsv: has no translation of 1, expected one for each source"),
        ("id\ttext\n", r"has no translation of 0 and 1 more"),
        ("id\ttext\n0\tx\n0\ty\n1\tz\n", r"line 3: the id 0 is there again"),
        ("id\ttext\n0\tx\n1\ty\n9\tz\n", r"line 4: the id 9 is of no segment pair"),
        ("id\tsource\ttext\n0\tb\tx\n1\tb\ty\n", r"line 2: the source of 0 is another one"),
        ("id\ttext\n0\tx\n1\n", r"line 3: 1 cells, expected 2"),
    ],
)
def test_wrong_ids_are_explained(
    configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, content: str, message: str
) -> None:
    """No translation is guessed, lost or used twice."""
    (tmp_path / "out.tsv").write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        translate_pairs(configure(HypothesesModel(str(tmp_path / "out.tsv"))), pair_up(["a", "b"]), tmp_path, silent)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("out.tsv", "0\tx\n1\ty\n", r"out\.tsv line 1: is the id of a segment and a text, expected the names"),
        ("out.csv", '"0","x"\n"1","y"\n', r"out\.csv line 1: is the id of a segment and a text"),
        ("out.jsonl", '{"id": "0", "hyp": "x"}\n{"id": "1", "hyp": "y"}\n', r"line 1: has no text id and text"),
    ],
)
def test_a_table_without_its_columns_is_no_translation(
    configure: Configure, pair_up: Any, silent: Any, tmp_path: Path, name: str, content: str, message: str
) -> None:
    """It has as many lines as the data, and its ids and brackets were scored as text."""
    (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        translate_pairs(configure(HypothesesModel(str(tmp_path / name))), pair_up(["a", "b"]), tmp_path, silent)


def test_with_a_limit_other_ids_wait(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> None:
    """The file is of the whole data, of which a run under `limit` sees the beginning."""
    (tmp_path / "out.tsv").write_text("id\ttext\n7\tz\n0\tx\n1\ty\n", encoding="utf-8")
    config = configure(HypothesesModel(str(tmp_path / "out.tsv")))

    translated = translate_pairs(config, pair_up(["a", "b"]), tmp_path, silent, total_pairs=8)

    assert [t.text for t in translated.translations if t] == ["x", "y"]


def test_what_is_hashed_is_what_is_used(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> None:
    """A file that is overwritten after it was found is used as it was found."""
    path = tmp_path / "system.txt"
    path.write_text("x\ny\n", encoding="utf-8")
    config = configure(HypothesesModel(str(path)))
    system = locate(config)
    path.write_text("other\ntexts\n", encoding="utf-8")

    translated = translate_pairs(config, pair_up(["a", "b"]), tmp_path, silent, system=system)

    assert [t.text for t in translated.translations if t] == ["x", "y"]
    assert locate(config).identity != system.identity
