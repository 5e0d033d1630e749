"""`mt-eval run`: compose a configuration, evaluate it, leave a run directory. `-m` does so for every combination."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval import __version__
from mt_eval.bundled import bundled_path
from mt_eval.cli.run_words import describe_all_settings, describe_groups, split_words
from mt_eval.errors import ConfigError, MtEvalError

if TYPE_CHECKING:
    from mt_eval.sweep.compose import Composer, Request
    from mt_eval.sweep.watch import Watch
    from mt_eval.types import Run

_SHOWN_LINES = 6
"""Of each text of a segment that is shown: enough to see what a system does."""

HELP = """\
usage: mt-eval run [-m] [GROUP=OPTION ...] [KEY=VALUE ...]
                   [--dry] [--json] [--quiet] [--cfg job] [--config-dir DIR]

Translate the source articles, score the translations against the human
versions, and leave one run directory.

  KEY=VALUE      any setting of the composed configuration, such as
                 decoding.num_beams=8 or limit=20
  -m             a sweep: every combination of values separated by commas,
                 one run directory each
  --dry          print what would run, what is finished and what must be
                 downloaded
  --json         print each job as a line of JSON: folder, state, seconds,
                 scores, error
  --quiet        print the run directories alone, and no progress
  --cfg job      print the composed configuration and stop
  --config-dir   a folder with options of your own
                 (DIR/model/mine.yaml makes model=mine)

examples:
  mt-eval run -m direction=vi-ar,ar-vi
  mt-eval run model=nllb_600m data=ui limit=50
  mt-eval run data=lines data.source_path=news.vi data.reference_path=news.ar \\
      model=hypotheses model.path=out.ar

{groups}

{settings}

`mt-eval options model=nllb_600m` shows one option, its file and its settings.
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
        width = min(shutil.get_terminal_size().columns, 100)
        groups, settings = describe_groups(conf, width), describe_all_settings(width)
        print(HELP.format(groups="\n".join(groups), settings="\n".join(settings)), end="")
        return 0
    flags, overrides = split_words(words, conf)
    from mt_eval.cli.progress import show_progress
    from mt_eval.sweep.compose import Composer
    from mt_eval.sweep.watch import Watch

    composer = Composer(flags.get("--config-dir"))
    if "--cfg" in flags:
        composer.show(overrides, flags["--cfg"], flags.get("--package"), resolve="--resolve" in flags)
        return 0
    try:
        request = composer.read_request(overrides, sweep="--multirun" in flags)
    except MtEvalError as error:
        if "--json" in flags and "--multirun" not in flags:
            _print_failure(error)
        raise
    if "--dry" in flags and not request.jobs:
        raise ConfigError("--dry: a search chooses its jobs by the scores of those before, expected a list of values")
    if "--dry" in flags:
        from mt_eval.cli.jobs import print_plan
        from mt_eval.sweep.plan import plan_jobs

        for note in request.notes:
            _print_line(note)
        print_plan(plan_jobs(request.jobs))
        return 0
    quiet, as_json = "--quiet" in flags, "--json" in flags
    with nullcontext() if quiet else show_progress() as progress:
        watch = Watch(log=None if quiet else _print_line, progress=progress, made=None if quiet or as_json else _show)
        if as_json:
            return _print_jobs(request, composer, watch)
        if request.is_sweep:
            return _sweep(request, composer, watch, quiet=quiet)
        return _evaluate_one(request, watch, quiet=quiet)


def _print_jobs(request: Request, composer: Composer, watch: Watch) -> int:
    """Every job as a line of JSON: folder, state, seconds, scores and error."""
    from mt_eval.cli.jobs import encode_outcome
    from mt_eval.runs.outcomes import State
    from mt_eval.sweep.front import do_one, do_request

    if request.is_sweep:
        outcomes = do_request(request, composer, watch)[1]
    else:
        try:
            outcomes = [do_one(request.jobs[0].config, watch)]
        except MtEvalError as error:
            _print_failure(error)
            raise
    for outcome in outcomes:
        print(encode_outcome(outcome), flush=True)
    return 1 if any(outcome.state is State.FAILED for outcome in outcomes) else 0


def _print_failure(error: MtEvalError) -> None:
    """The line of the one job that was asked for and could not be done."""
    from mt_eval.cli.jobs import encode_outcome
    from mt_eval.runs.outcomes import Outcome, State

    print(encode_outcome(Outcome(State.FAILED, error=str(error))), flush=True)


def _evaluate_one(request: Request, watch: Watch, *, quiet: bool) -> int:
    """One run: told where it is if it exists, made and written if it does not; `quiet` tells the folder alone."""
    from mt_eval.runs.outcomes import State
    from mt_eval.sweep.front import do_one

    outcome = do_one(request.jobs[0].config, watch)
    if quiet and outcome.folder is not None:
        print(outcome.folder)
    elif outcome.state is State.FINISHED and outcome.folder is not None:
        from mt_eval.library import read_run

        _show(read_run(outcome.folder), segments=0)
    return 0


def _sweep(request: Request, composer: Composer, watch: Watch, *, quiet: bool) -> int:
    from mt_eval.cli.jobs import print_outcomes
    from mt_eval.runs.outcomes import State
    from mt_eval.sweep.front import do_request

    jobs, outcomes = do_request(request, composer, watch)
    print_outcomes(jobs, outcomes)
    folders = [Path(outcome.folder) for outcome in outcomes if outcome.folder is not None]
    if quiet:
        print(*folders, sep="\n")
        folders = []
    match jobs[0].config.choices.get("experiment") if jobs and folders else None:
        case "numerics":
            _show_numerics(folders)
        case "context":
            _show_contexts(folders)
    return 1 if any(outcome.state is State.FAILED for outcome in outcomes) else 0


def _print_line(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(run: Run, segments: int = 1) -> None:
    from mt_eval.report.terminal import print_run
    from mt_eval.report.visible import open_console
    from mt_eval.runs.paths import RunPaths

    print_run(open_console(), run, segments=segments, lines=_SHOWN_LINES)
    folder = run.folder or Path()
    report, place = RunPaths(folder).report, shlex.quote(str(folder))
    pages = [f"report: {report}"] if report.is_file() else []
    print(f"\nrun directory: {folder}", *pages, f"more segments: mt-eval show {place}", "", sep="\n", flush=True)


def _show_contexts(folders: Sequence[Path]) -> None:
    """A table for each direction and data, of all models; and how the page with its plot is made."""
    from mt_eval.compare.context import compare_contexts
    from mt_eval.compare.labels import label_runs
    from mt_eval.report.context import TITLE, render_contexts
    from mt_eval.report.visible import open_console
    from mt_eval.runs.columns import RunColumns, read_columns

    groups: dict[tuple[str, tuple[str, ...]], list[RunColumns]] = {}
    for folder in dict.fromkeys(folders):
        run = read_columns(folder)
        groups.setdefault((str(run.config["direction"]), tuple(run.segments.sources)), []).append(run)
    console = open_console()
    for (direction, sources), runs in groups.items():
        contexts = compare_contexts(runs, label_runs(runs))
        if contexts:
            console.print("", render_contexts(contexts, f"{direction}, {len(sources):,} segments: {TITLE}"))
            print("\nas a page, with a plot and tests of the differences:")
            print(f"  mt-eval report {' '.join(shlex.quote(str(run.folder)) for run in runs)}")


def _show_numerics(folders: Sequence[Path]) -> None:
    from mt_eval.report.numerics import print_numerics
    from mt_eval.report.visible import open_console
    from mt_eval.runs.read import read_run

    print_numerics(open_console(), [read_run(folder) for folder in folders])
