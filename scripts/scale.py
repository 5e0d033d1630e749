"""How time and memory grow with the number of segments: cleaning, scoring, diagnosing and writing, nothing translated.

    scripts/scale.py            12,500 to 100,000 segments: about ten minutes
    scripts/scale.py --quick    1,000 to 8,000 segments

NTREX-128 (or the project's own interface strings) is repeated until it is long enough, documents included, and
`mt-eval run data=lines model=copy` runs on it, in a process of its own for every size. Printed are the seconds of every
stage and the most memory that was in use when it ended. The figures:

    bytes_per_segment   what every further segment adds to the peak: from the smallest size to the largest
    peak_mb             at the largest size
    growth_STAGE        seconds a segment at the largest size over those at the smallest: 1 is linear
    seconds_total       at the largest size, from data to the finished run directory
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SIZES = (12_500, 25_000, 50_000, 100_000)
QUICK_SIZES = (1_000, 2_000, 4_000, 8_000)
STAGES = ("data", "clean", "align", "translate", "score", "diagnose", "write", "show")
FILES = {"source": "source", "reference": "reference", "docids": "documents"}
"""Setting to file name."""
GROWING = ("clean", "score", "write")
"""Stages whose growth is a figure."""
MOST_GROWTH = 1.25
"""Seconds a segment, largest size over smallest: above it, time is not linear by more than such timings vary."""


def measure_scale(sizes: Sequence[int], ntrex: Path) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Figures and targets, as every measuring script gives them; the table is printed on the way.

    Args:
        sizes: Numbers of segments, growing, at least two.
        ntrex: Folder with `ntrex.vi.txt`, `ntrex.ar.txt` and `docids.tsv`; without it interface strings are repeated.
    """
    if not ntrex.is_dir():
        print(f"{ntrex} is not there: the project's own interface strings are repeated instead")
    rows = []
    print(f"| segments | {' | '.join(f'{stage}, s' for stage in STAGES)} | peak, MB | after scoring | after writing |")
    print(f"|---:|{'---:|' * (len(STAGES) + 3)}")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="mt-eval-scale-") as folder:
            repeat_text(Path(folder), size, ntrex)
            row = run_apart(Path(folder), size)
        rows.append(row)
        seconds = [f"{row['seconds'].get(stage, 0.0):.2f}" for stage in STAGES]
        peaks = [f"{row['peak_mb'][stage]:.0f}" for stage in ("show", "evaluate", "write")]
        print(f"| {size:,} | {' | '.join([*seconds, *peaks])} |", flush=True)
    first, last = rows[0], rows[-1]
    factor = sizes[-1] / sizes[0]
    grown = last["peak_mb"]["show"] - first["peak_mb"]["show"]
    figures = {
        "bytes_per_segment": grown * 1e6 / (sizes[-1] - sizes[0]),
        "peak_mb": last["peak_mb"]["show"],
        "seconds_total": sum(last["seconds"].values()),
    }
    targets = {}
    for stage in GROWING:
        figures[f"growth_{stage}"] = last["seconds"][stage] / max(first["seconds"][stage], 1e-3) / factor
        targets[f"growth_{stage}"] = {"max": MOST_GROWTH}
    return figures, targets


def repeat_text(folder: Path, size: int, ntrex: Path) -> None:
    """Write `size` lines of source, reference and document ids; every repetition has documents of its own."""
    if ntrex.is_dir():
        sources, references = (read_lines(ntrex / f"ntrex.{lang}.txt") for lang in ("vi", "ar"))
        documents = [line.split("\t")[0] for line in read_lines(ntrex / "docids.tsv")]
    else:
        own = REPOSITORY / "seeds" / "ui"
        sources, references = (read_lines(own / f"ui.{lang}.txt") for lang in ("vi", "ar"))
        documents = [f"part-{number // 20}" for number in range(len(sources))]
    for name, lines in (("source", sources), ("reference", references)):
        with (folder / name).open("w", encoding="utf-8") as file:
            file.writelines(f"{lines[number % len(lines)]}\n" for number in range(size))
    with (folder / "documents").open("w", encoding="utf-8") as file:
        for number in range(size):
            round_, place = divmod(number, len(documents))
            file.write(f"{documents[place]}.{round_}\n")


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def run_apart(folder: Path, size: int) -> dict[str, Any]:
    """Seconds and peak memory per stage of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", str(folder)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"the run of {size:,} segments failed; its last words stand above")
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def run_here(folder: Path) -> None:
    """The run itself, observed at the borders of its stages."""
    from unittest.mock import patch

    from mt_eval.cli.main import main as run_command

    seconds: dict[str, float] = {}
    peak_mb: dict[str, float] = {}

    def observe(module: str, name: str, stage: str) -> Any:
        """Patches the function so that its seconds, and the peak so far, are noted under `stage`."""
        original: Callable[..., Any] = getattr(import_module(module), name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            result = original(*args, **kwargs)
            seconds[stage] = time.perf_counter() - started
            peak_mb[stage] = measure_peak_mb()
            return result

        return patch(f"{module}.{name}", timed)

    paths = [f"data.{key}_path={folder / name}" for key, name in FILES.items()]
    words = ["run", "data=lines", "model=copy", *paths, f"runs_dir={folder / 'runs'}"]
    with (
        observe("mt_eval.pipeline", "evaluate", "evaluate"),
        observe("mt_eval.runs.write", "write_run", "write"),
        observe("mt_eval.cli.run", "_show", "show"),
        (folder / "shown").open("w", encoding="utf-8") as shown,
        patch("sys.stdout", shown),
    ):
        status = run_command(words)
    if status:
        sys.exit(status)
    del seconds["evaluate"]
    (run,) = (folder / "runs").glob("[!.]*")
    stages = json.loads((run / "run.json").read_text(encoding="utf-8"))["seconds"]
    print(json.dumps({"seconds": stages | seconds, "peak_mb": peak_mb}))


def measure_peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    shared = REPOSITORY.parent / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ntrex", type=Path, default=shared / "ntrex", help="NTREX-128 (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of segments, growing")
    parser.add_argument("--quick", action="store_true", help="1,000 to 8,000 segments")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        run_here(args.one)
        return
    figures, targets = measure_scale(args.sizes or (QUICK_SIZES if args.quick else SIZES), args.ntrex)
    print("\n" + ", ".join(f"{name} {value:.4g}" for name, value in figures.items()))
    if args.json:
        met = all(figures[name] <= bounds["max"] for name, bounds in targets.items())
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


if __name__ == "__main__":
    main()
