"""What a difference is worth: would people see it, is it a tie, and the verdict.

Agreement of people: Kocmi et al. 2024, "Navigating the Metrics Maze: Reconciling Score Magnitudes and Accuracies",
which asks how often people rank a pair of systems as a metric does, given how far apart the metric puts them. Between
the paper's figures it is interpolated here on straight lines, from 50% (a coin) at no difference; beyond the last
figure nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mt_eval.compare.inference import ALPHA

BETTER, WORSE, TIE, CANNOT_TELL = "better", "worse", "tie", "cannot tell"


def find_agreement(points: Sequence[tuple[float, float]], delta: float) -> tuple[float, bool] | None:
    """Percent of system pairs this far apart that people rank the same way, and whether that is only a lower bound.

    `points` are those of the metric (`Metric.agreement`); None for one the study does not cover.
    """
    if not points:
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
