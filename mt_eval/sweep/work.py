"""What a worker does: jobs, one after the other, none of which can stop the others."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.runs.claims import find_claim, take_claim
from mt_eval.runs.outcomes import Board, Outcome, State
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.make import find_made, make_run
from mt_eval.sweep.settle import Findings, fail, identify_claim, prepare_job, read_shard
from mt_eval.sweep.watch import SILENT, Watch
from mt_eval.translate.engines.pool import LoadedModels

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared


@dataclass(frozen=True, slots=True)
class Sweep:
    """What every worker of a sweep has to know."""

    name: str
    folder: Path
    """The working folder that relative paths of the configuration are meant from."""
    total: int
    watch: Watch = SILENT
    """Silent in workers that are other processes: the front reports."""

    def board(self, job: Job) -> Board:
        return Board(job.runs_dir, self.name)


def work(sweep: Sweep, jobs: Sequence[Job]) -> dict[int, Outcome]:
    """Do every one of `jobs` that is not done, being done or given up by anyone; what became of those done here."""
    done = {}
    findings = Findings()
    # The working folder belongs to the whole process: it is left alone where it is right already.
    place = contextlib.nullcontext() if os.path.samefile(sweep.folder, os.curdir) else contextlib.chdir(sweep.folder)
    with place, LoadedModels() as models:
        for job in jobs:
            if sweep.board(job).read(job.number) is None:
                outcome = _attempt(sweep, job, models if len(jobs) > 1 else None, findings)
                if outcome is not None:
                    done[job.number] = outcome
    return done


def _attempt(sweep: Sweep, job: Job, models: LoadedModels | None, findings: Findings) -> Outcome | None:
    """Do a job and put its outcome on the board, unless another worker of the sweep is at it."""
    started = time.monotonic()
    identity = None if job.prepared is None else job.prepared.identity
    try:
        prepared = job.prepared or prepare_job(job, findings)
        identity = prepared.identity
        outcome = find_made(job, prepared, sweep.watch) or _claim_and_make(sweep, job, prepared, models)
    except Exception as error:
        outcome = _tell_failure(sweep, job, error, identity, started)
    if outcome is not None:
        sweep.board(job).write(job.number, outcome)
    return outcome


def _claim_and_make(sweep: Sweep, job: Job, prepared: Prepared, models: LoadedModels | None) -> Outcome | None:
    shard = read_shard(job)
    suffix = "" if shard is None else f"-{shard[0]}-of-{shard[1]}"
    claimed = identify_claim(job, prepared)
    held = take_claim(
        job.runs_dir,
        claimed,
        prepared.run_id + suffix,
        overrides=job.config.overrides,
        choices=job.config.choices,
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
        outcome = board.read(job.number) or find_made(job, prepared, sweep.watch)
        if outcome is None:
            started = time.monotonic()
            place = f"[{job.number + 1} of {sweep.total}] " if sweep.total > 1 else ""
            try:
                outcome = make_run(job, prepared, claim, sweep.watch, models, place)
            except Exception as error:
                # Put down while the claim is held, so that no other worker tries the same again in between.
                outcome = _tell_failure(sweep, job, error, prepared.identity, started)
            board.write(job.number, outcome)
        return outcome


def _tell_failure(sweep: Sweep, job: Job, error: Exception, identity: str | None, started: float) -> Outcome:
    outcome = fail(job, error, identity, started)
    if sweep.watch.failed is not None:
        sweep.watch.failed(error)
    else:
        sweep.watch.say(f"error: {outcome.error}")
    return outcome
