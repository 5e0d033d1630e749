"""`mt-eval track RUN...`: send finished runs to a tracker."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mt_eval.cli.choosing import choose_runs_parser
from mt_eval.cli.table import print_json

if TYPE_CHECKING:
    from mt_eval.runs.columns import RunColumns

_DESCRIPTION = """\
Send finished runs to a tracker: of the kind their configuration names, or another. What is there already is left alone.
Where it is, you say: a run's own configuration is not asked for addresses and folders.

  mt-eval track runs                                     to trackers that keep their files beside the runs
  mt-eval track runs --to mlflow --set uri=http://127.0.0.1:5000
  mt-eval track runs/A --to tensorboard
"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "track",
        help="send finished runs to MLflow, Weights & Biases or TensorBoard",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[choose_runs_parser()],
    )
    parser.add_argument(
        "--to", choices=("mlflow", "wandb", "tensorboard"), help="which one (default: the kind that the runs name)"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the tracker, such as uri=..."
    )
    parser.add_argument("--json", action="store_true", help="print what became of each run as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send every run and print where it is; 1 if one could not be sent or none has a tracker, else 0.

    Raises:
        MtEvalError: There is no such run, or --set names what its tracker does not have.
    """
    from mt_eval.compare.select import select_runs
    from mt_eval.errors import RunError

    damaged: list[RunError] = []
    found = select_runs(arguments.runs, arguments.where, damaged)
    for error in damaged:
        print(f"error: {error}", file=sys.stderr)
    outcomes = []
    for each in found:
        outcomes.append(_send(each, arguments))
        if "sent" not in outcomes[-1]:
            print(outcomes[-1].get("left_out") or f"error: {outcomes[-1]['error']}", file=sys.stderr, flush=True)
        elif not arguments.json:
            print(f"{each.folder}: {outcomes[-1]['sent']}", flush=True)
    if arguments.json:
        print_json(outcomes)
    failed = damaged or any("error" in outcome for outcome in outcomes)
    return 1 if failed or not any("sent" in outcome for outcome in outcomes) else 0


def _send(run: RunColumns, arguments: argparse.Namespace) -> dict[str, str | None]:
    """What became of one run: `sent`, `error`, or `left_out` where nothing says to which tracker."""
    from mt_eval.errors import RunError, TrackerError
    from mt_eval.track.send import TRACKERS, send_run

    own = _read_own(run)
    kind = arguments.to or own.get("kind")
    outcome: dict[str, str | None] = {"run": str(run.folder), "tracker": kind if kind in TRACKERS else None}
    if kind not in TRACKERS:
        why = "its configuration names no tracker, expected one; say --to mlflow, wandb or tensorboard"
        return outcome | {"left_out": f"left out: {run.folder}: {why}"}
    try:
        return outcome | {"sent": send_run(run.folder, _choose_settings(run, kind, own, arguments))}
    except (RunError, TrackerError) as error:
        return outcome | {"error": str(error)}


def _read_own(run: RunColumns) -> dict[str, str]:
    """What the run's configuration says of its tracker, as far as it can be said."""
    own = run.config.get("tracker")
    return {key: value for key, value in own.items() if isinstance(value, str)} if isinstance(own, dict) else {}


def _choose_settings(run: RunColumns, kind: str, own: dict[str, str], arguments: argparse.Namespace) -> dict[str, Any]:
    """The tracker's settings: what was typed, names that the run's configuration gives, and defaults.

    Raises:
        ConfigError: A setting that was typed is not there, or is not possible.
        TrackerError: The run's configuration says where the run is sent. A run directory can come from anybody, so
            that is only done when it is typed.
    """
    from dataclasses import fields

    from mt_eval.config import TRACKERS, to_plain
    from mt_eval.errors import ConfigError, TrackerError
    from mt_eval.track.send import ADDRESS, describe_command

    known = [each.name for each in fields(TRACKERS[kind]) if each.name != "kind"]
    typed = {}
    for word in arguments.set:
        key, equals, value = word.partition("=")
        if not equals or key not in known:
            raise ConfigError(f"--set {word}: expected KEY=VALUE with one of {', '.join(known)}")
        typed[key] = value
    names = {key: value for key, value in own.items() if key in known} if own.get("kind") == kind else {}
    defaults = to_plain(TRACKERS[kind]())
    address = {key: names.pop(key) for key in ADDRESS if key in names}
    unsaid = {key: value for key, value in address.items() if value != defaults[key] and key not in typed}
    if unsaid and arguments.to is None:
        raise TrackerError(
            f"{run.folder}: its configuration sends it to {', '.join(f'{k}={v}' for k, v in unsaid.items())}, which is "
            "only done when you say so, since a run directory can come from anybody; "
            f"`{describe_command(run.folder, {'kind': kind, **unsaid})}` sends it there, `--to {kind}` without --set "
            "keeps it on this disk"
        )
    return dict(to_plain(TRACKERS[kind](**{**names, **typed})))
