"""How time and memory grow with the number of segments, and with the length of one article. Nothing is translated.

    scripts/scale.py                     100,000 and 1,000,000 segments, articles of 2,500 and 10,000 sentences
    scripts/scale.py --segments 20000 100000 --article
    scripts/scale.py --quick             1,000 and 8,000 segments, articles of 200 and 800 sentences

NTREX-128 (or the project's own interface strings) is repeated until it is long enough, documents included; each
repetition has its number in every line, so that no two lines are equal. For each size, in a process of its own each:

    run        `mt-eval run data=lines model=copy`: all default metrics, from the files to the run directory
    report     `mt-eval report` of that run
    compare    `mt-eval compare` of it and of a run whose translations are the sources without their last words

An article is given as two texts, five sentences a line, with `data=folder`; its translation, as one text with
`model=articles`, lacks every seventh word of the reference. Every process has one thread for its numbers. Figures:

    bytes_per_segment     what every further segment adds to the peak, from the smallest size to the largest: the most
                          of the three commands; bytes_per_segment_COMMAND is that of each
    peak_mb               at the largest size, the most of the three commands
    seconds_total         of the run at the largest size, start-up included
    processor_seconds     the same, without the time that other processes took: what it would be on an idle machine
    seconds_COMMAND       of the others
    growth_STAGE          seconds a segment at the largest size over those at the smallest: 1 is linear
    article_PART_seconds  align, project and report (the page) of the longest article
    article_PART_growth   seconds a sentence of the longest article over those of the shortest

Seconds of stages, and all of articles, are of the processor. What a command took is printed as soon as it ends, and
each figure as soon as it is known: the largest size takes half an hour, and what is stopped before has told something.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SIZES = (100_000, 1_000_000)
QUICK_SIZES = (1_000, 8_000)
ARTICLES = (2_500, 10_000)
QUICK_ARTICLES = (200, 800)
STAGES = ("data", "clean", "align", "translate", "score", "diagnose")
GROWING = ("clean", "score", "diagnose")
"""Stages whose growth is a figure."""
MOST_GROWTH = 1.25
"""Seconds a segment, largest size over smallest: above it, time is not linear by more than such timings vary."""
COMMANDS = ("run", "report", "compare")
PARTS = ("align", "project", "report")
LINE_SENTENCES = 5
LEFT_OUT = 7
MILLION = 1_000_000
MOST_BYTES, MOST_SECONDS, MOST_ARTICLE_SECONDS = 700, 600, 60
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Figures = dict[str, float]
Targets = dict[str, dict[str, float]]
Used = dict[str, Any]
"""What a command took: `seconds`, `processor` (seconds, too), `peak_mb`, and `stages`, each with seconds of its own."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Lines that are repeated."""

    sources: Sequence[str]
    references: Sequence[str]
    documents: Sequence[str]

    @classmethod
    def read(cls, ntrex: Path) -> Corpus:
        if ntrex.is_dir():
            sources, references = (read_lines(ntrex / f"ntrex.{lang}.txt") for lang in ("vi", "ar"))
            return cls(sources, references, [line.split("\t")[0] for line in read_lines(ntrex / "docids.tsv")])
        print(f"{ntrex} is not there: the project's own interface strings are repeated instead")
        own = REPOSITORY / "seeds" / "ui"
        sources, references = (read_lines(own / f"ui.{lang}.txt") for lang in ("vi", "ar"))
        return cls(sources, references, [f"part-{number // 20}" for number in range(len(sources))])

    def repeat(self) -> Iterator[tuple[str, str, str]]:
        """Source, reference and document, without end."""
        repetition = 0
        while True:
            for source, reference, document in zip(self.sources, self.references, self.documents, strict=True):
                yield number(source, repetition), number(reference, repetition), f"{document}.{repetition}"
            repetition += 1


def number(line: str, repetition: int) -> str:
    """The line with a number behind its first word."""
    first, space, rest = line.partition(" ")
    return f"{first} {repetition}{space}{rest}"


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def measure_segments(corpus: Corpus, sizes: Sequence[int]) -> tuple[Figures, Targets]:
    """Figures and targets of many segments; the table is printed on the way.

    Args:
        sizes: Numbers of segments, growing, at least two.
    """
    rows: list[dict[str, Used]] = []
    figures: Figures = {}
    for size in sizes:
        rows.append({})
        with tempfile.TemporaryDirectory(prefix="mt-eval-scale-") as folder:
            for command, used in measure_size(corpus, size, Path(folder)):
                rows[-1][command] = used
                print(f"{size:,} segments, {command}: {describe(used)}", flush=True)
                if size == sizes[-1]:
                    found = list_figures(command, rows[0][command], used, sizes)
                    print("    " + ", ".join(f"{name} {value:.4g}" for name, value in found.items()), flush=True)
                    figures |= found
    last = rows[-1]
    figures["bytes_per_segment"] = max(figures[f"bytes_per_segment_{command}"] for command in COMMANDS)
    figures["peak_mb"] = max(last[command]["peak_mb"] for command in COMMANDS)
    print_table(sizes, rows)
    targets: Targets = {f"growth_{stage}": {"max": MOST_GROWTH} for stage in GROWING}
    if sizes[-1] >= MILLION:
        targets |= {"bytes_per_segment": {"max": MOST_BYTES}, "seconds_total": {"max": MOST_SECONDS}}
    return figures, targets


def describe(used: Used) -> str:
    """What a command took, in words."""
    stages = ", ".join(f"{stage} {used['stages'][stage]:.1f}" for stage in STAGES if stage in used["stages"])
    return (
        f"{used['seconds']:.1f} s, of the processor {used['processor']:.1f} s"
        f"{f' ({stages})' if stages else ''}, {used['peak_mb']:.0f} MB"
    )


def list_figures(command: str, first: Used, last: Used, sizes: Sequence[int]) -> Figures:
    """The figures of one command, by what it took at the smallest and at the largest size."""
    grown = last["peak_mb"] - first["peak_mb"]
    figures = {f"bytes_per_segment_{command}": grown * 1e6 / (sizes[-1] - sizes[0])}
    if command != "run":
        return {f"seconds_{command}": last["seconds"], **figures}
    figures = {"seconds_total": last["seconds"], "processor_seconds": last["processor"], **figures}
    for stage in GROWING:
        before = max(first["stages"][stage], 1e-3)
        figures[f"growth_{stage}"] = last["stages"][stage] / before / (sizes[-1] / sizes[0])
    return figures


def print_table(sizes: Sequence[int], rows: Sequence[dict[str, Used]]) -> None:
    """All sizes side by side."""
    print(f"\n| segments | {' | '.join(f'{stage}, s' for stage in STAGES)} | run, s | processor, s | ", end="")
    print("report, s | compare, s | run, MB | report, MB | compare, MB |")
    print(f"|---:|{'---:|' * (len(STAGES) + 7)}")
    for size, row in zip(sizes, rows, strict=True):
        seconds = [row["run"]["stages"].get(stage, 0.0) for stage in STAGES]
        seconds += [row["run"]["seconds"], row["run"]["processor"], row["report"]["seconds"], row["compare"]["seconds"]]
        peaks = [row[command]["peak_mb"] for command in COMMANDS]
        print(f"| {size:,} | {' | '.join(f'{each:.1f}' for each in seconds)} | ", end="")
        print(f"{' | '.join(f'{peak:.0f}' for peak in peaks)} |", flush=True)


def measure_size(corpus: Corpus, size: int, folder: Path) -> Iterator[tuple[str, Used]]:
    """Each command and what it took."""
    names = ("source", "reference", "documents")
    with (
        (folder / "source").open("w", encoding="utf-8") as source,
        (folder / "reference").open("w", encoding="utf-8") as reference,
        (folder / "documents").open("w", encoding="utf-8") as documents,
        (folder / "shorter").open("w", encoding="utf-8") as shorter,
    ):
        for line, human, document in islice(corpus.repeat(), size):
            for file, text in zip((source, reference, documents), (line, human, document), strict=True):
                file.write(f"{text}\n")
            shorter.write(f"{line.rpartition(' ')[0] or line}\n")
    keys = ("source_path", "reference_path", "docids_path")
    data = [f"data.{key}={folder / name}" for key, name in zip(keys, names, strict=True)]
    words = ["run", "data=lines", *data, f"runs_dir={folder / 'runs'}", "name=scale"]
    yield "run", run_apart([*words, "model=copy"])
    (copied,) = list_runs(folder / "runs")
    yield "report", run_apart(["report", str(copied), "-o", str(folder / "page.html")])
    run_apart([*words, "model=hypotheses", f"model.path={folder / 'shorter'}", "report=false"])
    yield "compare", run_apart(["compare", *map(str, list_runs(folder / "runs"))])


def measure_articles(corpus: Corpus, sizes: Sequence[int]) -> tuple[Figures, Targets]:
    """Figures and targets of one long article; the table is printed on the way."""
    print("\n| sentences of one article | align, s | project, s | report, s | MB |\n|---:|---:|---:|---:|---:|")
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="mt-eval-scale-") as name:
            folder = Path(name)
            sentences = list(islice(corpus.repeat(), size))
            for side, lang in enumerate(("vi", "ar")):
                write_article(folder / "data" / f"long.{lang}.txt", [each[side] for each in sentences])
            write_article(folder / "outputs" / "long.txt", [leave_out_words(each[1]) for each in sentences])
            data = ["data=folder", f"data.path={folder / 'data'}", f"runs_dir={folder / 'runs'}", "report=false"]
            taken = run_apart(["run", *data, "model=articles", f"model.path={folder / 'outputs'}"])
            (run,) = list_runs(folder / "runs")
            page = run_apart(["report", str(run), "-o", str(folder / "page.html")])
        stages = taken["stages"]
        rows.append({"align": stages["align"], "project": stages["project"], "report": page["processor"]})
        print(
            f"| {size:,} | {' | '.join(f'{rows[-1][part]:.1f}' for part in PARTS)} | {taken['peak_mb']:.0f} |",
            flush=True,
        )
    figures, targets = {}, {}
    for part in PARTS:
        figures[f"article_{part}_seconds"] = rows[-1][part]
        figures[f"article_{part}_growth"] = rows[-1][part] / max(rows[0][part], 1e-3) / (sizes[-1] / sizes[0])
        targets[f"article_{part}_seconds"] = {"max": float(MOST_ARTICLE_SECONDS)}
    return figures, targets


def write_article(path: Path, sentences: Sequence[str]) -> None:
    path.parent.mkdir(exist_ok=True)
    lines = [" ".join(sentences[start : start + LINE_SENTENCES]) for start in range(0, len(sentences), LINE_SENTENCES)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def leave_out_words(sentence: str) -> str:
    return " ".join(word for place, word in enumerate(sentence.split(), start=1) if place % LEFT_OUT)


def list_runs(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*"))


def run_apart(words: Sequence[str]) -> Used:
    """Seconds, processor seconds, those of its stages, and peak memory of a command in a process of its own."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps(list(words))],
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"`mt-eval {' '.join(words)}` failed; its last words stand above")
    used: Used = json.loads(done.stdout.splitlines()[-1])
    return {"seconds": time.perf_counter() - started, **used}


def run_here(words: Sequence[str]) -> int:
    """The command itself, whose last line is what it used."""
    from unittest.mock import patch

    from mt_eval.cli.main import main as run_command
    from mt_eval.material import Stopwatch

    stages: dict[str, float] = {}
    timed = Stopwatch.stage

    @contextmanager
    def stage(self: Stopwatch, name: str) -> Iterator[None]:
        started = time.process_time()
        with timed(self, name):
            yield
        stages[name] = stages.get(name, 0.0) + time.process_time() - started

    with patch.object(Stopwatch, "stage", stage):
        status = run_command(words)
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
    print()
    processor = used.ru_utime + used.ru_stime
    print(json.dumps({"processor": processor, "peak_mb": used.ru_maxrss * unit / 1e6, "stages": stages}))
    return status


def main() -> None:
    shared = REPOSITORY.parent / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ntrex", type=Path, default=shared / "ntrex", help="NTREX-128 (default: %(default)s)")
    parser.add_argument("--segments", type=int, nargs="*", help="numbers of segments, growing; none leaves them out")
    parser.add_argument("--article", type=int, nargs="*", help="sentences of one article; none leaves it out")
    parser.add_argument("--quick", action="store_true", help="small sizes: under a minute")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        sys.exit(run_here(json.loads(args.one)))
    # So that the folders of gigabytes go, too, where it is ended from outside.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    corpus = Corpus.read(args.ntrex)
    figures: Figures = {}
    targets: Targets = {}
    for measure, asked, sizes in (
        (measure_segments, args.segments, QUICK_SIZES if args.quick else SIZES),
        (measure_articles, args.article, QUICK_ARTICLES if args.quick else ARTICLES),
    ):
        chosen = sizes if asked is None else asked
        if chosen:
            found = measure(corpus, chosen)
            figures, targets = figures | found[0], targets | found[1]
    print("\n" + ", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    if args.json:
        met = all(figures[name] <= bounds["max"] for name, bounds in targets.items())
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


if __name__ == "__main__":
    main()
