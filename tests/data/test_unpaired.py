"""Articles without a human version: which are taken, what is said of the others, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.config import ArticlesData, FolderData, LinesData, TableData
from mt_eval.data import DataConfig, load
from mt_eval.errors import DataError
from mt_eval.types import ArticlePair

_SEEDS = str(Path(__file__).parents[2] / "seeds" / "articles.yaml")
_VI = "Chủ tịch Trung Quốc đã điện đàm với Tổng thống Nga về hợp tác giữa hai nước trong năm nay."
_AR = "تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي عن التعاون بين البلدين في هذا العام."


def _list(pairs: tuple[ArticlePair, ...]) -> list[tuple[str, str, str | None]]:
    return [(pair.id, pair.source.id, pair.reference and pair.reference.id) for pair in pairs]


@pytest.mark.parametrize(
    ("direction", "options", "expected"),
    [
        ("vi ar", {}, [("xi-putin-2024", "000", "002"), ("001", "001", None), ("004", "004", None)]),
        ("ar vi", {}, [("xi-putin-2024", "002", "000"), ("003", "003", None)]),
        ("vi ar", {"pairs": []}, [("001", "001", None), ("004", "004", None)]),
        (
            "vi ar",
            {"allow_comparable": True},
            [("xi-putin-2024", "000", "002"), ("xi-security-council", "001", "003"), ("004", "004", None)],
        ),
        ("vi en", {}, [(name, name, None) for name in ("000", "001", "004")]),
    ],
)
def test_seeds_without_a_fit_counterpart_are_taken(
    direction: str, options: dict[str, object], expected: list[tuple[str, str, str | None]]
) -> None:
    """Behind the true pair stand the sources that nothing belongs to, or only a comparable article."""
    config = ArticlesData(manifest=_SEEDS, unpaired=True, **options)  # type: ignore[arg-type]

    corpus = load(config, *direction.split())

    assert _list(corpus.pairs) == expected
    assert corpus.notes == ()


def test_an_article_is_not_called_as_a_pair_is(tmp_path: Path) -> None:
    """Ids of articles and of pairs may be the same in a manifest; in a run they differ."""
    (tmp_path / "articles.yaml").write_text(
        """\
articles:
  - {id: a, file: a.txt, language: vi}
  - {id: b, file: b.txt, language: ar}
  - {id: c, file: a.txt, language: vi}
pairs:
  - {id: c, articles: [a, b], relation: translation, reason: one is of the other}
""",
        encoding="utf-8",
    )
    (tmp_path / "a.txt").write_text(_VI, encoding="utf-8")
    (tmp_path / "b.txt").write_text(_AR, encoding="utf-8")

    corpus = load(ArticlesData(manifest=str(tmp_path / "articles.yaml"), unpaired=True), "vi", "ar")

    assert _list(corpus.pairs) == [("c", "a", "b"), ("c.vi", "c", None)]


@pytest.mark.parametrize(
    ("files", "unpaired", "expected", "note"),
    [
        (("a.vi", "a.ar", "b.vi"), True, [("a", "a.vi", "a.ar"), ("b", "b.vi", None)], ""),
        (("a.vi", "a.ar", "b.vi"), False, [("a", "a.vi", "a.ar")], "left out: b.vi.txt, of which"),
        (("a.vi", "b.ar"), True, [("a", "a.vi", None)], "b.ar.txt is left out"),
        (("a.vi", "b.vi"), False, [("a", "a.vi", None), ("b", "b.vi", None)], ""),
    ],
)
def test_folders(
    tmp_path: Path, files: tuple[str, ...], unpaired: bool, expected: list[tuple[str, str, str | None]], note: str
) -> None:
    """Sources alone are taken where that is asked for, and where the folder holds nothing else."""
    for name in files:
        (tmp_path / f"{name}.txt").write_text(_VI if name.endswith("vi") else _AR, encoding="utf-8")

    corpus = load(FolderData(str(tmp_path), unpaired=unpaired), "vi", "ar")

    assert _list(corpus.pairs) == expected
    assert "".join(corpus.notes)[: len(note) or None] == note


def test_lines_without_references(tmp_path: Path) -> None:
    """Lines are sources of their documents, with no reference file, or none of a document's lines in it."""
    (tmp_path / "s").write_text(f"{_VI}\n{_VI}\n{_VI}\n", encoding="utf-8")
    (tmp_path / "r").write_text(f"{_AR}\n\n\n", encoding="utf-8")
    (tmp_path / "d").write_text("one\ntwo\ntwo\n", encoding="utf-8")
    paths = {"source_path": str(tmp_path / "s"), "docids_path": str(tmp_path / "d")}

    without = load(LinesData(**paths), "vi", "ar")
    partly = load(LinesData(**paths, reference_path=str(tmp_path / "r"), unpaired=True), "vi", "ar")

    assert [(pair.id, pair.source.text, pair.reference) for pair in without.pairs] == [
        ("one", _VI, None),
        ("two", f"{_VI}\n{_VI}", None),
    ]
    assert [pair.reference and pair.reference.text for pair in partly.pairs] == [_AR, None]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.tsv", f"vi\tnote\n{_VI}\tx\n"),
        ("t.csv", f"vi;ar\n{_VI};\n"),
        ("t.jsonl", f'{{"vi": "{_VI}", "ar": null}}\n'),
        ("t.tmx", f'<tmx><body><tu><tuv xml:lang="vi"><seg>{_VI}</seg></tuv></tu></body></tmx>'),
    ],
)
def test_tables_without_the_column_of_the_reference(tmp_path: Path, name: str, content: str) -> None:
    """Where it is asked for, a table needs the source alone; by default it lacks a column, or text in it."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    corpus = load(TableData(str(path), unpaired=True), "vi", "ar")

    assert [(pair.source.text, pair.reference) for pair in corpus.pairs] == [(_VI, None)]
    with pytest.raises(DataError, match=r"in ar|column ar"):
        load(TableData(str(path)), "vi", "ar")


@pytest.mark.parametrize(
    ("source", "message"),
    [(f"{_VI}\n\n{_VI}\n", "line 2: is empty, expected text to translate"), (f"{_AR}\n", "expected language vi")],
)
def test_wrong_lines(tmp_path: Path, source: str, message: str) -> None:
    """Without a reference an empty line has nothing to say, and the language is still looked at."""
    (tmp_path / "s").write_text(source, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        load(LinesData(str(tmp_path / "s")), "vi", "ar")


@pytest.mark.parametrize(
    ("config", "direction", "message"),
    [
        (ArticlesData(manifest=_SEEDS), "vi en", r"data\.unpaired=true to translate the 3 articles in vi without one"),
        (ArticlesData(manifest=_SEEDS, unpaired=True), "fr en", "no pair is a translation"),
        (ArticlesData(manifest=_SEEDS, pairs=[]), "vi ar", r"data\.pairs is empty"),
    ],
)
def test_what_would_help_is_said(config: DataConfig, direction: str, message: str) -> None:
    """Where no pair is fit, the setting that translates the articles all the same is named, if there are any."""
    with pytest.raises(DataError, match=message):
        load(config, *direction.split())
