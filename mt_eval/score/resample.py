"""Percentile bootstrap over sums of sufficient statistics.

A **unit** is what is drawn: an article, or a segment where there are too few articles. A resample draws as many units
as there are, with replacement; its score is the corpus score of their summed statistics. Instead of gathering the drawn
rows, the number of times each unit was drawn is counted: a matrix `(S, N)` of counts times the statistics `(N, K)`
gives the sums of S resamples at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FEWEST_ARTICLES = 10
"""Fewer articles than this are not resampled: their segments are, though the segments of one article hang together."""

_BLOCK_CELLS = 2**18
"""Cells of the counts matrix held at once (2 MiB each for the draws, their counts and the counts as floats)."""


def resample_sums(
    statistics: npt.NDArray[np.integer[Any]], *, samples: int, seed: int, block_cells: int = _BLOCK_CELLS
) -> npt.NDArray[np.int64]:
    """The `(S, K)` sums of statistics over S = `samples` bootstrap resamples of N units.

    `statistics` is `(N, K)`, N at least 1. Columns of several metrics or systems may stand side by side: all of them
    then see the same resamples. The draws depend on `seed`, S and N only; 0 is a seed like any other, and `block_cells`
    bounds the memory without changing the result. Sums are exact below 2**53.
    """
    units, columns = statistics.shape
    generator = np.random.Generator(np.random.PCG64(seed))
    # A product of floats runs on BLAS, one of integers does not; both are exact for integers of this size.
    weights = statistics.astype(np.float64)
    sums = np.empty((samples, columns), dtype=np.int64)
    block = max(1, block_cells // units)
    for start in range(0, samples, block):
        rows = min(block, samples - start)
        drawn = generator.integers(units, size=(rows, units))
        drawn += np.arange(rows)[:, np.newaxis] * units
        counts = np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units)
        sums[start : start + rows] = counts.astype(np.float64) @ weights
    return sums


def percentile_interval(scores: npt.NDArray[np.float64], *, coverage: float = 0.95) -> tuple[float, float]:
    """The ends of the middle `coverage` of S resampled scores (Efron 1979), interpolated between neighbours.

    `scores` is `(S,)`, S at least 1.
    """
    tail = (1 - coverage) / 2
    low, high = np.quantile(scores, [tail, 1 - tail])
    return float(low), float(high)


def sum_groups(
    statistics: npt.NDArray[np.integer[Any]], groups: npt.NDArray[np.int64], number: int
) -> npt.NDArray[np.int64]:
    """The `(number, K)` sums of the rows of each group.

    `statistics` is `(N, K)`; `groups` is `(N,)` and holds the group of each row, 0 to `number` - 1. A group without
    rows sums to zeros.
    """
    sums = np.zeros((number, statistics.shape[1]), dtype=np.int64)
    np.add.at(sums, groups, statistics)
    return sums
