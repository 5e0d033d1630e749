"""Alignment by content: the cheapest way through both articles, by length and by what a sentence and its translation
share.

Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19(1), 1993: lengths
in characters, their model of the difference in length, and their six kinds of groups with their priors (table 5). The
anchors (numbers, dates, Latin-script words) come on top.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from mt_eval.align.anchors import find_anchors
from mt_eval.align.groups import number_groups
from mt_eval.types import Segment, SegmentPair

# -log of the priors in Gale and Church (1993), table 5: 1-1 0.89, 1-0 and 0-1 0.0099, 2-1 and 1-2 0.089, 2-2 0.011;
# where the table gives one number for two kinds, each has half of it.
_STEPS = {
    (1, 1): -math.log(0.89),
    (1, 0): -math.log(0.0099 / 2),
    (0, 1): -math.log(0.0099 / 2),
    (2, 1): -math.log(0.089 / 2),
    (1, 2): -math.log(0.089 / 2),
    (2, 2): -math.log(0.011),
}
# Variance of the target characters that one source character gives, same paper, section 3.2.
_VARIANCE = 6.8
# Anchors of one sentence tend to come together (a day with its month), so each counts for half of what it would alone.
_ANCHOR_WEIGHT = 0.5
# Cells this far off the diagonal are not looked at, which keeps long articles linear; sentences that a side lacks in a
# row move the path by as many cells, so this and the difference in number are what it must hold.
_BAND = 60


@dataclass(frozen=True, slots=True)
class _Side:
    lengths: tuple[int, ...]
    """Characters of the first 0 to N segments together."""
    anchors: tuple[frozenset[str], ...]
    """The anchors of each segment that occur on the other side too."""

    def measure(self, start: int, end: int) -> int:
        return self.lengths[end] - self.lengths[start]

    def collect(self, start: int, end: int) -> frozenset[str]:
        return self.anchors[start].union(*self.anchors[start + 1 : end])


def pair_by_content(article_pair_id: str, source: Sequence[Segment], reference: Sequence[Segment]) -> list[SegmentPair]:
    """Pairs of one or two source segments with one or two reference segments, and segments left alone.

    N source and M reference segments of one article each, in reading order, none empty. Every segment is in exactly one
    pair, and order is kept on both sides.
    """
    source_anchors = [find_anchors(segment.text) for segment in source]
    reference_anchors = [find_anchors(segment.text) for segment in reference]
    weights = _weigh(source_anchors, reference_anchors)
    one, other = _prepare(source, source_anchors, weights), _prepare(reference, reference_anchors, weights)
    ratio = other.lengths[-1] / one.lengths[-1] if one.lengths[-1] and other.lengths[-1] else 1.0
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i, j in _iterate_cells(len(source), len(reference)):
        for (di, dj), prior in _STEPS.items():
            if (before := best.get((i - di, j - dj))) is None:
                continue
            cost = before[0] + prior
            if di and dj:
                cost += _cost_length(one.measure(i - di, i), other.measure(j - dj, j), ratio)
                cost -= _credit_anchors(one.collect(i - di, i), other.collect(j - dj, j), weights)
            if (i, j) not in best or cost < best[i, j][0]:
                best[i, j] = (cost, (di, dj))
    groups = []
    i, j = len(source), len(reference)
    while i or j:
        di, dj = best[i, j][1]
        groups.append((source[i - di : i], reference[j - dj : j]))
        i, j = i - di, j - dj
    return number_groups(article_pair_id, reversed(groups))


def _prepare(segments: Sequence[Segment], anchors: Sequence[frozenset[str]], weights: Mapping[str, float]) -> _Side:
    lengths = accumulate((len(segment.text) for segment in segments), initial=0)
    return _Side(tuple(lengths), tuple(found & weights.keys() for found in anchors))


def _weigh(ones: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> dict[str, float]:
    """What each shared anchor is worth: half the log of one over the chance that two segments share it by accident."""
    cells = len(ones) * len(others)
    counts, other_counts = Counter(chain.from_iterable(ones)), Counter(chain.from_iterable(others))
    return {
        anchor: _ANCHOR_WEIGHT * math.log(cells / (counts[anchor] * other_counts[anchor]))
        for anchor in counts.keys() & other_counts.keys()
    }


def _iterate_cells(n: int, m: int) -> Iterable[tuple[int, int]]:
    width = _BAND + abs(n - m)
    for i in range(n + 1):
        middle = round(i * m / n) if n else 0
        low, high = (max(0, middle - width), min(m, middle + width)) if n else (0, m)
        for j in range(low, high + 1):
            if i or j:
                yield i, j


def _cost_length(source: int, reference: int, ratio: float) -> float:
    """-log of the chance that a translation is off its expected length by as much, the same from either side.

    Both lengths are brought to the scale between the two languages, so that swapping the sides changes nothing.
    """
    one, other = source * math.sqrt(ratio), reference / math.sqrt(ratio)
    mean = (one + other) / 2
    deviation = abs(one - other) / math.sqrt(_VARIANCE * mean) if mean else 0.0
    return -math.log(max(math.erfc(deviation / math.sqrt(2)), 1e-300))


def _credit_anchors(source: frozenset[str], reference: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weights[anchor] for anchor in source & reference)
