"""Resampled sums and their intervals."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.chrf import CHRF

from mt_eval.metrics import METRICS
from mt_eval.score.resample import percentile_interval, resample_sums, sum_groups


def make_rows(units: int, columns: int) -> np.ndarray:
    """Rows of counts that are all different."""
    return np.random.default_rng(units).integers(0, 1000, size=(units, columns))


@given(st.integers(1, 40), st.integers(1, 25), st.integers(1, 200))
def test_block_size_changes_nothing(units: int, samples: int, block_cells: int) -> None:
    """However few rows of the counts matrix are held at once, the sums are the same."""
    statistics = make_rows(units, 3)

    whole = resample_sums(statistics, samples=samples, seed=7)
    in_blocks = resample_sums(statistics, samples=samples, seed=7, block_cells=block_cells)

    assert whole.tolist() == in_blocks.tolist()


def test_sums_are_those_of_drawn_rows() -> None:
    """A resample's sum is the sum of the rows drawn by the same generator one resample after the other."""
    statistics = make_rows(13, 4)
    generator = np.random.Generator(np.random.PCG64(0))
    expected = [statistics[generator.integers(13, size=13)].sum(axis=0).tolist() for _ in range(50)]

    actual = resample_sums(statistics, samples=50, seed=0)

    assert expected == actual.tolist()


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_a_seed_gives_the_same_resamples_again(seed: int) -> None:
    """The same seed gives the same sums, another seed other ones; 0 is a seed like any other."""
    statistics = make_rows(30, 2)

    first = resample_sums(statistics, samples=20, seed=seed).tolist()

    assert first == resample_sums(statistics, samples=20, seed=seed).tolist()
    assert first != resample_sums(statistics, samples=20, seed=seed + 1).tolist()


def test_columns_side_by_side_see_the_same_resamples() -> None:
    """A column's sums do not depend on which other columns are resampled with it."""
    statistics = make_rows(17, 6)

    together = resample_sums(statistics, samples=40, seed=3)

    assert together[:, 2:4].tolist() == resample_sums(statistics[:, 2:4], samples=40, seed=3).tolist()


def test_large_sums_are_exact() -> None:
    """Counts far above what single precision holds are summed exactly."""
    statistics = np.full((3, 1), 2**40 + 1, dtype=np.int64)

    sums = resample_sums(statistics, samples=5, seed=1)

    assert sums.tolist() == [[3 * (2**40 + 1)]] * 5


def test_scores_of_resamples_are_sacrebleus() -> None:
    """chrF of every resample is what sacrebleu computes from the rows that were drawn."""
    texts = ["con mèo ngồi", "trên thảm", "قال الرئيس", "2024", "một hai ba bốn", ""]
    references = ["con mèo nằm", "trên tấm thảm", "قالت الرئيسة", "năm 2024", "bốn ba hai một", "không"]
    rows = CHRF()._extract_corpus_statistics(texts, [references])
    generator = np.random.Generator(np.random.PCG64(11))
    draws = [generator.integers(6, size=6) for _ in range(200)]
    expected = [CHRF()._aggregate_and_compute([rows[i] for i in draw]).score for draw in draws]

    sums = resample_sums(np.array(rows), samples=200, seed=11)

    assert expected == METRICS["chrF"].score(sums).tolist()


def test_interval_cuts_the_same_share_from_both_ends() -> None:
    """The interval of 0, 1, ..., 1000 ends 2.5% from either end."""
    assert percentile_interval(np.arange(1001.0)) == pytest.approx((25.0, 975.0))


def test_interval_of_a_mean_is_the_one_theory_gives() -> None:
    """For the mean of 400 normal values the interval spans 1.96 standard errors to each side, within sampling error."""
    values = np.random.default_rng(1).normal(0, 1000, size=400).round().astype(np.int64)
    half = 1.96 * values.std() / np.sqrt(400)

    low, high = percentile_interval(resample_sums(values[:, np.newaxis], samples=20_000, seed=1)[:, 0] / 400)

    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.05 * half)


def test_sums_and_resamples_need_neither_sacrebleu_nor_a_configuration() -> None:
    """What reads stored statistics starts without sacrebleu, hydra and omegaconf."""
    program = "import sys, mt_eval.metrics, mt_eval.score.resample; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"sacrebleu", "hydra", "omegaconf", "torch", "transformers", "mt_eval.config"} & set(loaded)


@given(st.lists(st.integers(0, 3), min_size=0, max_size=20))
def test_sums_of_groups_add_up(groups: list[int]) -> None:
    """Every row is in one group: the groups' sums are those a loop finds, and together the sum of all rows."""
    statistics = np.arange(2 * len(groups), dtype=np.int64).reshape(-1, 2)

    sums = sum_groups(statistics, np.array(groups, dtype=np.int64), 4)

    assert sums.tolist() == [
        [sum(int(statistics[row, k]) for row, group in enumerate(groups) if group == g) for k in range(2)]
        for g in range(4)
    ]
    assert sums.sum(axis=0).tolist() == statistics.sum(axis=0).tolist()
