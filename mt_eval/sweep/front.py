"""The front of a sweep: prepares the jobs, has them done, and says what became of each."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mt_eval.errors import MtEvalError, RunError
from mt_eval.runs.claims import drop_claim, find_claim
from mt_eval.runs.outcomes import Board, Outcome, State, name_sweep
from mt_eval.runs.paths import prepare_runs_dir
from mt_eval.sweep.jobs import Job, order_jobs
from mt_eval.sweep.launch import launch, prints_by_itself
from mt_eval.sweep.work import Sweep, fail, find_outcome, identify_claim, prepare_job

_TRIES = 2
"""How often a job is begun whose worker is killed: it may have been another job's fault."""
_SECONDS_BETWEEN_LOOKS = 2.0


def run_sweep(jobs: Sequence[Job], launcher: Any, show: Any) -> list[Outcome]:
    """Do the jobs, and tell what became of each, in their order.

    What runs elsewhere is waited for, after everything else is done: it is part of what was asked for, and if its
    process dies this one can take it over.
    """
    name = name_sweep(datetime.now(UTC).strftime("%Y%m%dT%H%M%S"))
    sweep = Sweep(
        name,
        Path.cwd(),
        len(jobs),
        quiet=not prints_by_itself(launcher),
        show=show if prints_by_itself(launcher) else None,
    )
    for folder in {job.runs_dir for job in jobs}:
        prepare_runs_dir(folder)
    boards = {folder: Board(folder, name) for folder in {job.runs_dir for job in jobs}}
    outcomes: dict[int, Outcome] = {}
    try:
        for board in boards.values():
            board.open()
        remaining = []
        for job in order_jobs(jobs):
            prepared, outcome = _prepare(job)
            if outcome is None:
                remaining.append(prepared)
            else:
                outcomes[job.number] = outcome
        _do(sweep, remaining, launcher, outcomes)
    finally:
        for board in boards.values():
            board.close()
    return [outcomes[job.number] for job in jobs]


def wait_for(job: Job, show: Any) -> Outcome:
    """The outcome of one prepared job that is done here, or waited for if another process does it."""
    sweep = Sweep(name_sweep("single"), Path.cwd(), 1, show=show)
    board = sweep.board(job)
    board.open()
    outcomes: dict[int, Outcome] = {}
    try:
        _do(sweep, [job], None, outcomes)
    finally:
        board.close()
    return outcomes[job.number]


def _prepare(job: Job) -> tuple[Job, Outcome | None]:
    started = time.monotonic()
    try:
        prepared = prepare_job(job)
        outcome = find_outcome(job, prepared)
    except Exception as error:
        outcome = fail(job, error, None, started)
        print(f"error: {job.label}: {outcome.error}", file=sys.stderr, flush=True)
        return job, outcome
    return replace(job, prepared=prepared), outcome


def _do(sweep: Sweep, jobs: Sequence[Job], launcher: Any, outcomes: dict[int, Outcome]) -> None:
    """Launch the jobs until each has an outcome; every round settles one at least, or is the last."""
    tries: dict[int, int] = {}
    remaining = list(jobs)
    while remaining:
        if sweep.quiet:
            print(
                f"{len(remaining)} jobs go to workers; `mt-eval status {remaining[0].runs_dir}` shows how far they are",
                file=sys.stderr,
                flush=True,
            )
        launch(launcher, sweep, remaining)
        again: list[Job] = []
        waiting: list[Job] = []
        settled = False
        for job in remaining:
            outcome = sweep.board(job).read(job.number)
            if outcome is None and (found := _find(job)) is not None:
                outcome = found  # its worker was killed between writing the run and saying so
            if outcome is not None and outcome.state is State.ELSEWHERE:
                waiting.append(job)
            elif outcome is not None:
                outcomes[job.number] = outcome
                settled = True
            else:
                began = _drop_own_claim(sweep, job)
                tries[job.number] = tries.get(job.number, 0) + began
                if tries[job.number] >= _TRIES:
                    outcomes[job.number] = _lose(job, "its worker was killed twice, perhaps for want of memory")
                else:
                    settled |= began
                    again.append(job)
        if again and not settled:
            for job in again:
                outcomes[job.number] = _lose(job, "no worker began it; see the launcher's own logs")
            again = []
        remaining = again + (_wait(sweep, waiting, outcomes) if not again else waiting)
        for job in remaining:
            sweep.board(job).drop(job.number)


def _find(job: Job) -> Outcome | None:
    assert job.prepared is not None
    return None if job.config.force else find_outcome(job, job.prepared)


def _drop_own_claim(sweep: Sweep, job: Job) -> bool:
    """Whether a worker of this sweep died at the job; its claim is removed."""
    assert job.prepared is not None
    claimed = identify_claim(job, job.prepared)
    claim = find_claim(job.runs_dir, claimed)
    if claim is None or claim.sweep != sweep.name:
        return False
    # The launcher says that its workers have ended, whatever their last sign of life looks like from here.
    drop_claim(job.runs_dir, claimed, even_alive=True)
    return True


def _lose(job: Job, why: str) -> Outcome:
    assert job.prepared is not None
    error = RunError(f"{job.prepared.run_id}: {why}; the same command goes on from what was translated")
    return fail(job, error, job.prepared.identity, time.monotonic())


def _wait(sweep: Sweep, jobs: Sequence[Job], outcomes: dict[int, Outcome]) -> list[Job]:
    """Wait until one of the jobs that others do is finished or given up; what is left to do."""
    remaining = list(jobs)
    said = False
    while remaining:
        free = False
        for job in list(remaining):
            assert job.prepared is not None
            claim = find_claim(job.runs_dir, identify_claim(job, job.prepared))
            if claim is not None and claim.alive:
                if not said:
                    print(
                        f"{job.label or 'this run'} is being made by another process ({claim.host} {claim.pid}); "
                        "waiting for it",
                        file=sys.stderr,
                        flush=True,
                    )
                    said = True
                continue
            found = _find(job)
            if found is not None:
                outcomes[job.number] = found
                remaining.remove(job)
            else:
                free = True
        if free or not remaining:
            break
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return remaining


def print_table(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """What became of each job, on standard error: what jobs print themselves stands on standard output."""
    from mt_eval.runs.listing import read_entry

    counts = {state: sum(outcome.state is state for outcome in outcomes) for state in State}
    words = {State.FINISHED: "finished before"}
    summary = ", ".join(f"{count} {words.get(state, state.value)}" for state, count in counts.items() if count)
    rows = [["job", "state", "score", "seconds", "run"]]
    for job, outcome in zip(jobs, outcomes, strict=True):
        score = ""
        if outcome.folder is not None:
            try:
                metric, value = next(iter(read_entry(Path(outcome.folder)).scores.items()), ("", None))
                score = "" if value is None else f"{metric} {value:.1f}"
            except MtEvalError as error:
                score = str(error)
        seconds = "" if outcome.seconds is None else f"{outcome.seconds:.1f}"
        what = outcome.folder or outcome.error or ("" if outcome.segments is None else f"{outcome.segments} segments")
        rows.append([job.label, outcome.state.value, score, seconds, what])
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    ]
    notes = [f"warning: {outcome.note}" for outcome in outcomes if outcome.note]
    print(f"{len(jobs)} jobs: {summary}", *lines, *notes, sep="\n", file=sys.stderr, flush=True)
