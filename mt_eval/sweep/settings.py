"""What `hydra/launcher` and `hydra/sweeper` can be set to; the presets are in `conf/hydra/`.

The names of Slurm's settings are submitit's, whose documentation says more about each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mt_eval.metrics import HEADLINE


@dataclass
class JoblibLauncher:
    """Worker processes on this machine."""

    workers: int = 2
    gpus: int = 0
    """GPUs of this machine; worker i gets the one numbered i modulo this. 0 leaves the choice to `device`."""


@dataclass
class SubmititLauncher:
    """One process per job on this machine, so that each has its memory for itself."""

    folder: str | None = None
    """Logs and pickles of the jobs; `.submitit` below `runs_dir` by default. `~` is expanded."""
    parallel: int = 2
    """Jobs at a time."""
    timeout_min: int = 1440


@dataclass
class SlurmLauncher:
    """One Slurm array; one task per job."""

    folder: str | None = None
    """On a file system that every node sees, as `runs_dir`."""
    parallel: int = 16
    """Array tasks at a time."""
    timeout_min: int = 240
    """Time limit of one job. One that reaches it is put in the queue again `max_num_timeout` times."""
    max_num_timeout: int = 10
    signal_delay_s: int = 120
    """How long before its end a job is told to put itself in the queue again."""
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    constraint: str | None = None
    nodes: int = 1
    gpus_per_task: int | None = 1
    cpus_per_task: int | None = 8
    mem_gb: int | None = None
    setup: list[str] | None = None
    """Shell lines in front of the job, such as `module load cuda`."""
    additional_parameters: dict[str, Any] = field(default_factory=dict)
    """Further options of sbatch."""


@dataclass
class RayLauncher:
    """One Ray task per job."""

    address: str | None = None
    """Of a running cluster, or `auto`; a cluster of this machine alone is started by default."""
    num_cpus: float = 1
    """Per job, as are `num_gpus` and `memory_gb`."""
    num_gpus: float = 0
    memory_gb: float | None = None


@dataclass
class TuneSweeper:
    """A search for the settings with the best score (Optuna's tree-structured Parzen estimator)."""

    trials: int = 20
    metric: str = HEADLINE
    parallel: int = 1
    """Trials that are launched together."""
    seed: int = 1
    params: dict[str, str] | None = None
    """Setting to the values to search, as on the command line: `choice(1,4,8)`, `range(1,9)`, `interval(0.5,2)`."""


SCHEMAS: dict[str | None, dict[str, type]] = {
    "hydra/launcher": {
        **{"joblib": JoblibLauncher, "submitit_local": SubmititLauncher},
        **{"submitit_slurm": SlurmLauncher, "ray": RayLauncher},
    },
    "hydra/sweeper": {"tune": TuneSweeper},
}
"""Group to what its option files may start from."""
