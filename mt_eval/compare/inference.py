"""What resampled differences say: intervals, p values, Holm's adjustment, the smallest difference to be found.

A percentile interval over few units is too narrow: N units vary like N - 1, and their spread is itself uncertain. Both
are undone the way Hesterberg (2015, "What Teachers Should Know About the Bootstrap", section 3.3) expands percentile
intervals: the share of resamples cut off at each end is not 2.5% but

    Phi(-sqrt(N / (N - 1)) * t)        t: the 97.5% quantile of Student's distribution with N - 1 degrees of freedom

which is 0.9% for 10 articles, 2.2% for 60 and 2.5% for 1,000 segments. p values go through the same scale, so that p is
below 5% when the interval leaves out 0. Of 3 units or fewer that share is less than one resample in 10,000: there, the
interval reaches as many standard errors to each side as the normal curve has up to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

ALPHA = 0.05
POWER = 0.8
_NORMAL = NormalDist()
_COUNTED = 10
"""Resamples beyond a point from which their number says how many there are."""
_SMALLEST_SHARE = 1e-9
"""Six standard errors, beyond which nobody knows whether the normal curve holds."""
_MANY = 200
"""Degrees of freedom from which Student's distribution is taken from the normal one."""


def expanded_intervals(
    resampled: npt.NDArray[np.float64], units: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lower and upper ends of 95% intervals, one each per row of `(..., S)` resampled figures of N = `units` units."""
    reach = math.sqrt(units / (units - 1)) * quantile_of_t(ALPHA, units - 1)
    tail = _NORMAL.cdf(-reach)
    if tail * resampled.shape[-1] < 1:
        middle, spread = resampled.mean(axis=-1), resampled.std(axis=-1)
        return middle - reach * spread, middle + reach * spread
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=-1)
    return low, high


def bootstrap_p_values(deltas: npt.NDArray[np.float64], units: int) -> npt.NDArray[np.float64]:
    """Two-sided p values of `(P, S)` resampled differences: how far out in them 0 lies.

    Where all resamples are equal to 0, p is 1.
    """
    beyond = np.minimum(np.count_nonzero(deltas <= 0, axis=-1), np.count_nonzero(deltas >= 0, axis=-1))
    shrink = math.sqrt((units - 1) / units)
    figures = zip(beyond.tolist(), deltas.mean(axis=-1).tolist(), deltas.std(axis=-1).tolist(), strict=True)
    tails = [find_share_beyond(count, deltas.shape[-1], mean, error) for count, mean, error in figures]
    return np.array([two_sided_t(-_NORMAL.inv_cdf(min(tail, 0.5)) * shrink, units - 1) for tail in tails])


def find_share_beyond(beyond: int, samples: int, distance: float, spread: float, *, sides: int = 1) -> float:
    """The share of a distribution beyond a point that `beyond` of S resamples reach, on one side or on both.

    Where fewer than 10 do, counting says little of how small the share is, and after the adjustment for many tests no
    difference would be left: there it is the normal curve's, for a point `distance` from the centre of resamples with
    this `spread`, but 1e-9 at least.
    """
    if beyond >= _COUNTED or spread == 0:
        return (beyond + 1) / (samples + 1)
    share = sides * _NORMAL.cdf(-abs(distance) / spread)
    return min(max(share, _SMALLEST_SHARE), (_COUNTED + 1) / (samples + 1))


def sacrebleu_p_values(deltas: npt.NDArray[np.float64], observed: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What `sacrebleu --paired-bs` calls p, of `(P, S)` resampled and `(P,)` real differences.

    It takes absolute values first and centres them then, so that only differences of the real one's sign count: for any
    but tiny differences it is half of a two-sided p value, and of two equal systems it calls one in ten different at 5%
    (`sacrebleu/significance.py`, version 2.6.0; measured by `scripts/validate_statistics.py`).
    """
    sizes = np.abs(deltas)
    centred = sizes - sizes.mean(axis=-1, keepdims=True)
    counts = np.count_nonzero(centred > np.abs(observed)[:, np.newaxis], axis=-1)
    p_values: npt.NDArray[np.float64] = (counts + 1) / (deltas.shape[-1] + 1)
    return p_values


def adjust_holm(p_values: Sequence[float]) -> list[float]:
    """The p values adjusted for being T tests at once, in their order (Holm 1979)."""
    tests = len(p_values)
    adjusted = [0.0] * tests
    reached = 0.0
    for rank, place in enumerate(sorted(range(tests), key=p_values.__getitem__)):
        reached = max(reached, min(1.0, (tests - rank) * p_values[place]))
        adjusted[place] = reached
    return adjusted


def detectable_delta(standard_error: float, units: int, tests: int) -> float:
    """The difference that a test among T = `tests` finds in 80% of cases, given the spread of resampled differences.

    The level is 5% / T, that of the hardest of Holm's steps.
    """
    critical = quantile_of_t(ALPHA / tests, units - 1)
    return (critical + _NORMAL.inv_cdf(POWER)) * standard_error * math.sqrt(units / (units - 1))


def needed_units(delta: float, detectable: float, units: int) -> int | None:
    """About how many units would show this difference in 80% of cases, to two digits; None for no difference.

    The spread of a difference shrinks with the square root of the units.
    """
    if delta == 0:
        return None
    needed = units * (detectable / abs(delta)) ** 2
    unit = int(10 ** max(0, math.floor(math.log10(needed)) - 1))
    return math.ceil(needed / unit) * unit


def two_sided_t(t: float, degrees: int) -> float:
    """The share of Student's distribution beyond `t` on both sides, for t of at least 0.

    Finite series for whole degrees of freedom, normal beyond 200 of them, off by less than 1e-5 there (Abramowitz and
    Stegun 1964, 26.7.3, 26.7.4 and 26.7.8).
    """
    if degrees > _MANY:
        return 2 * _NORMAL.cdf(-t * (1 - 1 / (4 * degrees)) / math.sqrt(1 + t * t / (2 * degrees)))
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
def quantile_of_t(share: float, degrees: int) -> float:
    """The t beyond which, on both sides together, lies this share of Student's distribution."""
    low, high = 0.0, 1.0
    while two_sided_t(high, degrees) > share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided_t(middle, degrees) > share else (low, middle)
    return high
