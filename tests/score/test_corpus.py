"""Corpus scores from sums against sacrebleu's own scores of the same rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mt_eval.score.corpus import bleu_from_sums, chrf_from_sums, score_sums, sum_groups, ter_from_sums

Formula = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]

# On Python 3.11 the numbers are equal; newer versions round the sum of the logarithms in BLEU differently.
CLOSE = 1e-13


@st.composite
def bleu_rows(draw: st.DrawFn) -> list[list[int]]:
    """Rows that sacrebleu could have counted, zeros and texts shorter than four words among them."""
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        length = draw(st.integers(0, 12))
        total = [max(0, length - n) for n in range(4)]
        matching = [draw(st.integers(0, most)) for most in total]
        rows.append([length, draw(st.integers(0, 12)), *matching, *total])
    return rows


@st.composite
def chrf_rows(draw: st.DrawFn, orders: int) -> list[list[int]]:
    """Rows of counts in the translation, in the reference and in both, for so many n-gram orders."""
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        row = []
        for _ in range(orders):
            sides = draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
            row += [*sides, draw(st.integers(0, min(sides)))]
        rows.append(row)
    return rows


ter_rows = st.lists(st.lists(st.integers(0, 20), min_size=2, max_size=2), min_size=1, max_size=8)


@given(bleu_rows(), st.booleans())
def test_bleu_is_sacrebleus(rows: list[list[int]], effective_order: bool) -> None:
    """BLEU of summed rows is what sacrebleu makes of the same rows, with and without effective order."""
    expected = BLEU(effective_order=effective_order)._aggregate_and_compute(rows).score

    actual = bleu_from_sums(np.array(rows).sum(axis=0), effective_order=effective_order)

    assert expected == pytest.approx(float(actual), rel=CLOSE, abs=0)


@given(chrf_rows(6))
def test_chrf_is_sacrebleus(rows: list[list[int]]) -> None:
    """chrF of summed rows is what sacrebleu makes of the same rows, to the last bit."""
    expected = CHRF()._aggregate_and_compute(rows).score

    actual = chrf_from_sums(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@given(chrf_rows(8))
def test_chrf_with_words_is_sacrebleus(rows: list[list[int]]) -> None:
    """chrF++ of summed rows is what sacrebleu makes of the same rows, to the last bit."""
    expected = CHRF(word_order=2)._aggregate_and_compute(rows).score

    actual = chrf_from_sums(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@given(ter_rows)
def test_ter_is_sacrebleus(rows: list[list[int]]) -> None:
    """TER of summed rows is what sacrebleu makes of the same rows, empty references included."""
    expected = TER()._aggregate_and_compute([list(map(float, row)) for row in rows]).score

    actual = ter_from_sums(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@pytest.mark.parametrize(
    ("formula", "columns"), [(bleu_from_sums, 10), (chrf_from_sums, 18), (chrf_from_sums, 24), (ter_from_sums, 2)]
)
def test_many_sums_at_once_are_scored_as_one_by_one(formula: Formula, columns: int) -> None:
    """Leading dimensions of any number are kept and change no score."""
    sums = np.random.default_rng(5).integers(0, 4, size=(3, 4, columns))

    together = formula(sums)

    assert together.shape == (3, 4)
    assert together.tolist() == [[float(formula(row)) for row in block] for block in sums]


def test_all_zeros_score_zero() -> None:
    """Rows of nothing but zeros, the sum over no units, score 0 and not nan."""
    scores = [
        float(score_sums(m, np.zeros(k, dtype=np.int64))) for m, k in (("BLEU-13a", 10), ("chrF", 18), ("TER", 2))
    ]

    assert scores == [0.0, 0.0, 0.0]


def test_unknown_metric_is_refused() -> None:
    """A metric without a formula is named in the error."""
    with pytest.raises(ValueError, match="'METEOR'"):
        score_sums("METEOR", np.zeros(2, dtype=np.int64))


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
