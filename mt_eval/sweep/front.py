"""The front of a sweep: prepares the jobs, has them done, and says what became of each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
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
from mt_eval.sweep.launch import is_here, is_in_process, launch
from mt_eval.sweep.make import find_made
from mt_eval.sweep.settings import TuneSweeper
from mt_eval.sweep.settle import Findings, check_device, fail, identify_claim, prepare_job
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
    for note in request.notes:
        watch.say(note)
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
    outcomes: dict[int, Outcome] = {}
    remaining = []
    findings = Findings()
    with watch.listen():
        for job in order_jobs(jobs):
            prepared, outcome = _prepare(job, launcher, watch, findings)
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
    with watch.listen():
        return _do_one(Job(0, config, ""), watch)


def _do_one(job: Job, watch: Watch) -> Outcome:
    check_device(job.config)
    prepared = prepare_job(job)
    existing = find_made(job, prepared, watch)
    if existing is not None:
        watch.say(f"{existing.folder} exists and answers this; force=true runs it again")
        return existing
    failures: list[Exception] = []
    sweep = Sweep(name_sweep("single"), Path.cwd(), 1, replace(watch, failed=failures.append))
    outcomes: dict[int, Outcome] = {}
    _do(sweep, [replace(job, prepared=prepared)], None, outcomes)
    if outcomes[0].state is State.FAILED:
        cause = failures[-1] if failures else None
        raise cause if isinstance(cause, MtEvalError) else RunError(outcomes[0].error) from cause
    return outcomes[0]


def _prepare(job: Job, launcher: Any, watch: Watch, findings: Findings) -> tuple[Job, Outcome | None]:
    started = time.monotonic()
    try:
        if is_here(launcher):
            check_device(job.config)
        prepared = prepare_job(job, findings)
        outcome = find_made(job, prepared, watch, findings)
    except Exception as error:
        outcome = fail(job, error, None, started)
        if findings.is_new(outcome.error):
            watch.say(f"error: {job.label}: {outcome.error}")
        return job, outcome
    return replace(job, prepared=prepared), outcome


def _do(sweep: Sweep, jobs: Sequence[Job], launcher: Any, outcomes: dict[int, Outcome]) -> None:
    """Have the jobs done until each has an outcome.

    Raises:
        RunError: A folder that run directories go into cannot be written.
        KeyboardInterrupt: Ctrl-C, with what is left.
    """
    folders = list(dict.fromkeys(job.runs_dir for job in jobs))
    try:
        with ExitStack() as kept:
            for folder in folders:
                prepare_runs_dir(folder)
                kept.enter_context(Board(folder, sweep.name).keep())
            _launch_until_settled(sweep, jobs, launcher, outcomes)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was translated is kept in {' and '.join(map(str, folders))}, give the same command again to go on "
            "from there"
        ) from None


def _launch_until_settled(sweep: Sweep, jobs: Sequence[Job], launcher: Any, outcomes: dict[int, Outcome]) -> None:
    """Launch the jobs until each has an outcome; every round settles one at least, or is one of few."""
    tries: dict[int, int] = {}
    idle_rounds = 0
    remaining = list(jobs)
    while remaining:
        if not is_in_process(launcher):
            sweep.watch.say(
                f"{len(remaining)} jobs go to workers; `mt-eval status {remaining[0].runs_dir}` shows how far they are"
            )
        why = "no worker began it; see the launcher's own logs"
        done: Mapping[int, Outcome] = {}
        try:
            done = launch(launcher, sweep, remaining)
        except RunError as error:
            why, idle_rounds = str(error), _TRIES
        again: list[Job] = []
        waiting: list[Job] = []
        settled = False
        for job in remaining:
            outcome = done.get(job.number) or sweep.board(job).read(job.number)
            if outcome is None or outcome.state is State.FAILED:
                # Its worker was killed between writing the run and saying so; or it failed, and another made the run.
                outcome = _find(job, sweep.watch) or outcome
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
        # Workers may be killed before they begin, the others ended with them: that says nothing of the jobs.
        idle_rounds = 0 if settled else idle_rounds + 1
        if again and idle_rounds >= _TRIES:
            for job in again:
                outcomes[job.number] = _lose(job, why)
            again = []
        remaining = again + (_wait(sweep, waiting, outcomes) if not again else waiting)
        for job in remaining:
            sweep.board(job).drop(job.number)


def _find(job: Job, watch: Watch) -> Outcome | None:
    assert job.prepared is not None
    return None if job.config.force else find_made(job, job.prepared, watch)


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
            found = _find(job, sweep.watch)
            if found is not None:
                outcomes[job.number] = found
                remaining.remove(job)
            else:
                free = True
        if free or not remaining:
            break
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    return remaining
