"""Where a score stands between texts that translate nothing and what the system says, in words."""

from __future__ import annotations

from mt_eval.report.scores import ScoreRow


def describe_standing(row: ScoreRow) -> str | None:
    """Whether a score is above chance and above the source copied; None where its floors are not known.

    A score is above a floor where its whole 95% interval is better; without an interval, where the score is.
    """
    if row.segment is None or row.chance is None:
        return None
    chance = f"chance ({row.format(row.chance)})"
    name = f"{row.metric} {row.format(row.segment)}"
    above = "better than" if row.lower_is_better else "above"
    if not _is_better(row, row.chance):
        return f"{name} is not {above} {chance}: translations of other sentences score as much."
    if row.copied is None:
        return f"{name} is {above} {chance}."
    copied = f"the source copied ({row.format(row.copied)})"
    if _is_better(row, row.copied):
        return f"{name} is {above} {chance} and {above} {copied}."
    return f"{name} is between {chance} and {copied}: leaving the text as it is scores as much."


def _is_better(row: ScoreRow, floor: float) -> bool:
    assert row.segment is not None
    if row.lower_is_better:
        return (row.segment if row.high is None else row.high) < floor
    return (row.segment if row.low is None else row.low) > floor
