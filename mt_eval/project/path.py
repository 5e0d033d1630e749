"""The likeliest way of an output through the segments of its article.

A hidden semi-Markov model (Yu, "Hidden semi-Markov models", Artificial Intelligence 174, 2010): the output is a row of
spans, each the translation of one segment, with added text between them. A span pays for its words, its length and its
boundaries; going from one segment to the next is free; leaving segments out, going back and adding text cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

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


class _State(IntEnum):
    """What ended last."""

    GOOD = 0
    POOR = 1
    WRONG = 2
    AHEAD = 3
    """A good span that left out exactly the segment before its own."""
    SWAPPED = 4
    """A good span of that segment, directly behind; the way goes on as if both stood in order."""
    ADDED = 5


_SPANS = 5
"""States that are spans; those come first."""
_MATCHED = np.array([_State.GOOD, _State.POOR, _State.AHEAD, _State.SWAPPED])
"""States of which words tell."""
_ROLES = np.array([Role.GOOD, Role.POOR, Role.WRONG, Role.GOOD, Role.GOOD, Role.ADDED])
"""By state."""


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
    sentences: NDArray[np.bool_]
    """`(T + 1,)`: whether a sentence seems to begin with the word; last whether the output does not break off."""
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
        self._swapped = _scale(weights.swapped)
        self._added, self._added_more = _scale(weights.added), _scale(weights.added_more)
        self._cut, self._cut_more = _scale(weights.cut), _scale(weights.cut_more)
        self._lengths = np.ascontiguousarray(field.lengths.logs[_ROLES[:_SPANS]].swapaxes(0, 1))
        self._cut_ended = _scale(weights.cut_ended)
        self._inside = np.where(field.sentences[:-1], 0, _scale(weights.added_inside))
        self._again = np.concatenate([[0], np.where(field.lengths.passages, 0, _scale(weights.again))])
        self._priors = np.array([0, _scale(weights.poor), _scale(wrong), 0, 0])[:, None]
        self._places = np.arange(field.segments + 1)
        may_begin = field.begins >= _scale(weights.least_begin)
        may_begin[0] = True
        self._cuts = np.flatnonzero(may_begin)
        self._last = np.append(self._cuts[1:], len(field.begins)) - 1
        count = len(self._cuts)
        self._values = np.full((count + 1, len(_State), field.segments + 1), _NEVER, dtype=np.int64)
        """Of the best way up to each phrase, by state and how far the way has come: after that many segments."""
        self._opened = np.full((count, _SPANS, field.segments), _NEVER, dtype=np.int64)
        """Of spans that begin with each phrase, less what they would have paid for words before it."""
        starts, ends = field.starts[self._cuts], field.ends[self._last]
        longest = field.lengths.longest
        self._low = np.minimum(np.searchsorted(starts, ends - longest), np.arange(count))
        """First phrase with which a span may have begun, by the phrase it ends with."""
        self._rows = field.lengths.find_rows(np.arange(max(int((ends - starts).max()), longest) + 1))
        self._starts, self._ends = starts, ends

    def run(self) -> Way:
        field, values, segments = self._field, self._values, self._field.segments
        values[0, _State.ADDED, 0] = 0
        count = len(self._cuts)
        sums = np.zeros((count + 1, len(Role), segments), dtype=np.int64)
        np.cumsum(np.add.reduceat(field.evidence, self._cuts, axis=1).swapaxes(0, 1), axis=0, out=sums[1:, :2])
        sums = sums[:, _ROLES[:_SPANS]]
        begins, stays = field.begins[self._cuts], field.stays[self._cuts]
        # What a span pays where it could have ended, from its second phrase on.
        stayed = np.append(np.cumsum(stays), 0)
        entered = np.full((_SPANS, segments), _NEVER, dtype=np.int64)
        for phrase in range(count):
            before, after = values[phrase], values[phrase + 1]
            begin, stay = (int(begins[phrase]), int(stays[phrase])) if phrase else (0, 0)
            added = self._added + (int(self._inside[self._cuts[phrase]]) if phrase else 0)
            best = before.max(axis=0)
            entered[: _State.AHEAD] = self._enter(best)[1:]
            entered[_State.AHEAD, 1:] = best[:-2] + self._omitted
            entered[_State.SWAPPED, :-1] = before[_State.AHEAD, 2:] + self._swapped
            opened = self._opened[phrase]
            np.add(entered, self._priors + (begin - int(stayed[phrase])), out=opened)
            opened -= sums[phrase]
            opened[_MATCHED] += field.openings[self._cuts[phrase]]
            spans = self._weigh_spans(phrase).max(axis=0) + sums[phrase + 1] + int(stayed[phrase])
            spans[_MATCHED] += field.closings[self._last[phrase]]
            after[: _State.SWAPPED, 1:] = spans[: _State.SWAPPED]
            after[_State.SWAPPED, 2:] = spans[_State.SWAPPED, :-1]
            after[_State.ADDED] = before[: _State.ADDED].max(axis=0) + (begin + added)
            more = self._go_on(begin, stay) if phrase else self._added
            np.maximum(after[_State.ADDED], before[_State.ADDED] + more, out=after[_State.ADDED])
        return self._trace(begins, stays)

    def _weigh_spans(self, phrase: int) -> Integers:
        """Values of spans that end with a phrase, by the phrase they begin with, from `_low` on; but for constants."""
        low = int(self._low[phrase])
        rows = self._rows[self._ends[phrase] - self._starts[low : phrase + 1]]
        lengths = self._lengths[rows]
        if phrase == len(self._cuts) - 1:
            # What the output breaks off in may be short.
            lengths = np.maximum(lengths, self._cut + (self._cut_ended if self._field.sentences[-1] else 0))
        return np.asarray(self._opened[low : phrase + 1] + lengths)

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
        state, place = (int(each) for each in np.unravel_index(int(final.argmax()), final.shape))
        found: list[tuple[int, Role]] = [(-1, Role.ADDED)] * len(self._field.begins)
        phrase = count
        while phrase:
            segment = place - 2 if state == _State.SWAPPED else place - 1
            start = phrase - 1 if state == _State.ADDED else self._find_start(phrase, state, segment)
            first, last = int(self._cuts[start]), int(self._last[phrase - 1])
            found[first : last + 1] = [(segment, Role(int(_ROLES[state])))] * (last + 1 - first)
            if start and state == _State.ADDED:
                state = self._find_state_before(start, place, int(begins[start]), int(stays[start]))
            elif start and state == _State.SWAPPED:
                state = _State.AHEAD
            elif start and state == _State.AHEAD:
                place -= 2
                state = int(self._values[start][:, place].argmax())
            elif start:
                state, place = self._find_cause(self._values[start], place)
            phrase = start
        return Way(tuple(segment for segment, _ in found), tuple(role for _, role in found))

    def _find_start(self, phrase: int, state: int, segment: int) -> int:
        """The phrase with which the best span begins that ends before `phrase`."""
        return int(self._low[phrase - 1] + self._weigh_spans(phrase - 1)[:, state, segment].argmax())

    def _find_state_before(self, phrase: int, place: int, begin: int, stay: int) -> int:
        """What stands before a phrase that is added."""
        before = self._values[phrase]
        span = int(before[: _State.ADDED, place].argmax())
        added = self._added + int(self._inside[self._cuts[phrase]])
        goes_on = before[_State.ADDED, place] + self._go_on(begin, stay) >= before[span, place] + begin + added
        return int(_State.ADDED) if goes_on else span

    def _find_cause(self, before: Integers, place: int) -> tuple[int, int]:
        """State and place of what stands before a span of the segment that ends at `place`."""
        jumps = np.array([self._jump(each, place) for each in range(before.shape[1])])
        values = before.max(axis=0) + jumps
        # The neighbour first, so that it is taken where others are as likely.
        best = next((each for each in (place - 1, place) if values[each] == values.max()), int(values.argmax()))
        return int(before[:, best].argmax()), best


def _scale(value: float) -> int:
    return round(UNIT * value)
