"""Months have one table, so that alignment, flags and `data new` know the same."""

from __future__ import annotations

import pytest

from mt_eval.align.anchors import find_anchors
from mt_eval.diagnose.numbers import find_changed_numbers
from mt_eval.intake.guess import guess_articles
from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import MONTH_SERIES, MONTHS, find_weekdays, number_months

NAMES = [(name, number) for number, names in enumerate(MONTHS["ar"], start=1) for name in names.split("|")]


@pytest.mark.parametrize(("name", "number"), NAMES)
def test_every_stage_knows_every_month(name: str, number: int) -> None:
    """`يونيه` is June to the alignment too."""
    date = f"8 {name} 2024"

    assert f"month:{number}" in find_anchors(date, "ar")
    assert find_changed_numbers(f"8/{number}/2024", date, "vi", "ar") is None
    assert guess_articles({"x.txt": f"عنوان\n{date}\nنص"})["x.txt"].date == f"2024-{number:02}-08"


def test_series_are_the_months_that_are_known() -> None:
    """Months that may stand for one another are those of the table, in its order."""
    for lang, series in MONTH_SERIES.items():
        known = number_months([lang])
        for names in series:
            assert list(range(1, 13)) == [known[fold(name.lower())] for name in names]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("vào thứ tư và chủ nhật", "vi", [(4, 10, 3), (14, 22, 7)]),
        ("يوم الاثنين", "ar", [(4, 11, 1)]),
        ("on monday", "en", [(3, 9, 1)]),
        ("thứ tám", "vi", []),
    ],
)
def test_weekdays(text: str, lang: str, expected: list[tuple[int, int, int]]) -> None:
    """Weekdays are found where they stand, from 1 for Monday."""
    assert expected == find_weekdays(text, lang)
