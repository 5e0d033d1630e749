"""What would be done of a request: what is finished, what must be downloaded first, and about how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mt_eval.config import PivotModel, ServerModel
from mt_eval.errors import MtEvalError
from mt_eval.runs.paths import store_folder
from mt_eval.sweep.estimate import Estimator
from mt_eval.sweep.jobs import Job, order_jobs
from mt_eval.sweep.settle import Findings, find_outcome, prepare_job
from mt_eval.translate.chain import list_texts
from mt_eval.translate.checkpoints.adapter import ADAPTER
from mt_eval.translate.checkpoints.catalogue import find_on_disk
from mt_eval.translate.checkpoints.hub import CHECKPOINT, Sort, use_cache_alone
from mt_eval.translate.checkpoints.target_codes import fill_in_languages
from mt_eval.translate.server.ask import count_requests
from mt_eval.translate.server.locate import Server
from mt_eval.translate.store.records import read_store

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared


@dataclass(frozen=True, slots=True)
class PlannedJob:
    job: Job
    folder: str | None = None
    """The run directory, where it is finished."""
    error: str | None = None
    """Why it would fail."""
    downloads: tuple[str, ...] = ()
    """Checkpoints and adapters that are not on this disk."""
    seconds: float | None = None
    """About how long it takes; None where that is not known."""
    requests: int | None = None
    """How many are to be sent to servers; None where none is asked."""
    cost: float | None = None
    """What these cost at most; None where no prices are given, or the texts are not known yet."""

    @property
    def to_run(self) -> bool:
        return self.folder is None and self.error is None


def plan_jobs(jobs: Sequence[Job]) -> list[PlannedJob]:
    """One entry per job, in the order they would be done; nothing is downloaded, loaded or written."""
    estimator, findings = Estimator(), Findings()
    return [_plan(job, estimator, findings) for job in order_jobs(jobs)]


def _plan(job: Job, estimator: Estimator, findings: Findings) -> PlannedJob:
    absent = [wanted[0] for wanted in _list_checkpoints(job) if find_on_disk(*wanted)[0] != "yes"]
    if absent:
        return PlannedJob(job, downloads=tuple(absent))
    try:
        with use_cache_alone():
            prepared = prepare_job(job, findings)
        outcome = find_outcome(job, prepared, findings)
        if outcome is not None:
            return PlannedJob(job, folder=outcome.folder)
        seconds = estimator.estimate_seconds(job, prepared)
        requests, cost = _count_requests(job, prepared)
        return PlannedJob(job, seconds=seconds, requests=requests, cost=cost)
    except MtEvalError as error:
        return PlannedJob(job, error=str(error))


def _count_requests(job: Job, prepared: Prepared) -> tuple[int | None, float | None]:
    """How many requests to servers the job makes at most, and what they cost at most; None where that is not known.

    A server behind another leg is asked for texts that nobody knows before that leg has made them.
    """
    system, store = prepared.system, store_folder(job.runs_dir)
    servers = [leg for leg in system.route if isinstance(leg, Server)]
    if not servers:
        return None, None
    texts = [text for text in list_texts(system, job.config, prepared.pairs, prepared.paragraphs) if text.strip()]
    requests, cost, unknown = 0, 0.0, 0
    priced = True
    for leg in system.route:
        if isinstance(leg, Server):
            count, most = count_requests(leg, texts, store, preflight=job.config.preflight)
            requests += count + unknown
            cost += most or 0.0
            priced = priced and most is not None and not unknown
        made = read_store(store, leg.identity, texts, touch=False).sentences
        unknown += len({text for text in texts if text not in made})
        texts = [made[text].text for text in texts if text in made and made[text].text.strip()]
    return requests, cost if priced else None


def _list_checkpoints(job: Job) -> Iterator[tuple[str, str | None, Sort]]:
    model, source, target = job.config.model, job.config.source_lang, job.config.target_lang
    legs: list[tuple[Any, str, str]] = [(model, source, target)]
    if isinstance(model, PivotModel):
        legs = [(model.first, source, model.via), (model.second, model.via, target)]
    for leg, one, other in legs:
        if hasattr(leg, "name") and not isinstance(leg, ServerModel):
            yield fill_in_languages(leg.name, one, other), leg.revision, CHECKPOINT
            if leg.adapter is not None:
                yield fill_in_languages(leg.adapter, one, other), leg.adapter_revision, ADAPTER
