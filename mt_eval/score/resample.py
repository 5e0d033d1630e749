"""Scores of systems over bootstrap resamples, and intervals.

A **unit** is what is drawn: an article, or a segment where there are too few articles. A resample draws as many units
as there are, with replacement; its score is the corpus score of their summed statistics. Instead of gathering the drawn
rows, the number of times each unit was drawn is counted. Counts `(B, N)` times statistics `(N, U)` give the sums of B
resamples for all metrics and systems in one product of matrices, where U are the columns that differ from each other:
those that count the reference are the same for all systems, and those of chrF are columns of chrF++.

Draws depend on the seed, the number of resamples and N only; neither the systems, their order nor the block size
changes a result. Integers are summed as floats, exactly: in single precision where no sum reaches 2**24, else in
double.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.metrics.metric import Metric
from mt_eval.score.interval import count_effective

FEWEST_ARTICLES = 10
"""Fewer articles than this are not resampled: their segments are, though the segments of one article hang together."""

BLOCK_CELLS = 2**21
"""Cells of any matrix held at once."""

Tables = Sequence[tuple[Metric, npt.NDArray[np.integer[Any]]]]
"""Metrics, each with the `(M, N, K)` rows of statistics of M systems over the same N units."""


def bootstrap_scores(
    tables: Tables, *, samples: int, seed: int, exact: bool = False, block_cells: int = BLOCK_CELLS
) -> list[npt.NDArray[np.float64]]:
    """Per table the `(M, S)` scores of its M systems over S = `samples` bootstrap resamples of its N rows.

    All tables have the same N; every row is a unit. 0 is a seed like any other.

    Args:
        exact: Whether to score to the last digit, the same on every processor, which takes longer.
    """
    units = tables[0][1].shape[1]
    generator = np.random.Generator(np.random.PCG64(seed))
    columns = Columns.gather(tables)
    scores = [np.empty((len(rows), samples)) for _, rows in tables]
    for block in cut_blocks(samples, max(units, len(columns.distinct)), block_cells):
        size = block.stop - block.start
        drawn = generator.integers(units, size=(size, units))
        drawn += np.arange(size)[:, np.newaxis] * units
        counts = np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units)
        sums = columns.sum_rows(counts)
        for place, (metric, _) in enumerate(tables):
            score = metric.score if exact else metric.score_resamples
            scores[place][:, block] = score(columns.pick(sums, place))
    return scores


def measure_units(rows: npt.NDArray[np.integer[Any]]) -> float:
    """How many units of equal size say as much as those of `(N, K)` rows.

    The second column of every metric says how large a unit is: how much of the reference is in it.
    """
    return count_effective(rows[:, 1])


def sum_groups(
    statistics: npt.NDArray[np.integer[Any]], groups: npt.NDArray[np.int64], number: int
) -> npt.NDArray[np.int64]:
    """The `(number, K)` sums of the rows of each group.

    `statistics` is `(N, K)`; `groups` is `(N,)` and holds the group of each row, 0 to `number` - 1. A group without
    rows sums to zeros.
    """
    sums = np.empty((number, statistics.shape[1]), dtype=np.int64)
    for place, column in enumerate(statistics.T):
        # In doubles, which hold every sum of counts up to 2**53 as it is.
        sums[:, place] = np.bincount(groups, weights=column, minlength=number)
    return sums


@dataclass(frozen=True, slots=True)
class Columns:
    """The statistics of all tables, every distinct column once."""

    distinct: npt.NDArray[Any]
    """`(U, N)`, single or double precision, whichever sums exactly."""
    places: tuple[npt.NDArray[np.int64], ...]
    """Per table the `(M, K)` rows of `distinct` that are its columns."""

    @classmethod
    def gather(cls, tables: Tables) -> Columns:
        found: dict[bytes, int] = {}
        distinct: list[npt.NDArray[Any]] = []
        places = []
        for _, rows in tables:
            systems, _, width = rows.shape
            place = np.empty((systems, width), dtype=np.int64)
            for cell, column in zip(
                np.ndindex(systems, width),
                np.ascontiguousarray(rows.transpose(0, 2, 1)).reshape(systems * width, -1),
                strict=True,
            ):
                content = column.tobytes()
                if content not in found:
                    found[content] = len(distinct)
                    distinct.append(column)
                place[cell] = found[content]
            places.append(place)
        stacked = np.stack(distinct)
        # A resample can draw the largest row N times, and no partial sum of it is larger.
        exact_in_single = np.abs(stacked).max() * stacked.shape[1] < 2**24
        return cls(stacked.astype(np.float32 if exact_in_single else np.float64), tuple(places))

    def sum_rows(self, counts: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """The `(U, B)` sums of statistics over B rows of counts `(B, N)`."""
        sums: npt.NDArray[Any] = self.distinct @ counts.astype(self.distinct.dtype).T
        return sums

    def pick(self, sums: npt.NDArray[Any], table: int) -> npt.NDArray[Any]:
        """The `(M, B, K)` sums of one table, each of its columns lying together in memory."""
        return np.moveaxis(sums[self.places[table]].astype(np.float64), 1, -1)


def cut_blocks(samples: int, width: int, cells: int = BLOCK_CELLS) -> Iterator[slice]:
    """Slices of S resamples, of which so many are held at once that no matrix so wide has more cells."""
    size = max(1, cells // width)
    for start in range(0, samples, size):
        yield slice(start, min(start + size, samples))
