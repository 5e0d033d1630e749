"""`mt-eval report RUN...`: one HTML page on a run, or on several held against each other."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.runs.columns import RunColumns

_DESCRIPTION = """\
Write one HTML page that opens from disk, with the verdict, plots, and every segment of every system side by side.

  mt-eval report runs/A                        into runs/A/report.html
  mt-eval report runs/A runs/B -o report.html  the first run is the baseline
  mt-eval report runs --where direction=vi-ar -o report.html
"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "report",
        help="write an HTML page on a run, or on several side by side",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", help="run directories, folders of them, or quoted globs")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write it (default: report.html, in the run directory of a single run)",
    )
    parser.add_argument("--baseline", metavar="RUN", help="what the others are held against (default: the first)")
    parser.add_argument("--metric", metavar="NAME,...", help="metrics to compare, the headline first (default: all)")
    parser.add_argument("--all-pairs", action="store_true", help="every run against every other, and groups")
    parser.add_argument(
        "--where", action="append", default=[], metavar="KEY=VALUE", help="only runs whose configuration says so"
    )
    parser.add_argument("--intersect", action="store_true", help="compare on the segments that all runs share")
    parser.add_argument("--samples", type=int, default=10_000, metavar="N", help="resamples (default: 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the resamples (default: 1)")
    parser.add_argument("--json", action="store_true", help="print where the page is and what is in it as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the page and print where it is; 0.

    Raises:
        MtEvalError: A run cannot be read, the runs cannot be compared, or the page cannot be written.
    """
    from mt_eval.compare.select import select_runs
    from mt_eval.errors import ConfigError
    from mt_eval.runs.write import write_report

    if arguments.samples < 100:
        raise ConfigError(f"--samples {arguments.samples} is not possible: expected 100 or more")
    if arguments.seed < 0:
        raise ConfigError(f"--seed {arguments.seed} is not possible: expected 0 or more")
    found = select_runs(arguments.runs, arguments.where)
    page = _render_one(found[0]) if len(found) == 1 else _render_several(found, arguments)
    output: Path = arguments.output or _choose_output(found)
    write_report(output, page)
    if arguments.json:
        import json

        size = len(page.encode())
        print(json.dumps({"report": str(output), "bytes": size, "runs": [str(each.folder) for each in found]}))
    else:
        print(f"report: {output}")
    return 0


def _render_one(run: RunColumns) -> str:
    from mt_eval.report.html.page import render_run_page
    from mt_eval.runs.read import read_run

    return render_run_page(read_run(run.folder))


def _render_several(runs: Sequence[RunColumns], arguments: argparse.Namespace) -> str:
    from mt_eval.compare.contrast import Plan, compare_systems
    from mt_eval.compare.details import explain_difference
    from mt_eval.compare.gather import gather_runs
    from mt_eval.compare.labels import label_runs
    from mt_eval.compare.select import find_run_named
    from mt_eval.report.html.page import render_comparison_page
    from mt_eval.runs.read import read_run

    labels = label_runs(runs)
    baseline = find_run_named(arguments.baseline, runs, labels) if arguments.baseline else 0
    metrics = [name for name in (arguments.metric or "").split(",") if name]
    evidence = gather_runs(runs, labels, metrics=metrics, intersect=arguments.intersect)
    plan = Plan(
        baseline=baseline,
        samples=arguments.samples,
        seed=arguments.seed,
        all_pairs=arguments.all_pairs,
        details=False,
    )
    result = compare_systems(evidence, plan)
    places = [labels.index(label) for label in result.systems]
    details = [explain_difference(evidence, baseline, place, segments=0) for place in places[1:]]
    return render_comparison_page([read_run(runs[place].folder) for place in places], result, details)


def _choose_output(runs: Sequence[RunColumns]) -> Path:
    from mt_eval.runs.paths import RunPaths

    return RunPaths(runs[0].folder).report if len(runs) == 1 else Path("report.html")
