"""The cheapest way through the sentences of a source and of its translation (Gale and Church, "A Program for Aligning
Sentences in Bilingual Corpora", Computational Linguistics 19(1), 1993), with the evidence of words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from mt_eval.counterparts.evidence import Row
from mt_eval.counterparts.pieces import Piece, find_repeats
from mt_eval.counterparts.weights import Step, Weights
from mt_eval.project.logs import UNIT, take_log_of

_NEVER = 10**12
_BEST_LENGTHS = 3 * UNIT
"""More than lengths can speak for sentences."""
_OMITTED, _ADDED = (1, 0), (0, 1)


def find_steps(
    source: Sequence[Piece],
    translation: Sequence[Piece],
    of_source: Sequence[Row],
    of_translation: Sequence[Row],
    log_ratio: int,
    reach: int,
    weights: Weights,
) -> list[Step]:
    """The steps from the beginning of both sides to their end.

    Args:
        of_source: What the words of each source sentence say about translation sentences; `of_translation` the reverse.
        log_ratio: Logarithm of translation characters for a source character, in `UNIT`s.
        reach: Sentences off the diagonal that are looked at.
    """
    rows, columns = len(source), len(translation)
    ours, theirs = _Sums(source), _Sums(translation)
    steps = [(step, round(UNIT * cost)) for step, cost in weights.steps.items()]
    repeats = find_repeats(source), find_repeats(translation)
    if all(map(any, repeats)):
        repeats = [False] * rows, [False] * columns
    opened = {_OMITTED: round(UNIT * weights.omitted), _ADDED: round(UNIT * weights.added)}
    more = round(UNIT * weights.more)
    costs = [[_NEVER] * (columns + 1) for _ in range(rows + 1)]
    taken: list[list[Step]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    costs[0][0] = 0
    for row in range(rows + 1):
        middle = row * columns // rows
        for column in range(max(0, middle - reach), min(columns, middle + reach) + 1):
            best, choice = costs[row][column], (0, 0)
            for down, right in (_OMITTED, _ADDED):
                if row >= down and column >= right:
                    goes_on = taken[row - down][column - right] == (down, right)
                    cost = costs[row - down][column - right] + (more if goes_on else opened[down, right])
                    if cost < best:
                        best, choice = cost, (down, right)
            for (down, right), prior in steps:
                i, j = row - down, column - right
                if i < 0 or j < 0 or (cost := costs[i][j] + prior) >= _NEVER:
                    continue
                if any(repeats[0][i : row - 1]) or any(repeats[1][j : column - 1]):
                    continue
                for mark, one, other in zip(weights.marks, ours.marks, theirs.marks, strict=True):
                    cost += mark * min(weights.most_marks, abs(one[row] - one[i] - other[column] + other[j]))
                for place in range(i, row):
                    cost -= of_source[place][j][right - 1]
                for place in range(j, column):
                    cost -= of_translation[place][i][down - 1]
                if cost - _BEST_LENGTHS >= best:
                    continue
                cost += _weigh_lengths(
                    ours.characters[row] - ours.characters[i],
                    theirs.characters[column] - theirs.characters[j],
                    log_ratio,
                    weights,
                )
                if cost < best:
                    best, choice = cost, (down, right)
            costs[row][column], taken[row][column] = best, choice
    return _trace(taken)


class _Sums:
    """Characters and marks of the first 0 to N sentences."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.characters = [0, *accumulate(max(1, piece.characters) for piece in pieces)]
        self.marks = [[0, *accumulate(kind)] for kind in zip(*(piece.marks for piece in pieces), strict=True)]


def _weigh_lengths(ours: int, theirs: int, log_ratio: int, weights: Weights) -> int:
    """What the lengths cost of sentences that belong together, in `UNIT`s."""
    off = (take_log_of(theirs / ours) - log_ratio) / UNIT
    variance = weights.spread + weights.spread_per_character / math.sqrt(ours * theirs)
    return round(UNIT * off * off / variance / 2) + take_log_of(variance / weights.spread_of_others) // 2


def _trace(taken: Sequence[Sequence[Step]]) -> list[Step]:
    row, column = len(taken) - 1, len(taken[0]) - 1
    steps = []
    while row or column:
        steps.append(step := taken[row][column])
        row, column = row - step[0], column - step[1]
    return steps[::-1]
