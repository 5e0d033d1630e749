"""A run is made: translated, scored, written with its page, and told to its tracker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.config import to_plain
from mt_eval.disk import write_whole
from mt_eval.runs.claims import HeldClaim
from mt_eval.runs.failed import clear_failures
from mt_eval.runs.outcomes import Outcome, State
from mt_eval.runs.paths import RunPaths
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settle import Findings, name_job_failure, read_shard, settle
from mt_eval.sweep.watch import Pace, Progress, Watch
from mt_eval.translate.engines.pool import LoadedModels

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared
    from mt_eval.types import Run


@dataclass(slots=True)
class _Journal:
    """Tells the user what goes on and remembers it for the run's log."""

    watch: Watch
    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)
        self.watch.say(text)

    def render(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def make_run(
    job: Job, prepared: Prepared, claim: HeldClaim, watch: Watch, models: LoadedModels | None, place: str
) -> Outcome:
    """Do a claimed job; its outcome.

    Args:
        place: Which job of how many it is, in front of its first line.
    """
    from mt_eval.pipeline import evaluate
    from mt_eval.runs.read import find_run
    from mt_eval.runs.write import check_place

    started = time.monotonic()
    config = job.config
    journal = _Journal(watch)
    existing = find_run(job.runs_dir, prepared.identity, skip_damaged=True) if config.force else None
    if existing is not None:
        prepared = replace(prepared, run_id=existing.name)
    check_place(job.runs_dir, prepared.run_id)
    for note in prepared.notes:
        journal.say(note)
    count = len(prepared.pairs)
    journal.say(f"{place}{prepared.run_id}: {count} segments with {prepared.system.label}, {config.direction}")
    progress = _report_progress(prepared.run_id, claim, watch)
    shard = read_shard(job)
    if shard is not None:
        from mt_eval.sweep.shards import translate_shard

        translated = translate_shard(config, prepared, shard, progress)
        return Outcome(State.TRANSLATED, seconds=round(time.monotonic() - started, 1), segments=translated)
    run = evaluate(config, prepared, progress, models)
    written = _write(job, run, journal)
    clear_failures(job.runs_dir, name_job_failure(job), prepared.identity)
    watch.show(replace(run, folder=written.folder))
    trouble = _send_to_tracker(job, written.folder, watch)
    return Outcome(State.DONE, seconds=round(time.monotonic() - started, 1), folder=str(written.folder), note=trouble)


def _write(job: Job, run: Run, journal: _Journal) -> RunPaths:
    """Where the run was written, with its page."""
    from mt_eval.runs.write import write_run

    config = job.config
    journal.lines += [f"warning: {warning}" for warning in run.warnings]
    page = _render_report(run, journal) if config.report else None
    return write_run(
        run, job.runs_dir, overrides=config.overrides, log=journal.render(), report=page, replace=config.force
    )


def find_made(job: Job, prepared: Prepared, watch: Watch, findings: Findings | None = None) -> Outcome | None:
    """The outcome of a job whose run is there, with what the job asks for beside it: the page, the tracker.

    None if it has to be done.
    """
    outcome = settle(job, prepared, findings)
    if outcome is None or outcome.folder is None:
        return outcome
    folder = Path(outcome.folder)
    return replace(outcome, note=_add_report(job, folder, watch) or _send_to_tracker(job, folder, watch))


def _add_report(job: Job, folder: Path, watch: Watch) -> str | None:
    """What went wrong with making the page of a run that has none."""
    path = RunPaths(folder).report
    if not job.config.report or path.exists():
        return None
    from mt_eval.report.html.page import render_run_page
    from mt_eval.runs.read import read_run

    try:
        write_whole(path, render_run_page(read_run(folder)))
    except Exception as error:
        reason = getattr(error, "strerror", None) or error
        note = f"{path} could not be made ({reason}); the run is whole without it"
        watch.say(f"warning: {note}")
        return note
    return None


def _send_to_tracker(job: Job, folder: Path, watch: Watch) -> str | None:
    """What went wrong with telling the tracker that the job asks for, if it asks for one."""
    if job.config.tracker.kind == "none":
        return None
    from mt_eval.track.send import send_apart

    note = send_apart(folder, to_plain(job.config.tracker))
    if note is not None:
        watch.say(f"warning: {note}")
    return note


def _render_report(run: Run, journal: _Journal) -> str | None:
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


def _report_progress(run_id: str, claim: HeldClaim, watch: Watch) -> Callable[[int, int], None]:
    pace = Pace()

    def advance(done: int, total: int) -> None:
        rate = pace.measure(done, time.monotonic())
        claim.report(done, total, (total - done) / rate if rate else None)
        watch.advance(Progress(run_id, done, total, rate))

    return advance
