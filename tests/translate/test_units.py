"""Units: every source segment once, in order, within its article, and as many as fit."""

from __future__ import annotations

from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from mt_eval.config import UnitConfig, UnitKind
from mt_eval.translate.units import Unit, divide_text, divide_unit, make_units
from mt_eval.types import Kind, Segment, SegmentPair

KINDS = st.one_of(
    st.builds(UnitConfig, st.sampled_from([UnitKind.sentence, UnitKind.paragraph, UnitKind.article])),
    st.builds(UnitConfig, st.just(UnitKind.window), st.integers(2, 6)),
)


@st.composite
def articles(draw: st.DrawFn) -> tuple[list[SegmentPair], dict[str, tuple[int, ...]]]:
    """Segment pairs of some articles, with none to three source segments each, and where paragraphs begin."""
    pairs: list[SegmentPair] = []
    paragraphs = {}
    for name in draw(st.lists(st.text("abc", min_size=1), unique=True, max_size=3)):
        offset, begins = 0, [0]
        for number in range(draw(st.integers(0, 6))):
            source = []
            for _ in range(draw(st.integers(0, 3))):
                text = draw(st.text("xy.", min_size=1, max_size=5))
                source.append(Segment(f"{name}:{len(source)}", name, offset, offset + len(text), text))
                gap = draw(st.sampled_from(["", " ", "\n", "\n\n"]))
                offset += len(text) + len(gap)
                begins += [offset] if "\n" in gap else []
            reference = () if source and draw(st.booleans()) else (Segment("r", "r", 0, 1, "r"),)
            kind = Kind.ALIGNED if source and reference else Kind.SOURCE_ONLY if source else Kind.REFERENCE_ONLY
            pairs.append(SegmentPair(f"{name}-{number}", name, tuple(source), reference, kind))
        if draw(st.booleans()):
            paragraphs[name] = tuple(begins)
    return pairs, paragraphs


@given(articles(), KINDS)
def test_units_hold_every_source_segment_once_in_order(
    found: tuple[list[SegmentPair], dict[str, tuple[int, ...]]], config: UnitConfig
) -> None:
    """Whatever the kind: nothing is lost, doubled or moved, and each segment keeps the place of its pair."""
    pairs, paragraphs = found

    units = make_units(pairs, config, paragraphs)

    expected = [(segment, place) for place, pair in enumerate(pairs) for segment in pair.source]
    assert [each for unit in units for each in zip(unit.segments, unit.places, strict=True)] == expected
    assert all(len({segment.article_id for segment in unit.segments}) == 1 for unit in units)


@given(articles(), st.integers(2, 6))
def test_windows_have_their_number_of_sentences(
    found: tuple[list[SegmentPair], dict[str, tuple[int, ...]]], sentences: int
) -> None:
    """All windows of an article but its last have it, however segments were paired."""
    pairs, paragraphs = found

    units = make_units(pairs, UnitConfig(UnitKind.window, sentences), paragraphs)

    for _, group in groupby(units, key=lambda unit: unit.segments[0].article_id):
        *full, last = [len(unit.segments) for unit in group]
        assert set(full) <= {sentences}
        assert 1 <= last <= sentences


@given(articles())
def test_paragraphs_are_units_of_their_own(found: tuple[list[SegmentPair], dict[str, tuple[int, ...]]]) -> None:
    """A unit begins exactly where a paragraph does; an article without any is one unit."""
    pairs, paragraphs = found

    units = make_units(pairs, UnitConfig(UnitKind.paragraph), paragraphs)

    for name, group in groupby(units, key=lambda unit: unit.segments[0].article_id):
        starts = [unit.segments[0].start for unit in group]
        assert starts[1:] == [each for each in paragraphs.get(name, ())[1:] if starts[0] < each <= starts[-1]]


def test_a_unit_is_one_line_with_the_spaces_of_the_article() -> None:
    """Whatever white space stands between two segments is one space; where none does, none is put."""
    segments = (
        Segment("1", "a", 0, 4, "Một."),
        Segment("2", "a", 4, 8, "Hai."),
        Segment("3", "a", 10, 13, "Ba."),
        Segment("4", "a", 14, 18, "Bốn."),
    )

    assert Unit(segments, (0, 0, 1, 2)).text == "Một.Hai. Ba. Bốn."


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.integers(1, 20))
def test_a_unit_is_divided_as_seldom_as_possible(lengths: list[int], room: int) -> None:
    """Parts fit unless they are a single segment, hold everything in order, and none could take in the next segment."""
    starts = [sum(lengths[:number]) + number for number in range(len(lengths))]
    segments = tuple(
        Segment(str(number), "a", start, start + length, "x" * length)
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True))
    )
    unit = Unit(segments, tuple(range(len(segments))))

    parts = divide_unit(unit, lambda text: len(text) <= room)

    assert [segment for part in parts for segment in part.segments] == list(segments)
    assert all(len(part.text) <= room or len(part.segments) == 1 for part in parts)
    assert all(len(part.text) + 1 + len(following.segments[0].text) > room for part, following in pairwise(parts))


def test_a_text_is_divided_between_its_sentences() -> None:
    """What an earlier model made is cut by a splitter; a sentence that is too long stays as it is."""
    split = lambda text: [each.strip() + "." for each in text.split(".")[:-1]]  # noqa: E731

    parts = divide_text("One. Two. Thirty three. Four.", lambda text: len(text) <= 9, split)

    assert parts == ["One. Two.", "Thirty three.", "Four."]
