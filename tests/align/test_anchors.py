"""Anchors: what is written alike whatever the language."""

from __future__ import annotations

import pytest

from mt_eval.align.anchors import find_anchors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hôm 8/2", {"number:8", "month:2", "word:hôm"}),
        ("يوم 8 فبراير/شباط", {"number:8", "month:2"}),
        ("يوم ٨ وفبراير", {"number:8", "month:2"}),
        ("tháng 10/2023", {"month:10", "number:2023", "word:tháng"}),
        ("أكتوبر/تشرين الأول 2023", {"month:10", "number:2023"}),
        ("tháng mười hai", {"month:12", "word:tháng", "word:mười", "word:hai"}),
        ("24/2/2022", {"number:24", "month:2", "number:2022"}),
        ("1.200.000", {"number:1200000"}),
        ("١٬٢٠٠٬٠٠٠", {"number:1200000"}),
        ("3,5 و٣٫٥", {"number:3.5"}),
        ("لشبكة CNN ورويترز", {"word:cnn"}),
        ("tỷ số 31/45", {"number:31", "number:45", "word:tỷ", "word:số"}),
    ],
)
def test_anchors(text: str, expected: set[str]) -> None:
    """Numbers, dates and Latin-script words are written alike whatever the language."""
    lang = "ar" if any("\u0600" <= letter <= "\u06ff" for letter in text) else "vi"

    assert expected == find_anchors(text, lang)
