"""p values on outputs of real systems beside those of sacrebleu's `PairedTest`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest

from mt_eval.compare.contrast import Plan, compare_systems
from mt_eval.compare.files import Files, gather_files

METRICS = ("BLEU-13a", "chrF")
SAMPLES = {"bootstrap": 300, "randomization": 1000}
"""Of sacrebleu's; ours are 10,000."""


class CountedBLEU(BLEU):
    """BLEU of statistics that are counted already: what it gets as hypotheses."""

    def _extract_corpus_statistics(self, hypotheses: Any, references: Any) -> Any:
        return hypotheses


class CountedCHRF(CHRF):
    """chrF likewise."""

    def _extract_corpus_statistics(self, hypotheses: Any, references: Any) -> Any:
        return hypotheses


def test_every_pair_has_sacrebleus_p_values(flores_systems: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pairs of 7 Arabic and 4 Vietnamese systems, both tests, BLEU and chrF: within Monte Carlo error.

    sacrebleu's paired bootstrap has a definition of p of its own, which `p_sacrebleu` follows.
    """
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)
    compared = 0
    for lang in ("ar", "vi"):
        folder = flores_systems / f"en-{lang}"
        files = Files(
            hypotheses=tuple(sorted(folder.glob(f"flores-dev.*.{lang}"))),
            reference=folder / f"flores-dev.{lang}",
            lang=lang,
        )
        evidence = gather_files(files, METRICS)
        rows = {str(table.key): dict(zip(evidence.systems, table.rows, strict=True)) for table in evidence.tables}
        for test in SAMPLES:
            found = compare_systems(evidence, Plan(test=test, all_pairs=True, details=False))
            p_values = {(each.metric, each.baseline, each.candidate): each for each in found.comparisons}
            for pair in combinations(evidence.systems, 2):
                theirs = ask_sacrebleu(test, [(name, {m: rows[m][name] for m in METRICS}) for name in pair])
                for metric in METRICS:
                    comparison = p_values[metric, *pair]
                    ours = comparison.p_value if test == "randomization" else comparison.p_sacrebleu
                    assert ours is not None
                    middle = (ours + theirs[metric]) / 2
                    error = math.sqrt(middle * (1 - middle) * (1 / SAMPLES[test] + 1 / 10_000))
                    assert abs(ours - theirs[metric]) <= 4.5 * error + 2 / SAMPLES[test], (test, metric, pair)
                    compared += 1

    assert compared == 2 * 2 * (21 + 6)


def ask_sacrebleu(test: str, pair: Sequence[tuple[str, dict[str, np.ndarray]]]) -> dict[str, float]:
    """The p value of the second system against the first, by metric."""
    found = {}
    for metric, scorer in (("BLEU-13a", CountedBLEU()), ("chrF", CountedCHRF())):
        scorer.num_refs = 1  # sacrebleu learns it where it counts
        systems = [(name, rows[metric]) for name, rows in pair]
        kind = {"bootstrap": "bs", "randomization": "ar"}[test]
        _, results = PairedTest(systems, {metric: scorer}, None, kind, SAMPLES[test])()
        (scores,) = (each for name, each in results.items() if name != "System")
        found[metric] = scores[1].p_value
    return found
