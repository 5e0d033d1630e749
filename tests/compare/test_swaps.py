"""Pairs of systems with their outputs swapped at random."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tables import make_random_table

from mt_eval.compare.swaps import randomization_p_values


@settings(max_examples=30)
@given(st.integers(2, 30), st.integers(1, 60), st.integers(1, 400))
def test_block_size_changes_nothing(units: int, samples: int, block_cells: int) -> None:
    """However few swaps are held at once, the p values are the same."""
    tables = [make_random_table(3, units, 7)]
    pairs = [(0, 1), (2, 1)]

    swapped = randomization_p_values(tables, pairs, samples=samples, seed=3)
    in_blocks = randomization_p_values(tables, pairs, samples=samples, seed=3, block_cells=block_cells)

    assert swapped[0].tolist() == in_blocks[0].tolist()


def test_randomization_is_the_exact_test_where_that_can_be_listed() -> None:
    """Over all 2**6 ways of swapping, the share at least as far apart is what the trials estimate."""
    table = make_random_table(2, 6, 4)
    metric, (one, other) = table
    real = abs(metric.score(one.sum(axis=0)) - metric.score(other.sum(axis=0)))
    as_large = 0
    for swaps in product([False, True], repeat=6):
        choice = np.array(swaps)[:, np.newaxis]
        first, second = np.where(choice, other, one).sum(axis=0), np.where(choice, one, other).sum(axis=0)
        as_large += abs(metric.score(first) - metric.score(second)) >= real - 1e-9
    exact = as_large / 2**6

    ((p_value,),) = randomization_p_values([table], [(0, 1)], samples=20_000, seed=1)

    assert 1 / 2**5 <= exact < 1
    assert p_value == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5)


def test_a_pair_has_the_same_p_value_either_way_round() -> None:
    """Swapping baseline and candidate changes no p value."""
    table = make_random_table(2, 20, 9)

    (p_values,) = randomization_p_values([table], [(0, 1), (1, 0)], samples=500, seed=1)

    assert p_values[0] == p_values[1]


def test_the_same_outputs_have_p_value_1() -> None:
    """No swap of equal outputs makes a difference smaller than the real one, which is 0."""
    metric, rows = make_random_table(1, 6, 3)

    (p_values,) = randomization_p_values([(metric, np.concatenate([rows, rows]))], [(0, 1)], samples=200, seed=1)

    assert p_values.tolist() == [1.0]
