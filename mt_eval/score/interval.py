"""How far off a figure may be: 95% intervals from bootstrap resamples, for scores of a run and differences of two.

A percentile interval over few units is too narrow: N units vary like N - 1, and their spread is itself uncertain. Both
are undone the way Hesterberg (2015, "What Teachers Should Know About the Bootstrap", section 3.3) expands percentile
intervals: the share of resamples cut off at each end is not 2.5% but

    Phi(-sqrt(N / (N - 1)) * t)        t: the 97.5% quantile of Student's distribution with N - 1 degrees of freedom

which is 0.9% for 10 equal articles, 2.2% for 60 and 2.5% for 1,000 segments. Of units of unequal size a few large ones
decide; as many equal ones as would decide the same stand for them (Kish 1965, section 8.2):

    N = (sum of sizes)^2 / (sum of squared sizes)

Where that share is less than one resample, the interval reaches as many standard errors to each side as the normal
curve has up to it.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

ALPHA = 0.05
NORMAL = NormalDist()
_MANY = 200
"""Degrees of freedom from which Student's distribution is taken from the normal one."""
_FEWEST = 1.1
"""Units that one unit stands for beside which all others are nothing."""


def count_effective(sizes: npt.NDArray[np.integer[Any]]) -> float:
    """How many units of equal size say as much as those of N `sizes`; 1.1 at least."""
    weights = sizes.astype(np.float64)
    squares = float(weights @ weights)
    return max(float(weights.sum()) ** 2 / squares, _FEWEST) if squares else _FEWEST


def shrink_errors(units: float) -> float:
    """By what factor resampled errors of so many units are too small."""
    return math.sqrt((units - 1) / units)


def count_degrees(units: float) -> float:
    """Degrees of freedom of Student's distribution for so many units."""
    return max(units - 1, 1.0)


def find_reach(units: float) -> float:
    """How many resampled standard errors a 95% interval reaches to each side."""
    return quantile_of_t(ALPHA, count_degrees(units)) / shrink_errors(units)


def find_rank(units: float, samples: int) -> int:
    """The place of the interval's lower end among sorted resamples, from 0; -1 where there are too few of them.

    So many resamples may lie beyond a point that is outside the interval, and no more.
    """
    return max(math.ceil(NORMAL.cdf(-find_reach(units)) * (samples + 1)) - 2, -1)


def expanded_intervals(
    resampled: npt.NDArray[np.float64], units: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lower and upper ends of 95% intervals, one each per row of `(..., S)` resampled figures of N = `units` units."""
    rank = find_rank(units, resampled.shape[-1])
    if rank < 0:
        middle, half = resampled.mean(axis=-1), find_reach(units) * resampled.std(axis=-1)
        return middle - half, middle + half
    ends = (rank, resampled.shape[-1] - 1 - rank)
    ordered = np.partition(resampled, ends, axis=-1)
    return ordered[..., ends[0]], ordered[..., ends[1]]


def two_sided_t(t: float, degrees: float) -> float:
    """The share of Student's distribution beyond `t` on both sides, for t of at least 0.

    Between whole degrees of freedom on a straight line.
    """
    below = math.floor(degrees)
    share = _two_sided_t(t, below)
    return share if below == degrees else share + (degrees - below) * (_two_sided_t(t, below + 1) - share)


def _two_sided_t(t: float, degrees: int) -> float:
    """Finite series for whole degrees of freedom, normal beyond 200 of them, off by less than 1e-5 there (Abramowitz
    and Stegun 1964, 26.7.3, 26.7.4 and 26.7.8).
    """
    if degrees > _MANY:
        return 2 * NORMAL.cdf(-t * (1 - 1 / (4 * degrees)) / math.sqrt(1 + t * t / (2 * degrees)))
    angle = math.atan2(t, math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = degrees % 2
    term, total = (cosine, cosine) if odd else (1.0, 1.0)
    for factor in range(2 + odd, degrees - 1, 2):
        term *= cosine * cosine * (factor - 1) / factor
        total += term
    if degrees == 1:
        total = 0.0
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return min(1.0, max(0.0, 1 - inside))


@cache
def quantile_of_t(share: float, degrees: float) -> float:
    """The t beyond which, on both sides together, lies this share of Student's distribution."""
    low, high = 0.0, 1.0
    while two_sided_t(high, degrees) > share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided_t(middle, degrees) > share else (low, middle)
    return high
