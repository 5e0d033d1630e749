"""`mt-eval compare RUN...`: which system is better, by how much, and whether that is more than chance."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mt_eval.cli.choosing import compare_runs_parser, read_labels, read_run_labels
from mt_eval.cli.output import add_output_option, write_file

TYPE_CHECKING = False  # `--help` is to come at once
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from mt_eval.compare.chosen import Chosen
    from mt_eval.compare.gate import Finding
    from mt_eval.compare.result import Comparisons

_DESCRIPTION = """\
Compare runs on the same data: scores with intervals, differences with tests, verdicts in words.

  mt-eval compare runs/A runs/B                    the first run is the baseline
  mt-eval compare runs --where direction=vi-ar     all runs of a folder in one direction
  mt-eval compare --hypotheses a.txt b.txt --reference r.txt --lang ar
"""
FORMS = ("table", "markdown", "csv", "json", "latex")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "compare",
        help="hold runs against each other, with statistics",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[compare_runs_parser("*")],
    )
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
    parser.add_argument("--margin", type=float, metavar="POINTS", help="a tie lies within it (default: by metric)")
    parser.add_argument(
        "--trust-utility",
        action="store_true",
        help="verdicts also by a metric that a system chose its translations by (decoding=mbr), which favours it",
    )
    parser.add_argument(
        "--segments", type=int, default=3, metavar="N", help="segments shown that lose and gain most (default: 3)"
    )
    parser.add_argument("--format", choices=FORMS, default="table", help="what is printed (default: table)")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    add_output_option(parser)
    parser.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the differences (and quality against speed): .svg, .pdf, .png"
    )
    gate = parser.add_argument_group("let a change pass or fail")
    gate.add_argument(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="worse, not-better, below:METRIC=NUMBER, above:METRIC=NUMBER; exit status 3 where one holds; repeatable",
    )
    gate.add_argument("--strict", action="store_true", help="exit status 4 where these data cannot tell")
    gate.add_argument("--junit", type=Path, metavar="FILE", help="write the conditions as JUnit test cases")
    gate.add_argument("--markdown", type=Path, metavar="FILE", help="write a summary for a pull request")
    files = parser.add_argument_group("plain files instead of runs")
    files.add_argument("--hypotheses", nargs="+", metavar="FILE", help="translations, one file per system")
    files.add_argument("--reference", metavar="FILE", help="human version; the i-th lines of all files belong together")
    files.add_argument("--source", metavar="FILE", help="shown beside segments, and for the differences by its length")
    files.add_argument("--docids", metavar="FILE", help="one document id per line")
    files.add_argument("--lang", metavar="CODE", help="language of reference and translations, such as ar")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare and print; 0, or as `compare.gate` has it where a change is to pass.

    Raises:
        MtEvalError: Runs or files cannot be read or compared, or options contradict each other.
    """
    _check(arguments)
    from mt_eval.compare.contrast import Plan, compare_systems
    from mt_eval.compare.gate import choose_status, judge_conditions, read_condition

    if arguments.figure:
        from mt_eval.report.figure import check_form

        check_form(arguments.figure.suffix)
    conditions = [read_condition(text) for text in arguments.fail_if or (["worse"] if arguments.junit else [])]

    form = arguments.format
    plan = Plan(
        test=arguments.test,
        unit=arguments.unit,
        samples=arguments.samples,
        seed=arguments.seed,
        all_pairs=arguments.all_pairs,
        margin=arguments.margin,
        # A table tells of one difference only where it comes from, and CSV and LaTeX of none.
        details=None if form == "table" else form in ("json", "markdown"),
        segments=arguments.segments,
    )
    chosen = _choose(arguments)
    from dataclasses import replace

    result = compare_systems(chosen.evidence, replace(plan, baseline=chosen.baseline))
    if form == "table":
        from mt_eval.report.comparison_terminal import print_comparisons
        from mt_eval.report.visible import open_console

        print_comparisons(open_console(), result)
    else:
        sys.stdout.write(result.render(form))
    findings = judge_conditions(result, conditions)
    _write_files(arguments, result, findings)
    for finding in findings:
        print(f"{finding.condition.written}: {finding.state}, {finding.system}: {finding.why}", file=sys.stderr)
    return choose_status(findings, strict=arguments.strict) if arguments.fail_if else 0


def _write_files(arguments: argparse.Namespace, result: Comparisons, findings: Sequence[Finding]) -> None:
    if arguments.junit:
        from mt_eval.report.junit import render_junit

        write_file(arguments.junit, render_junit(findings, strict=arguments.strict))
    if arguments.markdown:
        from mt_eval.report.pull_request import render_summary

        write_file(arguments.markdown, render_summary(result, findings))
    if arguments.figure:
        from mt_eval.report.figure import render_figure

        write_file(arguments.figure, render_figure(result, arguments.figure.suffix))


def _choose(arguments: argparse.Namespace) -> Chosen:
    from mt_eval.compare.chosen import choose_files, choose_runs, find_named
    from mt_eval.types import Level

    baseline = arguments.baseline or 0
    if not arguments.hypotheses:
        runs = find_named(arguments.runs, arguments.where)
        return choose_runs(
            runs,
            baseline=baseline,
            metrics=arguments.metric,
            level=Level(arguments.level),
            intersect=arguments.intersect,
            trust_utility=arguments.trust_utility,
            names=read_run_labels(arguments.label, runs),
        )
    from mt_eval.compare.files import Files

    reference, source, docids = (
        None if name is None else Path(name) for name in (arguments.reference, arguments.source, arguments.docids)
    )
    assert reference is not None
    files = Files(tuple(map(Path, arguments.hypotheses)), reference, source, docids, arguments.lang)
    names = read_labels(arguments.label, lambda name: Path(name) in files.hypotheses)
    return choose_files(files, baseline=baseline, metrics=arguments.metric, names=names)


def _check(arguments: argparse.Namespace) -> None:
    from mt_eval.arguments import take_code
    from mt_eval.errors import ConfigError

    if arguments.strict and not (arguments.fail_if or arguments.junit):
        raise ConfigError("--strict goes with --fail-if: there is no condition to be strict about; add --fail-if worse")
    if arguments.hypotheses:
        unfit = {"RUN": arguments.runs, "--where": arguments.where, "--intersect": arguments.intersect}
        unfit["--level article"] = arguments.level == "article"
        unfit["--trust-utility"] = arguments.trust_utility
        for option, given in unfit.items():
            if given:
                raise ConfigError(f"{option} does not go with --hypotheses: give either runs or plain files")
        for option in ("reference", "lang"):
            if not getattr(arguments, option):
                raise ConfigError(f"--hypotheses needs --{option}, too; `mt-eval compare --help` shows an example")
        take_code(arguments.lang, "--lang")
    elif not arguments.runs:
        raise ConfigError("there is nothing to compare, expected runs or --hypotheses; name two run directories")
    else:
        for option in ("reference", "source", "docids", "lang"):
            if getattr(arguments, option):
                raise ConfigError(f"--{option} goes with --hypotheses only: runs bring their own; leave it out")
