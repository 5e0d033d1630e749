"""Articles as running text: what is in the page is all that runs hold, in its order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_runs import Row, make_rows, write_small_run

from mt_eval.report.html.reading import MOST_PAIRS, encode_reading
from mt_eval.runs.outputs import OutputPart, write_order
from mt_eval.runs.paths import SCHEMA_VERSION
from mt_eval.runs.read import read_run
from mt_eval.types import ArticleFacts, Kind, Run, RunHead, Segment, SegmentPair, Translation

WORDS = st.lists(st.sampled_from(["một", "hai 😀", "الثالث", "4"]), min_size=1, max_size=3).map(" ".join)


def slice_as_javascript(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def read_texts(article: dict[str, Any], column: int, texts: list[str]) -> list[str]:
    """What stands in a column from top to bottom, paragraphs and what was left out apart."""
    found = []
    for row in article["rows"]:
        for piece in row[column]:
            if isinstance(piece, str):
                found.append(piece)
            elif isinstance(piece, list):
                found.append(slice_as_javascript(texts[piece[0]], *piece[1:]))
            elif piece is not None:
                found.append(texts[piece])
    return [text for text in found if text]


def list_places(cell: list[Any]) -> set[int]:
    return {piece[0] if isinstance(piece, list) else piece for piece in cell if isinstance(piece, int | list)}


@st.composite
def outputs(draw: st.DrawFn) -> tuple[Run, list[str], list[OutputPart]]:
    """A run over one article; its source sentences in order; all that its system said, in its order.

    Some sentences are one segment pair together, have no reference, or were left out; parts stand anywhere.
    """
    sentences: list[str] = draw(st.lists(WORDS, min_size=1, max_size=10))
    pairs: list[SegmentPair] = []
    start = 0
    while start < len(sentences):
        size = draw(st.integers(1, 2))
        source = tuple(
            Segment(f"s{index}", "s", 100 * index, 100 * index + len(text), text)
            for index, text in enumerate(sentences[start : start + size], start=start)
        )
        reference = (Segment(f"r{start}", "r", 100 * start, 100 * start + 1, "x"),) if draw(st.booleans()) else ()
        kind = Kind.ALIGNED if reference else Kind.SOURCE_ONLY
        pairs.append(SegmentPair(f"a:{len(pairs)}", "a", source, reference, kind))
        start += size
    places = st.none() | st.integers(0, len(pairs) - 1)
    parts: list[OutputPart] = draw(st.lists(st.builds(OutputPart, places, WORDS, st.booleans()), max_size=12))
    parts = [part for index, part in enumerate(parts) if index == 0 or parts[index - 1].place != part.place]
    said = [" ".join(part.text for part in parts if part.place == place) for place in range(len(pairs))]
    starts = draw(st.lists(st.sampled_from([100 * index for index in range(len(sentences))]), max_size=4))
    run = Run(
        head=RunHead(
            SCHEMA_VERSION,
            "r",
            "0" * 64,
            additions={"a": tuple(part.text for part in parts if part.place is None)},
            order={"a": write_order(parts, len(pairs))},
            articles={"s": ArticleFacts(paragraphs=tuple(sorted({0, *starts})))},
        ),
        config={"direction": "vi-ar"},
        pairs=tuple(pairs),
        translations=tuple(Translation(pair.id, text) for pair, text in zip(pairs, said, strict=True)),
        scores=(),
        segment_scores={},
        flags=((),) * len(pairs),
    )
    return run, sentences, parts


@given(outputs())
def test_every_character_is_in_one_piece_and_in_its_order(made: tuple[Run, list[str], list[OutputPart]]) -> None:
    """Sources as in the article, outputs as the system said them; a row has the same segment pairs in every column."""
    run, sentences, parts = made
    rows = [(place,) for place in range(len(run.pairs))]

    (article,) = encode_reading([run], rows, rows)

    translations = [each.text if each else "" for each in run.translations]
    assert read_texts(article, 0, [pair.source_text for pair in run.pairs]) == sentences
    assert read_texts(article, 2, translations) == [part.text for part in parts]
    for row in article["rows"]:
        source, reference, output = map(list_places, row)
        assert source == output
        assert reference <= source


def test_paragraphs_are_those_of_the_source_unless_the_output_has_its_own(tmp_path: Path) -> None:
    """Sentences of a system stand in the source's paragraphs; a whole output keeps its line breaks."""
    rows = [("a", f"câu {n}", f"مرجع {n}", f"كلمة {n}") for n in range(4)]
    facts = {"a.vi": {"paragraphs": [0, 200]}, "a.ar": {"paragraphs": [0, 100]}}
    sentences = read_run(write_small_run(tmp_path, "sentences", rows, head={"articles": facts}))
    whole = read_run(
        write_small_run(
            tmp_path,
            "whole",
            rows,
            head={"articles": facts, "order": {"a": "2 1 | + 3 | 4"}, "additions": {"a": ["زائد"]}},
        )
    )
    places = [(n, n) for n in range(4)]

    (article,) = encode_reading([sentences, whole], places, places)

    assert article["rows"] == [
        [[None, 0, 1], [None, 0, None, 1], [None, 0, 1], [None, 1, 0, None, "زائد"]],
        [[None, 2, 3], [2, 3], [None, 2, 3], [2, None, 3]],
    ]


def test_what_was_left_out_keeps_its_place(tmp_path: Path) -> None:
    """Behind what translates the sentence before it; a reference alone has none, for there was nothing to translate."""
    rows: list[Row] = [("a", f"câu {n}", "مرجع", "" if n in (0, 2) else "كلمة") for n in range(4)]
    run = read_run(write_small_run(tmp_path, "r", rows))
    alone = SegmentPair("a:x", "a", (), (Segment("x", "a.ar", 9999, 10000, "x"),), Kind.REFERENCE_ONLY)
    run = replace(run, pairs=(*run.pairs, alone), translations=(*run.translations, None))
    places = [(n,) for n in range(5)]

    (article,) = encode_reading([run], places, places)

    assert [row[2] for row in article["rows"]] == [[0, 1, 2, 3], []]
    assert article["rows"][1][:2] == [[], [4]]


def test_segments_that_are_not_in_the_page_are_counted(tmp_path: Path) -> None:
    """In every column where they stand; articles of which none is in the page are left out."""
    run = read_run(write_small_run(tmp_path, "r", make_rows(8, articles=2)))
    places = [(n,) for n in range(8)]

    (article,) = encode_reading([run], places, places[:1] + places[3:4])

    assert article["rows"] == [[[0, -2, 1]] * 3]


def test_long_texts_are_cut_into_rows(tmp_path: Path) -> None:
    """So that columns stay side by side, where the data tells no paragraphs."""
    run = read_run(write_small_run(tmp_path, "r", make_rows(2 * MOST_PAIRS + 1)))
    places = [(n,) for n in range(2 * MOST_PAIRS + 1)]

    (article,) = encode_reading([run], places, places)

    assert [len(row[0]) for row in article["rows"]] == [MOST_PAIRS, MOST_PAIRS, 1]


def test_runs_that_cut_their_data_otherwise_are_joined(tmp_path: Path) -> None:
    """By the texts of segment pairs, in the articles of the first run; each text added goes with what stands before."""
    one = read_run(write_small_run(tmp_path, "one", [("a", "x", "y", "t1"), ("b", "u", "v", "t2")]))
    two = read_run(
        write_small_run(
            tmp_path,
            "two",
            [("all", "u", "v", "s2"), ("all", "x", "y", "s1"), ("all", "own", "z", "s3")],
            head={"additions": {"all": ["behind s1"]}, "order": {"all": "1-2 + 3"}},
        )
    )

    found = encode_reading([one, two], [(0, 1), (1, 0)], [(0, 1), (1, 0)])

    assert [article["rows"] for article in found] == [[[[0], [0], [0], [0, "behind s1"]]], [[[1], [1], [1], [1]]]]
