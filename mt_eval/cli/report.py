"""`mt-eval report RUN...`: one HTML page on a run, or on several held against each other."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.cli.choosing import compare_runs_parser, read_run_labels
from mt_eval.cli.output import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.compare.contrast import Plan
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
        parents=[compare_runs_parser()],
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write it (default: report.html, in the run directory of a single run)",
    )
    parser.add_argument("--json", action="store_true", help="print where the page is and what is in it as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the page and print where it is; 0.

    Raises:
        MtEvalError: A run cannot be read, the runs cannot be compared, or the page cannot be written.
    """
    from mt_eval.compare.contrast import Plan
    from mt_eval.compare.select import find_folders, select_runs

    plan = Plan(samples=arguments.samples, seed=arguments.seed, all_pairs=arguments.all_pairs, details=False)
    folders = find_folders(arguments.runs)
    if len(folders) == 1 and not arguments.where:  # nothing is chosen: the run is read once, as deep as its page needs
        page = _render_one(folders[0])
    else:
        found = select_runs(arguments.runs, arguments.where)
        folders = [run.folder for run in found]
        page = _render_one(folders[0]) if len(found) == 1 else _render_several(found, arguments, plan)
    output: Path = arguments.output or _choose_output(folders)
    write_file(output, page)
    if arguments.json:
        import json

        size = len(page.encode())
        print(json.dumps({"report": str(output), "bytes": size, "runs": [str(folder) for folder in folders]}))
    else:
        print(f"report: {output}")
    return 0


def _render_one(folder: Path) -> str:
    from mt_eval.compare.gather import read_judged_sets
    from mt_eval.report.html.page import render_run_page
    from mt_eval.runs.judgements import read_given
    from mt_eval.runs.read import read_run

    return render_run_page(read_run(folder), given=read_given(folder), sets=read_judged_sets(folder, ""))


def _render_several(runs: Sequence[RunColumns], arguments: argparse.Namespace, plan: Plan) -> str:
    from mt_eval.compare.chosen import choose_runs
    from mt_eval.compare.contrast import compare_systems
    from mt_eval.compare.details import explain_difference
    from mt_eval.report.html.page import render_comparison_page
    from mt_eval.runs.read import read_run

    chosen = choose_runs(
        runs,
        baseline=arguments.baseline or 0,
        metrics=arguments.metric,
        intersect=arguments.intersect,
        names=read_run_labels(arguments.label, runs),
    )
    evidence = chosen.evidence
    result = compare_systems(evidence, replace(plan, baseline=chosen.baseline))
    places = [evidence.systems.index(system) for system in result.systems]
    details = [explain_difference(evidence, chosen.baseline, place, segments=0) for place in places[1:]]
    return render_comparison_page([read_run(chosen.folders[place]) for place in places], result, details)


def _choose_output(folders: Sequence[Path]) -> Path:
    from mt_eval.runs.paths import RunPaths

    return RunPaths(folders[0]).report if len(folders) == 1 else Path("report.html")
