"""What a sweep costs beside decoding, what asking for it again costs, and what more workers bring.

    python scripts/bench_sweep.py [--quick] [--json]

One sweep of 12 jobs over the demo model (6 beam sizes, 2 directions) on its own held-out strings, in an empty folder:

overhead_ratio          seconds of the whole command / seconds its jobs spent decoding, as their run.json says
again_seconds           seconds of the same command again, less those of a command that only composes (start-up)
speedup_two_workers     seconds with one joblib worker / seconds with two, one thread each; left out without joblib or
                        with fewer cores
speedup_four_workers    the same with four

One sweep of 1,000 jobs (2 directions, 2 beam sizes, 250 length penalties; with --quick 100 jobs, reckoned up), in
seconds of the processor, which other programs do not change much:

compose_ms_per_job      milliseconds for each job of `--dry`, start-up included
begin_ms_per_job        the same of the sweep itself until the first batch is translated, less what a run alone takes
again_ms_per_job        the same of the sweep when all its runs are there, start-up included

One run of the demo model, in seconds by the clock; medians:

first_output_seconds       from the command to the first line it prints
first_translation_seconds  from the command to the first batch in the translation store
first_ctranslate2_seconds  the same with engine=ctranslate2, of a model that was converted before; left out without it
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

TARGETS = {
    "overhead_ratio": {"max": 1.05},
    "again_seconds": {"max": 2.0},
    "speedup_two_workers": {"min": 1.5},
    "speedup_four_workers": {"min": 2.5},
    "compose_ms_per_job": {"max": 8.0},
    "begin_ms_per_job": {"max": 8.0},
    "again_ms_per_job": {"max": 3.0},
    "first_output_seconds": {"max": 3.0},
    "first_translation_seconds": {"max": 3.0},
    "first_ctranslate2_seconds": {"max": 3.0},
}
TWELVE = ("-m", "data=ui", "direction=vi-ar,ar-vi", "decoding.num_beams=1,2,3,4,5,6", "metrics.samples=100")
ONE = ("data=ui", "limit=1", "metrics.samples=0", "device.threads=1")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    segments: int
    jobs: int
    repeats: int


FULL = Size(segments=200, jobs=1000, repeats=3)
QUICK = Size(segments=8, jobs=100, repeats=1)


@dataclass(frozen=True, slots=True)
class Timed:
    """What a command took."""

    seconds: float
    """By the clock."""
    processor: float
    """Seconds of the processor, its own and those of processes it waited for."""
    first_output: float
    first_batch: float | None
    """Seconds until it printed something, and until a batch was in the store, where that was waited for."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer segments and jobs: about a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    arguments = parser.parse_args()
    # What a shell runs in the background ignores Ctrl-C, and so would the commands that are stopped by it here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # As when it is installed: a user's Python compiles a module once, and not for each command.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    size = QUICK if arguments.quick else FULL
    figures = measure_first(size) | measure_many(size) | measure_twelve(size) | measure_workers(size)
    met = True
    for name, value in figures.items():
        fits = TARGETS[name].get("min", value) <= value <= TARGETS[name].get("max", value)
        met &= fits
        print(f"{name}: {value}{'' if fits else f', not met: wanted {TARGETS[name]}'}")
    if arguments.json:
        load = round(os.getloadavg()[0], 1)
        python = platform.python_version()
        machine = {"platform": platform.platform(), "cores": os.cpu_count(), "python": python, "load": load}
        targets = {name: TARGETS[name] for name in figures}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def measure_first(size: Size) -> dict[str, float]:
    """first_output_seconds, first_translation_seconds and first_ctranslate2_seconds."""
    time_first()  # compiles what has no bytecode yet, and brings files into memory
    timed = [time_first() for _ in range(size.repeats)]
    figures = {
        "first_output_seconds": round(statistics.median(each.first_output for each in timed), 2),
        "first_translation_seconds": round(statistics.median(each.first_batch or each.seconds for each in timed), 2),
    }
    said = [f"default engine {statistics.median(each.processor for each in timed):.2f}"]
    if find_spec("ctranslate2") is None:
        print("ctranslate2 is not installed: first_ctranslate2_seconds is left out (pip install 'mt-eval[ct2]')")
    else:
        time_first("engine=ctranslate2")  # converts the model, unless that was done before
        timed = [time_first("engine=ctranslate2") for _ in range(size.repeats)]
        median = statistics.median(each.first_batch or each.seconds for each in timed)
        figures["first_ctranslate2_seconds"] = round(median, 2)
        said.append(f"engine=ctranslate2 {statistics.median(each.processor for each in timed):.2f}")
    print(f"until the first translation, seconds of the processor: {', '.join(said)}")
    return figures


def time_first(*words: str) -> Timed:
    """What a run of the demo model takes until a batch is translated, in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        return time_command(folder, "data=ui", "limit=20", *words, until_batch=True)


def measure_many(size: Size) -> dict[str, float]:
    """compose_ms_per_job, begin_ms_per_job and again_ms_per_job."""
    penalties = ",".join(f"{number / 100:.2f}" for number in range(1, size.jobs // 4 + 1))
    words = ("-m", *ONE, "direction=vi-ar,ar-vi", "decoding.num_beams=1,2", f"decoding.length_penalty={penalties}")
    single = (*ONE, "decoding.num_beams=1")
    with tempfile.TemporaryDirectory() as folder:
        dry = measure_processor(folder, (*words, "--dry"), size)
        dry_one = measure_processor(folder, (*single, "--dry"), size)
    alone: list[float] = []
    begun: list[float] = []
    for _ in range(size.repeats):
        for command, found in ((single, alone), (words, begun)):
            with tempfile.TemporaryDirectory() as folder:
                found.append(time_command(folder, *command, until_batch=True).processor)
    begin = statistics.median(begun) - statistics.median(alone)
    with tempfile.TemporaryDirectory() as folder:
        time_command(folder, *words)
        again = measure_processor(folder, words, size)
        again_one = measure_processor(
            folder, ("-m", *ONE, "decoding.num_beams=1", "decoding.length_penalty=0.01"), size
        )
    print(
        f"{size.jobs} jobs, seconds of the processor: --dry {dry:.2f}, until the first batch {begin:.2f} more than a "
        f"run alone ({statistics.median(alone):.2f}), all finished {again:.2f}"
    )
    more = {"compose": (dry - dry_one, dry_one), "begin": (begin, 0.0), "again": (again - again_one, again_one)}
    return {
        f"{name}_ms_per_job": round(1000 * (seconds / (size.jobs - 1) + start_up / FULL.jobs), 2)
        for name, (seconds, start_up) in more.items()
    }


def measure_processor(folder: str, words: tuple[str, ...], size: Size) -> float:
    """Seconds of the processor that a command takes in `folder`: the median."""
    return statistics.median(time_command(folder, *words).processor for _ in range(size.repeats))


def measure_twelve(size: Size) -> dict[str, float]:
    """overhead_ratio and again_seconds."""
    words = (*TWELVE, f"limit={size.segments}")
    with tempfile.TemporaryDirectory() as folder:
        whole = time_command(folder, *words).seconds
        decoding = sum(
            leg["decode_seconds"]
            for path in Path(folder).glob("runs/*/run.json")
            for leg in json.loads(path.read_text(encoding="utf-8"))["translation"]["legs"]
        )
        again = min(time_command(folder, *words).seconds for _ in range(2))
        start_up = min(time_command(folder, "data=ui", "--cfg", "job").seconds for _ in range(2))
    print(f"12 jobs: {whole:.1f} s, {decoding:.1f} s of them decoding; again {again:.2f} s, start-up {start_up:.2f} s")
    return {"overhead_ratio": round(whole / decoding, 3), "again_seconds": round(again - start_up, 3)}


def measure_workers(size: Size) -> dict[str, float]:
    """speedup_two_workers and speedup_four_workers, as far as cores allow."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if find_spec("joblib") is None:
        print("joblib is not installed: speedups by workers are left out (pip install 'mt-eval[joblib]')")
        return {}
    seconds = {}
    for workers in [count for count in (1, 2, 4) if count <= cores]:
        launcher = ("hydra/launcher=joblib", f"hydra.launcher.workers={workers}", "device.threads=1")
        with tempfile.TemporaryDirectory() as folder:
            timed = time_command(folder, *TWELVE, f"limit={size.segments}", *launcher)
        seconds[workers] = timed.seconds
        print(f"12 jobs, joblib workers: {workers}, {timed.seconds:.1f} s, {timed.processor:.1f} of the processor")
    names = {2: "speedup_two_workers", 4: "speedup_four_workers"}
    for count, name in names.items():
        if cores < count:
            print(f"{name} is left out: it needs {count} cores, here are {cores}")
    return {names[count]: round(seconds[1] / taken, 3) for count, taken in seconds.items() if count > 1}


def time_command(folder: str, *words: str, until_batch: bool = False) -> Timed:
    """What `mt-eval run` takes in `folder`, from outside.

    Args:
        until_batch: Stop it, as Ctrl-C does, when a batch is in the translation store.
    """
    command = [sys.executable, "-m", "mt_eval", "run", *words]
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        first_output = first_batch = None
        ended = 0
        while not ended:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            now = time.perf_counter() - started
            if first_output is None and os.fstat(said.fileno()).st_size:
                first_output = now
            if until_batch and first_batch is None and has_batch(folder):
                first_batch = now
                process.send_signal(signal.SIGINT)
            if not ended:
                time.sleep(0.005)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and first_batch is None:
            said.seek(0)
            sys.exit(f"{' '.join(command)} failed: {said.read().decode()}")
    return Timed(seconds, usage.ru_utime + usage.ru_stime, first_output or seconds, first_batch)


def has_batch(folder: str) -> bool:
    """Whether a translation is in the store."""
    return any(path.stat().st_size for path in Path(folder).glob("runs/.store/*/*.jsonl"))


if __name__ == "__main__":
    main()
