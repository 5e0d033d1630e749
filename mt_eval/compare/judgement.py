"""The verdict on a difference: is it there, and would anybody see it?"""

from __future__ import annotations

BETTER, WORSE, TIE, CANNOT_TELL = "better", "worse", "tie", "cannot tell"
NO_VERDICT = "no verdict"
"""Stands where a metric says nothing, because translations were chosen by it; `compare.favoured` knows which."""


def judge(
    delta: float, low: float, high: float, p_adjusted: float, *, margin: float, lower_is_better: bool = False
) -> str:
    """`tie`, `better`, `worse` or `cannot tell`, of the candidate.

    A tie is a difference whose whole 95% interval lies within the margin, also where it is not due to chance: nobody
    would see it. Not to find a difference is no tie.
    """
    # numpy is behind it, which a page of help that names a verdict should not pay for.
    from mt_eval.score.interval import ALPHA

    if -margin <= low and high <= margin:
        return TIE
    if p_adjusted >= ALPHA:
        return CANNOT_TELL
    return BETTER if (delta > 0) is not lower_is_better else WORSE
