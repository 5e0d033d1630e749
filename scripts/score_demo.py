#!/usr/bin/env python3
"""Score the demo model beside chance: the table of its model card.

Three data sets, both directions: the 500 held-out strings, the seed article pair, and NTREX-128 news. Chance is
what the references score against each other shifted by one segment: right language and style, wrong text.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mt_eval.cli.main import main as mt_eval
from mt_eval.runs.read import read_run
from mt_eval.types import Kind, Level, Run

DIRECTIONS = ("vi-ar", "ar-vi")
METRICS = ("chrF++", "chrF", "BLEU-intl")
MARGIN = 15.0
"""chrF points above chance that the model has to reach on the held-out strings."""


def main() -> None:
    args = parse_arguments()
    figures: dict[str, float] = {}
    print("| data | direction | segments | system | " + " | ".join(METRICS) + " |")
    print("|---|---|---:|---|" + "---:|" * len(METRICS))
    for name, options in choose_data(args.ntrex).items():
        for direction in DIRECTIONS:
            words = [*options, f"direction={direction}", *(["limit=20"] if args.quick else [])]
            with tempfile.TemporaryDirectory() as folder:
                model = evaluate([*words, "model=demo"], Path(folder))
            chance = score_chance(words, model)
            for system, run in (("demo", model), ("chance", chance)):
                values = {metric: read_score(run, metric) for metric in METRICS}
                aligned = sum(pair.kind is Kind.ALIGNED for pair in run.pairs)
                columns = [name, direction, str(aligned), system, *(f"{value:.1f}" for value in values.values())]
                print(f"| {' | '.join(columns)} |", flush=True)
                figures |= {f"{metric}_{name}_{direction}_{system}": value for metric, value in values.items()}
            figures[f"margin_{name}_{direction}"] = read_score(model, "chrF") - read_score(chance, "chrF")

    targets = {f"margin_ui_{direction}": {"min": MARGIN} for direction in DIRECTIONS}
    for target, bounds in targets.items():
        print(f"{target}: {figures[target]:.1f} chrF above chance, {bounds['min']:.0f} wanted")
    if args.json:
        met = all(figures[name] >= bounds["min"] for name, bounds in targets.items())
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(__file__).resolve().parents[2] / "shared" / "ntrex"
    parser.add_argument("--ntrex", type=Path, default=shared, help="NTREX-128's folder (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="only the first 20 segments of each data set")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def choose_data(ntrex: Path) -> dict[str, list[str]]:
    """Name of a data set to the options that choose it; NTREX only where it is."""
    data = {"ui": ["data=ui"], "seeds": ["data=articles"]}
    if not ntrex.is_dir():
        print(f"{ntrex} is not there: without NTREX, only the project's own texts are scored")
        return data
    files = [f"data.source_path='{ntrex}/ntrex.%src.txt'", f"data.reference_path='{ntrex}/ntrex.%tgt.txt'"]
    return data | {"ntrex": ["data=lines", *files, f"data.docids_path='{ntrex}/docids.tsv'"]}


def evaluate(words: Sequence[str], runs_dir: Path) -> Run:
    """The run that `mt-eval run` makes of these words; what it prints is left out."""
    with contextlib.redirect_stdout(io.StringIO()):
        status = mt_eval(["run", *words, f"runs_dir='{runs_dir}'", "metrics.samples=0"])
    if status:
        sys.exit(status)
    (folder,) = [path for path in runs_dir.iterdir() if not path.name.startswith(".")]
    return read_run(folder)


def score_chance(words: Sequence[str], model: Run) -> Run:
    """The run of the references as each other's translations: every segment gets that of the next one, cyclically."""
    aligned = [index for index, pair in enumerate(model.pairs) if pair.kind is Kind.ALIGNED]
    lines = [""] * len(model.pairs)
    for index, following in zip(aligned, [*aligned[1:], aligned[0]], strict=True):
        lines[index] = model.pairs[following].reference_text
    limited = [word for word in words if not word.startswith("limit=")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shifted.txt"
        if len(limited) < len(words):
            # A file of translations has a line for every segment of the data, the limit notwithstanding.
            whole = evaluate([*limited, "model=copy"], Path(folder) / "whole")
            lines += [""] * (len(whole.pairs) - len(lines))
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return evaluate([*words, "model=hypotheses", f"model.path='{path}'"], Path(folder) / "runs")


def read_score(run: Run, metric: str) -> float:
    """The corpus score at the segment level."""
    (value,) = [score.value for score in run.scores if score.metric == metric and score.level is Level.SEGMENT]
    if value is None:
        sys.exit(f"{run.id}: {metric} could not be computed")
    return value


if __name__ == "__main__":
    main()
