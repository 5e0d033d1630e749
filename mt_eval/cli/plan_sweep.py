"""`mt-eval run --dry`: what would run, what is finished, what must be downloaded, and about how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mt_eval.config import PivotModel
from mt_eval.errors import MtEvalError
from mt_eval.runs.listing import list_entries
from mt_eval.sweep.jobs import Job, order_jobs
from mt_eval.sweep.work import find_outcome, prepare_job
from mt_eval.translate.checkpoints.catalogue import find_on_disk
from mt_eval.translate.checkpoints.target_codes import fill_in_languages


def print_plan(jobs: Sequence[Job]) -> None:
    """A line per job; nothing is downloaded, loaded or written."""
    to_run, known = 0, 0.0
    downloads: dict[str, None] = {}
    unknown = False
    for job in order_jobs(jobs):
        absent = [name for name, revision in _list_checkpoints(job) if find_on_disk(name, revision)[0] != "yes"]
        downloads |= dict.fromkeys(absent)
        if absent:
            state = f"to run, after a download of {' and '.join(absent)}"
        else:
            try:
                outcome = find_outcome(job, prepare_job(job))
            except MtEvalError as error:
                print(f"{job.label or 'this run'}: would fail: {error}")
                continue
            state = "to run" if outcome is None else f"finished: {outcome.folder}"
            if outcome is not None:
                print(f"{job.label or 'this run'}: {state}")
                continue
        seconds = _estimate(job)
        to_run += 1
        known += seconds or 0.0
        unknown |= seconds is None
        print(f"{job.label or 'this run'}: {state}" + (f", about {seconds:.0f} s" if seconds else ""))
    time = "time not known" if to_run and not known else f"about {known:.0f} s" + (" and more" if unknown else "")
    print(f"\n{len(jobs)} jobs, {to_run} to run ({time}), {len(downloads)} checkpoints to download")


def _list_checkpoints(job: Job) -> Iterator[tuple[str, str | None]]:
    model, source, target = job.config.model, job.config.source_lang, job.config.target_lang
    legs: list[tuple[Any, str, str]] = [(model, source, target)]
    if isinstance(model, PivotModel):
        legs = [(model.first, source, model.via), (model.second, model.via, target)]
    for leg, one, other in legs:
        if hasattr(leg, "name"):
            yield fill_in_languages(leg.name, one, other), leg.revision


def _estimate(job: Job) -> float | None:
    """Seconds of the last finished run here of the same model and data; other decoding may take longer or shorter."""
    if not job.runs_dir.is_dir():
        return None
    past = [
        entry
        for entry in list_entries(job.runs_dir)
        if entry.state == "finished"
        and all(entry.choices.get(group) == job.choices.get(group) for group in ("model", "data"))
    ]
    return max(past, key=lambda entry: entry.time or "").seconds if past else None
