"""Where else results are sent: group `tracker`."""

from __future__ import annotations

from dataclasses import dataclass

from mt_eval.config.ranges import require


@dataclass
class NoTracker:
    kind: str = "none"
    """The tracker; the option sets it."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "none")


@dataclass
class MlflowTracker:
    kind: str = "mlflow"
    """The tracker; the option sets it."""
    uri: str | None = None
    """Of a server or a database; `.trackers/mlflow.db` below `runs_dir` by default."""
    experiment: str = "mt-eval"
    """The experiment that runs are put under."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "mlflow")
        require(bool(self.experiment.strip()), "tracker.experiment", self.experiment, "a name")


@dataclass
class WandbTracker:
    kind: str = "wandb"
    """The tracker; the option sets it."""
    project: str = "mt-eval"
    """The project that runs are put under."""
    entity: str | None = None
    """User or team; the one that is logged in by default."""
    mode: str = "offline"
    """`offline` writes files that `wandb sync` sends; `online` sends at once."""
    folder: str | None = None
    """For files; `.trackers` below `runs_dir` by default. `~` is expanded."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "wandb")
        require(self.mode in ("offline", "online"), "tracker.mode", self.mode, "offline or online")


@dataclass
class TensorboardTracker:
    kind: str = "tensorboard"
    """The tracker; the option sets it."""
    folder: str | None = None
    """What `tensorboard --logdir` gets; `.trackers/tensorboard` below `runs_dir` by default. `~` is expanded."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "tensorboard")


TRACKERS: dict[str, type] = {"mlflow": MlflowTracker, "wandb": WandbTracker, "tensorboard": TensorboardTracker}
"""Kind to what configures it: a run directory keeps the kind, which tells plain settings apart."""


def _check_kind(kind: str, expected: str) -> None:
    require(kind == expected, "tracker.kind", kind, f"{expected}; choose another tracker with tracker=NAME")
