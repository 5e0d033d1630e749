"""Scores of all systems over the same resamples, and of pairs of systems with their outputs swapped at random.

A resample is a row of counts: how often each of the N units was drawn. Counts `(B, N)` times statistics `(N, U)` give
the sums of B resamples for all metrics and systems in one product of matrices, where U are the columns that differ
from each other: those that count the reference are the same for all systems, and those of chrF are columns of chrF++.

Draws depend on the seed, the number of resamples and N only; neither the systems, their order nor the block size
changes a result. Integers are summed as floats, exactly: in single precision where no sum reaches 2**24, else in
double.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mt_eval.compare.evidence import Table
from mt_eval.compare.inference import find_share_beyond

_BLOCK_CELLS = 2**21
"""Cells of any matrix held at once."""
_STEPS = 10_000
"""A real difference counts so many steps, so that sums of squares are exact, whatever the blocks."""
_RANDOMIZATION = 1
"""Sets the random numbers of swaps apart from those of resamples with the same seed."""


def bootstrap_scores(
    tables: Sequence[Table], *, samples: int, seed: int, block_cells: int = _BLOCK_CELLS
) -> list[npt.NDArray[np.float64]]:
    """Per table the `(M, S)` scores of its M systems over S = `samples` bootstrap resamples of its N rows.

    All tables have the same N; every row is a unit. 0 is a seed like any other.
    """
    units = tables[0].rows.shape[1]
    generator = np.random.Generator(np.random.PCG64(seed))
    columns = _Columns.gather(tables)
    scores = [np.empty((len(table.rows), samples)) for table in tables]
    for block in _cut_blocks(samples, max(units, len(columns.distinct)), block_cells):
        rows = block.stop - block.start
        drawn = generator.integers(units, size=(rows, units))
        drawn += np.arange(rows)[:, np.newaxis] * units
        counts = np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units)
        sums = columns.sum_rows(counts)
        for place, table in enumerate(tables):
            scores[place][:, block] = table.metric.score_resamples(columns.pick(sums, place))
    return scores


def randomization_p_values(
    tables: Sequence[Table],
    pairs: Sequence[tuple[int, int]],
    *,
    samples: int,
    seed: int,
    block_cells: int = _BLOCK_CELLS,
) -> list[npt.NDArray[np.float64]]:
    """Per table the two-sided p values of P pairs of systems, by approximate randomization.

    In each of S = `samples` trials the two systems swap their outputs on about half of the units. p is the share of
    trials, the real one included, whose difference is at least as large as the real one (Noreen 1989; Riezler and
    Maxwell 2005); where fewer than 10 are, see `find_share_beyond`. All pairs see the same swaps. Systems with the same
    outputs get 1.
    """
    units = tables[0].rows.shape[1]
    generator = np.random.Generator(np.random.PCG64([seed, _RANDOMIZATION]))
    columns = _Columns.gather(tables)
    totals = columns.sum_rows(np.ones((1, units), dtype=np.int64))
    real = [table.metric.score_resamples(columns.pick(totals, place))[:, 0] for place, table in enumerate(tables)]
    as_large = [np.zeros(len(pairs), dtype=np.int64) for _ in tables]
    squares = [np.zeros(len(pairs)) for _ in tables]
    for block in _cut_blocks(samples, max(units, len(columns.distinct)), block_cells):
        swaps = generator.integers(2, size=(block.stop - block.start, units))
        sums = columns.sum_rows(swaps)
        for place, table in enumerate(tables):
            swapped, whole = columns.pick(sums, place), columns.pick(totals, place)
            for index, (one, other) in enumerate(pairs):
                first = swapped[one] + (whole[other] - swapped[other])
                second = whole[one] + whole[other] - first
                differences = np.abs(table.metric.score_resamples(first) - table.metric.score_resamples(second))
                # The same split reached the other way round may differ in the last digits.
                size = abs(real[place][one] - real[place][other])
                as_large[place][index] += np.count_nonzero(differences >= size * (1 - 1e-12) - 1e-12)
                steps = np.rint(np.minimum(differences / max(size, 1e-12), 1) * _STEPS)
                squares[place][index] += steps @ steps
    return [
        np.array(
            [
                find_share_beyond(count, samples, _STEPS, math.sqrt(square / samples), sides=2)
                for count, square in zip(counts.tolist(), squared.tolist(), strict=True)
            ]
        )
        for counts, squared in zip(as_large, squares, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The statistics of all tables, every distinct column once."""

    distinct: npt.NDArray[Any]
    """`(U, N)`, single or double precision, whichever sums exactly."""
    places: tuple[npt.NDArray[np.int64], ...]
    """Per table the `(M, K)` rows of `distinct` that are its columns."""

    @classmethod
    def gather(cls, tables: Sequence[Table]) -> _Columns:
        found: dict[bytes, int] = {}
        distinct: list[npt.NDArray[np.int64]] = []
        places = []
        for table in tables:
            systems, _, width = table.rows.shape
            place = np.empty((systems, width), dtype=np.int64)
            for cell, column in zip(
                np.ndindex(systems, width),
                np.ascontiguousarray(table.rows.transpose(0, 2, 1)).reshape(systems * width, -1),
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


def _cut_blocks(samples: int, width: int, cells: int) -> Iterator[slice]:
    size = max(1, cells // width)
    for start in range(0, samples, size):
        yield slice(start, min(start + size, samples))
