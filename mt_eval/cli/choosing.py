"""What commands on several runs have in common: which runs, and how they are held against each other."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False  # `--help` is to come at once
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mt_eval.runs.columns import RunColumns


def choose_runs_parser(runs: str = "+") -> argparse.ArgumentParser:
    """Parent of the parsers of commands on runs: `RUN...` and `--where`."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("runs", nargs=runs, metavar="RUN", help="run directories, folders of them, or quoted globs")
    parser.add_argument(
        "--where", action="append", default=[], metavar="KEY=VALUE", help="only runs that are so: 'chrF++>40', too"
    )
    return parser


def compare_runs_parser(runs: str = "+") -> argparse.ArgumentParser:
    """Parent of the parsers of commands that compare runs."""
    parser = argparse.ArgumentParser(add_help=False, parents=[choose_runs_parser(runs)])
    parser.add_argument("--baseline", metavar="RUN", help="what the others are held against (default: the first)")
    parser.add_argument(
        "--metric",
        type=lambda text: [name for name in text.split(",") if name],
        default=[],
        metavar="NAME,...",
        help="metrics to compare, the headline first (default: all that the runs share)",
    )
    parser.add_argument(
        "--label",
        action="append",
        default=[],
        metavar="RUN=NAME",
        help="what a run is called, by its folder, name or present label; repeatable",
    )
    parser.add_argument("--all-pairs", action="store_true", help="every run against every other, and groups")
    parser.add_argument("--intersect", action="store_true", help="compare on the segments that all runs share")
    parser.add_argument("--samples", type=int, default=10_000, metavar="N", help="resamples (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the resamples (default: 1)")
    return parser


def read_labels(given: Sequence[str], is_known: Callable[[str], bool]) -> dict[str, str]:
    """What was typed behind `--label`: a run to its name.

    Both may hold `=`, as in `num_beams=4=four beams` and `runs/A=beams=4`. They are parted where a run is before the
    sign.

    Args:
        is_known: Whether a run is called so.

    Raises:
        ConfigError: One is not `RUN=NAME`, or names a run twice.
    """
    from mt_eval.errors import ConfigError

    labels: dict[str, str] = {}
    for text in given:
        pieces = text.split("=")
        parted = [("=".join(pieces[:place]), "=".join(pieces[place:])) for place in range(len(pieces) - 1, 0, -1)]
        whole = [(run, name) for run, name in parted if run and name.strip()]
        if not whole:
            raise ConfigError(f"--label {text}: expected RUN=NAME, such as --label runs/A=baseline")
        run, name = next((each for each in whole if is_known(each[0])), whole[0])
        if run in labels:
            raise ConfigError(f"--label {text}: {run} has a name already, expected one for each run; leave one out")
        labels[run] = name
    return labels


def read_run_labels(given: Sequence[str], runs: Sequence[RunColumns]) -> dict[str, str]:
    """What was typed behind `--label` for these runs: see `read_labels`."""
    if not given:
        return {}
    from mt_eval.compare.labels import label_runs
    from mt_eval.compare.select import find_run_named
    from mt_eval.errors import RunError

    present = label_runs(runs)

    def is_known(name: str) -> bool:
        try:
            find_run_named(name, runs, present)
        except RunError:
            return False
        return True

    return read_labels(given, is_known)
