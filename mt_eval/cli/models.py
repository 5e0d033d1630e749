"""`mt-eval models [fetch OPTION]`: the model options for a direction, and their checkpoints downloaded ahead."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table
from mt_eval.config.options import suggest
from mt_eval.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mt_eval.translate.checkpoints.catalogue import CataloguedLeg, Option

DTYPES = ("float32", "bfloat16", "float16")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "models",
        help="list the model options for a direction; download one ahead",
        description="List the model options for a direction: what they load, how large it is, under which license, "
        "and whether it is on this disk already.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object with all that is known, scores and notes")
    parser.add_argument(
        "--dtype", choices=DTYPES, default="float32", help="type that memory is computed for (default: %(default)s)"
    )
    add_output_option(parser)
    parser.set_defaults(run=run, action=None)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    fetching = actions.add_parser(
        "fetch",
        help="download an option's checkpoints, for a machine without a connection",
        description="Download an option's checkpoints into the hub cache (HF_HOME), which can then be copied.",
    )
    fetching.add_argument("option", metavar="OPTION", help="a model option, such as nllb_600m")
    for place, default in ((parser, "vi-ar"), (fetching, argparse.SUPPRESS)):
        place.add_argument("--direction", metavar="SRC-TGT", default=default, help="default: vi-ar")
        place.add_argument(
            "--config-dir",
            metavar="DIR",
            default=None if place is parser else argparse.SUPPRESS,
            help="a folder with options of your own, as for `mt-eval run`",
        )


def run(arguments: argparse.Namespace) -> int:
    """Carry out what was asked; 0.

    Raises:
        ConfigError: There is no such option, or a file of one cannot be read.
        ModelError: A checkpoint cannot be downloaded.
    """
    require_extra("models", "mt-eval models")
    if arguments.action == "fetch":
        _fetch(arguments)
    else:
        _list(arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from mt_eval.translate.checkpoints.catalogue import read_catalogue, resolve_legs

    options = [option for folder in _find_folders(arguments) for option in read_catalogue(folder)]
    rows, absent = [], []
    for option in options:
        legs = resolve_legs(option, arguments.direction)
        if legs is None:
            absent.append(option.name)
        else:
            rows.append((option, legs))
    if arguments.json:
        described = [_describe(option, legs, arguments.dtype) for option, legs in rows]
        found = {"direction": arguments.direction, "dtype": arguments.dtype, "options": described, "without": absent}
        print_json(found)
        return
    _print_table(rows, arguments.dtype)
    print(
        "\nMemory is that of the weights; decoding takes more. The legs of a pivot are loaded one after the other.\n"
        "`mt-eval models fetch OPTION` downloads ahead; --json adds published scores and notes.\n"
        "Models behind a server are no checkpoints: model=server model.url=URL model.name=NAME asks one."
    )
    if absent:
        print(f"Not known to translate {arguments.direction}: {', '.join(absent)}.")


def _print_table(rows: list[tuple[Option, tuple[CataloguedLeg, ...]]], dtype: str) -> None:
    from mt_eval.translate.checkpoints.adapter import ADAPTER
    from mt_eval.translate.checkpoints.catalogue import estimate_memory_mb, find_on_disk

    lines = []
    for option, legs in rows:
        places = [find_on_disk(leg.name, leg.revision)[0] for leg in legs]
        local = all(leg.facts.download_mb is None for leg in legs) and set(places) == {"yes"}
        with_adapters = [
            (
                (leg.name, *([f"with {leg.adapter}"] if leg.adapter else [])),
                (place, *([find_on_disk(leg.adapter, leg.adapter_revision, ADAPTER)[0]] if leg.adapter else [])),
            )
            for leg, place in zip(legs, places, strict=True)
        ]
        gaps = [[""] * (len(names) - 1) for names, _ in with_adapters]
        lines.append(
            (
                option.name,
                "\n".join(name for names, _ in with_adapters for name in names),
                _stack([_format_millions(leg.facts.parameters) for leg in legs], gaps),
                "none" if local else _stack([_format_size(leg.facts.download_mb) for leg in legs], gaps),
                _format_size(estimate_memory_mb(legs, dtype)),
                "\n".join(place for _, each in with_adapters for place in each),
                _stack([leg.facts.license or "?" for leg in legs], gaps),
            )
        )
    header = ("option", "checkpoints", "parameters", "download", f"memory ({dtype})", "on disk", "license")
    print_table(header, lines, right=range(2, 5))


def _stack(cells: Sequence[str], gaps: Sequence[Sequence[str]]) -> str:
    """One line a leg, and an empty one below each that has an adapter."""
    return "\n".join(line for cell, gap in zip(cells, gaps, strict=True) for line in (cell, *gap))


def _describe(option: Option, legs: tuple[CataloguedLeg, ...], dtype: str) -> dict[str, Any]:
    import msgspec

    from mt_eval.translate.checkpoints.adapter import ADAPTER
    from mt_eval.translate.checkpoints.catalogue import estimate_memory_mb, find_on_disk

    described = []
    for leg in legs:
        state, folder = find_on_disk(leg.name, leg.revision)
        described.append(
            {
                "checkpoint": leg.name,
                "revision": leg.revision,
                "adapter": leg.adapter,
                "adapter_on_disk": leg.adapter and find_on_disk(leg.adapter, leg.adapter_revision, ADAPTER)[0],
                "direction": leg.direction,
                "license": leg.facts.license,
                "parameters": leg.facts.parameters,
                "download_mb": leg.facts.download_mb,
                "on_disk": state,
                "folder": None if folder is None else str(folder),
                "scores": [
                    msgspec.to_builtins(score) for score in leg.facts.scores if score.direction == leg.direction
                ],
                "notes": list(leg.facts.notes),
            }
        )
    return {
        "option": option.name,
        "summary": option.summary,
        "via": option.via,
        "memory_mb": estimate_memory_mb(legs, dtype),
        "legs": described,
        "notes": list(option.facts.notes) if option.via is not None else [],
    }


def _fetch(arguments: argparse.Namespace) -> None:
    from mt_eval.errors import ConfigError
    from mt_eval.translate.checkpoints.adapter import ADAPTER
    from mt_eval.translate.checkpoints.catalogue import find_on_disk, read_catalogue, resolve_legs
    from mt_eval.translate.checkpoints.hashing import hash_files
    from mt_eval.translate.checkpoints.hub import find_checkpoint

    options = {option.name: option for folder in _find_folders(arguments) for option in read_catalogue(folder)}
    option = options.get(arguments.option)
    if option is None:
        raise ConfigError(
            f"{arguments.option} is no model option that names its checkpoints;{suggest(arguments.option, options)}"
        )
    legs = resolve_legs(option, arguments.direction)
    if legs is None:
        raise ConfigError(
            f"model={option.name} is not known to translate direction={arguments.direction}; `mt-eval models "
            f"--direction {arguments.direction}` lists what does"
        )
    for leg in legs:
        if find_on_disk(leg.name, leg.revision)[0] != "yes":
            print(f"{leg.name}: {_format_size(leg.facts.download_mb)} to download", file=sys.stderr, flush=True)
        found = [find_checkpoint(leg.name, leg.revision)]
        if leg.adapter is not None:
            found.append(find_checkpoint(leg.adapter, leg.adapter_revision, ADAPTER))
        for checkpoint in found:
            files = sorted(path.name for path in checkpoint.folder.iterdir() if path.is_file())
            hash_files(checkpoint.name, checkpoint.folder, files)
            for warning in checkpoint.warnings:
                print(f"warning: {warning}", file=sys.stderr)
            commit = f" (commit {checkpoint.commit})" if checkpoint.commit else ""
            print(f"{checkpoint.name}{commit}: {checkpoint.folder}")


def _find_folders(arguments: argparse.Namespace) -> list[Path]:

    from mt_eval.bundled import bundled_path, expand_home
    from mt_eval.errors import ConfigError

    folders = [bundled_path("conf")]
    if arguments.config_dir is not None:
        own = expand_home(arguments.config_dir)
        if not (own / "model").is_dir():
            raise ConfigError(f"--config-dir {own} has no folder model; expected option files in {own / 'model'}")
        folders.append(own)
    return folders


def _format_millions(parameters: int | None) -> str:
    if parameters is None:
        return "?"
    return f"{parameters / 1e9:.2f} B" if parameters >= 1e9 else f"{parameters / 1e6:.0f} M"


def _format_size(megabytes: float | None) -> str:
    if megabytes is None:
        return "?"
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"
