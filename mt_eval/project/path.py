"""The likeliest way of an output through the segments of its article.

A hidden semi-Markov model (Yu, "Hidden semi-Markov models", Artificial Intelligence 174, 2010): the output is a row of
spans, each the translation of one segment, with added text between them. A span pays for its words, its length and its
boundaries; going from one segment to the next is free; leaving segments out, going back and adding text cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from mt_eval.project.lengths import Lengths
from mt_eval.project.logs import UNIT, Integers
from mt_eval.project.weights import Weights

_NEVER = -(10**12)


class Role(IntEnum):
    """What a word does."""

    GOOD = 0
    """It translates its segment."""
    POOR = 1
    """It is part of a translation that few words show to be one."""
    WRONG = 2
    """It stands where its segment's translation should, and says something else."""
    ADDED = 3
    """It belongs to no segment."""


_SPANS = 3
"""Roles of words that belong to a segment; those come first."""


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of T words of an output and M segments; all logs in `UNIT`s."""

    evidence: Integers
    """`(2, T, M)`: of each word, in a good translation and in a poor one."""
    openings: Integers
    """`(T, M)`: of a translation that begins with the word."""
    closings: Integers
    """`(T, M)`: of one that ends with it."""
    begins: Integers
    """`(T,)`: that a segment begins with the word."""
    stays: Integers
    """`(T,)`: that none does."""
    starts: Integers
    """`(T,)`: characters before the word, loops left out."""
    ends: Integers
    """`(T,)`: characters up to its end."""
    lengths: Lengths

    @property
    def segments(self) -> int:
        return len(self.lengths.passages)


@dataclass(frozen=True, slots=True)
class Way:
    """Where each of T words belongs."""

    segments: tuple[int, ...]
    """The segment; of added words the one before them, -1 at the beginning."""
    roles: tuple[Role, ...]


def find_way(field: Field, weights: Weights, wrong: float) -> Way:
    """The likeliest way.

    Args:
        wrong: Log chance that a segment's translation says something else.
    """
    words = len(field.begins)
    if not words or not field.segments:
        return Way((-1,) * words, (Role.ADDED,) * words)
    return _Search(field, weights, wrong).run()


class _Search:
    """Phrases are runs of words inside which no segment may begin; P of them."""

    def __init__(self, field: Field, weights: Weights, wrong: float) -> None:
        self._field = field
        self._omitted, self._omitted_more = _scale(weights.omitted), _scale(weights.omitted_more)
        self._back, self._back_more = _scale(weights.back), _scale(weights.back_more)
        self._added, self._added_more = _scale(weights.added), _scale(weights.added_more)
        self._cut, self._cut_more = _scale(weights.cut), _scale(weights.cut_more)
        self._again = np.concatenate([[0], np.where(field.lengths.passages, 0, _scale(weights.again))])
        self._priors = np.array([0, _scale(weights.poor), _scale(wrong)])[:, None]
        self._places = np.arange(field.segments + 1)
        may_begin = field.begins >= _scale(weights.least_begin)
        may_begin[0] = True
        self._cuts = np.flatnonzero(may_begin)
        self._last = np.append(self._cuts[1:], len(field.begins)) - 1
        count = len(self._cuts)
        self._values = np.full((count + 1, len(Role), field.segments + 1), _NEVER, dtype=np.int64)
        """Of the best way up to each phrase, by role and segment before it; segment 0 is the article's beginning."""
        self._from = np.zeros((count + 1, _SPANS, field.segments), dtype=np.int32)
        """Phrase with which the span began."""

    def run(self) -> Way:
        field, values, segments = self._field, self._values, self._field.segments
        values[0, Role.ADDED, 0] = 0
        count = len(self._cuts)
        sums = np.zeros((_SPANS, count + 1, segments), dtype=np.int64)
        np.cumsum(np.add.reduceat(field.evidence, self._cuts, axis=1), axis=1, out=sums[:2, 1:])
        begins, stays = field.begins[self._cuts], field.stays[self._cuts]
        starts, ends = field.starts[self._cuts], field.ends[self._last]
        # What a span pays where it could have ended, from its second phrase on.
        stayed = np.append(np.cumsum(stays), 0)
        opened = np.full((_SPANS, count, segments), _NEVER, dtype=np.int64)
        known_rows = field.lengths.find_rows(np.arange(max(int((ends - starts).max()), field.lengths.longest) + 1))
        low = 0
        for phrase in range(count):
            before, after = values[phrase], values[phrase + 1]
            begin, stay = (int(begins[phrase]), int(stays[phrase])) if phrase else (0, 0)
            entered = self._enter(before.max(axis=0))[1:] + (begin - int(stayed[phrase]))
            opened[:, phrase] = entered + self._priors - sums[:, phrase]
            opened[: Role.WRONG, phrase] += field.openings[self._cuts[phrase]]
            while low < phrase and ends[phrase] - starts[low] > field.lengths.longest:
                low += 1
            rows = known_rows[ends[phrase] - starts[low : phrase + 1]]
            lengths = field.lengths.logs[:, rows]
            if phrase == count - 1:
                # What the output breaks off in may be short.
                lengths = np.maximum(lengths, self._cut)
            found = opened[:, low : phrase + 1] + lengths
            self._from[phrase + 1] = low + found.argmax(axis=1)
            after[: Role.ADDED, 1:] = found.max(axis=1) + sums[:, phrase + 1] + int(stayed[phrase])
            after[: Role.WRONG, 1:] += field.closings[self._last[phrase]]
            after[Role.ADDED] = before[: Role.ADDED].max(axis=0) + (begin + self._added)
            more = self._go_on(begin, stay) if phrase else self._added
            np.maximum(after[Role.ADDED], before[Role.ADDED] + more, out=after[Role.ADDED])
        return self._trace(begins, stays)

    def _enter(self, ends: Integers) -> Integers:
        """Values with which each segment can begin, given those with which each one before can have ended."""
        places = self._places
        found = ends + self._again
        np.maximum(found[1:], ends[:-1], out=found[1:])
        ahead = np.maximum.accumulate(ends - self._omitted_more * places)[:-2]
        np.maximum(found[2:], ahead + self._omitted + self._omitted_more * (places[2:] - 2), out=found[2:])
        behind = np.maximum.accumulate((ends + self._back_more * places)[::-1])[::-1][1:]
        np.maximum(found[:-1], behind + self._back - self._back_more * (places[:-1] + 1), out=found[:-1])
        return np.asarray(found)

    def _jump(self, before: int, after: int) -> int:
        """What it costs to go from one segment to another: what `_enter` adds."""
        if after == before:
            return int(self._again[after])
        if after < before:
            return self._back + self._back_more * (before - after - 1)
        return self._omitted + self._omitted_more * (after - before - 2) if after > before + 1 else 0

    def _go_on(self, begin: int, stay: int) -> int:
        """What it costs that added text goes on: as the same sentence or as another one."""
        return max(stay, begin + self._added_more)

    def _trace(self, begins: Integers, stays: Integers) -> Way:
        count, segments = len(self._cuts), self._field.segments
        left = segments - self._places
        tail = np.maximum(self._cut + self._cut_more * (left - 1), self._omitted + self._omitted_more * (left - 1))
        final = self._values[count] + np.where(left == 0, 0, tail)
        role, segment = (int(place) for place in np.unravel_index(int(final.argmax()), final.shape))
        found: list[tuple[int, Role]] = [(-1, Role.ADDED)] * len(self._field.begins)
        phrase = count
        while phrase:
            start = phrase - 1 if role == Role.ADDED else int(self._from[phrase, role, segment - 1])
            first, last = int(self._cuts[start]), int(self._last[phrase - 1])
            found[first : last + 1] = [(segment - 1, Role(role))] * (last + 1 - first)
            if start and role == Role.ADDED:
                role = self._find_role_before(start, segment, int(begins[start]), int(stays[start]))
            elif start:
                role, segment = self._find_cause(self._values[start], segment)
            phrase = start
        return Way(tuple(segment for segment, _ in found), tuple(role for _, role in found))

    def _find_role_before(self, phrase: int, segment: int, begin: int, stay: int) -> int:
        """The role of what stands before a phrase that is added."""
        before = self._values[phrase]
        span = int(before[: Role.ADDED, segment].argmax())
        goes_on = before[Role.ADDED, segment] + self._go_on(begin, stay) >= before[span, segment] + begin + self._added
        return int(Role.ADDED) if goes_on else span

    def _find_cause(self, before: Integers, segment: int) -> tuple[int, int]:
        """Role and segment of what stands before a span of `segment`."""
        # The neighbour first, so that it is taken where others are as likely.
        others = sorted(range(before.shape[1]), key=lambda place: (place != segment - 1, place != segment, place))
        best = max(others, key=lambda place: int(before[:, place].max()) + self._jump(place, segment))
        return int(before[:, best].argmax()), best


def _scale(value: float) -> int:
    return round(UNIT * value)
