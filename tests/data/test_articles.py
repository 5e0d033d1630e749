"""Loading a manifest's pairs: which, in which direction, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mt_eval.config import ArticlesData
from mt_eval.data import load
from mt_eval.errors import DataError
from mt_eval.types import Relation

_VI = "Chủ tịch Trung Quốc điện đàm với Tổng thống Nga về quan hệ hợp tác giữa hai nước."
_AR = "تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي عن التعاون بين البلدين في هذا العام."
_SEEDS = ArticlesData(manifest="bundled:seeds/articles.yaml")

_MANIFEST = """\
articles:
  - {id: v, file: v.txt, language: vi, segmented: true, furniture: ["line: [x]"], origin: "https://vidu.vn/v"}
  - {id: a, file: a.txt, language: ar}
  - {id: w, file: w.txt, language: vi, unpaired: nobody translated it}
pairs:
  - {id: true-pair, articles: [a, v], relation: translation, reason: known, gold: g.tsv}
  - {id: other-pair, articles: [a, w], relation: comparable, reason: another year}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manifest with one translation and one comparable pair."""
    (tmp_path / "articles.yaml").write_text(_MANIFEST, encoding="utf-8")
    (tmp_path / "v.txt").write_text(_VI + "\n[x]\n", encoding="utf-8")
    (tmp_path / "w.txt").write_text(_VI, encoding="utf-8")
    (tmp_path / "a.txt").write_text(_AR, encoding="utf-8")
    (tmp_path / "g.tsv").write_text("vi\tar\tnote\n", encoding="utf-8")
    return tmp_path


def _configure(folder: Path, **options: object) -> ArticlesData:
    return ArticlesData(manifest=str(folder / "articles.yaml"), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("source", "target"), [("vi", "ar"), ("ar", "vi")])
def test_translations_are_chosen_in_the_direction(folder: Path, source: str, target: str) -> None:
    """By default all translations are there, source first, raw, with what the later stages need."""
    corpus = load(_configure(folder), source, target)

    [pair] = corpus.pairs
    assert (pair.id, pair.source.lang, pair.reference.lang) == ("true-pair", source, target)
    assert {pair.source.text, pair.reference.text} == {_VI + "\n[x]\n", _AR}
    assert (corpus.segmented, corpus.warnings) == (False, ())
    assert corpus.furniture == {"v": ("line: [x]",)}
    assert corpus.word_segmented == {"v"}
    assert [file.path for file in corpus.gold.values()] == [folder / "g.tsv"]
    left_out = (
        "left out: w (a is comparable), of which there is no human version to score against; data.unpaired=true "
        "translates it, too; where a comparable text is a translation after all, mend `relation` in "
        "the manifest"
    )
    assert corpus.notes == ((left_out,) if source == "vi" else ())


def test_inputs_are_hashed(folder: Path) -> None:
    """Every file that was read is listed under its path in the manifest's folder, with the SHA-256 of its bytes."""
    corpus = load(_configure(folder), "vi", "ar")

    expected = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("articles.yaml", "v.txt", "a.txt", "g.tsv")
    }
    assert expected == corpus.inputs


def test_comparable_pairs_need_a_word(folder: Path) -> None:
    """A comparable pair is refused with the manifest's reason, or taken with a warning."""
    with pytest.raises(DataError, match=r"line 7: pair other-pair is comparable.*another year.*allow_comparable=true"):
        load(_configure(folder, pairs=["other-pair"]), "vi", "ar")

    corpus = load(_configure(folder, pairs=["other-pair"], allow_comparable=True), "vi", "ar")

    assert [pair.relation for pair in corpus.pairs] == [Relation.COMPARABLE]
    assert corpus.warnings == (
        "article pair other-pair is comparable, not a translation (another year): its scores mean nothing",
    )


@pytest.mark.parametrize(
    ("pairs", "languages", "message"),
    [
        (["ture-pair"], "vi ar", "names ture-pair, which is not in it, expected one of true-pair, other-pair"),
        (["true-pair"], "en ar", "line 6: pair true-pair has ar and vi, expected ar and en"),
        (["true-pair", "true-pair"], "vi ar", "names a pair twice"),
        ([], "vi ar", "data.pairs is empty"),
        (None, "en ar", r"no pair is a translation between ar and en.*\(ar-vi\)"),
    ],
)
def test_wrong_choices(folder: Path, pairs: list[str] | None, languages: str, message: str) -> None:
    """An unknown pair, a pair in other languages and no pair at all are errors that list what there is."""
    with pytest.raises(DataError, match=message):
        load(_configure(folder, pairs=pairs), *languages.split())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("v.txt", None, r"articles.yaml line 2: article v names the file v.txt, which is not in"),
        ("v.txt", _AR + "[x]", r"v.txt: .*Arabic script, expected language vi; mend `language` of article v"),
        ("a.txt", _VI, r"a.txt: 100% of the letters are Latin script, expected language ar"),
        ("v.txt", _VI, r"line 2: the furniture `line: \[x\]` of article v does not occur in v.txt"),
        ("a.txt", " \n", r"a.txt: is empty, expected text"),
        ("g.tsv", None, r"g.tsv: there is no such file"),
    ],
)
def test_wrong_files(folder: Path, name: str, content: str | None, message: str) -> None:
    """A file that is missing, empty, in another language or without its furniture is named."""
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        load(_configure(folder), "vi", "ar")


def test_the_seeds_load() -> None:
    """Of the project's own articles one pair is taken by default, and what is left out is said."""
    corpus = load(_SEEDS, "vi", "ar")

    assert [(pair.id, pair.source.id, pair.reference.id) for pair in corpus.pairs] == [("xi-putin-2024", "000", "002")]
    [note] = corpus.notes
    assert "001 (003 is comparable), 004" in note
    assert "data.unpaired=true" in note
