"""Scores of all systems over the same resamples, and randomized pairs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from mt_eval.compare.draws import bootstrap_scores, randomization_p_values
from mt_eval.compare.evidence import Table
from mt_eval.metrics import METRICS
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.outside import Outside
from mt_eval.score.resample import resample_sums

REFERENCES = ["con mèo nằm", "trên tấm thảm", "قالت الرئيسة", "năm 2024", "bốn ba hai một", "không có gì"]
SYSTEMS = [
    ["con mèo ngồi", "trên thảm", "قال الرئيس", "2024", "một hai ba bốn", ""],
    ["con chó nằm", "trên tấm thảm", "قالت", "năm 2024", "bốn ba", "không"],
    ["mèo", "thảm trên tấm", "الرئيسة قالت", "năm ngoái", "bốn ba hai một", "không có gì"],
]


def make_table(metric: str, systems: list[list[str]] = SYSTEMS) -> Table:
    counted = [METRICS[metric].count(system, REFERENCES) for system in systems]
    return Table(MetricKey(metric), METRICS[metric], "", np.stack(counted))


def make_random_table(systems: int, units: int, seed: int) -> Table:
    """chrF statistics that could be: matches are no more than what either side has."""
    generator = np.random.default_rng(seed)
    rows = np.empty((systems, units, 18), dtype=np.int64)
    in_reference = generator.integers(1, 60, size=(units, 6))
    for system in rows:
        in_translation = generator.integers(1, 60, size=(units, 6))
        system[:, 0::3], system[:, 1::3] = in_translation, in_reference
        system[:, 2::3] = generator.integers(0, np.minimum(in_translation, in_reference) + 1)
    return Table(MetricKey("chrF"), METRICS["chrF"], "", rows)


@pytest.mark.parametrize("metric", ["chrF++", "chrF", "BLEU-13a", "BLEU-intl"])
def test_every_resample_scores_as_sacrebleu_scores_it(metric: str) -> None:
    """The score of a resample is the number sacrebleu computes from the rows that were drawn.

    Logarithms of a million resamples are numpy's, which round otherwise on some processors: one part in 10**13.
    """
    scorer = CHRF(word_order=metric.count("+")) if metric.startswith("chrF") else BLEU(tokenize=metric[5:])
    table = make_table(metric)
    generator = np.random.Generator(np.random.PCG64(5))
    draws = [generator.integers(6, size=6) for _ in range(50)]
    expected = [[scorer._aggregate_and_compute(system[draw].tolist()).score for draw in draws] for system in table.rows]

    (scores,) = bootstrap_scores([table], samples=50, seed=5)

    assert scores == pytest.approx(np.array(expected), rel=1e-13 if metric.startswith("BLEU") else 0, abs=0)


def test_resamples_are_those_of_a_run() -> None:
    """With the same seed and number of resamples, a comparison draws what the interval of a run drew."""
    table = make_table("chrF++")
    expected = METRICS["chrF++"].score(resample_sums(table.rows[1], samples=30, seed=1)).tolist()

    (scores,) = bootstrap_scores([table], samples=30, seed=1)

    assert scores[1].tolist() == expected


@settings(max_examples=30)
@given(st.integers(2, 30), st.integers(1, 60), st.integers(1, 400))
def test_block_size_changes_nothing(units: int, samples: int, block_cells: int) -> None:
    """However few resamples are held at once, both tests give the same numbers."""
    tables = [make_random_table(3, units, 7)]
    pairs = [(0, 1), (2, 1)]

    whole = bootstrap_scores(tables, samples=samples, seed=3)
    in_blocks = bootstrap_scores(tables, samples=samples, seed=3, block_cells=block_cells)

    assert whole[0].tolist() == in_blocks[0].tolist()
    swapped = randomization_p_values(tables, pairs, samples=samples, seed=3)
    swapped_in_blocks = randomization_p_values(tables, pairs, samples=samples, seed=3, block_cells=block_cells)
    assert swapped[0].tolist() == swapped_in_blocks[0].tolist()


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
    """Counts beyond single precision are summed in double, so that steps of a billionth are kept."""
    values = [12.345678901, 98.765432109, 0.000000001]
    metric = Outside("COMET")
    generator = np.random.Generator(np.random.PCG64(2))
    draws = [generator.integers(3, size=3) for _ in range(25)]
    expected = [sum(round(values[i] * 10**9) for i in draw) / 10**9 / 3 for draw in draws]

    table = Table(MetricKey("COMET"), metric, "", metric.tabulate(values)[np.newaxis])
    (scores,) = bootstrap_scores([table], samples=25, seed=2)

    assert scores[0].tolist() == expected


def test_randomization_is_the_exact_test_where_that_can_be_listed() -> None:
    """Over all 2**6 ways of swapping, the share at least as far apart is what the trials estimate."""
    table = make_random_table(2, 6, 4)
    one, other = table.rows
    real = abs(table.metric.score(one.sum(axis=0)) - table.metric.score(other.sum(axis=0)))
    as_large = 0
    for swaps in product([False, True], repeat=6):
        choice = np.array(swaps)[:, np.newaxis]
        first, second = np.where(choice, other, one).sum(axis=0), np.where(choice, one, other).sum(axis=0)
        as_large += abs(table.metric.score(first) - table.metric.score(second)) >= real - 1e-9
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
    table = make_table("BLEU-13a", [SYSTEMS[0], SYSTEMS[0]])

    (p_values,) = randomization_p_values([table], [(0, 1)], samples=200, seed=1)

    assert p_values.tolist() == [1.0]
