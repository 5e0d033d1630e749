"""What decoding=mbr costs: comparing candidates beside sacrebleu's pairs, and decoding beside a beam search.

    python scripts/bench_mbr.py [--quick] [--json]

The demo model samples 32 candidates of each of some strings of `seeds/ui`, in this process and on one thread; all
candidates of a text are held against each other. sacrebleu's `sentence_score` does that pair by pair.

speedup_utilities           its seconds over ours, by chrF
speedup_utilities_words     the same by chrF++
largest_difference          between the two scores of any pair, in points
utility_milliseconds        ours for one text, by chrF
utility_share               of the seconds that decoding=mbr takes
cost_over_beam              seconds of decoding=mbr over those of four beams, on the same texts
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

from sacrebleu.metrics.chrf import CHRF

from mt_eval import compose
from mt_eval.config import RunConfig
from mt_eval.metrics import UTILITIES
from mt_eval.pipeline import Prepared, prepare
from mt_eval.translate import LoadedModels, translate_pairs
from mt_eval.types import HypothesisList

TARGETS = {"speedup_utilities": {"min": 20.0}, "largest_difference": {"max": 1e-9}, "utility_share": {"max": 0.2}}
CANDIDATES = 32
WORDS = ("data=ui", "model=demo", "device=cpu", "device.threads=1", "preflight=false")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="4 texts instead of 40")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    arguments = parser.parse_args()
    texts = 4 if arguments.quick else 40
    words = (*WORDS, f"limit={texts}")
    sampled, lists = decode(compose(*words, "decoding=mbr", f"decoding.n_best={CANDIDATES}"))
    beam, _ = decode(compose(*words, "decoding=beam"))
    candidates = [[each.text for each in found.hypotheses] for found in lists]
    figures = {"cost_over_beam": sampled / beam}
    for name, metric in (("speedup_utilities", "chrF"), ("speedup_utilities_words", "chrF++")):
        ours, theirs, difference = compare_pairs(candidates, metric)
        figures[name] = theirs / ours
        figures["largest_difference"] = max(difference, figures.get("largest_difference", 0.0))
        if metric == "chrF":
            figures |= {"utility_milliseconds": 1000 * ours / texts, "utility_share": ours / sampled}
    met = all(
        bounds.get("min", float("-inf")) <= figures[name] <= bounds.get("max", float("inf"))
        for name, bounds in TARGETS.items()
    )
    for name, value in figures.items():
        print(f"{name}: {value:.4g}")
    if arguments.json:
        machine = {"platform": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
        print(json.dumps({"figures": figures, "targets": TARGETS, "met": met, "machine": machine}))


def decode(config: RunConfig) -> tuple[float, tuple[HypothesisList, ...]]:
    """Processor seconds of decoding with the model loaded before, and the hypotheses kept."""
    prepared = prepare(config)
    with tempfile.TemporaryDirectory() as folder, LoadedModels() as models:
        translate(config, prepared, prepared.pairs[:1], Path(folder) / "warm", models)
        started = time.process_time()
        found = translate(config, prepared, prepared.pairs, Path(folder) / "cold", models)
        return time.process_time() - started, found


def translate(
    config: RunConfig, prepared: Prepared, pairs: object, store: Path, models: LoadedModels
) -> tuple[HypothesisList, ...]:
    return translate_pairs(
        config, pairs, store, lambda done, total: None, system=prepared.system, models=models  # type: ignore[arg-type]
    ).hypotheses  # fmt: skip


def compare_pairs(candidates: list[list[str]], name: str) -> tuple[float, float, float]:
    """Processor seconds of all texts, ours and sacrebleu's, and the largest difference of two scores."""
    metric, scorer = UTILITIES[name], CHRF(word_order=2 if name == "chrF++" else 0)
    metric.score_pairs(candidates[0])  # imports
    started = time.process_time()
    ours = [metric.score_pairs(texts) for texts in candidates]
    between = time.process_time()
    theirs = [[[scorer.sentence_score(one, [other]).score for other in texts] for one in texts] for texts in candidates]
    ended = time.process_time()
    difference = max(
        abs(float(mine) - other)
        for matrix, rows in zip(ours, theirs, strict=True)
        for line, row in zip(matrix, rows, strict=True)
        for mine, other in zip(line, row, strict=True)
    )
    return between - started, ended - between, difference


if __name__ == "__main__":
    main()
