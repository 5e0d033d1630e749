"""Whether two checkouts of mt-eval give the same identities, alignments, scores and statistics.

    python scripts/compare_checkouts.py BEFORE [AFTER] [--quick] [--json]

BEFORE and AFTER (default: this checkout) are folders that hold `mt_eval/`. Both run with this Python and its packages,
each in a process and a folder of its own, the same workloads:

seeds          the seed article pair, bundled demo model, both directions, greedy
seeds_auto     the seed article pair aligned automatically, its source copied
ui             data=ui, source copied, all metrics, normalised scores too, both directions
ntrex          NTREX-128 by lines with its documents, source copied, both directions (left out where it is absent)
ntrex_auto     documents of NTREX-128 as whole articles, aligned automatically (left out where it is absent)

Figures count what differs, over all runs: `runs` (there in one only), `identities`, `scores` (entries of scores.json),
`segments` (lines of segments.jsonl: texts, spans, flags and scores) and `statistics` (arrays). `largest` is the largest
difference of two numbers in the entries and lines that differ: about 1e-14 is rounding, which depends on the processor
wherever numpy takes logarithms. NPY_DISABLE_CPU_FEATURES in the environment holds for both sides.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
NTREX = REPOSITORY.parent / "shared" / "ntrex"
KINDS = ("runs", "identities", "scores", "segments", "statistics")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, metavar="BEFORE", help="a checkout")
    parser.add_argument("after", type=Path, nargs="?", default=REPOSITORY, metavar="AFTER", help="another one")
    parser.add_argument("--ntrex", type=Path, default=NTREX, metavar="DIR", help="the folder of NTREX-128")
    parser.add_argument("--quick", action="store_true", help="fewer segments: under a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    arguments = parser.parse_args()
    figures: dict[str, float] = dict.fromkeys(KINDS, 0)
    largest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workloads = list_workloads(folder, arguments.ntrex, quick=arguments.quick)
        for workload, words in workloads.items():
            found = [
                run_workload(checkout, folder / side / workload, words)
                for side, checkout in (("before", arguments.before), ("after", arguments.after))
            ]
            differences, distance = compare_runs(*found)
            largest = max(largest, distance)
            print(f"{workload}: {len(found[0])} runs, " + (describe(differences) or "all the same"), flush=True)
            for kind, places in differences.items():
                figures[kind] += len(places)
    figures["largest"] = largest
    targets = {name: {"max": 0} for name in figures}
    if arguments.json:
        machine = {"platform": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
        met = not any(figures.values())
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def list_workloads(folder: Path, ntrex: Path, *, quick: bool) -> dict[str, list[str]]:
    """Workload to the words behind `mt-eval run`."""
    both = ["-m", "direction=vi-ar,ar-vi"]
    workloads = {
        "seeds": [*both, "decoding=greedy", *(["limit=4"] if quick else [])],
        "seeds_auto": [*both, "model=copy", "align=auto"],
        "ui": [*both, "data=ui", "model=copy", "metrics=all", "normalize=strong", *(["limit=100"] if quick else [])],
    }
    if not ntrex.is_dir():
        print(f"{ntrex}: there is no such folder, so the seeds and data=ui alone are compared")
        return workloads
    articles = folder / "articles"
    articles.mkdir()
    documents = (ntrex / "docids.tsv").read_text(encoding="utf-8").split("\n")
    for language in ("vi", "ar"):
        lines = (ntrex / f"ntrex.{language}.txt").read_text(encoding="utf-8").split("\n")
        texts: dict[str, list[str]] = {}
        for document, line in zip(documents, lines, strict=True):
            if line:
                texts.setdefault(document.split("\t")[0], []).append(line)
        for number, sentences in enumerate(list(texts.values())[: 3 if quick else None]):
            (articles / f"d{number:03}.{language}.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
    (folder / "docids").write_text("".join(line.split("\t")[0] + "\n" for line in documents if line), encoding="utf-8")
    paths = {"vi-ar": ("vi", "ar"), "ar-vi": ("ar", "vi")}
    for direction, (source, reference) in paths.items():
        workloads[f"ntrex {direction}"] = [
            f"direction={direction}",
            "data=lines",
            "model=copy",
            "normalize=standard",
            f"data.source_path='{ntrex}/ntrex.{source}.txt'",
            f"data.reference_path='{ntrex}/ntrex.{reference}.txt'",
            f"data.docids_path={folder / 'docids'}",
            *(["limit=100"] if quick else []),
        ]
    workloads["ntrex_auto"] = [*both, "data=folder", f"data.path={articles}", "data.allow_unfit=true", "model=copy"]
    return workloads


def run_workload(checkout: Path, folder: Path, words: list[str]) -> dict[str, Path]:
    """The run directories that a checkout's `mt-eval run` leaves, by data, system and direction."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "mt_eval", "run", *words, "report=false"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(checkout.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{checkout}: {' '.join(words)}\n{done.stderr}")
    return {path.parent.name.rpartition("-")[0]: path.parent for path in folder.glob("runs/*/run.json")}


def compare_runs(before: dict[str, Path], after: dict[str, Path]) -> tuple[dict[str, list[str]], float]:
    """Kind of difference to the places where it is; and the largest difference of two numbers that stand alike."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    largest = 0.0
    found["runs"] = sorted(before.keys() ^ after.keys())
    for name in sorted(before.keys() & after.keys()):
        one, other = before[name], after[name]
        if read_json(one / "run.json")["identity"] != read_json(other / "run.json")["identity"]:
            found["identities"].append(name)
        for kind, file in (("scores", "scores.json"), ("segments", "segments.jsonl")):
            rows, others = (read_rows(folder / file) for folder in (one, other))
            found[kind] += [f"{name} row {number}" for number in list_differing(rows, others)]
            largest = max(largest, measure_distance(rows, others))
        with np.load(one / "statistics.npz") as arrays, np.load(other / "statistics.npz") as others:
            found["statistics"] += [f"{name} {each}" for each in sorted(set(arrays.files) ^ set(others.files))] + [
                f"{name} {each}"
                for each in sorted(set(arrays.files) & set(others.files))
                if not np.array_equal(arrays[each], others[each])
            ]
    return found, largest


def list_differing(rows: list[Any], others: list[Any]) -> list[int]:
    """Which rows differ, counted from 1; a row that one side lacks differs."""
    pairs = itertools.zip_longest(rows, others)
    return [number for number, (row, other) in enumerate(pairs, 1) if row != other]


def measure_distance(one: Any, other: Any) -> float:
    """The largest difference of two numbers that stand at the same place in two JSON values; infinite where the values
    are not built alike or a text differs."""
    match one, other:
        case (bool() | str() | None, _) | (_, bool() | str() | None):
            return 0.0 if one == other else math.inf
        case int() | float(), int() | float():
            return abs(one - other)
        case dict(), dict() if one.keys() == other.keys():
            return max((measure_distance(one[key], other[key]) for key in one), default=0.0)
        case list(), list() if len(one) == len(other):
            return max((measure_distance(*pair) for pair in zip(one, other, strict=True)), default=0.0)
        case _:
            return math.inf


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_rows(path: Path) -> list[Any]:
    """The objects of a JSON list, or of a file with one a line."""
    if path.suffix == ".json":
        rows: list[Any] = read_json(path)
        return rows
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def describe(differences: dict[str, list[str]]) -> str:
    """Which kinds differ, how often, and where first."""
    return "; ".join(f"{kind}: {len(places)} ({places[0]})" for kind, places in differences.items() if places)


if __name__ == "__main__":
    main()
