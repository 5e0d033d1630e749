"""`mt-eval run`: compose a configuration, evaluate it, leave a run directory. `-m` does so for every combination."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval import __version__
from mt_eval.bundled import bundled_path
from mt_eval.cli.options import describe_groups, split_words

if TYPE_CHECKING:
    from mt_eval.sweep.compose import Composer, Request
    from mt_eval.sweep.jobs import Job

HELP = """\
usage: mt-eval run [-m] [GROUP=OPTION ...] [KEY=VALUE ...] [--dry] [--cfg job] [--config-dir DIR]

Translate the source articles, score the translations against the human versions, and leave one run directory.

{groups}

  KEY=VALUE      any setting of the composed configuration, such as decoding.num_beams=8 or limit=20
  -m             a sweep: every combination of values separated by commas, one run directory each
  --dry          print what would run, what is finished and what must be downloaded
  --cfg job      print the composed configuration and stop
  --config-dir   a folder with options of your own (DIR/model/mine.yaml makes model=mine)

examples:
  mt-eval run -m direction=vi-ar,ar-vi
  mt-eval run model=nllb model.name=facebook/nllb-200-distilled-600M data=ui limit=50
  mt-eval run data=lines data.source_path=news.vi data.reference_path=news.ar model=hypotheses model.path=out.ar
"""


def run(words: Sequence[str]) -> int:
    """Evaluate every configuration that `words` ask for; 1 if one of them failed, else 0.

    Raises:
        MtEvalError: The words cannot be understood, or the one run they ask for cannot be made.
    """
    if "--version" in words:
        print(f"mt-eval {__version__}")
        return 0
    conf = bundled_path("conf")
    if {"-h", "--help"} & set(words):
        print(HELP.format(groups=describe_groups(conf)), end="")
        return 0
    flags, overrides = split_words(words, conf)
    from mt_eval.sweep.compose import open_composer

    config_dir = flags.get("--config-dir")
    with open_composer(conf, None if config_dir is None else Path(config_dir).expanduser()) as composer:
        if "--cfg" in flags:
            composer.show(overrides, flags["--cfg"], flags.get("--package"), resolve="--resolve" in flags)
            return 0
        request = composer.read_request(overrides, sweep="--multirun" in flags)
        if request.space:
            return _tune(request, composer)
    if "--dry" in flags:
        from mt_eval.cli.plan_sweep import print_plan

        print_plan(request.jobs)
        return 0
    if not request.is_sweep:
        return evaluate_one(request.jobs[0])
    from mt_eval.runs.outcomes import State
    from mt_eval.sweep.front import print_table, run_sweep

    outcomes = run_sweep(request.jobs, request.launcher, _show)
    print_table(request.jobs, outcomes)
    folders = [Path(outcome.folder) for outcome in outcomes if outcome.folder is not None]
    if folders and request.jobs[0].choices.get("experiment") == "numerics":
        _show_numerics(folders)
    return 1 if any(outcome.state is State.FAILED for outcome in outcomes) else 0


def _show_numerics(folders: Sequence[Path]) -> None:
    from rich.console import Console

    from mt_eval.report.numerics import print_numerics
    from mt_eval.runs.read import read_run

    print_numerics(Console(), [read_run(folder) for folder in folders])


def _tune(request: Request, composer: Composer) -> int:
    from mt_eval.runs.outcomes import State
    from mt_eval.sweep.front import print_table
    from mt_eval.sweep.tune import tune

    jobs, outcomes = tune(
        request.sweeper, request.space, request.words, composer.compose_job, request.launcher, lambda folder: None
    )
    print_table(jobs, outcomes)
    return 1 if any(outcome.state is State.FAILED for outcome in outcomes) else 0


def evaluate_one(job: Job) -> int:
    """One run: told where it is if it exists, made and written if it does not; 1 if it failed."""
    from mt_eval.runs.outcomes import State
    from mt_eval.runs.paths import prepare_runs_dir
    from mt_eval.sweep.front import wait_for
    from mt_eval.sweep.work import find_outcome, prepare_job

    prepare_runs_dir(job.runs_dir)
    prepared = prepare_job(job)
    existing = find_outcome(job, prepared)
    if existing is not None and existing.folder is not None:
        print(f"{existing.folder} exists and answers this; force=true runs it again", file=sys.stderr)
        _show(Path(existing.folder), segments=0)
        return 0
    try:
        outcome = wait_for(replace(job, prepared=prepared), _show)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was translated is kept in {job.runs_dir}, give the same command again to go on from there"
        ) from None
    if outcome.state is State.FINISHED and outcome.folder is not None:
        _show(Path(outcome.folder))
    return 1 if outcome.state is State.FAILED else 0


def _show(folder: Path, segments: int = 1) -> None:
    from rich.console import Console

    from mt_eval.report.terminal import print_run
    from mt_eval.runs.paths import RunPaths
    from mt_eval.runs.read import read_run

    print_run(Console(), read_run(folder), segments=segments)
    report = RunPaths(folder).report
    print(f"\nrun directory: {folder}", *([f"report: {report}"] if report.is_file() else []), "", sep="\n", flush=True)
