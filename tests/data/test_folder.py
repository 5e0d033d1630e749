"""A folder of files that belong together by their names."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from mt_eval.config import FolderData
from mt_eval.data import load
from mt_eval.errors import DataError

_VI = "Chủ tịch Trung Quốc điện đàm với Tổng thống Nga về quan hệ hợp tác giữa hai nước."
_AR = "تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي عن التعاون بين البلدين في هذا العام."


def test_files_are_paired_by_their_names(tmp_path: Path) -> None:
    """Each name with both languages is an article pair, to be cut and aligned; others are noted."""
    for name, text in (("b.vi", _VI), ("b.ar", _AR), ("a.vi", _VI), ("a.ar", _AR), ("c.vi", _VI), ("notes", "x")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")

    corpus = load(FolderData(str(tmp_path)), "ar", "vi")

    assert [(pair.id, pair.source.text, pair.reference.text) for pair in corpus.pairs] == [
        ("a", _AR, _VI),
        ("b", _AR, _VI),
    ]
    assert not corpus.segmented
    assert set(corpus.inputs) == {"a.ar.txt", "a.vi.txt", "b.ar.txt", "b.vi.txt"}
    assert corpus.notes == ("c.vi.txt is left out: it has no counterpart in ar",)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, r"has no NAME\.vi\.txt beside a NAME\.ar\.txt"),
        ({"a.vi.txt": _AR, "a.ar.txt": _AR}, r"a\.vi\.txt: 100% of the letters are Arabic script"),
        ({"a.vi.txt": "", "a.ar.txt": _AR}, r"a\.vi\.txt: is empty"),
    ],
)
def test_wrong_folders(tmp_path: Path, files: dict[str, str], message: str) -> None:
    """A folder without pairs, and a file in the wrong language, are errors."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        load(FolderData(str(tmp_path)), "vi", "ar")


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error."""
    for name in ("x", "x" * 300, "x\0"):
        with pytest.raises(DataError, match="there is no such folder"):
            load(FolderData(str(tmp_path / name)), "vi", "ar")


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_names_are_paired_in_either_form(tmp_path: Path, forms: tuple[str, str]) -> None:
    """macOS decomposes the letters of names, and the pair is called alike everywhere."""
    for form, lang, text in zip(forms, ("vi", "ar"), (_VI, _AR), strict=True):
        (tmp_path / f"{unicodedata.normalize(form, 'xã hội')}.{lang}.txt").write_text(text, encoding="utf-8")
        # What macOS leaves on other file systems beside each file.
        (tmp_path / f"._{unicodedata.normalize(form, 'xã hội')}.{lang}.txt").write_bytes(b"\0\5\x16\7")

    corpus = load(FolderData(str(tmp_path)), "vi", "ar")

    assert [pair.id for pair in corpus.pairs] == ["xã hội"]
    assert set(corpus.inputs) == {"xã hội.vi.txt", "xã hội.ar.txt"}
    assert corpus.notes == ()


def test_two_forms_of_one_name(tmp_path: Path) -> None:
    """Neither is chosen silently."""
    for form in ("NFC", "NFD"):
        (tmp_path / f"{unicodedata.normalize(form, 'xã')}.vi.txt").write_text(_VI, encoding="utf-8")

    with pytest.raises(DataError, match=r"has two files xã\.vi\.txt, one with composed letters"):
        load(FolderData(str(tmp_path)), "vi", "ar")
