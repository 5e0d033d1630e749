"""Sending a run to a tracker, and what can go wrong with it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mt_eval.errors import ConfigError, TrackerError
from mt_eval.extras import require_extra
from mt_eval.track.record import Record, describe_run

TRACKERS = ("mlflow", "wandb", "tensorboard")
"""Each needs the extra of its name."""
ADDRESS = ("uri", "folder", "entity", "mode")
"""Settings that say where a run is sent to. They are the user's to give, never a run directory's."""
_SECONDS = 120
"""How long a run waits for its tracker."""


def check_installed(kind: str) -> None:
    """Check that the tracker's package is there.

    Raises:
        ConfigError: It is not.
    """
    if kind in TRACKERS:
        require_extra(kind, f"tracker={kind}")


def send_run(folder: Path, settings: Mapping[str, Any]) -> str:
    """Send the run in `folder` and tell where it is now; a run that is there already is left as it is.

    Args:
        settings: The tracker's configuration as a run keeps it: `kind` and the rest.

    Raises:
        RunError: `folder` is no run directory, or it is damaged.
        ConfigError: The tracker's package is not installed.
        TrackerError: The tracker cannot be reached, or refuses.
    """
    kind = settings["kind"]
    check_installed(kind)
    record = describe_run(folder)
    try:
        return _send(kind, record, settings)
    except TrackerError:
        raise
    except Exception as error:
        # Whatever a tracker's client raises, it is the tracker that failed and not the run.
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise TrackerError(
            f"{folder} could not be sent to {kind} ({reason}); the run itself is whole, "
            f"`{describe_command(folder, settings)}` sends it when that is mended"
        ) from error


def send_apart(folder: Path, settings: Mapping[str, Any]) -> str | None:
    """Send a finished run in a process of its own; None, or in a sentence what failed.

    A client that hangs, crashes, or changes what it likes in its process cannot cost a run there.

    Args:
        settings: Those that are asked for, as `send_run` takes them.
    """
    command = [sys.executable, "-m", "mt_eval", *_list_words(folder, settings, set(settings) - {"kind"})]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        why = f"it did not answer within {_SECONDS} seconds"
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
    else:
        if done.returncode == 0:
            return None
        said = [line.removeprefix("error: ") for line in done.stderr.splitlines() if line.startswith("error: ")]
        if said:
            return said[-1]
        why = f"its process ended with status {done.returncode}"
    return f"{folder} could not be sent to its tracker ({why}); `{describe_command(folder, settings)}` sends it later"


def describe_command(folder: Path, settings: Mapping[str, Any]) -> str:
    """What to type so that the run in `folder` is sent where the settings say."""
    return shlex.join(["mt-eval", *_list_words(folder, settings, ADDRESS)])


def _list_words(folder: Path, settings: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    given = [f"{key}={settings[key]}" for key in keys if settings.get(key) not in (None, "offline")]
    return ["track", str(folder), "--to", settings["kind"], *(word for each in given for word in ("--set", each))]


def _send(kind: str, record: Record, settings: Mapping[str, Any]) -> str:
    match kind:
        case "mlflow":
            from mt_eval.track.mlflow import send_to_mlflow

            return send_to_mlflow(record, uri=settings["uri"], experiment=settings["experiment"])
        case "wandb":
            from mt_eval.track.wandb import send_to_wandb

            return send_to_wandb(
                record,
                project=settings["project"],
                entity=settings["entity"],
                mode=settings["mode"],
                folder=settings["folder"],
            )
        case "tensorboard":
            from mt_eval.track.tensorboard import write_events

            return write_events(record, folder=settings["folder"])
    raise ConfigError(f"tracker.kind={kind} is not possible: expected {', '.join(TRACKERS)}")
