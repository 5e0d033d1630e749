"""Months have one table, so that alignment, flags and `data new` know the same."""

from __future__ import annotations

import pytest

from mt_eval.align.anchors import find_anchors
from mt_eval.diagnose.numbers import find_changed_numbers
from mt_eval.intake.guess import guess_articles
from mt_eval.languages.calendar import MONTHS

NAMES = [(name, number) for number, names in enumerate(MONTHS["ar"], start=1) for name in names.split("|")]


@pytest.mark.parametrize(("name", "number"), NAMES)
def test_every_stage_knows_every_month(name: str, number: int) -> None:
    """`يونيه` is June to the alignment too."""
    date = f"8 {name} 2024"

    assert f"month:{number}" in find_anchors(date, "ar")
    assert find_changed_numbers(f"8/{number}/2024", date, "vi", "ar") is None
    assert guess_articles({"x.txt": f"عنوان\n{date}\nنص"})["x.txt"].date == f"2024-{number:02}-08"
