"""`mt-eval score-given RUN|DATA`: how likely a model finds references and other given texts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.judging.score import Judgement
    from mt_eval.likelihoods import Contrast, JudgedPair


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "score-given",
        help="how likely a model finds the references and other given texts",
        description="Have a model judge given texts by forced decoding: the log-probability per token of the "
        "references, of a run's outputs and of other texts; or which text of each pair of a contrastive set it finds "
        "more likely. Of a run, its own model judges unless another one is named, and what it says is kept beside it.",
    )
    parser.add_argument(
        "words",
        nargs="+",
        metavar="RUN|GROUP=OPTION|KEY=VALUE",
        help="a run directory and, if another model is to judge, model=...; or data and model, as for `mt-eval run`",
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with options of your own, as for `mt-eval run`")
    parser.add_argument(
        "--texts",
        action="append",
        default=[],
        type=Path,
        metavar="RUN|FILE",
        help="judge these too: another run's outputs, or a file of translations; repeatable",
    )
    parser.add_argument(
        "--label",
        action="append",
        default=[],
        metavar="RUN|FILE=NAME",
        help="what texts behind --texts are called (default: as `mt-eval compare` calls the run, or the file's name); "
        "repeatable",
    )
    parser.add_argument(
        "--contrast", type=Path, metavar="FILE", help="judge the pairs of this contrastive set instead (JSON Lines)"
    )
    parser.add_argument("--json", action="store_true", help="figures and every record as one JSON object")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="of data: keep figures and records in this folder"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mt_eval.cli.choosing import read_labels
    from mt_eval.cli.progress import show_progress
    from mt_eval.judging.score import score_data, score_run
    from mt_eval.judging.texts import name_texts
    from mt_eval.library import compose
    from mt_eval.report.given import render_judgement
    from mt_eval.report.visible import open_console
    from mt_eval.sweep.watch import Progress

    folders, words = _part_words(args.words)
    _check_call(args, folders)
    known = {path.resolve() for path in args.texts}
    texts = name_texts(args.texts, read_labels(args.label, lambda text: Path(text).resolve() in known))
    with show_progress("judging") as show:

        def progress(done: int, total: int) -> None:
            show(Progress("score-given", done, total))

        chosen = {"texts": texts, "contrast": args.contrast}
        try:
            if folders:
                judgement = score_run(folders[0], words, progress, config_dir=args.config_dir, **chosen)
            else:
                config = compose(*words, config_dir=args.config_dir)
                judgement = score_data(config, progress, output=args.output, **chosen)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                "what was judged is kept only when all of it is; give the same command again"
            ) from None
    for note in judgement.notes:
        print(note, file=sys.stderr)
    if args.json:
        from mt_eval.cli.table import print_json

        print_json(_encode(judgement))
        return 0
    open_console().print(render_judgement(judgement))
    if judgement.file is not None:
        print(f"\nkept: {judgement.file}")
    return 0


def _part_words(words: list[str]) -> tuple[list[Path], list[str]]:
    """Run directories and settings; what is both, such as `runs/name=x`, is a run where one is there."""
    from mt_eval.runs.paths import RunPaths, list_named

    folders: list[Path] = []
    rest = []
    for word in words:
        path = Path(word)
        if "=" in word and not RunPaths(path).exists():
            rest.append(word)
        else:
            named = [] if RunPaths(path).exists() else list_named(path)
            folders.append(named[0] if len(named) == 1 else path)
    return folders, rest


def _check_call(args: argparse.Namespace, folders: list[Path]) -> None:
    from mt_eval.errors import ConfigError

    if len(folders) > 1:
        raise ConfigError(
            f"{folders[1]}: a second run, expected one; give it behind --texts, or give the command for each"
        )
    if args.output == Path("-"):
        raise ConfigError("-o -: two files are kept, in a folder, expected its name; print with --json instead")
    if folders and args.output is not None:
        raise ConfigError("-o: what is said of a run is kept in its directory; leave it out, or print with --json")
    if args.contrast is not None and args.texts:
        raise ConfigError("--texts: a contrastive set has texts of its own; leave out --texts or --contrast")


def _encode_set(contrast: Contrast, pairs: Sequence[JudgedPair]) -> dict[str, Any]:
    """Which set was judged, and the accuracies by kind."""
    from dataclasses import asdict

    from mt_eval.compare.accuracy import CHANCE, measure_accuracy

    accuracies = [asdict(each) for each in measure_accuracy(pairs)]
    return {"name": contrast.name, "sha256": contrast.sha256, "chance": CHANCE, "accuracies": accuracies}


def _encode(judgement: Judgement) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "judge": asdict(judgement.judge),
        "scores": [
            {**asdict(score), "per_token": score.per_token, "perplexity": score.perplexity}
            for score in judgement.scores
        ],
        "segments": [asdict(record) for record in judgement.records],
        "pairs": [
            {**asdict(pair), "is_right": pair.is_right, "is_right_per_token": pair.is_right_per_token}
            for pair in judgement.contrasts
        ],
        "contrastive": None if judgement.contrast is None else _encode_set(judgement.contrast, judgement.contrasts),
        "file": None if judgement.file is None else str(judgement.file),
    }
