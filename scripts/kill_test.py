"""Kill a real run with kill -9 at random moments, give the same command again, and look for what was lost.

    scripts/kill_test.py               50 kills, and a disk that fills up: about ten minutes
    scripts/kill_test.py --quick       a few kills, under a minute

The demo model translates interface strings in some ten batches. In every trial `mt-eval run` is started in an empty
folder, killed, started again, maybe killed again, and at last left to finish. A third of the kills comes at any moment
between start and end, a third while batches are translated, a third while the run directory is written. Printed are

    kills          processes that were killed while they worked
    lost_batches   batches that were in the store, whole, and were decoded again all the same
    differences    files of finished run directories that are not, byte for byte, those of a run that nobody disturbed;
                   folders that look like a run and are none; halves of run directories that are still there at the end

Of `run.json` the times are left out (`started`, `finished`, `seconds`), and what each process says of its own decoding
(how much of it, on which device, how fast; all of a leg but its name and identity), which a resumed run does less of.

A small tmpfs is filled up as well, while batches are translated and while the run directory is written (mounting one
needs root; otherwise it says that this is skipped): the run has to fail in one sentence, and, once there is room again,
to go on from where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
RUNS = "runs"
"""The folder of run directories; relative, so that `config.yaml` is the same everywhere."""
POLL_SECONDS = 0.001
TIMEOUT_SECONDS = 300.0
PAGE = 4096
"""What a tmpfs gives a file at a time."""

Batch = frozenset[str]
"""Keys of the records of a batch."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A run that nobody disturbed: what the others have to come to."""

    name: str
    digests: dict[str, str]
    """File of the run directory to a hash of what has to be equal."""
    batches: int
    store_pages: int
    """What its translations take of a tmpfs."""
    other_pages: int
    """What is there before the first batch: the records of the model and its preflight, and a claim on the run."""
    run_pages: int
    seconds: float
    """From start to end."""
    writing_seconds: float
    """While there was half a run directory."""


@dataclass(slots=True)
class Count:
    kills: int = 0
    lost_batches: int = 0
    differences: int = 0

    def report(self) -> str:
        return f"kills {self.kills}, lost batches {self.lost_batches}, differences {self.differences}"


def main() -> None:
    args = parse_arguments()
    rng = random.Random(args.seed)
    count = Count()
    with tempfile.TemporaryDirectory(prefix="mt-eval-kill-", dir=args.work) as work:
        undisturbed = run_undisturbed(Path(work) / "undisturbed", args.limit)
        print(
            f"undisturbed: {undisturbed.seconds:.1f} s, {undisturbed.batches} batches, "
            f"run directory written in {1000 * undisturbed.writing_seconds:.0f} ms",
            flush=True,
        )
        trial = 0
        while count.kills < args.kills:
            trial += 1
            place = Path(work) / f"trial-{trial}"
            place.mkdir()
            try_once(place, args, undisturbed, rng, count)
            shutil.rmtree(place)
            print(f"trial {trial}: {count.report()}", flush=True)
        if args.quick:
            print("full disk: skipped (--quick)")
        else:
            fill_disk(Path(work) / "tmpfs", args.limit, undisturbed, count)
    print(count.report())
    if args.json:
        figures = {"kills": count.kills, "lost_batches": count.lost_batches, "differences": count.differences}
        targets = {"kills": {"min": args.kills}, "lost_batches": {"max": 0}, "differences": {"max": 0}}
        met = count.kills >= args.kills and count.lost_batches == count.differences == 0
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": machine}))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, help="how many (default: 50, with --quick 3)")
    parser.add_argument("--limit", type=int, help="segments to translate (default: 32, with --quick 8)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="where the runs are made (default: a temporary folder)")
    parser.add_argument("--quick", action="store_true", help="a few kills and no full disk")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    args = parser.parse_args()
    args.kills = args.kills or (3 if args.quick else 50)
    args.limit = args.limit or (8 if args.quick else 32)
    return args


def run_undisturbed(place: Path, limit: int) -> Undisturbed:
    place.mkdir()
    runs_dir = place / RUNS
    started = time.monotonic()
    appeared = None
    with start(place, limit) as process:
        while process.poll() is None:
            if appeared is None and find_partial(runs_dir):
                appeared = time.monotonic()
            elif appeared is not None and not find_partial(runs_dir):
                break
            time.sleep(POLL_SECONDS)
        written = time.monotonic()
        expect_success(process, place)
    (folder,) = find_runs(runs_dir)
    return Undisturbed(
        name=folder.name,
        digests=digest(folder),
        batches=len(read_batches(runs_dir)),
        store_pages=count_pages(runs_dir.glob(".store/*/*.jsonl")),
        other_pages=count_pages(runs_dir.glob(".store/*/*.json")) + 1,
        run_pages=count_pages(folder.iterdir()),
        seconds=time.monotonic() - started,
        writing_seconds=written - (appeared or written),
    )


def count_pages(paths: Iterable[Path]) -> int:
    return sum(-(-path.stat().st_size // PAGE) for path in paths)


def try_once(place: Path, args: argparse.Namespace, undisturbed: Undisturbed, rng: random.Random, count: Count) -> None:
    """One run, killed once or several times, and in the end left to finish."""
    runs_dir = place / RUNS
    again = True
    while again and count.kills < args.kills:
        wait = choose_moment(runs_dir, undisturbed, rng)
        with start(place, args.limit) as process:
            wait(process)
            if process.poll() is not None:
                break
            process.kill()
            process.wait()
        count.kills += 1
        count.differences += find_differences(runs_dir, undisturbed)
        again = rng.random() < 0.5
    with start(place, args.limit) as process:
        expect_success(process, place)
    judge(runs_dir, undisturbed, count)


def choose_moment(
    runs_dir: Path, undisturbed: Undisturbed, rng: random.Random
) -> Callable[[subprocess.Popen[bytes]], None]:
    """A function that returns when the process is to be killed, or has ended."""
    kind = rng.choice(("any", "translating", "writing"))
    batches, part = rng.randrange(undisturbed.batches), rng.random()

    def wait(process: subprocess.Popen[bytes]) -> None:
        if kind == "any":
            sleep(process, part * undisturbed.seconds)
        elif kind == "translating":
            while process.poll() is None and len(read_batches(runs_dir)) < batches:
                time.sleep(POLL_SECONDS)
            # The moments between two batches: while the next one is decoded, and while it is stored.
            sleep(process, part * undisturbed.seconds / undisturbed.batches / 4)
        else:
            while process.poll() is None and not find_partial(runs_dir):
                time.sleep(POLL_SECONDS)
            sleep(process, part * undisturbed.writing_seconds)

    return wait


def sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for some seconds, or until the process ends."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(min(POLL_SECONDS, max(0.0, end - time.monotonic())))


def fill_disk(place: Path, limit: int, undisturbed: Undisturbed, count: Count) -> None:
    """Fill a tmpfs up while batches are translated and while the run directory is written."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        print("full disk: skipped (mounting a tmpfs needs root)")
        return
    try:
        translating = undisturbed.other_pages + undisturbed.store_pages // 2
        writing = undisturbed.other_pages + undisturbed.store_pages + undisturbed.run_pages // 2
        for pages in (translating, writing):
            runs_dir = place / RUNS
            runs_dir.mkdir()
            filler = place / "filler"
            with filler.open("wb") as file:
                room = os.statvfs(place)
                file.write(bytes((room.f_bavail - pages) * room.f_frsize))
            with start(place, limit) as process:
                status = process.wait(TIMEOUT_SECONDS)
            said = read_log(place)
            batches = len(read_batches(runs_dir))
            if status != 1 or "no space" not in said or find_runs(runs_dir):
                sys.exit(f"a full disk was expected to end the run in one sentence; exit status {status}:\n{said}")
            print(f"full disk: stopped with {batches} of {undisturbed.batches} batches stored", flush=True)
            filler.unlink()
            with start(place, limit) as process:
                expect_success(process, place)
            judge(runs_dir, undisturbed, count)
            shutil.rmtree(runs_dir)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def judge(runs_dir: Path, undisturbed: Undisturbed, count: Count) -> None:
    """Count what was decoded twice and what came out otherwise, after the last process ended by itself."""
    seen: set[str] = set()
    for batch in read_batches(runs_dir):
        count.lost_batches += not seen.isdisjoint(batch)
        seen |= batch
    count.differences += find_differences(runs_dir, undisturbed)
    count.differences += [folder.name for folder in find_runs(runs_dir)] != [undisturbed.name]
    hidden = {path.name for path in runs_dir.glob(".*")} - {".store"}
    count.differences += sum(name.endswith((".partial", ".old")) for name in hidden)
    if hidden:
        print(f"beside the run: {', '.join(sorted(hidden))}")


def find_differences(runs_dir: Path, undisturbed: Undisturbed) -> int:
    """Files of whatever looks like a run that are missing, additional or otherwise than the undisturbed run's."""
    found = 0
    for folder in find_runs(runs_dir):
        digests = digest(folder)
        for name in sorted(digests.keys() | undisturbed.digests.keys()):
            if digests.get(name) != undisturbed.digests.get(name):
                found += 1
                print(f"{folder.name}/{name} differs")
    return found


def digest(folder: Path) -> dict[str, str]:
    digests = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        if path.name == "run.json":
            content = json.dumps(leave_out_times(json.loads(content))).encode()
        digests[path.name] = hashlib.sha256(content).hexdigest()
    return digests


def leave_out_times(run: dict[str, Any]) -> dict[str, Any]:
    translation = run["translation"]
    legs = [{key: leg[key] for key in ("name", "identity")} for leg in translation["legs"]]
    kept = {key: value for key, value in run.items() if key not in ("started", "finished", "seconds")}
    return kept | {"translation": translation | {"legs": legs}}


def find_runs(runs_dir: Path) -> list[Path]:
    return sorted(path for path in runs_dir.glob("[!.]*") if path.is_dir())


def find_partial(runs_dir: Path) -> bool:
    return any(runs_dir.glob(".*.partial"))


def read_batches(runs_dir: Path) -> list[Batch]:
    """The whole batches in the store, the file that was begun first first; read as its documentation says."""
    batches: list[Batch] = []
    files = (runs_dir / ".store").glob("*/*.jsonl")
    for path in sorted(files, key=lambda path: path.stat().st_ctime_ns):
        keys: list[str] = []
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            if not line.endswith("}\n"):
                continue
            record = json.loads(line)
            if "key" in record:
                keys.append(record["key"])
            else:
                assert record["batch"] == len(keys)
                batches.append(frozenset(keys))
                keys = []
    return batches


@contextmanager
def start(place: Path, limit: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real `mt-eval run` in the folder `place`, killed at the end if it is still there."""
    settings = (
        "data=ui",
        f"limit={limit}",
        "decoding.num_beams=1",
        "engine.batch_tokens=64",
        "device=cpu",
        "report=false",
    )
    command = [sys.executable, "-m", "mt_eval", "run", *settings, "device.threads=1", f"runs_dir={RUNS}"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with log_path(place).open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=place)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def expect_success(process: subprocess.Popen[bytes], place: Path) -> None:
    if process.wait(TIMEOUT_SECONDS):
        sys.exit(f"the run failed where it should not:\n{read_log(place)}")


def log_path(place: Path) -> Path:
    """Beside the folder, as that may be a full disk."""
    return place.with_suffix(".log")


def read_log(place: Path) -> str:
    return log_path(place).read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
