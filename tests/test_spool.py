"""Sequences that are longer than memory, against tuples."""

from __future__ import annotations

import math
import pickle
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval import spool
from mt_eval.errors import RunError
from mt_eval.spool import Spool, collect, collect_numbers, keep_places, skim
from mt_eval.types import Flag, Kind, Segment, SegmentPair, Translation

SEGMENT = Segment("a:1", "a", 0, 3, "mèo")
ITEMS: dict[str, tuple[Any, list[Any]]] = {
    "pairs": (
        SegmentPair,
        [
            SegmentPair("p1", "a", (SEGMENT,), (), Kind.SOURCE_ONLY),
            SegmentPair("p2", "a", (SEGMENT, SEGMENT), (SEGMENT,), Kind.ALIGNED),
        ],
    ),
    "translations": (Translation | None, [None, Translation("p1", "قط", "cat", 2, 3, True, False, -0.1)]),
    "flags": (tuple[Flag, ...], [(), (Flag("copied", "all"), Flag("numbers", "1 is missing"))]),
    "texts": (str, ["", "một\nhai", "\U0001f600"]),
    "bytes": (bytes, [b"\xff", b""]),
}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FEW", 10)
    monkeypatch.setattr(spool, "_BLOCK", 4)


@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize("count", [0, 1, 10, 11, 12, 13, 37])
def test_items_come_back_as_they_were(kind: str, count: int) -> None:
    """In their order, at every place from either end, as slices, and after a journey to another process."""
    of, items = ITEMS[kind]
    expected = tuple(items[place % len(items)] for place in range(count))

    collected = collect(iter(expected), of)

    assert isinstance(collected, Spool) == (count > 10)
    assert tuple(collected) == expected == tuple(reversed(tuple(reversed(collected))))
    assert len(collected) == count
    assert [collected[place] for place in range(-count, count)] == [*expected, *expected]
    for cut in (slice(None), slice(3), slice(2, -1), slice(None, None, 3), slice(20, 30)):
        assert tuple(collected[cut]) == expected[cut]
    assert collected == expected
    assert collected != (*expected, None)
    assert tuple(pickle.loads(pickle.dumps(collected))) == expected
    for place in (count, -count - 1):
        with pytest.raises(IndexError):
            collected[place]


@given(st.lists(st.none() | st.floats(allow_nan=False), max_size=30))
def test_numbers_come_back_to_the_last_digit(numbers: list[float | None]) -> None:
    """None, infinities and the smallest differences included."""
    kept = collect_numbers(iter(numbers))

    assert list(kept) == numbers == [kept[place] for place in range(len(numbers))]
    assert list(kept[2:7]) == numbers[2:7]
    assert not any(number is not None and math.isnan(number) for number in kept)


def test_places_are_kept_whole() -> None:
    """However many there are, they are what they were."""
    for count in (3, 30):
        assert list(keep_places(array("Q", range(count)))) == list(range(count))


def test_readers_of_one_spool_do_not_disturb_each_other() -> None:
    """Two that read it in turns see every item, wherever the other one is."""
    collected = collect(map(str, range(40)), str)

    seen = [(one, other) for one, other in zip(collected, reversed(collected), strict=True)]

    assert seen == [(str(place), str(39 - place)) for place in range(40)]


def test_a_full_disk_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be set aside stops with a sentence that names the setting, not with a traceback."""
    monkeypatch.setattr(spool, "open_unnamed", lambda: open("/dev/full", "w+b", buffering=0))  # noqa: SIM115

    with pytest.raises(RunError, match=r"could not be set aside \(no space left on device\).*TMPDIR=DIR"):
        collect(map(str, range(20)), str)


def test_a_few_fields_are_read_alone() -> None:
    """Of the items and of what is in them, with the properties that need no others; at any place, also when nothing
    else holds the spool any more."""
    for of, items, fields, read in (
        (SegmentPair, ITEMS["pairs"][1], ["kind", "source.text"], lambda pair: (pair.kind, pair.source_text)),
        (Translation | None, ITEMS["translations"][1], ["text"], lambda each: each and each.text),
        (tuple[Flag, ...], ITEMS["flags"][1], ["name"], lambda flags: [flag.name for flag in flags]),
        (str, ITEMS["texts"][1], ["text"], len),
    ):
        for repeat in (1, 20):
            expected = [read(item) for item in items * repeat]

            skimmed = skim(collect(items * repeat, of), *fields)

            assert list(map(read, skimmed)) == expected
            assert [read(skimmed[place]) for place in range(-1, len(expected) - 1)] == [expected[-1], *expected[:-1]]
            assert list(map(read, skimmed[3:])) == expected[3:]


def test_other_fields_of_a_skimmed_spool_are_not_there() -> None:
    """So that a mistake shows at once, and is no wrong value."""
    (first, *_) = skim(collect([Flag("copied", "all")] * 20, Flag), "name")

    with pytest.raises(AttributeError):
        _ = first.why
