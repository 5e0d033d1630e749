"""Pairs of systems with their outputs swapped at random."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mt_eval.compare.inference import find_swapped_share
from mt_eval.score.resample import BLOCK_CELLS, Columns, Tables, cut_blocks

_STEPS = 10_000
"""A real difference counts so many steps, so that sums of squares are exact, whatever the blocks."""
_RANDOMIZATION = 1
"""Sets the random numbers of swaps apart from those of resamples with the same seed."""


def randomization_p_values(
    tables: Tables,
    pairs: Sequence[tuple[int, int]],
    *,
    samples: int,
    seed: int,
    block_cells: int = BLOCK_CELLS,
) -> list[npt.NDArray[np.float64]]:
    """Per table the two-sided p values of P pairs of systems, by approximate randomization.

    In each of S = `samples` trials the two systems swap their outputs on about half of the units. p is the share of
    trials, the real one included, whose difference is at least as large as the real one (Noreen 1989; Riezler and
    Maxwell 2005); where fewer than 10 are, see `find_swapped_share`. All pairs see the same swaps. Systems with the
    same outputs get 1.
    """
    units = tables[0][1].shape[1]
    generator = np.random.Generator(np.random.PCG64([seed, _RANDOMIZATION]))
    columns = Columns.gather(tables)
    totals = columns.sum_rows(np.ones((1, units), dtype=np.int64))
    real = [metric.score_resamples(columns.pick(totals, place))[:, 0] for place, (metric, _) in enumerate(tables)]
    as_large = [np.zeros(len(pairs), dtype=np.int64) for _ in tables]
    squares = [np.zeros(len(pairs)) for _ in tables]
    for block in cut_blocks(samples, max(units, len(columns.distinct)), block_cells):
        swaps = generator.integers(2, size=(block.stop - block.start, units))
        sums = columns.sum_rows(swaps)
        for place, (metric, _) in enumerate(tables):
            swapped, whole = columns.pick(sums, place), columns.pick(totals, place)
            for index, (one, other) in enumerate(pairs):
                first = swapped[one] + (whole[other] - swapped[other])
                second = whole[one] + whole[other] - first
                differences = np.abs(metric.score_resamples(first) - metric.score_resamples(second))
                # The same split reached the other way round may differ in the last digits.
                size = abs(real[place][one] - real[place][other])
                as_large[place][index] += np.count_nonzero(differences >= size * (1 - 1e-12) - 1e-12)
                steps = np.rint(np.minimum(differences / max(size, 1e-12), 1) * _STEPS)
                squares[place][index] += steps @ steps
    return [
        np.array(
            [
                find_swapped_share(count, samples, _STEPS / math.sqrt(square / samples) if square else math.inf, units)
                for count, square in zip(counts.tolist(), squared.tolist(), strict=True)
            ]
        )
        for counts, squared in zip(as_large, squares, strict=True)
    ]
