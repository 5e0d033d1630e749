"""`mt-eval run`: compose a configuration, evaluate it, leave a run directory. `-m` does so for every combination."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from hydra import main as hydra_main
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from mt_eval import __version__
from mt_eval.bundled import bundled_path
from mt_eval.cli.options import describe_groups, explain_config_error, quote_numbers, split_words
from mt_eval.cli.progress import show_progress
from mt_eval.config import RunConfig, register_schemas, to_run_config
from mt_eval.errors import MtEvalError

HELP = """\
usage: mt-eval run [-m] [GROUP=OPTION ...] [KEY=VALUE ...] [--cfg job] [--config-dir DIR]

Translate the source articles, score the translations against the human versions, and leave one run directory.

{groups}

  KEY=VALUE      any setting of the composed configuration, such as decoding.num_beams=8 or limit=20
  -m             a sweep: every combination of values separated by commas, one run directory each
  --cfg job      print the composed configuration and stop
  --config-dir   a folder with options of your own (DIR/model/mine.yaml makes model=mine)

examples:
  mt-eval run -m direction=vi-ar,ar-vi
  mt-eval run model=nllb model.name=facebook/nllb-200-distilled-600M data=ui limit=50
  mt-eval run data=lines data.source_path=news.vi data.reference_path=news.ar model=hypotheses model.path=out.ar
"""


@dataclass(slots=True)
class Journal:
    """Tells the user what goes on and remembers it for the run's log."""

    lines: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.lines.append(text)
        print(text, file=sys.stderr, flush=True)

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def run(words: Sequence[str]) -> int:
    """Evaluate every configuration that `words` ask for; 1 if one of them failed, else 0."""
    if "--version" in words:
        print(f"mt-eval {__version__}")
        return 0
    if {"-h", "--help"} & set(words):
        print(HELP.format(groups=describe_groups(bundled_path("conf"))), end="")
        return 0
    failures: list[str] = []

    def task(composed: DictConfig) -> None:
        hydra = HydraConfig.get()
        choices = {str(group): str(option) for group, option in hydra.runtime.choices.items()}
        try:
            evaluate_one(to_run_config(composed), choices, list(hydra.overrides.task))
        except MtEvalError as error:
            # One configuration that fails does not stop the others of a sweep.
            print(f"error: {error}", file=sys.stderr, flush=True)
            failures.append(str(error))

    register_schemas()
    conf = bundled_path("conf")
    start = hydra_main(version_base="1.3", config_path=str(conf), config_name="config")(task)
    flags, overrides = split_words(words, conf)
    with tempfile.TemporaryDirectory(prefix="mt-eval-sweep-") as sweep_dir:
        # Hydra takes its arguments from sys.argv, prints errors in its own words unless it is told to raise them, and
        # leaves the record of a sweep in a folder that has nothing of a run.
        arguments = ["mt-eval run", *flags, f"hydra.sweep.dir='{sweep_dir}'", *map(quote_numbers, overrides)]
        with patch.object(sys, "argv", arguments), patch.dict(os.environ, {"HYDRA_FULL_ERROR": "1"}):
            _start(start, conf)
    return 1 if failures else 0


def _start(start: Callable[[], None], conf: Path) -> None:
    try:
        start()
    except MtEvalError:
        raise
    except Exception as error:
        explained = explain_config_error(error, conf)
        if explained is None:
            raise
        raise explained from error


def evaluate_one(config: RunConfig, choices: Mapping[str, str], overrides: Sequence[str]) -> None:
    """One run: told where it is if it exists, made and written if it does not."""
    from mt_eval.pipeline import evaluate, prepare
    from mt_eval.runs.paths import prepare_runs_dir
    from mt_eval.runs.read import find_run
    from mt_eval.runs.write import write_run

    journal = Journal()
    runs_dir = Path(config.runs_dir).expanduser()
    prepare_runs_dir(runs_dir)
    prepared = prepare(config, choices.get("data", "data"))
    existing = find_run(runs_dir, prepared.identity)
    if existing is not None and not config.force:
        print(f"{existing} exists and answers this; force=true runs it again", file=sys.stderr)
        _show(existing, segments=0)
        return
    if existing is not None:
        prepared = replace(prepared, run_id=existing.name)
    for note in prepared.notes:
        journal.say(note)
    count = len(prepared.pairs)
    journal.say(f"{prepared.run_id}: {count} segments with {prepared.system.label}, {config.direction}")
    try:
        with show_progress("translating") as progress:
            run = evaluate(config, prepared, progress, {k: v for k, v in choices.items() if not k.startswith("hydra/")})
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"what was translated is kept in {runs_dir}, give the same command again to go on from there"
        ) from None
    journal.lines += [f"warning: {warning}" for warning in run.warnings]
    written = write_run(run, runs_dir, overrides=overrides, log=journal.text(), replace=config.force)
    _show(written.folder)


def _show(folder: Path, segments: int = 1) -> None:
    from rich.console import Console

    from mt_eval.report.terminal import print_run
    from mt_eval.runs.read import read_run

    print_run(Console(), read_run(folder), segments=segments)
    print(f"\nrun directory: {folder}\n", flush=True)
