"""What a worker does: jobs, one after the other, none of which can stop the others."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.cli.progress import Pace, show_progress
from mt_eval.config import to_plain
from mt_eval.errors import MtEvalError
from mt_eval.runs.claims import HeldClaim, find_claim, take_claim
from mt_eval.runs.failed import Failure, clear_failures, locate_failure, name_failure, write_failure
from mt_eval.runs.outcomes import Board, Outcome, State
from mt_eval.sweep.jobs import Job
from mt_eval.translate.engines.pool import LoadedModels

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared
    from mt_eval.types import Run


@dataclass(slots=True)
class Journal:
    """Tells the user what goes on and remembers it for the run's log."""

    quiet: bool = False
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What every worker of a sweep has to know."""

    name: str
    folder: Path
    """The working folder that relative paths of the configuration are meant from."""
    total: int
    quiet: bool = False
    """Nothing is printed: many workers share a terminal, and the front reports."""
    show: Callable[[Path], None] | None = None
    """What to do with a run directory that was made."""

    def board(self, job: Job) -> Board:
        return Board(job.runs_dir, self.name)


def work(sweep: Sweep, jobs: Sequence[Job]) -> None:
    """Do every one of `jobs` that is not done, being done or given up by anyone."""
    with contextlib.chdir(sweep.folder), LoadedModels() as models:
        for job in jobs:
            if sweep.board(job).read(job.number) is None:
                attempt(sweep, job, models if len(jobs) > 1 else None)


def attempt(sweep: Sweep, job: Job, models: LoadedModels | None = None) -> None:
    """Do a job and put its outcome on the board, unless another worker of the sweep is at it."""
    board = sweep.board(job)
    started = time.monotonic()
    identity = None if job.prepared is None else job.prepared.identity
    try:
        prepared = job.prepared or prepare_job(job)
        identity = prepared.identity
        outcome = find_outcome(job, prepared)
        if outcome is None:
            outcome = _claim_and_make(sweep, job, prepared, models)
    except Exception as error:
        outcome = fail(job, error, identity, started)
        if not sweep.quiet:
            print(f"error: {outcome.error}", file=sys.stderr, flush=True)
        board.write(job.number, outcome)
    else:
        if outcome is not None:
            board.write(job.number, outcome)


def prepare_job(job: Job) -> Prepared:
    """All that is known before the model is loaded.

    Raises:
        MtEvalError: Anything in the inputs that cannot be used.
    """
    from mt_eval.pipeline import prepare
    from mt_eval.track.send import check_installed

    check_installed(job.config.tracker.kind)
    return prepare(job.config, job.choices.get("data", "data"))


def find_outcome(job: Job, prepared: Prepared) -> Outcome | None:
    """The outcome of a job that was done before it began; None if it has to be done."""
    from mt_eval.runs.read import find_run

    if job.config.force or read_shard(job) is not None:
        return None
    existing = find_run(job.runs_dir, prepared.identity)
    return None if existing is None else Outcome(State.FINISHED, folder=str(existing))


def identify_claim(job: Job, prepared: Prepared) -> str:
    """What is claimed for the job: its run, or the part of it that a shard is."""
    shard = read_shard(job)
    if shard is None:
        return prepared.identity
    return hashlib.sha256(f"{prepared.identity} {shard[0]}/{shard[1]}".encode()).hexdigest()


def read_shard(job: Job) -> tuple[int, int] | None:
    """Which part of the data the job translates: its number from 0 and how many there are; None for a whole run."""
    shard = getattr(job.config.data, "shard", None)
    if shard is None:
        return None
    number, total = map(int, shard.split("/"))
    return number, total


def fail(job: Job, error: BaseException, identity: str | None, started: float) -> Outcome:
    """Keep what went wrong beside the runs; its outcome."""
    name = name_failure(to_plain(job.config), job.choices)
    record = locate_failure(job.runs_dir, name)
    sentence = str(error) if isinstance(error, MtEvalError) else _report_bug(error, record)
    failure = Failure(
        name=name,
        error=sentence,
        traceback="".join(traceback.format_exception(error)),
        overrides=job.overrides,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        host=socket.gethostname(),
        identity=identity,
        choices=dict(job.choices),
    )
    try:
        written: str | None = str(write_failure(job.runs_dir, failure))
    except MtEvalError:
        written = None  # the folder cannot be written, which is most likely what `error` says
    seconds = round(time.monotonic() - started, 1)
    return Outcome(State.FAILED, seconds=seconds, error=sentence, record=written)


def _report_bug(error: BaseException, record: Path) -> str:
    return (
        f"mt-eval met something it does not know how to explain ({type(error).__name__}: {error}); "
        f"please report it with {record}"
    )


def _claim_and_make(sweep: Sweep, job: Job, prepared: Prepared, models: LoadedModels | None) -> Outcome | None:
    shard = read_shard(job)
    suffix = "" if shard is None else f"-{shard[0]}-of-{shard[1]}"
    claimed = identify_claim(job, prepared)
    held = take_claim(
        job.runs_dir,
        claimed,
        prepared.run_id + suffix,
        overrides=job.overrides,
        choices=job.choices,
        sweep=sweep.name,
    )
    if held is None:
        owner = find_claim(job.runs_dir, claimed)
        if owner is not None and owner.sweep == sweep.name:
            return None
        return Outcome(State.ELSEWHERE)
    with held as claim:
        board = sweep.board(job)
        # Between the last look and the claim another worker may have finished it, or failed.
        outcome = board.read(job.number) or find_outcome(job, prepared)
        if outcome is None:
            started = time.monotonic()
            try:
                outcome = _make(sweep, job, prepared, claim, shard, models)
            except Exception as error:
                # Put down while the claim is held, so that no other worker tries the same again in between.
                outcome = fail(job, error, prepared.identity, started)
                if not sweep.quiet:
                    print(f"error: {outcome.error}", file=sys.stderr, flush=True)
            board.write(job.number, outcome)
        return outcome


def _make(
    sweep: Sweep,
    job: Job,
    prepared: Prepared,
    claim: HeldClaim,
    shard: tuple[int, int] | None,
    models: LoadedModels | None,
) -> Outcome:
    from mt_eval.pipeline import evaluate
    from mt_eval.runs.read import find_run
    from mt_eval.runs.write import write_run

    started = time.monotonic()
    journal = Journal(sweep.quiet)
    existing = find_run(job.runs_dir, prepared.identity) if job.config.force else None
    if existing is not None:
        prepared = replace(prepared, run_id=existing.name)
    for note in prepared.notes:
        journal.say(note)
    place = f"[{job.number + 1} of {sweep.total}] " if sweep.total > 1 else ""
    count = len(prepared.pairs)
    journal.say(f"{place}{prepared.run_id}: {count} segments with {prepared.system.label}, {job.config.direction}")
    with _report_progress(claim, quiet=sweep.quiet) as progress:
        if shard is not None:
            from mt_eval.sweep.shards import translate_shard

            translated = translate_shard(job.config, prepared, shard, progress)
            return Outcome(State.TRANSLATED, seconds=round(time.monotonic() - started, 1), segments=translated)
        run = evaluate(job.config, prepared, progress, job.choices, models)
    journal.lines += [f"warning: {warning}" for warning in run.warnings]
    page = _render_report(run, journal) if job.config.report else None
    written = write_run(
        run, job.runs_dir, overrides=job.overrides, log=journal.text(), report=page, replace=job.config.force
    )
    clear_failures(job.runs_dir, name_failure(to_plain(job.config), job.choices), prepared.identity)
    if sweep.show is not None:
        sweep.show(written.folder)
    trouble = _tell_tracker(job, written.folder, journal)
    return Outcome(State.DONE, seconds=round(time.monotonic() - started, 1), folder=str(written.folder), note=trouble)


def _tell_tracker(job: Job, folder: Path, journal: Journal) -> str | None:
    """What went wrong with telling the run's tracker, if anything did and if it has one."""
    if job.config.tracker.kind == "none":
        return None
    from mt_eval.track.send import send_apart

    note = send_apart(folder)
    if note is not None:
        journal.say(f"warning: {note}")
    return note


def _render_report(run: Run, journal: Journal) -> str | None:
    """The page on the run; None, with a word on it, if there is any trouble: scores count more than their picture."""
    from mt_eval.report.html.page import render_run_page

    try:
        return render_run_page(run)
    except Exception as error:
        journal.say(
            f"warning: report.html could not be made ({type(error).__name__}: {error}); the run is whole without it, "
            "please report this"
        )
        return None


@contextlib.contextmanager
def _report_progress(claim: HeldClaim, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    pace = Pace()
    with contextlib.nullcontext(None) if quiet else show_progress("translating") as shown:

        def advance(done: int, total: int) -> None:
            rate = pace.measure(done, time.monotonic())
            claim.report(done, total, (total - done) / rate if rate else None)
            if shown is not None:
                shown(done, total)

        yield advance
