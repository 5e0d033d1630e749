"""Alignment: line by line, by hand-made cells, by content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.align import locate_gold, pair_by_content, pair_by_gold, pair_by_line, read_gold
from mt_eval.align.anchors import find_anchors
from mt_eval.data.articles import read_article
from mt_eval.data.manifest import read_manifest
from mt_eval.errors import AlignmentError
from mt_eval.text.clean import clean
from mt_eval.text.segment import split, split_lines
from mt_eval.types import Article, Kind, Segment, SegmentPair


def _lines(name: str, lang: str, texts: Sequence[str]) -> list[Segment]:
    return split_lines(Article(name, lang, "\n".join(texts)))


def _texts(pairs: Sequence[SegmentPair]) -> list[tuple[str, str]]:
    return [(pair.source_text, pair.reference_text) for pair in pairs]


# --- line by line


def test_lines_are_paired_in_order() -> None:
    """The i-th belong together; a side without text stays empty and names the kind."""
    pairs = pair_by_line("d", _lines("s", "vi", ["a", "", "c"]), _lines("r", "ar", ["1", "2", ""]))

    assert _texts(pairs) == [("a", "1"), ("", "2"), ("c", "")]
    assert [pair.kind for pair in pairs] == [Kind.ALIGNED, Kind.REFERENCE_ONLY, Kind.SOURCE_ONLY]
    assert [pair.id for pair in pairs] == ["d:1", "d:2", "d:3"]
    assert pairs[1].source == ()


@pytest.mark.parametrize(
    ("source", "reference", "message"),
    [
        (["a", "b"], ["1"], "article pair d: 2 source lines but 1 reference lines"),
        (["a", ""], ["1", " "], "article pair d line 2: is empty on both sides"),
    ],
)
def test_lines_that_do_not_fit(source: list[str], reference: list[str], message: str) -> None:
    """Different numbers and a pair without text are errors."""
    with pytest.raises(AlignmentError, match=message):
        pair_by_line("d", _lines("s", "vi", source), _lines("r", "ar", reference))


# --- gold

_SOURCE = Article("s", "vi", "Tiêu đề Câu một. Câu\nhai. Câu ba.")
_REFERENCE = Article("r", "ar", "واحد. اثنان. ثلاثة. أربعة.")
_ROWS = ["vi\tar\tnote", "Tiêu đề\t\theadline", "Câu một.\tواحد. اثنان.\t", "Câu hai.\tثلاثة.\t", "Câu ba.\tأربعة.\t"]


def _write(folder: Path, rows: Sequence[str]) -> Path:
    path = folder / "p.tsv"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("backward", [False, True])
def test_gold_pairs_segments(tmp_path: Path, backward: bool) -> None:
    """Segments are grouped by the cells they lie in, in both directions; the cells' ends cut sentences."""
    source, reference = (_REFERENCE, _SOURCE) if backward else (_SOURCE, _REFERENCE)
    path = _write(tmp_path, _ROWS)

    spans = locate_gold(path, read_gold(path, source.lang, reference.lang), source, reference)
    breaks = [[cut for span in side if span for cut in span] for side in zip(*spans, strict=True)]
    pairs = pair_by_gold("p", spans, split(source, breaks[0]), split(reference, breaks[1]))

    expected = [
        ("Tiêu đề", ""),
        ("Câu một.", "واحد. اثنان."),
        ("Câu hai.", "ثلاثة."),
        ("Câu ba.", "أربعة."),
    ]
    assert [tuple(reversed(texts)) if backward else texts for texts in _texts(pairs)] == expected
    assert pairs[0].kind is (Kind.REFERENCE_ONLY if backward else Kind.SOURCE_ONLY)
    assert [len(pair.reference if not backward else pair.source) for pair in pairs] == [0, 2, 1, 1]


@pytest.mark.parametrize(
    ("row", "text", "message"),
    [
        (
            3,
            "Câu hay.\tثلاثة.\t",
            "p.tsv line 4: the Vietnamese cell is not found in article s after character 16.*`mt-eval data align p`",
        ),
        (3, "hai.\tثلاثة.\t", "line 4: the Vietnamese cell begins at character 21 .*no cell holds `Câu` before it"),
        (4, "Câu ba.\t\t", "p.tsv: the Arabic cells end at character 19 of article r, before `أربعة.`"),
        (0, "vi\ten\tnote", "line 1: the header is 'vi.*ten.*note', expected vi, ar and note"),
        (2, "Câu một.\tواحد. اثنان.", "line 3: 2 cells, expected 3"),
        (1, "\t \theadline", "line 2: both texts are empty"),
    ],
)
def test_gold_mistakes_are_located(tmp_path: Path, row: int, text: str, message: str) -> None:
    """The message names the file, the line, the place in the article and what to do."""
    path = _write(tmp_path, [*_ROWS[:row], text, *_ROWS[row + 1 :]])

    with pytest.raises(AlignmentError, match=message):
        locate_gold(path, read_gold(path, "vi", "ar"), _SOURCE, _REFERENCE)


def test_segments_across_cells_are_refused(tmp_path: Path) -> None:
    """Segments that were not cut at the cells' ends are an error, not a guess."""
    path = _write(tmp_path, _ROWS)
    spans = locate_gold(path, read_gold(path, "vi", "ar"), _SOURCE, _REFERENCE)

    with pytest.raises(AlignmentError, match=r"segment s:1 \(characters 0 to 16\) crosses the bounds"):
        pair_by_gold("p", spans, split(_SOURCE), split(_REFERENCE))


# --- by content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hôm 8/2", {"number:8", "month:2", "word:hôm"}),
        ("يوم 8 فبراير/شباط", {"number:8", "month:2"}),
        ("يوم ٨ وفبراير", {"number:8", "month:2"}),
        ("tháng 10/2023", {"month:10", "number:2023", "word:tháng"}),
        ("أكتوبر/تشرين الأول 2023", {"month:10", "number:2023"}),
        ("tháng mười hai", {"month:12", "word:tháng", "word:mười", "word:hai"}),
        ("24/2/2022", {"number:24", "month:2", "number:2022"}),
        ("1.200.000", {"number:1200000"}),
        ("١٬٢٠٠٬٠٠٠", {"number:1200000"}),
        ("3,5 و٣٫٥", {"number:3.5"}),
        ("لشبكة CNN ورويترز", {"word:cnn"}),
        ("tỷ số 31/45", {"number:31", "number:45", "word:tỷ", "word:số"}),
    ],
)
def test_anchors(text: str, expected: set[str]) -> None:
    """Numbers, dates and Latin-script words are written alike whatever the language."""
    assert expected == find_anchors(text)


@given(
    st.lists(st.text("ab .12", min_size=1, max_size=40).filter(str.strip), max_size=7),
    st.lists(st.text("اب .12", min_size=1, max_size=40).filter(str.strip), max_size=7),
)
def test_every_segment_is_paired_once_in_order(source: list[str], reference: list[str]) -> None:
    """Alignment by content keeps order, covers both sides exactly, and makes groups of at most two on a side."""
    one = _lines("s", "vi", source) if source else []
    other = _lines("r", "ar", reference) if reference else []

    pairs = pair_by_content("d", one, other)

    assert one == [segment for pair in pairs for segment in pair.source]
    assert other == [segment for pair in pairs for segment in pair.reference]
    assert all(1 <= len(pair.source) + len(pair.reference) <= 4 for pair in pairs)
    assert all(len(pair.source) <= 2 and len(pair.reference) <= 2 for pair in pairs)
    assert [f"d:{number}" for number in range(1, len(pairs) + 1)] == [pair.id for pair in pairs]


def test_a_sentence_that_is_missing_is_left_alone() -> None:
    """A source sentence without counterpart stands alone where it occurs; its neighbours keep theirs."""
    source = [f"Năm {year} có {year % 7}00 người đến dự lễ hội ở thành phố này." for year in range(2015, 2024)]
    reference = [f"في عام {year} حضر {year % 7}00 شخص المهرجان في هذه المدينة." for year in range(2015, 2024)]
    del reference[4]

    pairs = pair_by_content("d", _lines("s", "vi", source), _lines("r", "ar", reference))

    expected = [*zip(source[:4], reference[:4], strict=True), (source[4], "")]
    expected += zip(source[5:], reference[4:], strict=True)
    assert expected == _texts(pairs)


def _score(found: Sequence[SegmentPair], gold: Sequence[SegmentPair]) -> float:
    """F1 over groups with both sides, equal where both texts are equal."""
    ours, theirs = ({texts for texts in _texts(pairs) if all(texts)} for pairs in (found, gold))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


@pytest.mark.parametrize("backward", [False, True])
def test_content_against_gold(repository: Path, backward: bool, record_property: pytest.RecordProperty) -> None:
    """On the seed pair all 20 groups are found where sentences are cut as in the gold file, else 17.

    Measured: F1 1.000 and 0.872. Without the gold file's breaks the headline cannot be split off, nor the credit of the
    picture from the paragraph after it, so 17 right groups of 19 are the best there is.
    """
    manifest = read_manifest(repository / "seeds" / "articles.yaml")
    path = repository / "seeds" / "gold" / "xi-putin-2024.tsv"
    articles = []
    for number in ("002", "000") if backward else ("000", "002"):
        entry = manifest.articles[number]
        raw = read_article(manifest, entry)
        text = clean(raw.text, raw.lang, word_segmented=entry.segmented, furniture=entry.furniture).text
        articles.append(Article(raw.id, raw.lang, text))
    spans = locate_gold(path, read_gold(path, articles[0].lang, articles[1].lang), *articles)
    breaks = [[cut for span in side if span for cut in span] for side in zip(*spans, strict=True)]
    cut = [split(article, places) for article, places in zip(articles, breaks, strict=True)]
    gold = pair_by_gold("p", spans, *cut)

    with_breaks = _score(pair_by_content("p", *cut), gold)
    without = _score(pair_by_content("p", *(split(article) for article in articles)), gold)

    record_property("f1_gold_breaks", with_breaks)
    record_property("f1_no_breaks", without)
    print(f"F1 against gold: {with_breaks:.3f} with its breaks, {without:.3f} without")
    assert with_breaks >= 0.95
    assert without >= 0.87


@pytest.mark.parametrize(("source_lang", "reference_lang"), [("vi", "ar"), ("ar", "vi"), ("en", "ar")])
def test_content_recovers_parallel_lines(ntrex: Path, source_lang: str, reference_lang: str) -> None:
    """On the 62 documents of NTREX nearly every line is paired with its own (measured: F1 0.995, 0.995, 1.000)."""
    columns = {
        lang: (ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for lang in (source_lang, reference_lang)
    }
    names = (ntrex / "docids.tsv").read_text(encoding="utf-8").split()
    right = made = 0
    for name in dict.fromkeys(names):
        source, reference = (
            _lines(name, lang, [line for line, owner in zip(columns[lang], names, strict=True) if owner == name])
            for lang in (source_lang, reference_lang)
        )
        pairs = pair_by_content(name, source, reference)
        made += sum(pair.kind is Kind.ALIGNED for pair in pairs)
        right += sum(
            len(pair.source) == len(pair.reference) == 1 and pair.source[0].id == pair.reference[0].id for pair in pairs
        )

    assert 2 * right / (made + len(names)) >= 0.985
