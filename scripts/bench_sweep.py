"""What a sweep costs beside decoding, what asking for it again costs, and what a second worker brings.

    python scripts/bench_sweep.py [--quick] [--json]

One sweep of 12 jobs over the demo model (6 beam sizes, 2 directions) on its own held-out strings, in an empty folder:

overhead_ratio       seconds of the whole command / seconds its jobs spent decoding, as their run.json says
again_seconds        seconds of the same command again, less those of a command that only composes (start-up)
speedup_two_workers  seconds with one joblib worker / seconds with two, one thread each; left out without joblib
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

TARGETS = {
    "overhead_ratio": {"max": 1.1},
    "again_seconds": {"max": 2.0},
    "speedup_two_workers": {"min": 1.5},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer segments: under a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    arguments = parser.parse_args()
    limit = 20 if arguments.quick else 200
    figures = measure_sweep(limit)
    if find_spec("joblib") is None:
        print("joblib is not installed: speedup_two_workers is left out (pip install 'mt-eval[joblib]')")
    else:
        one, two = (measure_workers(workers, limit) for workers in (1, 2))
        figures["speedup_two_workers"] = round(one / two, 3)
        print(f"one joblib worker: {one:.1f} s, two: {two:.1f} s")
    met = all(
        figures[name] <= bounds.get("max", figures[name]) and figures[name] >= bounds.get("min", figures[name])
        for name, bounds in TARGETS.items()
        if name in figures
    )
    for name, value in figures.items():
        print(f"{name}: {value}")
    if arguments.json:
        machine = {"platform": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
        targets = {name: TARGETS[name] for name in figures}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def measure_sweep(limit: int) -> dict[str, float]:
    """overhead_ratio and again_seconds."""
    words = ["direction=vi-ar,ar-vi", "decoding.num_beams=1,2,3,4,5,6", "metrics.samples=100", f"limit={limit}"]
    with tempfile.TemporaryDirectory() as folder:
        whole = time_command(folder, "-m", *words)
        decoding = sum(
            leg["decode_seconds"]
            for path in Path(folder).glob("runs/*/run.json")
            for leg in json.loads(path.read_text(encoding="utf-8"))["translation"]["legs"]
        )
        again = min(time_command(folder, "-m", *words) for _ in range(2))
        start_up = min(time_command(folder, "--cfg", "job") for _ in range(2))
    print(f"12 jobs: {whole:.1f} s, {decoding:.1f} s of them decoding; again {again:.2f} s, start-up {start_up:.2f} s")
    return {"overhead_ratio": round(whole / decoding, 3), "again_seconds": round(again - start_up, 3)}


def measure_workers(workers: int, limit: int) -> float:
    """Seconds of the sweep with so many joblib workers."""
    words = ["direction=vi-ar,ar-vi", "decoding.num_beams=1,2,3,4,5,6", "metrics.samples=100", f"limit={limit}"]
    with tempfile.TemporaryDirectory() as folder:
        launcher = ["hydra/launcher=joblib", f"hydra.launcher.workers={workers}", "device.threads=1"]
        return time_command(folder, "-m", *words, *launcher)


def time_command(folder: str, *words: str) -> float:
    """Seconds `mt-eval run` takes in `folder`, from outside."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "mt_eval", "run", "data=ui", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
