"""A sum divided by a sum, such as a mean per token or a share of pairs, with an interval over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mt_eval.score.interval import count_effective, expanded_intervals
from mt_eval.score.resample import FEWEST_ARTICLES, cut_blocks

SAMPLES = 1000
SEED = 1


@dataclass(frozen=True, slots=True)
class Ratio:
    value: float | None
    """None where there is nothing to divide by."""
    low: float | None = None
    """Lower end of the 95% interval; None, as `high`, where it would be of a single unit."""
    high: float | None = None
    resampled: str | None = None
    """`article` or `segment`: the unit that the resamples drew."""


def measure_ratio(
    numerators: Sequence[float],
    denominators: Sequence[int],
    articles: Sequence[str],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Ratio:
    """The sum of N numerators divided by that of their denominators, with a bootstrap interval.

    What belongs to one article is not independent: articles are drawn where there are ten or more of them, else the N
    entries themselves, as for every score of a run.

    Args:
        articles: The article of each entry.
    """
    total = sum(denominators)
    if not total:
        return Ratio(None)
    value = float(np.sum(np.asarray(numerators, float))) / total
    names = list(dict.fromkeys(articles))
    by_article = len(names) >= FEWEST_ARTICLES
    places = {name: place for place, name in enumerate(names)}
    groups = np.array([places[name] for name in articles]) if by_article else np.arange(len(articles))
    tops = np.bincount(groups, weights=np.asarray(numerators, float))
    sizes = np.bincount(groups, weights=np.asarray(denominators, float))
    units = len(sizes)
    if units < 2 or not samples:
        return Ratio(value)
    generator = np.random.Generator(np.random.PCG64(seed))
    found = np.empty(samples)
    for block in cut_blocks(samples, units):
        drawn = generator.integers(units, size=(block.stop - block.start, units))
        # Units without a size divide by nothing where they are all that was drawn.
        found[block] = tops[drawn].sum(axis=1) / np.maximum(sizes[drawn].sum(axis=1), 1)
    low, high = expanded_intervals(found[np.newaxis, :], count_effective(sizes.astype(np.int64)))
    return Ratio(value, float(low[0]), float(high[0]), "article" if by_article else "segment")
