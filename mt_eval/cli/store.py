"""`mt-eval store [prune | compact] [DIR]`: what the translation store of a folder of runs holds, and its upkeep."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from mt_eval.bundled import expand_home
from mt_eval.cli.ages import read_age
from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.translate.store.upkeep import StoredLeg

DESCRIPTION = """\
Show what was translated before and is not translated again: size and contents by model.

  mt-eval store                             what is there
  mt-eval store prune --older-than 30d      remove what no run used for 30 days
  mt-eval store prune --model 'opus-mt-*'   remove what these models translated
  mt-eval store compact                     merge the many files that many processes left

Run directories are never touched: they keep their own copy of every translation. What a live process writes to stays.
"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "store",
        help="show or prune what is kept of former translations",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="mt-eval store [prune | compact] [DIR] [--json] [--older-than AGE] [--model PATTERN] [--dry-run]",
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument(
        "--older-than", type=read_age, metavar="AGE", help="prune: not used for so long, such as 30d, 12h or 6w"
    )
    parser.add_argument(
        "--model",
        metavar="PATTERN",
        help="only models of this name, or with this last part of it; * and ? as in a shell",
    )
    parser.add_argument("--dry-run", action="store_true", help="prune: say what would be removed, and remove nothing")
    parser.epilog = "DIR is the folder of run directories (default: runs)."
    add_output_option(parser)
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out what was asked; 0.

    Raises:
        RunError: There is no such folder, or it cannot be read or changed.
    """

    from mt_eval.errors import RunError
    from mt_eval.runs.paths import store_folder
    from mt_eval.translate.store.upkeep import choose_legs, list_legs

    words: list[str] = list(arguments.words)
    action = words.pop(0) if words[:1] in (["prune"], ["compact"]) else "list"
    _check(arguments, action, words)
    runs_dir = expand_home(words[0] if words else "runs")
    if words and not runs_dir.is_dir():
        raise RunError(f"{runs_dir}: there is no such folder; name the folder of your run directories")
    root, now = store_folder(runs_dir), time.time()
    legs = choose_legs(list_legs(root, now), now=now, older_than=arguments.older_than, pattern=arguments.model)
    match action:
        case "list":
            _list(legs, str(root), as_json=arguments.json)
        case "prune":
            _prune(legs, str(root), now, dry=arguments.dry_run, as_json=arguments.json)
        case "compact":
            _compact(legs, str(root), now, as_json=arguments.json)
    return 0


def _check(arguments: argparse.Namespace, action: str, words: Sequence[str]) -> None:
    """Exit with status 2, as argparse does, where the words do not fit together."""
    fail = arguments.parser.error
    if len(words) > 1:
        fail(f"one folder is expected, not {' '.join(words)}")
    if action == "prune" and arguments.older_than is None and arguments.model is None:
        fail("prune wants to know what: --older-than AGE, --model PATTERN, or both")
    if action != "prune" and (arguments.older_than is not None or arguments.dry_run):
        fail(f"--older-than and --dry-run go with prune, not with {action}")


def _list(legs: Sequence[StoredLeg], root: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"store": root, "legs": [_describe(leg) for leg in legs]})
        return
    if not legs:
        print(f"{root} holds no translations")
        return
    print_table(
        ("model", "direction", "engine", "type", "beams", "records", "MB", "files", "last used", "last written"),
        [
            (
                leg.name or f"? ({leg.folder.name})",
                *(each or "?" for each in (leg.info.direction, leg.info.engine, leg.info.dtype)),
                str(leg.info.generation.get("num_beams", "?")),
                *(f"{leg.records:,}", f"{leg.size / 1e6:.1f}", f"{leg.files:,}"),
                *(_format_day(leg.used), "now" if leg.in_use else _format_day(leg.written)),
            )
            for leg in legs
        ],
        right=range(4, 8),
    )
    print(f"\n{root}: {sum(leg.records for leg in legs):,} records, {_format_size(sum(leg.size for leg in legs))}")


def _prune(legs: Sequence[StoredLeg], root: str, now: float, *, dry: bool, as_json: bool) -> None:
    from mt_eval.translate.store.upkeep import remove_leg

    idle = [leg for leg in legs if not leg.in_use]
    busy = [leg for leg in legs if leg.in_use]
    freed = sum(leg.size if dry else remove_leg(leg, now) for leg in idle)
    if as_json:
        removed = [_describe(leg) for leg in idle]
        kept = [_describe(leg) for leg in busy]
        print_json({"store": root, "dry_run": dry, "freed_bytes": freed, "removed": removed, "in_use": kept})
        return
    for leg in idle:
        what = f"{_name(leg)}, {leg.records:,} records, {_format_size(leg.size)}, last used {_format_day(leg.used)}"
        print(f"{'would remove' if dry else 'removed'} {what}")
    for leg in busy:
        print(f"kept {_name(leg)}: it is being written to")
    print(f"{root}: {_format_size(freed)} {'would be freed' if dry else 'freed'}")


def _compact(legs: Sequence[StoredLeg], root: str, now: float, *, as_json: bool) -> None:
    from mt_eval.translate.store.upkeep import compact_leg

    done = [compact_leg(leg, now) for leg in legs]
    if as_json:
        merged = [_describe(each.leg) | {"merged": each.files, "freed_bytes": each.freed} for each in done]
        print_json({"store": root, "legs": merged})
        return
    for each in done:
        if each.files:
            print(f"{_name(each.leg)}: {each.files:,} files are one now")
    files, freed = sum(each.files for each in done), sum(each.freed for each in done)
    print(f"{root}: {files:,} files merged, {_format_size(freed)} freed")


def _describe(leg: StoredLeg) -> dict[str, Any]:
    return {
        "folder": str(leg.folder),
        "identity": leg.info.identity,
        "name": leg.name or None,
        "direction": leg.info.direction,
        "engine": leg.info.engine,
        "dtype": leg.info.dtype,
        "num_beams": leg.info.generation.get("num_beams"),
        "records": leg.records,
        "bytes": leg.size,
        "files": leg.files,
        "last_used": _format_time(leg.used),
        "last_written": _format_time(leg.written),
        "in_use": leg.in_use,
    }


def _name(leg: StoredLeg) -> str:
    return f"{leg.name} {leg.info.direction or ''}".strip() or leg.folder.name


def _format_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _format_day(seconds: float) -> str:
    return _format_time(seconds)[:10]


def _format_time(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
