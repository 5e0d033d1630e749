"""What resampled differences say: p values, Holm's adjustment, the smallest difference to be found.

p values go through the same scale as intervals (`score.interval`), so that p is below 5% when the interval leaves out
0: a share of resamples is turned into standard errors of the normal curve, and those into Student's p.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mt_eval.score.interval import ALPHA, NORMAL, count_degrees, find_rank, quantile_of_t, shrink_errors, two_sided_t

POWER = 0.8
COUNTED = 10
"""Resamples beyond a point from which their number says how many there are."""
MANY = 200
"""Units whose differences add up to nearly the normal curve's tails, so that those need not be counted."""
_SMALLEST_SHARE = 1e-9
"""Six standard errors, beyond which nobody knows what a tail is like."""
_NOISE = 1e-11
"""Differences that are this small a part of the scores are those of adding floats in another order."""


def subtract(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`other` minus `one`; 0 where they differ by less than floats are exact to."""
    differences = other - one
    differences[np.abs(differences) <= _NOISE * np.maximum(np.abs(one), np.abs(other))] = 0
    return differences


def bootstrap_p_values(deltas: npt.NDArray[np.float64], units: float) -> npt.NDArray[np.float64]:
    """Two-sided p values of `(P, S)` resampled differences of N = `units` units: how far out in them 0 lies.

    Where all resamples are equal to 0, p is 1.
    """
    samples = deltas.shape[-1]
    rank = find_rank(units, samples)
    shrink, degrees = shrink_errors(units), count_degrees(units)
    figures = zip(
        count_beyond(deltas).tolist(), deltas.mean(axis=-1).tolist(), deltas.std(axis=-1).tolist(), strict=True
    )
    p_values = []
    for place, (beyond, mean, error) in enumerate(figures):
        varies = error > _NOISE * abs(mean)
        if rank < 0 and varies:
            distance = abs(mean) / error
        else:
            share = min((beyond + 1) / (samples + 1), 0.5)
            if units >= MANY and beyond <= min(rank, COUNTED - 1) and varies:
                share = min(share, _extrapolate_tail(deltas[place], mean, error))
            distance = -NORMAL.inv_cdf(share)
        p_values.append(two_sided_t(distance * shrink, degrees))
    return np.array(p_values)


def find_smallest_bootstrap_p(samples: int, units: float) -> float:
    """What p is at least where none of S = `samples` resamples is beyond 0, however clear the difference of N units.

    0 where the spread of the resamples says how far out 0 is, and not their number.
    """
    if units >= MANY or find_rank(units, samples) < 0:
        return 0.0
    return two_sided_t(-NORMAL.inv_cdf(1 / (samples + 1)) * shrink_errors(units), count_degrees(units))


def count_beyond(deltas: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many of `(P, S)` resampled differences are not of the sign that most of them have."""
    counts: npt.NDArray[np.int64] = np.minimum(
        np.count_nonzero(deltas <= 0, axis=-1), np.count_nonzero(deltas >= 0, axis=-1)
    )
    return counts


def _extrapolate_tail(deltas: npt.NDArray[np.float64], mean: float, error: float) -> float:
    """The share of differences beyond 0 where fewer than 10 of the resamples are: 1e-9 at least.

    The larger of the normal curve's and that of Pearson's type III with the skewness of the resamples, which Mielke and
    Berry (2007) use for the tails of permutations; its normal points are those of Wilson and Hilferty (1931).
    """
    distance = abs(mean) / error
    skewness = float((((deltas - mean) / error) ** 3).mean()) * math.copysign(1, -mean)
    share = NORMAL.cdf(-distance)
    if skewness > 2 * math.sqrt(6 / len(deltas)):  # more than the resamples could show by chance
        point = 6 / skewness * (math.cbrt(skewness / 2 * distance + 1) - 1) + skewness / 6
        share = max(share, NORMAL.cdf(-point))
    return max(share, _SMALLEST_SHARE)


def find_swapped_share(as_large: int, samples: int, distance: float, units: int) -> float:
    """The share of random swaps of N units whose difference is at least as large as the real one.

    Where fewer than 10 of S trials are, it is the normal curve's for a difference of `distance` spreads of the trials;
    but 1 in 2**(N - 1) at least, since swapping all is swapping none.
    """
    if as_large >= COUNTED or not distance < math.inf:
        return (as_large + 1) / (samples + 1)
    share = max(2 * NORMAL.cdf(-distance), _SMALLEST_SHARE, find_smallest_p(units))
    return min(share, (COUNTED + 1) / (samples + 1))


def find_smallest_p(units: int) -> float:
    """What p is at least: how often N units of two equal systems all favour the same one, by chance."""
    return 2.0 ** max(1 - units, -1000)


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


def detectable_delta(standard_error: float, units: float, tests: int) -> float:
    """The difference that a test among T = `tests` finds in 80% of cases, given the spread of resampled differences.

    The level is 5% / T, that of the hardest of Holm's steps. The spread found in few units is too small on the average,
    by about one in four times the degrees of freedom (Cochran 1934).
    """
    degrees = count_degrees(units)
    error = standard_error / shrink_errors(units) / (1 - 1 / (4 * degrees))
    return (quantile_of_t(ALPHA / tests, degrees) + quantile_of_t(2 * (1 - POWER), degrees)) * error


def needed_units(delta: float, detectable: float, units: int) -> int | None:
    """About how many units would show this difference in 80% of cases, to two digits; None for no difference.

    The spread of a difference shrinks with the square root of the units. It is more than there are, N = `units`.
    """
    if delta == 0:
        return None
    needed = max(units * (detectable / abs(delta)) ** 2, units + 1)
    unit = int(10 ** max(0, math.floor(math.log10(needed)) - 1))
    return math.ceil(needed / unit) * unit


def fit_interval(delta: float, interval: tuple[float, float], p_value: float, units: float) -> tuple[float, float]:
    """The interval, or where it leaves out 0 and p is not below 5%, or the other way round, the one that belongs to p.

    Altman and Bland 2011, "How to obtain the confidence interval from a P value" (BMJ 343:d2090).
    """
    if (p_value < ALPHA) == (interval[0] > 0 or interval[1] < 0) or delta == 0:
        return interval
    degrees = count_degrees(units)
    half = abs(delta) * quantile_of_t(ALPHA, degrees) / max(quantile_of_t(p_value, degrees), _NOISE)
    return delta - half, delta + half
