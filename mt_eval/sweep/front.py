"""The front of a sweep: prepares the jobs, has them done, and says what became of each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.config import RunConfig
from mt_eval.errors import MtEvalError, RunError
from mt_eval.runs.claims import drop_claim, find_claim
from mt_eval.runs.outcomes import Board, Outcome, State, name_sweep
from mt_eval.runs.paths import prepare_runs_dir
from mt_eval.sweep.jobs import Job, order_jobs
from mt_eval.sweep.launch import is_in_process, launch
from mt_eval.sweep.settings import TuneSweeper
from mt_eval.sweep.settle import fail, identify_claim, prepare_job, settle
from mt_eval.sweep.watch import Watch
from mt_eval.sweep.work import Sweep

if TYPE_CHECKING:
    from mt_eval.sweep.compose import Composer, Request

_TRIES = 2
"""How often a job is begun whose worker is killed: it may have been another job's fault."""
_SECONDS_BETWEEN_LOOKS = 2.0


def do_request(request: Request, composer: Composer, watch: Watch) -> tuple[Sequence[Job], list[Outcome]]:
    """The jobs of a sweep or a search, and what became of each.

    Raises:
        ConfigError: The launcher or the sweeper cannot do what is asked for.
    """
    if not isinstance(request.sweeper, TuneSweeper):
        return request.jobs, do_jobs(request.jobs, request.launcher, watch)
    from mt_eval.sweep.tune import tune

    return tune(request, composer.compose_job, replace(watch, made=None))


def do_jobs(jobs: Sequence[Job], launcher: Any, watch: Watch) -> list[Outcome]:
    """Do the jobs, and tell what became of each, in their order.

    What runs elsewhere is waited for, after everything else is done: it is part of what was asked for, and if its
    process dies this one can take it over.
    """
    sweep = Sweep(name_sweep(datetime.now(UTC).strftime("%Y%m%dT%H%M%S")), Path.cwd(), len(jobs), watch)
    for folder in {job.runs_dir for job in jobs}:
        prepare_runs_dir(folder)
    boards = {folder: Board(folder, sweep.name) for folder in {job.runs_dir for job in jobs}}
    outcomes: dict[int, Outcome] = {}
    with ExitStack() as kept:
        for board in boards.values():
            kept.enter_context(board.keep())
        remaining = []
        for job in order_jobs(jobs):
            prepared, outcome = _prepare(job, watch)
            if outcome is None:
                remaining.append(prepared)
            else:
                outcomes[job.number] = outcome
        _do(sweep, remaining, launcher, outcomes)
    return [outcomes[job.number] for job in jobs]


def do_one(config: RunConfig, watch: Watch) -> Outcome:
    """The outcome of one configuration: found, done here, or waited for if another process does it; never a failure.

    Raises:
        MtEvalError: The run cannot be made.
    """
    job = Job(0, config, "")
    prepare_runs_dir(job.runs_dir)
    prepared = prepare_job(job)
    existing = settle(job, prepared)
    if existing is not None:
        watch.say(f"{existing.folder} exists and answers this; force=true runs it again")
        return existing
    failures: list[Exception] = []
    sweep = Sweep(name_sweep("single"), Path.cwd(), 1, replace(watch, failed=failures.append))
    outcomes: dict[int, Outcome] = {}
    try:
        with sweep.board(job).keep():
            _do(sweep, [replace(job, prepared=prepared)], None, outcomes)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was translated is kept in {job.runs_dir}, give the same command again to go on from there"
        ) from None
    if outcomes[0].state is State.FAILED:
        cause = failures[-1] if failures else None
        raise cause if isinstance(cause, MtEvalError) else RunError(outcomes[0].error) from cause
    return outcomes[0]


def _prepare(job: Job, watch: Watch) -> tuple[Job, Outcome | None]:
    started = time.monotonic()
    try:
        prepared = prepare_job(job)
        outcome = settle(job, prepared)
    except Exception as error:
        outcome = fail(job, error, None, started)
        watch.say(f"error: {job.label}: {outcome.error}")
        return job, outcome
    return replace(job, prepared=prepared), outcome


def _do(sweep: Sweep, jobs: Sequence[Job], launcher: Any, outcomes: dict[int, Outcome]) -> None:
    """Launch the jobs until each has an outcome; every round settles one at least, or is the last."""
    tries: dict[int, int] = {}
    remaining = list(jobs)
    while remaining:
        if not is_in_process(launcher):
            sweep.watch.say(
                f"{len(remaining)} jobs go to workers; `mt-eval status {remaining[0].runs_dir}` shows how far they are"
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
    return None if job.config.force else settle(job, job.prepared)


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
                    sweep.watch.say(
                        f"{job.label or 'this run'} is being made by another process ({claim.host} {claim.pid}); "
                        "waiting for it"
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
