"""What commands on several runs have in common: which runs, and how they are held against each other."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


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


def read_labels(given: Sequence[str]) -> dict[str, str]:
    """What was typed behind `--label`: a run to its name.

    Raises:
        ConfigError: One is not `RUN=NAME`, or names a run twice.
    """
    from mt_eval.errors import ConfigError

    labels: dict[str, str] = {}
    for text in given:
        run, equals, name = text.rpartition("=")
        if not equals or not run or not name:
            raise ConfigError(f"--label {text}: expected RUN=NAME, such as --label runs/A=baseline")
        if run in labels:
            raise ConfigError(f"--label {text}: {run} has a name already, expected one for each run; leave one out")
        labels[run] = name
    return labels
