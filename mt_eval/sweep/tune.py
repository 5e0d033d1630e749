"""`hydra/sweeper=tune`: a search for the settings with the best score.

Optuna is asked and told through its own interface: hydra-optuna-sweeper 1.3 needs optuna < 3, of 2022, and takes one
failed trial for the end of the search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.config import MbrDecoding
from mt_eval.errors import ConfigError
from mt_eval.extras import require_extra
from mt_eval.metrics import are_kin
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.listing import Entry, read_entry
from mt_eval.runs.outcomes import Outcome
from mt_eval.score.units import NO_REFERENCE
from mt_eval.sweep.front import do_jobs
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settings import TuneSweeper
from mt_eval.sweep.watch import Watch

if TYPE_CHECKING:
    from mt_eval.sweep.compose import Request


def tune(
    request: Request, compose_job: Callable[[int, Sequence[str], str], Job], watch: Watch
) -> tuple[list[Job], list[Outcome]]:
    """The jobs that were tried and what became of them; the best settings are a line of the log.

    Raises:
        ConfigError: Optuna is not installed, nothing is to be searched, or no trial has such a score.
    """
    sweeper: TuneSweeper = request.sweeper
    require_extra("tune", "hydra/sweeper=tune")
    import optuna

    if not request.space:
        raise ConfigError("hydra/sweeper=tune: nothing is to be searched; give a setting several values")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    # Which way is better only the runs know, of a metric from outside. Optuna is told how good a score is.
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=sweeper.seed), direction="maximize")
    jobs: list[Job] = []
    outcomes: list[Outcome] = []
    best: tuple[float, float, Job] | None = None
    while len(jobs) < sweeper.trials:
        batch = []
        for _ in range(min(sweeper.parallel, sweeper.trials - len(jobs))):
            trial = study.ask()
            words = [f"{key}={choose(trial)}" for key, choose in request.space.items()]
            batch.append((trial, compose_job(len(jobs), [*request.words, *words], " ".join(words))))
            jobs.append(batch[-1][1])
            _check_fair(jobs[-1], sweeper.metric)
        results = do_jobs([job for _, job in batch], request.launcher, watch)
        outcomes += results
        for (trial, job), outcome in zip(batch, results, strict=True):
            entry = None if outcome.folder is None else read_entry(Path(outcome.folder))
            score = None if entry is None else _find_score(entry, sweeper.metric)
            if entry is None or score is None:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
                continue
            goodness = -score if sweeper.metric in entry.lower_is_better else score
            study.tell(trial, goodness)
            if best is None or goodness > best[0]:
                best = (goodness, score, job)
    if best is not None:
        watch.say(
            f"best of {len(jobs)} trials: {best[2].label} with {sweeper.metric} {best[1]:.2f} on the data it was "
            "chosen on; what you report must come from other articles"
        )
    return jobs, outcomes


def _check_fair(job: Job, metric: str) -> None:
    """Refuse to search by a metric that translations are chosen by: it would always find that choice the best.

    Raises:
        ConfigError: It is such a metric.
    """
    decoding = job.config.decoding
    if isinstance(decoding, MbrDecoding) and are_kin(MetricKey.parse(metric).base, decoding.utility):
        raise ConfigError(
            f"hydra.sweeper.metric={metric}: decoding=mbr chooses translations by {decoding.utility}, so that this "
            "metric would favour it; search by another one, such as hydra.sweeper.metric=BLEU-intl"
        )


def _find_score(entry: Entry, metric: str) -> float | None:
    """The score; None of a trial whose program failed.

    Raises:
        ConfigError: No trial can have it.
    """
    known = [name for name, value in entry.scores.items() if value is not None]
    value = entry.scores.get(metric)
    reason = entry.reasons.get(metric)
    if metric not in entry.scores or reason == NO_REFERENCE:
        why = f", since {reason}" if reason else ""
        raise ConfigError(
            f"hydra.sweeper.metric={metric}: the runs have no such score{why}; known are {', '.join(known) or 'none'}"
        )
    return value
