"""Scores over resamples, and their intervals."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tables import Table, make_random_table
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from mt_eval.metrics import METRICS, count_texts
from mt_eval.metrics.outside import Outside
from mt_eval.score.interval import expanded_intervals
from mt_eval.score.resample import bootstrap_scores, sum_groups

REFERENCES = ["con mèo nằm", "trên tấm thảm", "قالت الرئيسة", "năm 2024", "bốn ba hai một", "không có gì"]
SYSTEMS = [
    ["con mèo ngồi", "trên thảm", "قال الرئيس", "2024", "một hai ba bốn", ""],
    ["con chó nằm", "trên tấm thảm", "قالت", "năm 2024", "bốn ba", "không"],
    ["mèo", "thảm trên tấm", "الرئيسة قالت", "năm ngoái", "bốn ba hai một", "không có gì"],
]


def make_table(metric: str, systems: list[list[str]] = SYSTEMS) -> Table:
    counted = [count_texts([metric], system, REFERENCES)[metric] for system in systems]
    return METRICS[metric], np.stack(counted)


@pytest.mark.parametrize("metric", ["chrF++", "chrF", "BLEU-13a", "BLEU-intl"])
def test_every_resample_scores_as_sacrebleu_scores_it(metric: str) -> None:
    """The score of a resample is the number sacrebleu computes from the rows that were drawn.

    Logarithms of a million resamples are numpy's, which round otherwise on some processors: one part in 10**13.
    """
    scorer = CHRF(word_order=metric.count("+")) if metric.startswith("chrF") else BLEU(tokenize=metric[5:])
    table = make_table(metric)
    generator = np.random.Generator(np.random.PCG64(5))
    draws = [generator.integers(6, size=6) for _ in range(50)]
    expected = [[scorer._aggregate_and_compute(system[draw].tolist()).score for draw in draws] for system in table[1]]

    (scores,) = bootstrap_scores([table], samples=50, seed=5)

    assert scores == pytest.approx(np.array(expected), rel=1e-13 if metric.startswith("BLEU") else 0, abs=0)


@settings(max_examples=30)
@given(st.integers(2, 30), st.integers(1, 60), st.integers(1, 400))
def test_block_size_changes_nothing(units: int, samples: int, block_cells: int) -> None:
    """However few resamples are held at once, the scores are the same."""
    tables = [make_random_table(3, units, 7)]

    whole = bootstrap_scores(tables, samples=samples, seed=3)
    in_blocks = bootstrap_scores(tables, samples=samples, seed=3, block_cells=block_cells)

    assert whole[0].tolist() == in_blocks[0].tolist()


def test_order_and_company_of_systems_change_nothing() -> None:
    """A system's scores do not depend on which others stand beside it, nor on other metrics."""
    alone = bootstrap_scores([make_table("BLEU-13a", SYSTEMS[2:])], samples=40, seed=0)[0]
    together = bootstrap_scores([make_table("chrF++", SYSTEMS[::-1]), make_table("BLEU-13a")], samples=40, seed=0)[1]

    assert alone[0].tolist() == together[2].tolist()


def test_seed_0_is_a_seed() -> None:
    """Seed 0 gives the same resamples again, and other ones than seed 1."""
    table = make_table("chrF")

    first = bootstrap_scores([table], samples=20, seed=0)[0].tolist()

    assert first == bootstrap_scores([table], samples=20, seed=0)[0].tolist()
    assert first != bootstrap_scores([table], samples=20, seed=1)[0].tolist()


def test_large_counts_are_summed_exactly() -> None:
    """Counts beyond single precision are summed in double, so that fine steps are kept."""
    values = [12.345678901, 98.765432109, 0.000000001]
    metric = Outside("COMET").fit([values])
    rows = metric.tabulate(values)
    generator = np.random.Generator(np.random.PCG64(2))
    draws = [generator.integers(3, size=3) for _ in range(25)]
    expected = [sum(int(rows[i, 0]) for i in draw) / 3 / 2**metric.step_bits for draw in draws]

    (scores,) = bootstrap_scores([(metric, rows[np.newaxis])], samples=25, seed=2)

    assert scores[0].tolist() == expected


def test_interval_of_a_mean_is_the_one_theory_gives() -> None:
    """For the mean of 400 normal values the interval spans 1.96 standard errors to each side, within sampling error."""
    values = np.random.default_rng(1).normal(0, 1000, size=400).round().astype(np.int64)
    half = 1.96 * values.std() / np.sqrt(400)

    metric = Outside("COMET").fit([values.tolist()])

    (scores,) = bootstrap_scores([(metric, metric.tabulate(values.tolist())[np.newaxis])], samples=20_000, seed=1)
    low, high = expanded_intervals(scores[0], 400)

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
