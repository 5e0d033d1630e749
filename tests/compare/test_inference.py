"""Intervals, p values, Holm, the smallest detectable difference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest

from mt_eval.compare.inference import (
    adjust_holm,
    bootstrap_p_values,
    detectable_delta,
    find_smallest_bootstrap_p,
    needed_units,
    sacrebleu_p_values,
)
from mt_eval.score.interval import expanded_intervals


@settings(max_examples=60)
@given(st.floats(2, 400), st.floats(-4, 4), st.integers(0, 10_000))
def test_p_and_interval_say_the_same(units: float, shift: float, seed: int) -> None:
    """p is below 5% exactly where the interval leaves out 0."""
    deltas = np.random.default_rng(seed).normal(shift, 1, size=(1, 2000))

    low, high = expanded_intervals(deltas, units)
    (p_value,) = bootstrap_p_values(deltas, units)

    assert (p_value < 0.05) == (low[0] > 0 or high[0] < 0)


@given(st.integers(0, 10_000), st.integers(2, 50))
def test_swapping_sides_keeps_p_and_turns_the_interval(seed: int, units: int) -> None:
    """The differences seen from the other side have the same p value and the interval with its sign changed."""
    deltas = np.random.default_rng(seed).normal(0.7, 1, size=(3, 200))

    low, high = expanded_intervals(deltas, units)
    turned = expanded_intervals(-deltas, units)

    assert bootstrap_p_values(deltas, units).tolist() == bootstrap_p_values(-deltas, units).tolist()
    assert (-turned[1]).tolist() == pytest.approx(low.tolist())
    assert (-turned[0]).tolist() == pytest.approx(high.tolist())


def test_no_difference_in_any_resample_is_p_value_1() -> None:
    """Systems with the same outputs."""
    assert bootstrap_p_values(np.zeros((1, 100)), 12).tolist() == [1.0]


def test_p_is_about_that_of_the_normal_curve() -> None:
    """Differences 1.96 standard errors from 0 have p = 5%, and 3 standard errors 0.27%."""
    curve = np.random.default_rng(0).normal(size=200_000)

    p_values = bootstrap_p_values(np.stack([curve + 1.959964, curve - 3]), 100_000)

    assert p_values.tolist() == pytest.approx([0.05, 0.0027], abs=0.001)


@pytest.mark.parametrize(("distance", "p_value"), [(4.5, 6.8e-6), (5.5, 3.8e-8), (20.0, 2e-9)])
def test_beyond_the_resamples_p_is_that_of_the_normal_curve(distance: float, p_value: float) -> None:
    """Where none of the resamples reaches 0, two-sided points of the normal distribution, down to 1e-9 a side."""
    curve = np.random.default_rng(0).normal(size=50_000)
    curve = (curve - curve.mean()) / curve.std()

    (found,) = bootstrap_p_values(curve[np.newaxis] + distance, 1_000_000)

    assert found == pytest.approx(p_value, rel=0.02)


def test_sacrebleus_p_value_is_sacrebleus() -> None:
    """From sacrebleu's own draws comes the very p value its PairedTest reports."""
    references = [f"con mèo nằm trên tấm thảm số {n}" for n in range(30)]
    one = [text.replace("mèo", "chó") if n % 3 else text for n, text in enumerate(references)]
    other = [text.replace("thảm", "chiếu") if n % 2 else text for n, text in enumerate(references)]
    metric = CHRF(word_order=2)
    _, results = PairedTest([("a", one), ("b", other)], {"chrF": metric}, [references], "bs", 300)()
    expected = results["chrF2++"][1].p_value
    draws = np.random.default_rng(12345).choice(30, size=(300, 30), replace=True)
    rows = [np.array(metric._extract_corpus_statistics(each, [references]), dtype="float32") for each in (one, other)]
    scores = [[metric._compute_score_from_stats(side[draw].sum(0)).score for draw in draws] for side in rows]
    real = [metric._compute_score_from_stats(side.sum(0)).score for side in rows]

    actual = sacrebleu_p_values(np.array(scores[1:]) - np.array(scores[:1]), np.array([real[1] - real[0]]))

    assert 0.01 < expected < 0.9
    assert actual.tolist() == [expected]


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.4], [0.8, 0.8]),
        ([0.2], [0.2]),
        ([0.6, 0.9, 0.001], [1.0, 1.0, 0.003]),
        ([], []),
    ],
)
def test_holm_by_hand(p_values: list[float], adjusted: list[float]) -> None:
    """Worked by hand: the k-th smallest of T times T - k + 1, never below its predecessor, at most 1."""
    assert adjust_holm(p_values) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_lies_between_nothing_and_bonferroni(p_values: list[float]) -> None:
    """No adjusted value is below its own nor above T times it, and their order stays."""
    adjusted = adjust_holm(p_values)

    for p_value, after in zip(p_values, adjusted, strict=True):
        assert p_value <= after <= min(1, len(p_values) * p_value)
    assert [a for _, a in sorted(zip(p_values, adjusted, strict=True))] == sorted(adjusted)


def test_detectable_is_2_8_standard_errors_of_many_units() -> None:
    """1.96 + 0.84 standard errors for one test; 5% / 10 asks for 2.81 + 0.84."""
    assert detectable_delta(0.5, 100_000, 1) == pytest.approx(0.5 * 2.8016, rel=1e-3)
    assert detectable_delta(0.5, 100_000, 10) == pytest.approx(0.5 * (2.8070 + 0.8416), rel=1e-3)


def test_a_quarter_of_the_difference_needs_sixteen_times_the_units() -> None:
    """Spread falls with the square root of the number of units; the number is rounded up to two digits."""
    assert needed_units(0.25, 1.0, 62) == 1000
    assert needed_units(-2.0, 1.0, 62) == 63
    assert needed_units(0.0, 1.0, 62) is None
    assert math.isclose(needed_units(0.1, 1.0, 99) or 0, 9900)


@pytest.mark.parametrize("units", [4.0, 5.1, 7.5, 12.0, 199.0])
@pytest.mark.parametrize("samples", [1000, 10_000])
def test_no_p_of_resamples_is_smaller_than_the_smallest(units: float, samples: int) -> None:
    """It is the p of a difference that no resample turns round, unless their spread says how rare that is."""
    deltas = np.random.default_rng(1).normal(60, 1, (1, samples))

    found = bootstrap_p_values(deltas, units)[0]
    smallest = find_smallest_bootstrap_p(samples, units)

    assert smallest in (0.0, pytest.approx(found))
