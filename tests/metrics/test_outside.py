"""Numbers from outside, counted so that their sums are exact."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.metrics.outside import Outside
from mt_eval.score.resample import bootstrap_scores

numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(numbers, min_size=1, max_size=30))
def test_the_score_is_the_mean(values: list[float]) -> None:
    """However large, small or many the numbers are, their mean comes back, to a part in 10**12 of the largest."""
    metric = Outside("errors").fit([values])

    rows = metric.tabulate(values)
    mean = float(metric.score(rows.sum(axis=0)))

    exact = float(sum(map(Fraction, values)) / len(values))
    largest = max(map(abs, values))
    assert mean == pytest.approx(exact, rel=0, abs=max(largest * 1e-12, 1e-70))
    assert abs(int(np.abs(rows[:, 0]).max())) * len(values) < 2**53


@pytest.mark.parametrize(("size", "value"), [(20_000, 1e6), (3, -1e300), (20_000, -2.5), (10, 1e-30)])
def test_no_resample_overflows(size: int, value: float) -> None:
    """Twenty thousand numbers of a million have resamples of a million, not of minus 461,168.6."""
    metric = Outside("errors").fit([[value] * size])

    (scores,) = bootstrap_scores([(metric, metric.tabulate([value] * size)[np.newaxis])], samples=100, seed=1)

    assert scores[0].tolist() == pytest.approx([value] * 100, rel=1e-9, abs=0)


def test_systems_are_counted_in_the_same_steps() -> None:
    """Those of one are as fine as the largest number of all of them allows."""
    metric = Outside("errors").fit([[0.25, 0.5], [1e9, 3.0]])

    assert math.ldexp(float(metric.tabulate([0.25])[0, 0]), -metric.step_bits) == 0.25
    assert float(metric.score(metric.tabulate([1e9, 3.0]).sum(axis=0))) == (1e9 + 3) / 2
