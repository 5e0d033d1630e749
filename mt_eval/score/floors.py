"""Where a score stands: what the same metric gives for texts that translate nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mt_eval.metrics import METRICS, count_texts
from mt_eval.score.units import Units

MOST_UNITS = 300
"""Of more units, so many at equal distances are taken: a floor is known well enough from them, and costs the same."""


@dataclass(frozen=True, slots=True)
class Floors:
    """What one metric gives for texts that translate nothing; None where there is nothing to measure it on."""

    chance: float | None
    """Each translation beside the reference of another unit."""
    copied: float | None
    """Each source beside its reference, as if it were the translation."""


def measure_floors(units: Units, read_source: Callable[[int], str], names: Sequence[str]) -> Mapping[str, Floors]:
    """Metric to its floors over N units.

    For chance each translation stands beside the reference of another unit, the one nearest in length: a reference of
    another length would score less for that alone. Which one does not depend on the system. A single unit has no other,
    and no chance.

    Args:
        read_source: Gives the source of a unit by its place, 0 to N - 1.
        names: Metrics that are counted here.
    """
    count = len(units.ids)
    if not count:
        return {name: Floors(None, None) for name in names}
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_UNITS)).round().astype(int)).tolist()
    references = [units.references[place] for place in chosen]
    others = _exchange(references)
    chance = count_texts(names, [units.translations[place] for place in chosen], others) if len(chosen) > 1 else {}
    copied = _score_copies(tuple(names), tuple(map(read_source, chosen)), tuple(references))
    return {
        name: Floors(
            float(METRICS[name].score(chance[name].sum(axis=0))) if name in chance else None,
            copied[name],
        )
        for name in names
    }


@lru_cache(4)
def _score_copies(names: tuple[str, ...], sources: tuple[str, ...], references: tuple[str, ...]) -> Mapping[str, float]:
    """Metric to the score of N sources beside their references, which all systems of a sweep have in common."""
    copied = count_texts(names, sources, references)
    return {name: float(METRICS[name].score(copied[name].sum(axis=0))) for name in names}


def _exchange(texts: Sequence[str]) -> list[str]:
    """The texts, each in the place of its neighbour in length; of an odd number the three longest go round."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    exchanged = list(texts)
    for first in range(0, len(order) - 1, 2):
        group = order[first:] if len(order) - first == 3 else order[first : first + 2]
        for place, other in zip(group, [*group[1:], group[0]], strict=True):
            exchanged[place] = texts[other]
        if len(group) == 3:
            break
    return exchanged
