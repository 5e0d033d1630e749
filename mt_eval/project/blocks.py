"""Long articles divided where output and segments certainly correspond, so that time is linear in their length."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mt_eval.project.cuts import list_kinds
from mt_eval.project.evidence import Table, Target
from mt_eval.project.habits import Before
from mt_eval.project.words import Words

_WHOLE = 64
"""Segments of an article that is not divided."""
_FEWEST = 16
"""Segments of a block, where there is a choice."""
_RARE = 4
"""Segments that have a word which can tell where a sentence belongs."""
_CLEAR = 3
"""Rare words by which a sentence has to be the translation of one segment rather than of any other."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an output, and the segments it translates: words and segments from `start` up to `end`."""

    word_start: int
    word_end: int
    segment_start: int
    segment_end: int


def divide(raw: str, text: Words, targets: Sequence[Target], lexicon: Table) -> list[Block]:
    """Blocks of at most 64 segments, in order, that together are all of the output and all segments.

    They end between two neighbouring sentences that clearly translate two neighbouring segments. Where there are none
    in reach, they end in proportion.
    """
    if len(targets) <= _WHOLE:
        return [Block(0, len(text.words), 0, len(targets))]
    ends = [(0, 0)]
    sizes = _add_up([max(1, len(target.reference.words or target.source_words.words)) for target in targets])
    for place in [*_find_joints(raw, text, targets, lexicon), (len(text.words), len(targets))]:
        final = place[1] == len(targets)
        if place[1] - ends[-1][1] < _FEWEST and not final:
            continue
        while place[1] - ends[-1][1] > _WHOLE:
            ends.append(_interpolate(ends[-1], place, sizes, cut=final))
        ends.append(place)
    return [Block(*words, *segments) for words, segments in (tuple(zip(*each, strict=True)) for each in pairwise(ends))]


def _find_joints(raw: str, text: Words, targets: Sequence[Target], lexicon: Table) -> list[tuple[int, int]]:
    """First words of sentences, each with the segment it translates, where the one before translates the one before."""
    starts = [place for place, kind in enumerate(list_kinds(raw, text)) if kind in (Before.END, Before.LINE)]
    bounds = [0, *starts, len(text.words)]
    index = _index_rare(targets)
    matches = [_match(text, start, end, index, lexicon) for start, end in pairwise(bounds)]
    chain = _find_longest_rise(matches)
    return [
        (bounds[sentence], segment)
        for (last, before), (sentence, segment) in pairwise(chain)
        if sentence == last + 1 and segment == before + 1
    ]


def _index_rare(targets: Sequence[Target]) -> dict[str, list[int]]:
    """Words and pairs of references and sources that few segments have, with those."""
    places: dict[str, list[int]] = defaultdict(list)
    for segment, target in enumerate(targets):
        for feature in target.reference.features | target.source_words.features | frozenset(target.source):
            places[feature].append(segment)
    return {feature: found for feature, found in places.items() if len(found) <= _RARE}


def _match(text: Words, start: int, end: int, index: dict[str, list[int]], lexicon: Table) -> int | None:
    """The segment that the words from `start` up to `end` clearly translate, or None."""
    votes: Counter[int] = Counter()
    for feature in sorted({*text.singles[start:end], *text.pairs[start : end - 1]} - {""}):
        votes.update({place for cause in (feature, *lexicon.get(feature, ())) for place in index.get(cause, ())})
    best = sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:2]
    if not best or best[0][1] < _CLEAR or (len(best) > 1 and best[0][1] < 2 * best[1][1]):
        return None
    return best[0][0]


def _find_longest_rise(matches: Sequence[int | None]) -> list[tuple[int, int]]:
    """Places and values of the longest row of values that rises."""
    tops: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for place, value in enumerate(matches):
        if value is None:
            continue
        length = bisect_left(tops, value)
        before[place] = ends[length - 1] if length else -1
        if length == len(tops):
            tops.append(value)
            ends.append(place)
        tops[length], ends[length] = value, place
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        value = matches[place]
        assert value is not None
        found.append((place, value))
        place = before[place]
    return found[::-1]


def _interpolate(start: tuple[int, int], end: tuple[int, int], sizes: Sequence[int], *, cut: bool) -> tuple[int, int]:
    """Where a block of as many segments as may be ends, by the sizes of the segments.

    Args:
        cut: The output ends here, perhaps before the article: then words do not spread over more than they can fill.
    """
    segment = start[1] + _WHOLE
    whole, part = (sizes[place] - sizes[start[1]] for place in (end[1], segment))
    words = end[0] - start[0]
    if cut and words < whole / 2:
        words = whole
    return min(end[0], start[0] + words * part // whole), segment


def _add_up(sizes: Sequence[int]) -> list[int]:
    sums = [0]
    for size in sizes:
        sums.append(sums[-1] + size)
    return sums
