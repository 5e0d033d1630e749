"""What a sweep is made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.bundled import expand_home
from mt_eval.config import RunConfig, to_plain

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared


@dataclass(frozen=True, slots=True)
class Job:
    """One configuration to evaluate."""

    number: int
    """Its place in the sweep, from 0."""
    config: RunConfig
    label: str
    """What tells it from the other jobs of its sweep."""
    prepared: Prepared | None = None
    """None where it has yet to be prepared, by whoever does the job."""

    @property
    def runs_dir(self) -> Path:
        return expand_home(self.config.runs_dir)


def order_jobs(jobs: Sequence[Job]) -> list[Job]:
    """The jobs with equal systems behind each other, else in their order, so that a model is loaded once.

    Systems come in the order of their first job; among the jobs of one, directions do.
    """
    systems: dict[str, int] = {}
    directions: dict[str, int] = {}
    ranks = []
    for job in jobs:
        config = job.config
        system = json.dumps([to_plain(part) for part in (config.model, config.engine, config.device)], sort_keys=True)
        ranks.append(
            (systems.setdefault(system, len(systems)), directions.setdefault(config.direction, len(directions)))
        )
    return [jobs[index] for index in sorted(range(len(jobs)), key=lambda index: ranks[index])]
