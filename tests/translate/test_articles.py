"""Whole translations in a folder: which file is of which article, and what is wrong with a folder in one sentence."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.config import ArticlesModel, Extra
from mt_eval.errors import DataError
from mt_eval.translate import System, locate, translate_pairs
from mt_eval.translate.articles import locate_articles, name_file
from mt_eval.types import Kind, Segment, SegmentPair


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def find(folder: Path, *articles: str, extra: Extra = Extra.error) -> System:
    return locate_articles(ArticlesModel(str(folder), extra), articles)


@pytest.mark.parametrize(
    ("article", "file"),
    [
        ("xi-putin-2024", "xi-putin-2024.txt"),
        ("bbc.381790", "bbc.381790.txt"),
        ("tin tức/a", "tin tức%2Fa.txt"),
        ("50%", "50%25.txt"),
        (".", "%2E.txt"),
        ("..", "%2E..txt"),
        (".hidden", "%2Ehidden.txt"),
        ("a\0b\x1fc\x7fd", "a%00b%1Fc%7Fd.txt"),
        ('https://x.vn/?a="b"|*<c>\\', "https%3A%2F%2Fx.vn%2F%3Fa=%22b%22%7C%2A%3Cc%3E%5C.txt"),
        ("con", "%63on.txt"),
        ("NUL.2024", "%4EUL.2024.txt"),
        ("console", "console.txt"),
    ],
)
def test_names_of_files(article: str, file: str) -> None:
    """What some system takes for no name, hides or keeps for itself is written `%XX`."""
    assert name_file(article) == file


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), min_size=2, max_size=2))
def test_names_of_files_are_of_one_article(articles: list[str]) -> None:
    """Two ids never give one name, and no name leads elsewhere."""
    files = [name_file(article) for article in articles]

    assert (files[0] == files[1]) is (articles[0] == articles[1])
    assert all(file not in (".txt", "..txt") and "/" not in file and "\0" not in file for file in files)


def test_files_belong_to_articles_by_name(tmp_path: Path) -> None:
    """Composed or not, with more written as `%XX` than has to be; hidden files are passed over."""
    files = {
        unicodedata.normalize("NFD", "Hà Nội.txt"): "một",
        "a%2fb.txt": "hai",
        "100%.txt": "ba",
        "c%3Ad.txt": "bốn",
        ".DS_Store": b"\xff\0",
        "._Hà Nội.txt": b"\xff\0",
    }

    system = find(write(tmp_path / "Google Dịch", files), "Hà Nội", "a/b", "100%", "c:d", "missing")

    assert system.articles == {"Hà Nội": "một", "a/b": "hai", "100%": "ba", "c:d": "bốn"}
    assert system.label == "Google-Dịch"
    assert system.facts["missing"] == ("missing",)
    assert system.is_placed


def test_an_identity_is_that_of_the_contents(tmp_path: Path) -> None:
    """Neither of the folder nor of names; one character makes another system, and so does a missing file."""
    one = find(write(tmp_path / "one", {"a.txt": "một", "b.txt": "hai"}), "a", "b")
    same = find(write(tmp_path / "two", {"x.txt": "một", "y.txt": "hai"}), "x", "y")
    other = find(write(tmp_path / "three", {"a.txt": "một", "b.txt": "hai."}), "a", "b")
    fewer = find(write(tmp_path / "four", {"a.txt": "một"}), "a", "b")

    assert one.identity == same.identity
    assert len({each.identity for each in (one, other, fewer)}) == 3


def test_what_belongs_to_no_article_is_passed_over_if_asked(tmp_path: Path) -> None:
    """Files, folders and files of other kinds; they are not part of the identity either."""
    folder = write(tmp_path / "s", {"a.txt": "một"})
    alone = find(folder, "a")
    write(folder, {"b.txt": "hai", "notes.md": "x", "c.txt": b"\xff"})
    (folder / "more").mkdir()

    system = find(folder, "a", extra=Extra.ignore)

    assert (system.articles, system.identity) == ({"a": "một"}, alone.identity)


NFC, NFD = (unicodedata.normalize(form, "tế") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("files", "articles", "message"),
    [
        ({}, ["a"], r"s: has no file of an article of the data \(it has no files\), expected a\.txt; rename"),
        (
            {"x.txt": "x", "y.md": "y"},
            ["a/b", "c", "d", "e"],
            r"\(it has x\.txt, y\.md\), expected a%2Fb\.txt, c\.txt, d\.txt and 1 more; rename",
        ),
        (
            {"a.txt": "x", "b.txt": "y"},
            ["a"],
            r"s: b\.txt is of no article of the data, .* add data\.unpaired=true if .* model\.extra=ignore",
        ),
        (
            {"a.txt": "x", "1.txt": "y", "2.txt": "", "3.txt": "", "4.txt": ""},
            ["a", "b"],
            r"s: 1\.txt, 2\.txt, 3\.txt and 1 more are of no article of the data, and b\.txt would be; rename",
        ),
        ({"a.txt": "x", "B.txt": "y"}, ["a", "b"], r"and b\.txt is missing, whose name differs in capital and small"),
        ({"a.txt": "x", "b.ar.txt": "y"}, ["a", "b"], r"b\.ar\.txt is of no article of the data, and b\.txt would be"),
        ({"a.txt": "x", "a%0Ab.txt": "y", "a\nb.txt": ""}, ["a"], r"its name: holds the control character|a%0Ab"),
        ({"a.txt": b"ab\xff"}, ["a"], r"a\.txt line 1: byte 0xff at offset 2 is not UTF-8; convert the file"),
        ({"a.txt": "x".encode("utf-16")}, ["a"], r"is not UTF-8; convert the file with `iconv -f UTF-16"),
        ({"a.txt": b"\x7fELF\x02\x01"}, ["a"], r"a\.txt line 1: holds the control character U\+007F"),
        ({"a.txt": b"\x1f\x8b\x08\x00"}, ["a"], r"a\.txt: is packed \(gzip\)"),
        ({"a.txt": "", "b.txt": " \n\u200b"}, ["a", "b"], r"s: every file of an article is empty, expected text in"),
        ({NFC + ".txt": "x", NFD + ".txt": "y"}, [NFC], r"has two files of the article tế, .* delete one"),
        ({"a.txt": "x"}, ["a", "A"], r"articles 'a' and 'A': their ids differ only in capital and small letters"),
        ({"a.txt": "x"}, ["Straße", "STRASSE"], r"differ only in capital and small letters"),
        ({"a.txt": "x"}, [NFC, NFD], r"articles 't\\u1ebf' and 'te\\u0302\\u0301': their ids differ only in Unicode"),
        ({"a.txt": "x"}, ["ế" * 90], r"its id is longer than the name of a file can be \(255 bytes with \.txt\)"),
    ],
)
def test_folders_that_do_not_fit(tmp_path: Path, files: dict[str, str], articles: list[str], message: str) -> None:
    """One sentence: where, what was found, what was expected, what mends it."""
    folder = write(tmp_path / "s", files)

    with pytest.raises(DataError, match=message) as raised:
        find(folder, *articles)
    assert "\n" not in str(raised.value)


def test_what_is_no_folder(tmp_path: Path) -> None:
    """A file, nothing, and a folder in the place of a file."""
    write(tmp_path, {"all.txt": "x"})
    (tmp_path / "s" / "a.txt").mkdir(parents=True)

    with pytest.raises(DataError, match=r"all\.txt: is a file, expected a folder .* \(a\.txt\); .* or give model=hypo"):
        find(tmp_path / "all.txt", "a")
    with pytest.raises(DataError, match=r"nowhere: there is no such folder; set model\.path"):
        find(tmp_path / "nowhere", "a")
    with pytest.raises(DataError, match=r"a\.txt: is a folder, expected a text file"):
        find(tmp_path / "s", "a")


def make_pairs(*articles: str) -> list[SegmentPair]:
    """One segment pair per name, the second of a name that is there twice without a source."""
    seen: set[str] = set()
    pairs = []
    for number, name in enumerate(articles):
        segment = (Segment(f"{name}.{number}", name, 0, 1, "x"),)
        kind = Kind.REFERENCE_ONLY if name in seen else Kind.SOURCE_ONLY
        pairs.append(SegmentPair(f"{name}:{number}", name, () if name in seen else segment, segment, kind))
        seen.add(name)
    return pairs


def test_each_text_is_of_all_sources_of_its_article(configure: Any, silent: Any, tmp_path: Path) -> None:
    """Nothing is divided here; what has no file, or an empty one, is told with the names that were expected."""
    folder = write(tmp_path / "s", {"a.txt": "một\nhai\n", "c/d".replace("/", "%2F") + ".txt": "\n"})
    config = configure(ArticlesModel(str(folder)))
    pairs = make_pairs("a", "a", "b/e", "c/d")

    translated = translate_pairs(config, pairs, tmp_path, silent, system=locate(config, ("a", "b/e", "c/d")))

    assert [(unit.places, unit.text) for unit in translated.units or ()] == [
        ((0,), "một\nhai\n"),
        ((2,), ""),
        ((3,), "\n"),
    ]
    assert [warning.partition(": ")[2] for warning in translated.warnings] == [
        "no file for 1 of 3 articles (b%2Fe.txt): they count as articles of which nothing was translated",
        "an empty file for 1 of 3 articles (c%2Fd.txt): they count as articles of which nothing was translated",
    ]
