"""Corpus scores from sums against sacrebleu's own scores of the same rows."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mt_eval.metrics import METRICS
from mt_eval.metrics.metric import Metric


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
    """BLEU of summed rows is sacrebleu's of the same rows, with and without effective order, to the last bit."""
    expected = BLEU(effective_order=effective_order)._aggregate_and_compute(rows).score

    metric = METRICS["BLEU-13a"]
    actual = (metric.score_segments if effective_order else metric.score)(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@given(chrf_rows(6))
def test_chrf_is_sacrebleus(rows: list[list[int]]) -> None:
    """chrF of summed rows is what sacrebleu makes of the same rows, to the last bit."""
    expected = CHRF()._aggregate_and_compute(rows).score

    actual = METRICS["chrF"].score(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@given(chrf_rows(8))
def test_chrf_with_words_is_sacrebleus(rows: list[list[int]]) -> None:
    """chrF++ of summed rows is what sacrebleu makes of the same rows, to the last bit."""
    expected = CHRF(word_order=2)._aggregate_and_compute(rows).score

    actual = METRICS["chrF++"].score(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@given(ter_rows)
def test_ter_is_sacrebleus(rows: list[list[int]]) -> None:
    """TER of summed rows is what sacrebleu makes of the same rows, empty references included."""
    expected = TER()._aggregate_and_compute([list(map(float, row)) for row in rows]).score

    actual = METRICS["TER"].score(np.array(rows).sum(axis=0))

    assert expected == float(actual)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_many_sums_at_once_are_scored_as_one_by_one(metric: Metric) -> None:
    """Leading dimensions of any number are kept and change no score."""
    sums = np.random.default_rng(5).integers(0, 4, size=(3, 4, metric.columns))

    for score in (metric.score, metric.score_segments, metric.score_resamples):
        together = score(sums)

        assert together.shape == (3, 4)
        assert together.tolist() == [[float(score(row)) for row in block] for block in sums]


@given(bleu_rows())
def test_resamples_may_differ_in_the_last_digits(rows: list[list[int]]) -> None:
    """The fast formula of BLEU gives sacrebleu's numbers but for rounding: one part in 10**13 at the most."""
    sums = np.array(rows).cumsum(axis=0)

    exact, fast = METRICS["BLEU-13a"].score(sums).tolist(), METRICS["BLEU-13a"].score_resamples(sums).tolist()

    assert fast == pytest.approx(exact, rel=1e-13, abs=0)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_all_zeros_score_zero(metric: Metric) -> None:
    """Rows of nothing but zeros, the sum over no units, score 0 and not nan."""
    zeros = np.zeros(metric.columns, dtype=np.int64)

    assert [float(metric.score(zeros)), float(metric.score_resamples(zeros))] == [0.0, 0.0]


SCORE_RANDOM_SUMS = """
import sys
import numpy as np
from mt_eval.metrics import METRICS
generator = np.random.default_rng(3)
for metric in METRICS.values():
    sums = np.sort(generator.integers(1, 400, size=(2000, metric.columns)), axis=-1)
    if metric.name.startswith("BLEU"):
        sums = sums[:, [9, 8, 3, 2, 1, 0, 7, 6, 5, 4]]
    for score in (metric.score, metric.score_segments, metric.score_resamples):
        print(*map(float.hex, score(sums).tolist()))
"""


def test_processors_agree_on_scores() -> None:
    """Scores are the same to the last bit with and without the instructions that numpy has other functions for."""
    names = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    printed = []
    for disabled in ("", " ".join(names)):
        environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled}
        command = [sys.executable, "-c", SCORE_RANDOM_SUMS]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        printed.append([list(map(float.fromhex, line.split())) for line in done.stdout.splitlines()])

    with_features, without = printed
    assert len(with_features) == 3 * len(METRICS)
    for place, (one, other) in enumerate(zip(with_features, without, strict=True)):
        if place % 3 < 2:
            assert one == other
        else:
            assert one == pytest.approx(other, rel=1e-13, abs=0)
