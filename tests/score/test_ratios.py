"""Ratios of sums and their intervals, beside hand-made values and the delta method."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.score.ratios import measure_ratio


@given(st.lists(st.tuples(st.floats(-50, 0), st.integers(1, 40)), min_size=1, max_size=30))
def test_the_value_is_the_sum_by_the_sum(entries: list[tuple[float, int]]) -> None:
    """Long texts count as much as they are long; the interval, where there is one, holds numbers in order."""
    tops, sizes = zip(*entries, strict=True)
    ratio = measure_ratio(tops, sizes, ["one"] * len(entries), samples=50)

    assert ratio.value == pytest.approx(math.fsum(tops) / sum(sizes), abs=1e-9)
    assert (ratio.low is None) == (len(entries) == 1)
    assert ratio.low is None or ratio.high is None or ratio.low <= ratio.high


def test_articles_are_drawn_where_there_are_ten() -> None:
    """Entries of one article that are all the same make the interval of articles wide, and that of entries narrow."""
    values = [float(-(number % 12)) for number in range(12)]
    tops = [value for value in values for _ in range(50)]
    articles = [f"a{number}" for number in range(12) for _ in range(50)]

    clustered = measure_ratio(tops, [1] * 600, articles)
    alone = measure_ratio(tops, [1] * 600, ["one"] * 600)

    assert (clustered.resampled, alone.resampled) == ("article", "segment")
    assert clustered.value == alone.value == -5.5
    wide, narrow = (float(each.high or 0) - float(each.low or 0) for each in (clustered, alone))
    assert wide > 5 * narrow


def test_the_interval_is_that_of_the_delta_method() -> None:
    """Over 60 articles it is as wide as the normal interval of a ratio (Cochran 1977, section 2.11), to a tenth."""
    draw = random.Random(7)
    sizes = [draw.randint(20, 60) for _ in range(60)]
    tops = [-size * draw.uniform(1, 3) for size in sizes]
    ratio = measure_ratio(tops, sizes, [f"a{number}" for number in range(60)], samples=4000)
    value = sum(tops) / sum(sizes)
    spread = sum((top - value * size) ** 2 for top, size in zip(tops, sizes, strict=True)) / 59
    half = 1.96 * math.sqrt(spread / 60) / (sum(sizes) / 60)

    assert ratio.low is not None
    assert ratio.high is not None
    assert (ratio.high - ratio.low) / 2 == pytest.approx(half, rel=0.1)


def test_nothing_has_no_ratio() -> None:
    """Without anything to divide by there is no value, and no interval."""
    assert measure_ratio([], [], []).value is None
