"""What can be told of a job without doing it: its inputs, whether it was done before, how it failed."""

from __future__ import annotations

import hashlib
import os
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.config import Ctranslate2Engine, DeviceKind, RunConfig, to_plain
from mt_eval.errors import MtEvalError, describe_refusal
from mt_eval.runs.failed import Failure, clear_failures, has_failures, locate_failure, name_failure, write_failure
from mt_eval.runs.outcomes import Outcome, State
from mt_eval.sweep.jobs import Job

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared


class Findings:
    """What the jobs of one sweep share before the first of them is begun: their data, and which runs are there."""

    def __init__(self) -> None:
        from mt_eval.material import SharedMaterial

        self.material = SharedMaterial()
        self._folders: dict[Path, Mapping[str, Sequence[Path]]] = {}
        self._errors: set[str | None] = set()

    def list_folders(self, runs_dir: Path, identity: str) -> Sequence[Path]:
        """The run directories that may be the run's, as they were when the first job asked."""
        from mt_eval.runs.identity import short_identity
        from mt_eval.runs.read import index_runs

        if runs_dir not in self._folders:
            self._folders[runs_dir] = index_runs(runs_dir)
        return self._folders[runs_dir].get(short_identity(identity), ())

    def is_new(self, error: str | None) -> bool:
        """Whether no job before failed with the same words; and remember them."""
        before = len(self._errors)
        self._errors.add(error)
        return len(self._errors) > before


def prepare_job(job: Job, findings: Findings | None = None) -> Prepared:
    """All that is known before the model is loaded.

    Args:
        findings: What was found for other jobs of the sweep.

    Raises:
        MtEvalError: Anything in the inputs that cannot be used.
    """
    from mt_eval.pipeline import prepare
    from mt_eval.track.send import check_installed

    check_installed(job.config.tracker.kind)
    return prepare(job.config, None if findings is None else findings.material.gather(job.config))


def check_device(config: RunConfig) -> None:
    """Check that a GPU that is asked for is there, also where nothing will be decoded on it.

    Raises:
        ConfigError: It is not.
    """
    if config.device.kind is DeviceKind.cuda:
        from mt_eval.extras import require_extra
        from mt_eval.translate.engines.device import choose_device

        engine = "ctranslate2" if isinstance(config.engine, Ctranslate2Engine) else "transformers"
        require_extra("ct2" if engine == "ctranslate2" else "models", "device.kind=cuda")
        choose_device(config.device.kind, engine)


def find_outcome(job: Job, prepared: Prepared, findings: Findings | None = None) -> Outcome | None:
    """The outcome of a job that was done before it began; None if it has to be done.

    Args:
        findings: What was found for other jobs of the sweep; without it the folder is looked into anew.
    """
    from mt_eval.runs.read import find_run

    if job.config.force or read_shard(job) is not None:
        return None
    folders = None if findings is None else findings.list_folders(job.runs_dir, prepared.identity)
    existing = find_run(job.runs_dir, prepared.identity, folders=folders)
    return None if existing is None else Outcome(State.FINISHED, folder=str(existing))


def settle(job: Job, prepared: Prepared, findings: Findings | None = None) -> Outcome | None:
    """The same, and forgotten is that the job failed before somebody else made its run."""
    outcome = find_outcome(job, prepared, findings)
    if outcome is not None and has_failures(job.runs_dir):
        clear_failures(job.runs_dir, name_job_failure(job), prepared.identity)
    return outcome


def identify_claim(job: Job, prepared: Prepared) -> str:
    """What is claimed for the job: its run, or the part of it that a shard is."""
    shard = read_shard(job)
    if shard is None:
        return prepared.identity
    return hashlib.sha256(f"{prepared.identity} {shard[0]}/{shard[1]}".encode()).hexdigest()


def read_shard(job: Job) -> tuple[int, int] | None:
    """Which part of the data the job translates: its number from 0 and how many there are; None for a whole run."""
    shard = getattr(job.config.data, "shard", None)
    if shard is None:
        return None
    number, total = map(int, shard.split("/"))
    return number, total


def name_job_failure(job: Job) -> str:
    """What a failure of the job is called."""
    return name_failure(to_plain(job.config), job.config.choices)


def fail(job: Job, error: BaseException, identity: str | None, started: float) -> Outcome:
    """Keep what went wrong beside the runs; its outcome."""
    name = name_job_failure(job)
    record = locate_failure(job.runs_dir, name)
    sentence = str(error) if isinstance(error, MtEvalError) else describe_refusal(error) or _report_bug(error, record)
    failure = Failure(
        name=name,
        error=sentence,
        traceback="".join(traceback.format_exception(error)),
        overrides=job.config.overrides,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        host=os.uname().nodename,
        identity=identity,
        choices=dict(job.config.choices),
    )
    try:
        written: str | None = str(write_failure(job.runs_dir, failure))
    except MtEvalError:
        written = None  # the folder cannot be written, which is most likely what `error` says
    seconds = round(time.monotonic() - started, 1)
    return Outcome(State.FAILED, seconds=seconds, error=sentence, record=written)


def _report_bug(error: BaseException, record: Path) -> str:
    return (
        f"mt-eval met something it does not know how to explain ({type(error).__name__}: {error}); "
        f"please report it with {record}"
    )
