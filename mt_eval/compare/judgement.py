"""What a difference is worth: would people see it, is it a tie, and the verdict.

Agreement of people: Kocmi et al. 2024, "Navigating the Metrics Maze: Reconciling Score Magnitudes and Accuracies",
which asks how often people rank a pair of systems as a metric does, given how far apart the metric puts them. Between
the paper's figures it is interpolated here on straight lines, from 50% (a coin) at no difference; beyond the last
figure nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from mt_eval.compare.inference import ALPHA

AGREEMENT: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        "chrF": ((0.0, 50.0), (0.54, 60.0), (1.00, 70.0), (1.63, 80.0), (3.05, 90.0)),
        "BLEU-13a": ((0.0, 50.0), (0.78, 60.0), (1.39, 70.0), (2.34, 80.0)),
    }
)
"""Metric to pairs of a difference in points and the percent of pairs that people rank the same way; BLEU never reaches
90%. Metrics the paper did not look at (chrF++, BLEU with another tokenizer, normalised texts) are not in it."""

_MARGINS = MappingProxyType({"chrF": 0.54, "chrF++": 0.54, "BLEU": 0.78})
"""Differences with which fewer than 60% of pairs are ranked the same way by people; chrF++ moves as chrF does."""

BETTER, WORSE, TIE, CANNOT_TELL = "better", "worse", "tie", "cannot tell"


def choose_margin(metric: str) -> float:
    """The margin of a tie in points: the same for a metric with normalised texts, 0 for metrics nobody asked about."""
    return _MARGINS.get(metric.partition("@")[0].partition("-")[0], 0.0)


def find_agreement(metric: str, delta: float) -> tuple[float, bool] | None:
    """Percent of system pairs this far apart that people rank the same way, and whether that is only a lower bound.

    None for a metric the study does not cover.
    """
    points = AGREEMENT.get(metric)
    if points is None:
        return None
    size = abs(delta)
    for (left, low), (right, high) in pairwise(points):
        if size <= right:
            return low + (high - low) * (size - left) / (right - left), False
    return points[-1][1], True


def judge(
    delta: float, low: float, high: float, p_adjusted: float, *, margin: float, lower_is_better: bool = False
) -> str:
    """`tie`, `better`, `worse` or `cannot tell`, of the candidate.

    A tie is a difference whose whole 95% interval lies within the margin, also where it is not due to chance: nobody
    would see it. Not to find a difference is no tie.
    """
    if -margin <= low and high <= margin:
        return TIE
    if p_adjusted >= ALPHA:
        return CANNOT_TELL
    return BETTER if (delta > 0) is not lower_is_better else WORSE
