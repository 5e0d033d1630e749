"""`mt-eval show RUN`: the scores, settings, warnings and telling segments of a finished run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.cli.output import add_output_option

if TYPE_CHECKING:
    from mt_eval.compare.evidence import JudgedSet


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "show",
        help="print the scores, settings, warnings and worst and best segments of a run",
        description="Print the scores, settings and warnings of a run, and its worst and best segments side by side.",
    )
    parser.add_argument("folder", metavar="RUN", type=Path, help="a run directory, such as runs/NAME")
    parser.add_argument("--segments", type=int, default=3, metavar="N", help="worst and best shown (default: 3)")
    parser.add_argument("--json", action="store_true", help="the same as one JSON object")
    add_output_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from mt_eval.compare.gather import read_judged_sets
    from mt_eval.errors import RunError
    from mt_eval.runs.judgements import read_given
    from mt_eval.runs.paths import RunPaths, list_named
    from mt_eval.runs.read import read_run

    folder: Path = arguments.folder
    named = [] if RunPaths(folder).exists() else list_named(folder)
    if len(named) > 1:
        raise RunError(f"{folder}: {len(named)} runs are called so, expected one; name {named[0]} or another of them")
    folder = named[0] if named else folder
    found, given, sets = read_run(folder), read_given(folder), read_judged_sets(folder, "")
    if arguments.json:
        from dataclasses import asdict

        from mt_eval.cli.table import print_json
        from mt_eval.runs.write import encode_run

        judged = {"given": list(map(asdict, given)), "contrastive": list(map(_encode_set, sets))}
        print_json({**encode_run(found), **{name: each for name, each in judged.items() if each}})
        return 0
    from mt_eval.report.terminal import print_run
    from mt_eval.report.visible import open_console

    print_run(open_console(soft_wrap=False), found, segments=max(0, arguments.segments), given=given, sets=sets)
    return 0


def _encode_set(judged: JudgedSet) -> dict[str, object]:
    """A contrastive set, its judge, and the accuracies by kind."""
    from dataclasses import asdict

    from mt_eval.compare.accuracy import CHANCE, measure_accuracy

    accuracies = [asdict(each) for each in measure_accuracy(judged.pairs)]
    return {**asdict(judged.contrast), "chance": CHANCE, "accuracies": accuracies}
