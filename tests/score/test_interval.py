"""95% intervals from resamples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.score.interval import count_effective, expanded_intervals, quantile_of_t, two_sided_t


@pytest.mark.parametrize(
    ("degrees", "critical"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (9, 2.2622), (10, 2.2281), (30, 2.0423), (120, 1.9799), (1000, 1.9623)],
)
def test_quantiles_of_t_are_those_of_the_tables(degrees: int, critical: float) -> None:
    """Two-sided 5% points as printed in tables of Student's distribution (NIST/SEMATECH e-Handbook, 1.3.6.7.2)."""
    assert quantile_of_t(0.05, degrees) == pytest.approx(critical, abs=6e-5)
    assert two_sided_t(critical, degrees) == pytest.approx(0.05, abs=1e-5)


def test_few_units_widen_the_interval() -> None:
    """Of 10 units, 0.86% are cut off at each end, of 1,000 units 2.5% (Hesterberg 2015, from t and the normal)."""
    resampled = np.arange(100_001) / 1000

    of_ten = expanded_intervals(resampled, 10)
    of_many = expanded_intervals(resampled, 100_000)

    assert of_ten == (pytest.approx(0.855, abs=0.002), pytest.approx(99.145, abs=0.002))
    assert of_many == (pytest.approx(2.5, abs=0.002), pytest.approx(97.5, abs=0.002))


def test_three_units_reach_beyond_their_resamples() -> None:
    """5.27 standard errors, which 4.30 (the 5% point of t) times the root of 3 / 2 comes to."""
    resampled = np.random.default_rng(0).normal(size=1000)
    resampled = (resampled - resampled.mean()) / resampled.std()

    assert expanded_intervals(resampled, 3) == (pytest.approx(-5.27, abs=0.01), pytest.approx(5.27, abs=0.01))


@given(st.floats(1, 300), st.floats(0, 20))
def test_degrees_of_freedom_need_not_be_whole(degrees: float, t: float) -> None:
    """Student's share beyond t falls as the degrees grow, without a step."""
    shares = [two_sided_t(t, degrees + more) for more in (0, 1e-9, 0.25, 0.5)]

    assert shares[0] == pytest.approx(shares[1], abs=1e-5)
    assert sorted(shares, reverse=True) == pytest.approx(shares, abs=2e-5)


def test_a_few_large_units_count_as_few() -> None:
    """Equal sizes count as they are; one of a thousand beside nine of one is hardly more than one."""
    assert count_effective(np.array([7] * 10)) == pytest.approx(10)
    assert count_effective(np.array([1000] + [1] * 9)) == pytest.approx(1.1)
    assert count_effective(np.array([1, 1, 2])) == pytest.approx(16 / 6)
    assert count_effective(np.array([0, 0])) == 1.1
