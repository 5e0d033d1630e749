"""The cheapest way through two lists of segments, in a band around the diagonal.

Rows are source segments taken so far, columns reference segments taken so far. Each row is computed at once for all
columns of its window, so time and memory grow with the number of rows times the width of the band.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from mt_eval.align.evidence import MOST_JOINED, Scorer, Side
from mt_eval.align.signals import MARKS
from mt_eval.align.weights import Step, Weights

Matrix = NDArray[np.float64]

# Cells this far off the diagonal are not looked at; sentences that a side lacks in a row move the path by as many
# cells, so this and the difference in number are what it must hold.
_BAND = 60
_BAND_AROUND_PATH = 12

_GROUPS: tuple[Step, ...] = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (1, 3))
# Ways into a gap's cell: the step, and whether the cell before is in a gap too.
_GAPS: tuple[tuple[Step, bool], ...] = (((1, 0), False), ((1, 0), True), ((0, 1), False), ((0, 1), True))
_DOWN_OPENED, _DOWN_EXTENDED, _RIGHT_OPENED, _RIGHT_EXTENDED = range(len(_GAPS))
_TIE = 1e-9
"""Costs this close are equal, as sums of floats in another order are."""


def find_path(
    source: Side,
    reference: Side,
    of_source: Scorer,
    of_reference: Scorer,
    ratio: float,
    weights: Weights,
    near: Sequence[Step] | None = None,
) -> list[tuple[Step, float]]:
    """The steps from the beginning of both sides to their end, each with its cost.

    Args:
        of_source: Scores the tokens of source segments, given reference segments; `of_reference` the other way round.
        ratio: Reference characters for each source character.
        near: The steps of a path found before, which is looked around instead of the diagonal.
    """
    rows, columns = len(source.tokens), len(reference.tokens)
    window = _Window.around_diagonal(rows, columns) if near is None else _Window.around_path(near, columns)
    return _Search(source, reference, of_source, of_reference, ratio, weights, window).run()


@dataclass(frozen=True, slots=True)
class _Window:
    """Which columns of each row are looked at: `width` of them from `starts[row]` on, which never falls."""

    starts: NDArray[np.int64]
    width: int

    @classmethod
    def around_diagonal(cls, rows: int, columns: int) -> _Window:
        """For rows 0 to `rows` and columns 0 to `columns`."""
        half = _BAND + abs(rows - columns) if rows else columns
        middle = np.rint(np.arange(rows + 1) * (columns / rows if rows else 0.0)).astype(np.int64)
        return cls._around(middle, columns, half)

    @classmethod
    def around_path(cls, steps: Sequence[Step], columns: int) -> _Window:
        longest = max((len(list(run)) for alone, run in groupby(steps, key=lambda step: 0 in step) if alone), default=0)
        middle = [0]
        column = 0
        for down, right in steps:
            middle += [column] * (down - 1)
            column += right
            if down:
                middle.append(column)
            else:
                middle[-1] = column
        return cls._around(np.array(middle), columns, _BAND_AROUND_PATH + longest)

    @classmethod
    def _around(cls, middle: NDArray[np.int64], columns: int, half: int) -> _Window:
        width = min(columns + 1, 2 * half + 1)
        return cls(np.clip(middle - half, 0, columns + 1 - width), width)


class _Search:
    def __init__(
        self,
        source: Side,
        reference: Side,
        of_source: Scorer,
        of_reference: Scorer,
        ratio: float,
        weights: Weights,
        window: _Window,
    ) -> None:
        self._rows, self._columns = len(source.tokens), len(reference.tokens)
        self._window = window
        self._weights = weights
        self._ratio = ratio
        self._source, self._reference = _Totals.of(source), _Totals.of(reference)
        # A group's columns begin up to two before the window, and a group's rows up to two before the row: margins.
        starts = self._window.starts
        later = starts[np.minimum(np.arange(self._rows + 1) + MOST_JOINED - 1, self._rows)]
        self._margin = int((later - starts).max()) if self._rows else 0
        self._explained_reference = self._collect_reference(of_reference)
        self._explained_source = self._collect_source(of_source)

    def run(self) -> list[tuple[Step, float]]:
        """In every cell the cheapest way that ends in a group, and the cheapest that ends in a gap."""
        starts, width = self._window.starts, self._window.width
        grouped, alone = np.full((2, self._rows + 1, width), np.inf)
        step_taken, gap_taken = np.zeros((2, self._rows + 1, width), dtype=np.int8)
        opened, extended = -math.log(self._weights.priors[0, 1]), -math.log(self._weights.gap_goes_on)
        grouped[0, 0] = 0.0
        for row in range(self._rows + 1):
            for number, (down, right) in enumerate(_GROUPS):
                if down > row:
                    continue
                shift = int(starts[row] - right - starts[row - down])
                before = np.minimum(grouped[row - down], alone[row - down])
                cost = _take(before, shift, width, np.inf) + self._cost((down, right), row)
                better = cost < grouped[row]
                grouped[row][better], step_taken[row][better] = cost[better], number
            ways = np.full((len(_GAPS), width), np.inf)
            if row:
                shift = int(starts[row] - starts[row - 1])
                ways[_DOWN_OPENED] = _take(grouped[row - 1], shift, width, np.inf) + opened
                ways[_DOWN_EXTENDED] = _take(alone[row - 1], shift, width, np.inf) + extended
            ways[_RIGHT_OPENED] = _take(grouped[row], -1, width, np.inf) + opened
            gap_taken[row] = ways.argmin(axis=0)
            cheapest = ways.min(axis=0)
            steps = extended * np.arange(width)
            # The cheapest way from any cell to the left: a running minimum, as each step to the right costs the same.
            alone[row] = np.minimum.accumulate(cheapest - steps) + steps
            gap_taken[row][alone[row] < cheapest - _TIE] = _RIGHT_EXTENDED
        return self._trace(grouped, alone, step_taken, gap_taken)

    def _trace(
        self, grouped: Matrix, alone: Matrix, step_taken: NDArray[np.int8], gap_taken: NDArray[np.int8]
    ) -> list[tuple[Step, float]]:
        starts = self._window.starts
        path: list[tuple[Step, float]] = []
        row, column = self._rows, self._columns
        in_gap: bool | None = None
        while row or column:
            cell = row, column - starts[row]
            if in_gap is None:
                in_gap = bool(alone[cell] < grouped[cell])
            if in_gap:
                step, in_gap = _GAPS[gap_taken[cell]]
                cost = -math.log(self._weights.gap_goes_on if in_gap else self._weights.priors[step])
            else:
                step, in_gap = _GROUPS[step_taken[cell]], None
                before = row - step[0], column - step[1] - starts[row - step[0]]
                cost = grouped[cell] - min(grouped[before], alone[before])
            path.append((step, float(cost)))
            row, column = row - step[0], column - step[1]
        return path[::-1]

    def _cost(self, step: Step, row: int) -> Matrix:
        """Cost of the group `step` that ends at `row`, for every column of its window."""
        down, right = step
        prior = -math.log(self._weights.priors[step])
        start, width = int(self._window.starts[row]), self._window.width
        words = np.zeros(width)
        for back in range(right):
            offset = MOST_JOINED - 1 - back
            words += self._explained_reference[down - 1, row, offset : offset + width]
        for above in range(row - down, row):
            offset = start - int(self._window.starts[above + 1])
            words += self._explained_source[right - 1, above, offset : offset + width]
        ours = self._source.measure(row, 1, down)
        theirs = self._reference.measure(start, width, right)
        off = np.log(theirs / ours) - math.log(self._ratio)
        weights = self._weights
        variance = weights.spread + weights.spread_per_character / np.sqrt(ours * theirs)
        length = 0.5 * (off**2 / variance + np.log(variance / weights.spread_of_others))
        lacking = np.abs(self._source.count_marks(row, 1, down) - self._reference.count_marks(start, width, right))
        marks = np.minimum(lacking, weights.most_marks) @ np.array(weights.marks)
        return np.asarray(prior + length + marks - words / 2)

    def _collect_reference(self, scorer: Scorer) -> Matrix:
        """`(3, rows + 1, width + 2)`: evidence of the reference segment before a column, for groups that end at a row.

        The first column is two before the window's.
        """
        starts, width = self._window.starts, self._window.width
        margin = MOST_JOINED - 1
        table = np.zeros((MOST_JOINED, self._rows + 1, width + margin))
        for segment in range(self._columns):
            column = segment + 1
            low = max(1, int(np.searchsorted(starts, column - width, side="right")))
            high = int(np.searchsorted(starts, column + margin, side="right"))
            if low >= high:
                continue
            scores = _score_exactly(scorer, segment, low - 1, high - 1)
            rows = np.arange(low, high)
            table[:, rows, column - starts[rows] + margin] = scores
        return table

    def _collect_source(self, scorer: Scorer) -> Matrix:
        """`(3, rows, width + margin)`: evidence of each source segment, for groups that end at a column.

        The first column is that of the window of the row after the segment.
        """
        starts, width = self._window.starts, self._window.width
        table = np.zeros((MOST_JOINED, self._rows, width + self._margin))
        for segment in range(self._rows):
            start = int(starts[segment + 1])
            low, high = max(1, start), min(self._columns, start + width + self._margin - 1) + 1
            if low < high:
                table[:, segment, low - start : high - start] = _score_exactly(scorer, segment, low - 1, high - 1)
        return table


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sums over the first 0 to N segments of a side, behind as many zeros as a group may reach back."""

    characters: Matrix
    marks: Matrix
    """`(3 + N + 1, kinds of marks)`."""

    @classmethod
    def of(cls, side: Side) -> _Totals:
        before = [0] * (MOST_JOINED + 1)
        characters = np.cumsum([*before, *(signals.characters for signals in side.signals)]).astype(float)
        marks = [*((0,) * len(MARKS) for _ in before), *(signals.marks for signals in side.signals)]
        return cls(characters, np.cumsum(np.array(marks, dtype=float), axis=0))

    def measure(self, start: int, width: int, joined: int) -> Matrix:
        """Characters of the `joined` segments before each of `width` places; 1 where there are not as many."""
        return np.maximum(1.0, _subtract(self.characters, start, width, joined))

    def count_marks(self, start: int, width: int, joined: int) -> Matrix:
        """Marks of the `joined` segments before each of `width` places: `(width, kinds of marks)`."""
        return _subtract(self.marks, start, width, joined)


def _subtract(sums: Matrix, start: int, width: int, joined: int) -> Matrix:
    end = start + MOST_JOINED
    return np.asarray(sums[end : end + width] - sums[end - joined : end - joined + width])


def _score_exactly(scorer: Scorer, segment: int, low: int, high: int) -> Matrix:
    """`Scorer.score`, with groups that begin before `low` whole."""
    begin = max(0, low - MOST_JOINED + 1)
    return scorer.score(segment, begin, high)[:, low - begin :]


def _take(row: Matrix, offset: int, width: int, fill: float) -> Matrix:
    """`row[offset : offset + width]`, with `fill` where there is nothing."""
    taken = np.full(width, fill)
    low, high = max(0, -offset), min(width, len(row) - offset)
    if low < high:
        taken[low:high] = row[offset + low : offset + high]
    return taken
