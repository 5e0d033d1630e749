"""How long a segment's translation is, given its reference or its source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mt_eval.project.logs import UNIT, Integers, take_log
from mt_eval.project.weights import Weights

_SMOOTHING = 500
"""Characters on each side, of equal length, that are added to what the ratio of lengths is measured on."""
_SHORTEST = 4
_STEP = 50
"""Logarithms of lengths are told apart in steps of so many `UNIT`s: 5%."""
_LONG = 2000
"""Characters from which on a segment is a whole passage, of which lengths say nothing."""
_REACH = 2
"""A translation is at most so many times as long as is expected, but for what goes on as another piece of it."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """What the length of a text says of each of M segments."""

    logs: Integers
    """`(3, B, M)`: of how much likelier a text has such a length than any text, by length: where it is a good
    translation, a poor one, and where it says something else."""
    passages: NDArray[np.bool_]
    """`(M,)`: segments that are whole passages."""
    longest: int
    """Characters that a translation has at most."""

    def find_rows(self, characters: Integers) -> Integers:
        """Places in the middle of `logs` for texts of so many characters."""
        return np.asarray(
            np.minimum(take_log(np.maximum(1, characters).astype(float)) // _STEP, self.logs.shape[1] - 1)
        )


def expect_lengths(
    sources: Sequence[Sequence[str]], references: Sequence[Sequence[str]], outputs: Sequence[str]
) -> list[NDArray[np.float64]]:
    """Characters that each segment's translation is expected to have, per article.

    As many as its reference; without one, in the proportion to its source in which all references stand, or outputs.
    """
    paired = [
        (len(source), len(reference))
        for article, others in zip(sources, references, strict=True)
        for source, reference in zip(article, others, strict=True)
        if reference
    ] or [(sum(map(len, article)), len(output)) for article, output in zip(sources, outputs, strict=True)]
    ours, theirs = (_SMOOTHING + sum(each[side] for each in paired) for side in (0, 1))
    return [
        np.array(
            [
                max(float(_SHORTEST), float(len(reference)) or len(source) * theirs / ours)
                for source, reference in zip(article, others, strict=True)
            ]
        )
        for article, others in zip(sources, references, strict=True)
    ]


def weigh_lengths(expected: NDArray[np.float64], weights: Weights) -> Lengths:
    """What lengths say of segments whose translations are expected to have so many characters."""
    passages = expected > _LONG
    longest = int(_REACH * min(float(expected.max(initial=_SHORTEST)), float(_LONG))) + 200
    rows = int(take_log(np.array([float(longest)]))[0]) // _STEP + 2
    logs = np.array([row * _STEP + _STEP // 2 for row in range(rows)])[:, None]
    off = (logs - take_log(expected)[None, :]) / UNIT
    characters = np.array([math.exp(log / UNIT) for log in logs[:, 0]])[:, None]
    good = weights.spread + weights.spread_per_character / np.sqrt(characters * expected)
    tables = []
    for variance in (good, np.full_like(off, weights.spread_wrong)):
        cost = 0.5 * UNIT * off**2 / variance + 0.5 * (
            take_log(variance) - take_log(np.array(weights.spread_of_others))
        )
        table = np.rint(-weights.length * np.minimum(cost, weights.most_length * UNIT)).astype(np.int64)
        tables.append(np.where(passages, 0, table))
    return Lengths(np.stack([tables[0], tables[0], tables[1]]), passages, longest)
