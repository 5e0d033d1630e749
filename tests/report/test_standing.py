"""Where a score stands, in words."""

from __future__ import annotations

import pytest

from mt_eval.report.scores import ScoreRow
from mt_eval.report.standing import describe_standing


def make_row(
    segment: float | None,
    low: float | None,
    high: float | None,
    chance: float | None,
    copied: float | None,
    **more: bool,
) -> ScoreRow:
    return ScoreRow(
        metric="chrF++",
        profile="",
        signature="",
        segment=segment,
        low=low,
        high=high,
        article=None,
        chance=chance,
        copied=copied,
        reason="",
        lower_is_better=more.get("lower", False),
        is_percent=True,
        digits=1,
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (make_row(40, 38, 42, 15, 4), "above chance (15.0) and above the source copied (4.0)."),
        (make_row(16, 14, 18, 15, 4), "not above chance (15.0)"),
        (make_row(20, 18, 22, 15, 19), "between chance (15.0) and the source copied (19.0)"),
        (make_row(40, None, None, 15, None), "above chance (15.0)."),
        (
            make_row(50, 45, 55, 110, 100, lower=True),
            "better than chance (110.0) and better than the source copied (100.0).",
        ),
        (make_row(105, 95, 115, 110, 100, lower=True), "not better than chance (110.0)"),
    ],
)
def test_the_whole_interval_has_to_be_better(row: ScoreRow, said: str) -> None:
    """A score whose interval holds a floor is not better than it; of errors, fewer is better."""
    assert said in (describe_standing(row) or "")


@pytest.mark.parametrize("row", [make_row(None, None, None, 15, 4), make_row(40, 38, 42, None, 4)])
def test_nothing_is_said_of_what_is_not_known(row: ScoreRow) -> None:
    """Runs made before floors were measured have none."""
    assert describe_standing(row) is None
