"""Alignment line by line and by hand-made cells."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from mt_eval.align import locate_gold, pair_by_gold, pair_by_line, read_gold
from mt_eval.errors import AlignmentError
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


@pytest.mark.parametrize(("article", "file"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_cells_are_found_in_letters_composed_otherwise(
    tmp_path: Path, article: Literal["NFC", "NFD"], file: Literal["NFC", "NFD"]
) -> None:
    """A gold file typed on one system belongs to the article that came from another; spans are the article's own."""
    path = _write(tmp_path, [unicodedata.normalize(file, row) for row in _ROWS])
    source = dataclasses.replace(_SOURCE, text=unicodedata.normalize(article, _SOURCE.text))

    spans = locate_gold(path, read_gold(path, "vi", "ar"), source, _REFERENCE)

    found = [unicodedata.normalize("NFC", source.text[slice(*span)]) for span, _ in spans if span]
    assert [" ".join(cell.split()) for cell in found] == ["Tiêu đề", "Câu một.", "Câu hai.", "Câu ba."]
