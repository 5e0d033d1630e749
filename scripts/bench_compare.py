#!/usr/bin/env python3
"""Measure how fast `mt-eval compare` is, beside sacrebleu and beside the start of Python itself.

    python scripts/bench_compare.py [--quick] [--json]

Everything is timed from outside, as a process of its own, sides in turn; medians. Making the runs is not timed.

speedup_stored           sacrebleu --paired-bs / mt-eval compare on runs: all English-Arabic systems, BLEU and chrF++,
                         1,000 resamples
speedup_plain_files      the same / mt-eval compare --hypotheses on the same files
speedup_import_numpy     the same / python -c "import numpy": what no program that needs numpy can pass
startup_ratio_stored     mt-eval compare on those runs / python -c "import numpy"
startup_ratio_help       mt-eval compare --help / python -c "import argparse"
big_table_startup_ratio  mt-eval compare --all-pairs of 50 runs of 2,000 segments, 3 metrics, 10,000 resamples
                         / python -c "import numpy"
big_table_peak_mb        its memory at the most
status_seconds           mt-eval status of a folder of 10,000 runs (1,000 with --quick, as many seconds wanted)
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from system_outputs import ARCHIVE, Outputs, load_outputs

from mt_eval.cli.main import main as mt_eval
from mt_eval.metrics import METRICS
from mt_eval.runs.read import read_run
from mt_eval.runs.write import write_run
from mt_eval.types import Level, Run, Score, SystemFacts

COMPARED = "chrF++,BLEU-13a"
BIG_METRICS = ("chrF++", "BLEU-intl", "BLEU-13a")
PYTHON = (sys.executable,)
COMPARE = (sys.executable, "-m", "mt_eval", "compare")
TARGETS = {
    "speedup_stored": {"min": 100.0},
    "speedup_plain_files": {"min": 3.0},
    "startup_ratio_stored": {"max": 2.5},
    "startup_ratio_help": {"max": 3.0},
    "big_table_startup_ratio": {"max": 30.0},
    "big_table_peak_mb": {"max": 1000.0},
    "status_seconds": {"max": 2.0},
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    repeats: int
    samples: int
    systems: int
    segments: int
    big_samples: int
    listed: int


FULL = Size(repeats=5, samples=1000, systems=50, segments=2000, big_samples=10_000, listed=10_000)
QUICK = Size(repeats=1, samples=200, systems=8, segments=500, big_samples=1000, listed=1000)


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians over repeats of one command."""

    seconds: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ARCHIVE, help="archive of system outputs (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="smaller work, once: under a minute")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    arguments = parser.parse_args()
    # As when it is installed: a user's Python compiles a module once, and not for each command.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    size = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        outputs = load_outputs(arguments.data, Path(folder))[0]
        runs, table = Path(folder) / "runs", Path(folder) / "table"
        made = make_runs(outputs, runs)
        figures = measure_real_systems(outputs, runs, size) | measure_help(size)
        make_table(made, table, size)
        figures |= measure_table(table, size)
        figures |= measure_status(runs, Path(folder) / "many", size)
    met = True
    for name, bounds in TARGETS.items():
        fits = bounds.get("min", 0) <= figures[name] <= bounds.get("max", figures[name])
        met &= fits
        print(f"{name}: {figures[name]}{'' if fits else f', not met: wanted {bounds}'}")
    if arguments.json:
        machine = {"cores": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
        print(json.dumps({"figures": figures, "targets": TARGETS, "met": met, "machine": machine}))


def make_runs(outputs: Outputs, folder: Path) -> list[Run]:
    """A run of every system, by `mt-eval run`."""
    words = ["data=lines", f"data.source_path='{outputs.source}'", f"data.reference_path='{outputs.reference}'"]
    words += [f"direction={outputs.direction}", "metrics.samples=0"]
    paths = ",".join(f"'{path}'" for path in outputs.hypotheses)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = mt_eval(["run", "-m", *words, "model=hypotheses", f"model.path={paths}", f"runs_dir={folder}"])
    if status:
        sys.exit(said.getvalue())
    return [read_run(path) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]


def measure_real_systems(outputs: Outputs, runs: Path, size: Size) -> dict[str, float]:
    files = [str(path) for path in outputs.hypotheses]
    reference = str(outputs.reference)
    wanted = ("--metric", COMPARED, "--samples", str(size.samples))
    sacrebleu = ("-m", "sacrebleu", reference, "-i", *files, "-m", "bleu", "chrf", "--chrf-word-order", "2")
    sacrebleu = (*PYTHON, *sacrebleu, "--paired-bs", "--paired-bs-n", str(size.samples), "-f", "text")
    lang = outputs.direction[-2:]
    plain = (*COMPARE, "--hypotheses", *files, "--reference", reference, "--lang", lang, *wanted)
    commands = (sacrebleu, (*COMPARE, str(runs), *wanted), plain, (*PYTHON, "-c", "import numpy"))
    other, stored, from_files, bare = measure(size.repeats, *commands)
    print(
        f"{len(files)} systems, {size.samples:,} resamples: sacrebleu --paired-bs {other.seconds:.2f} s; mt-eval "
        f"compare from runs {stored.seconds:.2f} s, from plain files {from_files.seconds:.2f} s"
    )
    return {
        "speedup_stored": round(other.seconds / stored.seconds, 2),
        "speedup_plain_files": round(other.seconds / from_files.seconds, 2),
        "speedup_import_numpy": round(other.seconds / bare.seconds, 2),
        "startup_ratio_stored": round(stored.seconds / bare.seconds, 2),
    }


def measure_help(size: Size) -> dict[str, float]:
    bare, asked = measure(4 * size.repeats + 1, (*PYTHON, "-c", "import argparse"), (*COMPARE, "--help"))
    print(f"import argparse {1000 * bare.seconds:.0f} ms, mt-eval compare --help {1000 * asked.seconds:.0f} ms")
    return {"startup_ratio_help": round(asked.seconds / bare.seconds, 2)}


def make_table(made: Sequence[Run], folder: Path, size: Size) -> None:
    """Runs of as many systems and segments as asked for, every segment translated by one of the real systems.

    Systems lean to one or another real system, so that some differ and some do not.
    """
    folder.mkdir()
    generator = np.random.default_rng(0)
    known = len(made[0].pairs)
    for system in range(size.systems):
        leaning = generator.dirichlet(np.full(len(made), 0.5))
        chosen = generator.choice(len(made), p=leaning, size=size.segments)
        write_run(
            mix_runs(made, f"mixed-{system:02}", chosen.tolist(), [n % known for n in range(size.segments)]), folder
        )


def mix_runs(made: Sequence[Run], name: str, chosen: Sequence[int], places: Sequence[int]) -> Run:
    """The run of a system that translates the i-th segment as run `chosen[i]` translated its segment `places[i]`."""
    first = made[0]
    ids = [f"{first.pairs[place].id}.{index}" for index, place in enumerate(places)]
    which = list(zip(chosen, places, strict=True))
    rows = {
        f"{metric}.{Level.SEGMENT}": np.stack(
            [made[run].statistics[f"{metric}.{Level.SEGMENT}"][place] for run, place in which]
        )
        for metric in BIG_METRICS
    }
    signatures = {score.metric: score.signature for score in first.scores if score.level is Level.SEGMENT}
    translations = [made[run].translations[place] for run, place in which]
    return replace(
        first,
        head=replace(
            first.head,
            id=name,
            identity=hashlib.sha256(name.encode()).hexdigest(),
            system=SystemFacts(label=name, kind="hypotheses"),
        ),
        pairs=tuple(replace(first.pairs[place], id=key) for key, place in zip(ids, places, strict=True)),
        translations=tuple(
            each and replace(each, segment_pair_id=key) for key, each in zip(ids, translations, strict=True)
        ),
        flags=tuple(made[run].flags[place] for run, place in which),
        segment_scores={
            metric: tuple(made[run].segment_scores[metric][place] for run, place in which) for metric in BIG_METRICS
        },
        scores=tuple(
            Score(
                metric,
                float(METRICS[metric].score(rows[f"{metric}.{Level.SEGMENT}"].sum(axis=0))),
                signatures[metric],
                None,
                None,
                Level.SEGMENT,
            )
            for metric in BIG_METRICS
        ),
        statistics=rows,
    )


def measure_table(table: Path, size: Size) -> dict[str, float]:
    compare = (*COMPARE, str(table), "--all-pairs", "--samples", str(size.big_samples))
    bare, big = measure(size.repeats, (*PYTHON, "-c", "import numpy"), compare)
    print(
        f"{size.systems} systems, {size.segments:,} segments, {size.big_samples:,} resamples, {len(BIG_METRICS)} "
        f"metrics, all pairs: {big.seconds:.2f} s, {big.peak_mb:.0f} MB; import numpy {bare.seconds:.3f} s"
    )
    return {
        "big_table_startup_ratio": round(big.seconds / bare.seconds, 2),
        "big_table_peak_mb": round(big.peak_mb, 1),
    }


def measure_status(made: Path, folder: Path, size: Size) -> dict[str, float]:
    """status_seconds, of copies of one run that differ in their names."""
    first = min(path for path in made.iterdir() if not path.name.startswith("."))
    head = json.loads((first / "run.json").read_text(encoding="utf-8"))
    for number in range(size.listed):
        copy = folder / f"{first.name}-{number:05}"
        copy.mkdir(parents=True)
        for name in ("config.yaml", "scores.json"):
            os.link(first / name, copy / name)
        (copy / "run.json").write_text(json.dumps(head | {"id": copy.name}), encoding="utf-8")
    (listed,) = measure(size.repeats, (*PYTHON, "-m", "mt_eval", "status", str(folder)))
    print(f"status of {size.listed:,} runs: {listed.seconds:.2f} s")
    return {"status_seconds": round(listed.seconds, 2)}


def measure(repeats: int, *commands: Sequence[str]) -> list[Timed]:
    """Every command in turn, once to warm caches up and then `repeats` times."""
    found: list[list[Timed]] = [[] for _ in commands]
    for repeat in range(repeats + 1):
        for command, each in zip(commands, found, strict=True):
            timed = time_command(command)
            if repeat:
                each.append(timed)
    return [
        Timed(statistics.median(t.seconds for t in each), statistics.median(t.peak_mb for t in each)) for each in found
    ]


def time_command(command: Sequence[str]) -> Timed:
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed: {said.read().decode()}")
    # Kilobytes on Linux, bytes on macOS.
    return Timed(seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    main()
