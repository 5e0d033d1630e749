"""Jobs as a person reads them: what would be done, and what became of each."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.cli.table import print_table
from mt_eval.errors import MtEvalError
from mt_eval.runs.outcomes import Outcome, State

if TYPE_CHECKING:
    from mt_eval.sweep.jobs import Job
    from mt_eval.sweep.plan import PlannedJob


def print_plan(plan: Sequence[PlannedJob]) -> None:
    """A line per job."""
    for each in plan:
        if each.error is not None:
            state = f"would fail: {each.error}"
        elif each.folder is not None:
            state = f"finished: {each.folder}"
        else:
            state = "to run" + (f", after a download of {' and '.join(each.downloads)}" if each.downloads else "")
            state += f", about {each.seconds:.0f} s" if each.seconds else ""
            state += _describe_requests(each.requests) if each.requests is not None else ""
            state += f" that cost {each.cost:.4g} at most" if each.cost is not None else ""
        print(f"{each.job.label or 'this run'}: {state}")
    to_run = [each for each in plan if each.to_run]
    known = sum(each.seconds or 0.0 for each in to_run)
    unknown = any(each.seconds is None for each in to_run)
    time = "time not known" if to_run and not known else f"about {known:.0f} s" + (" and more" if unknown else "")
    downloads = {name for each in to_run for name in each.downloads}
    print(f"\n{len(plan)} jobs, {len(to_run)} to run ({time}), {len(downloads)} checkpoints to download")


def _describe_requests(count: int) -> str:
    return f", {count} {'request' if count == 1 else 'requests'} to servers"


def print_outcomes(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """What became of each job, on standard error: what jobs show themselves stands on standard output."""
    counts = {state: sum(outcome.state is state for outcome in outcomes) for state in State}
    words = {State.FINISHED: "finished before"}
    summary = ", ".join(f"{count} {words.get(state, state.value)}" for state, count in counts.items() if count)
    rows = []
    for job, outcome in zip(jobs, outcomes, strict=True):
        seconds = "" if outcome.seconds is None else f"{outcome.seconds:.1f}"
        what = outcome.folder or outcome.error or ("" if outcome.segments is None else f"{outcome.segments} segments")
        rows.append((job.label, outcome.state.value, _format_score(outcome), seconds, what))
    print(f"{len(jobs)} jobs: {summary}", file=sys.stderr)
    print_table(("job", "state", "score", "seconds", "run"), rows, fold=False, file=sys.stderr)
    for warning in (*(outcome.note for outcome in outcomes if outcome.note), *_warn_of_choices(outcomes)):
        print(f"warning: {warning}", file=sys.stderr, flush=True)


def _warn_of_choices(outcomes: Sequence[Outcome]) -> list[str]:
    from mt_eval.runs.listing import read_entry, warn_of_choices

    folders = dict.fromkeys(outcome.folder for outcome in outcomes if outcome.folder is not None)
    entries = []
    for folder in folders:
        with contextlib.suppress(MtEvalError):  # the table says that it is damaged
            entries.append(read_entry(Path(folder)))
    return warn_of_choices(entries)


def encode_outcome(outcome: Outcome) -> str:
    """What became of a job as a line of JSON; `scores` are those over segments, by metric."""
    from mt_eval.report.visible import encode_json

    scores: Mapping[str, float | None] = {}
    error = outcome.error
    try:
        scores = _read_scores(outcome)
    except MtEvalError as damage:
        error = str(damage)
    record = {
        "folder": outcome.folder,
        "state": outcome.state.value,
        "seconds": outcome.seconds,
        "scores": scores,
        "error": error,
    }
    return encode_json(record, indent=None)


def _format_score(outcome: Outcome) -> str:
    try:
        metric, value = next(iter(_read_scores(outcome).items()), ("", None))
    except MtEvalError as error:
        return str(error)
    return "" if value is None else f"{metric} {value:.1f}"


def _read_scores(outcome: Outcome) -> Mapping[str, float | None]:
    from mt_eval.runs.listing import read_entry

    return {} if outcome.folder is None else read_entry(Path(outcome.folder)).scores
