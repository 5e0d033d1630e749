"""What a difference is worth, and the verdict."""

from __future__ import annotations

import numpy as np
import pytest

from mt_eval.compare.evidence import Table
from mt_eval.compare.groups import find_groups
from mt_eval.compare.judgement import judge
from mt_eval.metrics import METRICS
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.outside import Outside


@pytest.mark.parametrize(("key", "known"), [("chrF", True), ("chrF@standard", False), ("BLEU-13a@vi-en", False)])
def test_agreement_is_of_a_systems_own_texts(key: str, known: bool) -> None:
    """Nobody asked people about differences between normalised texts, or first legs of a pivot."""
    parsed = MetricKey.parse(key)
    table = Table(parsed, METRICS[parsed.base], "", np.zeros((2, 1, METRICS[parsed.base].columns), dtype=np.int64))

    assert (table.agreement is not None) is known


@pytest.mark.parametrize(
    ("delta", "low", "high", "p_adjusted", "lower", "verdict"),
    [
        (2.0, 1.0, 3.0, 0.001, False, "better"),
        (-2.0, -3.0, -1.0, 0.001, False, "worse"),
        (2.0, 1.0, 3.0, 0.001, True, "worse"),
        (-2.0, -3.0, -1.0, 0.001, True, "better"),
        (1.0, -0.5, 2.5, 0.2, False, "cannot tell"),
        (1.0, 0.1, 1.9, 0.09, False, "cannot tell"),
        (0.1, -0.3, 0.5, 0.6, False, "tie"),
        (0.3, 0.1, 0.5, 0.001, False, "tie"),
        (0.0, 0.0, 0.0, 1.0, False, "tie"),
    ],
)
def test_verdicts(delta: float, low: float, high: float, p_adjusted: float, lower: bool, verdict: str) -> None:
    """A tie needs the whole interval within the margin; a difference needs its adjusted p value."""
    assert judge(delta, low, high, p_adjusted, margin=0.54, lower_is_better=lower) == verdict


def test_margins_are_where_six_in_ten_agree() -> None:
    """chrF and BLEU of any tokenizer have one; metrics nobody asked about have none."""
    assert {name: metric.margin for name, metric in METRICS.items()} == {
        "chrF++": 0.54,
        "chrF": 0.54,
        "BLEU-intl": 0.78,
        "BLEU-13a": 0.78,
        "TER": 0.0,
    }
    assert Outside("COMET-22").margin == 0.0


@pytest.mark.parametrize(
    ("apart", "groups"),
    [
        ([], [("a", "b", "c", "d")]),
        (["ad"], [("a", "b", "c"), ("b", "c", "d")]),
        (["ab", "ac", "ad", "bd", "cd"], [("a",), ("b", "c"), ("d",)]),
        (["ab", "ac", "ad", "bc", "bd", "cd"], [("a",), ("b",), ("c",), ("d",)]),
        (["ac", "bd"], [("a", "b"), ("b", "c"), ("c", "d")]),
    ],
)
def test_groups_hold_neighbours_not_told_apart(apart: list[str], groups: list[tuple[str, ...]]) -> None:
    """Every pair within a group is untold; groups overlap where telling apart does not carry over."""
    assert find_groups("abcd", {frozenset(pair) for pair in apart}) == groups
