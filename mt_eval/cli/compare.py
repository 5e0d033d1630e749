"""`mt-eval compare RUN...`: which system is better, by how much, and whether that is more than chance."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mt_eval.compare.evidence import Evidence
    from mt_eval.compare.result import Comparisons

_DESCRIPTION = """\
Compare runs on the same data: scores with intervals, differences with tests, verdicts in words.

  mt-eval compare runs/A runs/B                    the first run is the baseline
  mt-eval compare runs --where direction=vi-ar     all runs of a folder in one direction
  mt-eval compare --hypotheses a.txt b.txt --reference r.txt --lang ar
"""
_FORMATS = ("table", "markdown", "csv", "json", "latex")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "compare",
        help="hold runs against each other, with statistics",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("runs", nargs="*", metavar="RUN", help="run directories, folders of them, or quoted globs")
    parser.add_argument("--baseline", metavar="RUN", help="what the others are held against (default: the first)")
    parser.add_argument("--metric", metavar="NAME,...", help="metrics to compare (default: all that the runs share)")
    parser.add_argument(
        "--test",
        choices=("bootstrap", "randomization"),
        default="bootstrap",
        help="paired bootstrap (default) or approximate randomization; intervals are the bootstrap's either way",
    )
    parser.add_argument(
        "--unit",
        choices=("auto", "article", "segment"),
        default="auto",
        help="what is resampled (default: articles where there are ten or more, else segments)",
    )
    parser.add_argument(
        "--level", choices=("segment", "article"), default="segment", help="score segments or whole articles"
    )
    parser.add_argument("--samples", type=int, default=10_000, metavar="N", help="resamples (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the resamples (default: 1)")
    parser.add_argument("--all-pairs", action="store_true", help="every run against every other, and groups")
    parser.add_argument("--margin", type=float, metavar="POINTS", help="a tie lies within it (default: by metric)")
    parser.add_argument(
        "--where", action="append", default=[], metavar="KEY=VALUE", help="only runs whose configuration says so"
    )
    parser.add_argument("--intersect", action="store_true", help="compare on the segments that all runs share")
    parser.add_argument(
        "--segments", type=int, default=3, metavar="N", help="segments shown that lose and gain most (default: 3)"
    )
    parser.add_argument("--format", choices=_FORMATS, default="table", help="what is printed (default: table)")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    files = parser.add_argument_group("plain files instead of runs")
    files.add_argument("--hypotheses", nargs="+", metavar="FILE", help="translations, one file per system")
    files.add_argument("--reference", metavar="FILE", help="human version; the i-th lines of all files belong together")
    files.add_argument("--source", metavar="FILE", help="shown beside segments, and for the differences by its length")
    files.add_argument("--docids", metavar="FILE", help="one document id per line")
    files.add_argument("--lang", metavar="CODE", help="language of reference and translations, such as ar")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare and print; 0.

    Raises:
        MtEvalError: Runs or files cannot be read or compared, or options contradict each other.
    """
    _check(arguments)
    from mt_eval.compare.contrast import Plan, compare_systems

    evidence, baseline = _gather(arguments)
    plan = Plan(
        baseline=baseline,
        test=arguments.test,
        unit=arguments.unit,
        samples=arguments.samples,
        seed=arguments.seed,
        all_pairs=arguments.all_pairs,
        margin=arguments.margin,
        # A table tells of one difference only where it comes from, and CSV and LaTeX of none.
        details=arguments.format in ("json", "markdown")
        or (arguments.format == "table" and len(evidence.systems) == 2),
        segments=arguments.segments,
    )
    _print(compare_systems(evidence, plan), arguments.format)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    from mt_eval.errors import ConfigError

    if arguments.samples < 100:
        raise ConfigError(f"--samples {arguments.samples} is not possible: expected 100 or more")
    if arguments.seed < 0:
        raise ConfigError(f"--seed {arguments.seed} is not possible: expected 0 or more")
    if arguments.segments < 0:
        raise ConfigError(f"--segments {arguments.segments} is not possible: expected 0 or more")
    if arguments.margin is not None and not 0 <= arguments.margin < float("inf"):
        raise ConfigError(f"--margin {arguments.margin} is not possible: expected 0 or more points")
    if arguments.hypotheses:
        unfit = {"RUN": arguments.runs, "--where": arguments.where, "--intersect": arguments.intersect}
        unfit["--level article"] = arguments.level == "article"
        for option, given in unfit.items():
            if given:
                raise ConfigError(f"{option} does not go with --hypotheses: give either runs or plain files")
        for option in ("reference", "lang"):
            if not getattr(arguments, option):
                raise ConfigError(f"--hypotheses needs --{option}, too; `mt-eval compare --help` shows an example")
    elif not arguments.runs:
        raise ConfigError("there is nothing to compare, expected runs or --hypotheses; name two run directories")
    else:
        for option in ("reference", "source", "docids", "lang"):
            if getattr(arguments, option):
                raise ConfigError(f"--{option} goes with --hypotheses only: runs bring their own; leave it out")


def _gather(arguments: argparse.Namespace) -> tuple[Evidence, int]:
    """The evidence, and the place of the baseline in it."""
    metrics = [name for name in (arguments.metric or "").split(",") if name]
    if arguments.hypotheses:
        return _gather_files(arguments, metrics)
    from mt_eval.compare.gather import gather_runs
    from mt_eval.compare.labels import label_runs, sort_naturally
    from mt_eval.compare.select import find_run_named, select_runs
    from mt_eval.types import Level

    runs = select_runs(arguments.runs, arguments.where)
    labels = label_runs(runs)
    if len(arguments.runs) == 1:
        # Runs of one folder or pattern come in the order of their identities, which says nothing.
        order = sort_naturally(labels)
        runs, labels = [runs[place] for place in order], [labels[place] for place in order]
    baseline = find_run_named(arguments.baseline, runs, labels) if arguments.baseline else 0
    level = Level(arguments.level)
    return gather_runs(runs, labels, metrics=metrics, level=level, intersect=arguments.intersect), baseline


def _gather_files(arguments: argparse.Namespace, metrics: list[str]) -> tuple[Evidence, int]:
    from pathlib import Path

    from mt_eval.compare.files import Files, gather_files
    from mt_eval.errors import ConfigError

    hypotheses = tuple(Path(name) for name in arguments.hypotheses)
    if len(set(hypotheses)) < len(hypotheses):
        raise ConfigError("--hypotheses names a file twice, expected another one for each system; leave one out")
    baseline = 0
    if arguments.baseline:
        if Path(arguments.baseline) not in hypotheses:
            raise ConfigError(
                f"--baseline {arguments.baseline}: expected one of the files behind --hypotheses; name one"
            )
        baseline = hypotheses.index(Path(arguments.baseline))
    files = Files(
        hypotheses=hypotheses,
        reference=Path(arguments.reference),
        source=Path(arguments.source) if arguments.source else None,
        docids=Path(arguments.docids) if arguments.docids else None,
        lang=arguments.lang,
    )
    return gather_files(files, metrics), baseline


def _print(result: Comparisons, form: str) -> None:
    match form:
        case "table":
            from rich.console import Console

            from mt_eval.report.comparison_terminal import print_comparisons

            print_comparisons(Console(highlight=False), result)
        case "json":
            from mt_eval.report.comparison_data import render_json

            sys.stdout.write(render_json(result))
        case "csv":
            from mt_eval.report.comparison_data import render_csv

            sys.stdout.write(render_csv(result))
        case "markdown":
            from mt_eval.report.comparison_text import render_markdown

            sys.stdout.write(render_markdown(result))
        case "latex":
            from mt_eval.report.comparison_text import render_latex

            sys.stdout.write(render_latex(result))
