"""`mt-eval track RUN...`: send finished runs to a tracker."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mt_eval.cli.choosing import choose_runs_parser

if TYPE_CHECKING:
    from mt_eval.runs.columns import RunColumns

_DESCRIPTION = """\
Send finished runs to a tracker: the one their configuration names, or another. What is there already is left alone.

  mt-eval track runs                                     what could not be sent when it was made
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
    parser.add_argument("--to", choices=("mlflow", "wandb", "tensorboard"), help="another than the runs' own tracker")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the tracker, such as uri=..."
    )
    parser.add_argument("--json", action="store_true", help="print what became of each run as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Send every run and print where it is; 1 if one could not be sent, else 0.

    Raises:
        MtEvalError: There is no such run, or nothing says to which tracker.
    """
    from mt_eval.compare.select import select_runs
    from mt_eval.errors import TrackerError
    from mt_eval.track.send import send_run

    found = select_runs(arguments.runs, arguments.where)
    plans = [(each, _choose_settings(each, arguments)) for each in found]
    outcomes = []
    for each, settings in plans:
        try:
            outcome = {"run": str(each.folder), "tracker": settings["kind"], "sent": send_run(each.folder, settings)}
            if not arguments.json:
                print(f"{each.folder}: {outcome['sent']}", flush=True)
        except TrackerError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            outcome = {"run": str(each.folder), "tracker": settings["kind"], "error": str(error)}
        outcomes.append(outcome)
    if arguments.json:
        import json

        print(json.dumps(outcomes, ensure_ascii=False, indent=2))
    return 1 if any("error" in outcome for outcome in outcomes) else 0


def _choose_settings(run: RunColumns, arguments: argparse.Namespace) -> dict[str, Any]:
    """The tracker's settings: the run's own where it has them, the defaults, and what was typed."""
    from dataclasses import fields

    from mt_eval.config import TRACKERS, to_plain
    from mt_eval.errors import ConfigError

    own = run.config.get("tracker") or {"kind": "none"}
    kind = arguments.to or own["kind"]
    if kind not in TRACKERS:
        raise ConfigError(
            f"{run.folder}: its configuration names no tracker, expected one; say --to mlflow, wandb or tensorboard"
        )
    typed = {}
    for word in arguments.set:
        key, equals, value = word.partition("=")
        known = [each.name for each in fields(TRACKERS[kind]) if each.name != "kind"]
        if not equals or key not in known:
            raise ConfigError(f"--set {word}: expected KEY=VALUE with one of {', '.join(known)}")
        typed[key] = value
    settings = {**(own if own["kind"] == kind else {}), **typed}
    return dict(to_plain(TRACKERS[kind](**{key: value for key, value in settings.items() if key != "kind"})))
