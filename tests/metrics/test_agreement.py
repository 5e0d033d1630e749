"""What people say of differences between scores."""

from __future__ import annotations

import pytest

from mt_eval.metrics import METRICS

# Kocmi et al. 2024, "Navigating the Metrics Maze": points of difference to percent of pairs ranked the same way.
PUBLISHED = {
    "chrF": {0: 46.5, 0.14: 50, 0.54: 60, 1.00: 70, 1.63: 80, 2.12: 85, 3.05: 90},
    "BLEU-13a": {0: 44.2, 0.27: 50, 0.78: 60, 1.39: 70, 2.34: 80, 3.35: 85},
}


@pytest.mark.parametrize(
    ("metric", "delta", "percent"), [(name, *point) for name, points in PUBLISHED.items() for point in points.items()]
)
def test_shares_are_those_published(metric: str, delta: float, percent: float) -> None:
    """The curve goes through the paper's figures, whichever system is ahead; it is off by 0.2 at the most."""
    agreement = METRICS[metric].agreement

    assert agreement is not None
    assert agreement.find_share(delta) == pytest.approx(percent, abs=0.2)
    assert agreement.find_share(-delta) == agreement.find_share(delta)


def test_people_never_agree_with_bleu_in_nine_of_ten() -> None:
    """However large the difference, as published; with chrF they do."""
    assert METRICS["BLEU-13a"].agreement.find_share(1000) < 90 < METRICS["chrF"].agreement.find_share(1000) < 100


@pytest.mark.parametrize("metric", ["chrF++", "BLEU-intl", "TER"])
def test_other_metrics_have_no_agreement(metric: str) -> None:
    """The study asked about chrF and BLEU with the 13a tokenizer; nothing is claimed of others."""
    assert METRICS[metric].agreement is None
