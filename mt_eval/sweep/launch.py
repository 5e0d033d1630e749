"""Where the jobs of a sweep are done: in this process, or by joblib, submitit or Ray.

A launcher starts workers and returns when they have ended, however they did. What became of the jobs is on the board.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mt_eval.bundled import expand_home
from mt_eval.errors import ConfigError, RunError
from mt_eval.extras import require_extra
from mt_eval.runs.outcomes import Outcome
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settings import JoblibLauncher, RayLauncher, SlurmLauncher, SubmititLauncher
from mt_eval.sweep.watch import SILENT
from mt_eval.sweep.work import Sweep, work


def launch(launcher: Any, sweep: Sweep, jobs: Sequence[Job]) -> Mapping[int, Outcome]:
    """Have the jobs done; the outcomes of those that were done in this process, which need no board.

    Raises:
        ConfigError: The launcher is not installed, not known, or cannot work on this machine.
        RunError: It refuses the jobs.
    """
    if is_in_process(launcher):
        return work(sweep, jobs)
    sweep = replace(sweep, watch=SILENT)
    match launcher:
        case JoblibLauncher():
            require_extra("joblib", "hydra/launcher=joblib")
            _launch_joblib(launcher, sweep, jobs)
        case SubmititLauncher():
            require_extra("submitit", "hydra/launcher=submitit_local")
            _launch_submitit(launcher, sweep, jobs)
        case SlurmLauncher():
            require_extra("submitit", "hydra/launcher=submitit_slurm")
            _launch_slurm(launcher, sweep, jobs)
        case RayLauncher():
            require_extra("ray", "hydra/launcher=ray")
            _launch_ray(launcher, sweep, jobs)
        case _:
            raise ConfigError(
                f"hydra/launcher is a {type(launcher).__name__}; mt-eval has launchers of its own: basic, joblib, "
                "submitit_local, submitit_slurm, ray"
            )
    return {}


def is_here(launcher: Any) -> bool:
    """Whether the jobs are done on this machine."""
    return is_in_process(launcher) or isinstance(launcher, JoblibLauncher | SubmititLauncher)


def is_in_process(launcher: Any) -> bool:
    """Whether the jobs are done in this process, one after the other."""
    return launcher is None or type(launcher).__name__ == "BasicLauncherConf"


@dataclass(frozen=True, slots=True)
class Share:
    """The jobs of one worker, as a call that can be sent to it."""

    sweep: Sweep
    jobs: tuple[Job, ...]
    gpu: int | None = None

    def __call__(self) -> None:
        if self.gpu is not None:
            os.environ["CUDA_VISIBLE_DEVICES"] = str(self.gpu)
        work(self.sweep, self.jobs)

    def checkpoint(self) -> Any:
        """What Slurm queues again when it ends the job early: the same, which goes on from the store."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


def _launch_joblib(launcher: JoblibLauncher, sweep: Sweep, jobs: Sequence[Job]) -> None:
    """Every worker gets all jobs and does those that no other has claimed, so a model stays loaded in it.

    Each begins at another place of the list, to be alone with its model as long as there are several.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    workers = min(launcher.workers, len(jobs))
    shares = []
    for worker in range(workers):
        start = worker * len(jobs) // workers
        gpu = worker % launcher.gpus if launcher.gpus else None
        shares.append(Share(sweep, (*jobs[start:], *jobs[:start]), gpu))
    try:
        Parallel(n_jobs=workers, backend="loky")(delayed(share)() for share in shares)
    except BrokenProcessPool:
        return  # one worker was killed, and joblib has ended the others


def _launch_submitit(launcher: SubmititLauncher, sweep: Sweep, jobs: Sequence[Job]) -> None:
    import submitit

    executor = submitit.LocalExecutor(_choose_folder(launcher.folder, jobs))
    executor.update_parameters(timeout_min=launcher.timeout_min)
    waiting = [Share(sweep, (_strip(job),)) for job in jobs]
    running: list[Any] = []
    while waiting or running:
        running = [job for job in running if not job.done()]
        while waiting and len(running) < launcher.parallel:
            running.append(executor.submit(waiting.pop(0)))
        time.sleep(0.2)


def _launch_slurm(launcher: SlurmLauncher, sweep: Sweep, jobs: Sequence[Job]) -> None:
    import submitit

    try:
        executor = submitit.SlurmExecutor(
            _choose_folder(launcher.folder, jobs), max_num_timeout=launcher.max_num_timeout
        )
    except RuntimeError as error:
        raise ConfigError("hydra/launcher=submitit_slurm: there is no srun here; use a login node of Slurm") from error
    names = ("partition", "account", "qos", "constraint", "nodes", "gpus_per_task", "cpus_per_task", "setup")
    settings = {name: getattr(launcher, name) for name in (*names, "signal_delay_s", "additional_parameters")}
    settings |= {"time": launcher.timeout_min, "array_parallelism": launcher.parallel, "job_name": "mt-eval"}
    if launcher.mem_gb is not None:
        settings["mem"] = f"{launcher.mem_gb}GB"
    executor.update_parameters(**{name: value for name, value in settings.items() if value is not None})
    waiting = [Share(sweep, (_strip(job),)) for job in jobs]
    running: list[Any] = []
    size = len(waiting)
    while waiting or running:
        running = [job for job in running if not job.done()]
        if waiting:
            try:
                with executor.batch():
                    submitted = [executor.submit(share) for share in waiting[:size]]
            except submitit.core.utils.FailedJobError as error:
                # A cluster bounds the tasks of an array (MaxArraySize) and the jobs of a user.
                if size == 1 and not running:
                    raise RunError(
                        f"hydra/launcher=submitit_slurm: Slurm takes no job ({' '.join(str(error).split())}); mend "
                        "hydra.launcher.partition, account or qos, or its other settings"
                    ) from error
                if size > 1:
                    size = (size + 1) // 2
                    continue
            else:
                running += submitted
                del waiting[:size]
                continue
        time.sleep(5)


def _launch_ray(launcher: RayLauncher, sweep: Sweep, jobs: Sequence[Job]) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    ours = not ray.is_initialized()
    if ours:
        ray.init(address=launcher.address, log_to_driver=False, logging_level="ERROR")
    try:
        options = {"num_cpus": launcher.num_cpus, "num_gpus": launcher.num_gpus, "max_retries": 0, "max_calls": 1}
        if launcher.memory_gb is not None:
            options["memory"] = int(launcher.memory_gb * 1e9)
        remote = ray.remote(**options)(_do_share)
        pending = [remote.remote(Share(sweep, (_strip(job),))) for job in jobs]
        while pending:
            _, pending = ray.wait(pending, timeout=5)
    finally:
        if ours:
            ray.shutdown()


def _do_share(share: Share) -> None:
    share()


def _strip(job: Job) -> Job:
    """The job as another machine gets it, which finds the data and the model in places of its own."""
    return replace(job, prepared=None)


def _choose_folder(folder: str | None, jobs: Sequence[Job]) -> Path:
    return (jobs[0].runs_dir / ".submitit" if folder is None else expand_home(folder)).resolve()
