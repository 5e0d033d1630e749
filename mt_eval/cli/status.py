"""`mt-eval status [DIR]`: finished, running and failed runs of a folder or a tree of folders."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table
from mt_eval.errors import ConfigError
from mt_eval.report.scores import keep_number
from mt_eval.report.visible import format_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.runs.listing import Entry

_COLUMNS = ("name", "time", "seconds")
"""What --sort takes beside metrics."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "status",
        help="list finished, running and failed runs",
        description="List the finished, running, claimed and failed runs below a folder, with scores, progress and "
        "errors.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path("runs"), help="default: runs")
    parser.add_argument(
        "--where",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="only these: state=failed, model=nllb_600m, direction=vi-ar, decoding.num_beams=4, 'chrF++>40'",
    )
    parser.add_argument(
        "--sort", metavar="METRIC", default="name", help="best first by a metric; or name, time or seconds"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: table")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    add_output_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for; 0, or 1 if a record among it cannot be read.

    Raises:
        RunError: The folder is not there, or --where names what is not there.
        ConfigError: --sort does.
    """
    from mt_eval.runs.listing import Entry, list_entries
    from mt_eval.runs.settings import keep_where

    entries = list_entries(arguments.folder)
    entries = keep_where(entries, arguments.where, Entry.read_setting, Entry.list_keys, allow_none=True)
    entries = _sort(entries, arguments.sort)
    match arguments.format:
        case "json":
            print_json([asdict(entry) for entry in entries])
        case "csv":
            _print_csv(entries)
        case _:
            _print_table(entries, arguments.folder)
    return 1 if any(entry.state == "damaged" for entry in entries) else 0


def _sort(entries: Sequence[Entry], key: str) -> list[Entry]:
    if key in _COLUMNS:
        return sorted(entries, key=lambda entry: (getattr(entry, key) is None, getattr(entry, key) or 0))
    metrics = _list_metrics(entries)
    if entries and key not in metrics:
        raise ConfigError(f"--sort {key}: there is no such score; known are {', '.join([*metrics, *_COLUMNS])}")
    lower = any(key in entry.lower_is_better for entry in entries)

    def rank(entry: Entry) -> tuple[bool, float]:
        value = keep_number(entry.scores.get(key))
        return value is None, 0.0 if value is None else value if lower else -value

    return sorted(entries, key=rank)


def _list_metrics(entries: Sequence[Entry]) -> list[str]:
    return list(dict.fromkeys(metric for entry in entries for metric in entry.scores))


def _print_csv(entries: Sequence[Entry]) -> None:
    from mt_eval.export.spreadsheet import write_cells

    metrics = _list_metrics(entries)
    groups = list(dict.fromkeys(group for entry in entries for group in entry.choices))
    columns = ["state", "name", "folder", "direction", "time", "seconds", "done", "total", "seconds_left", "error"]
    rows = [
        [
            *(getattr(entry, column) for column in columns),
            *(entry.choices.get(group) for group in groups),
            *(entry.scores.get(metric) for metric in metrics),
        ]
        for entry in entries
    ]
    write_cells([[*columns, *groups, *metrics], *rows], sys.stdout, line_end="\n")


def _print_table(entries: Sequence[Entry], folder: Path) -> None:
    if not entries:
        print(f"{folder}: there are no such runs")
        return
    metrics, left_out = _fit_metrics(entries)
    rows = [
        (
            entry.state,
            format_name(_name(entry)),
            *(_format_number(entry.scores.get(metric)) for metric in metrics),
            _format_number(entry.seconds),
            format_name(_describe_state(entry)),
        )
        for entry in entries
    ]
    header = ("state", "run", *metrics, "seconds", "")
    print_table(header, rows, right=range(2, len(header) - 1), fold=False)
    counts = {state: sum(entry.state == state for entry in entries) for state in sorted({e.state for e in entries})}
    print("\n" + ", ".join(f"{count} {state}" for state, count in counts.items()))
    from mt_eval.runs.listing import warn_of_choices

    for warning in warn_of_choices(entries):
        print(f"warning: {format_name(warning)}")
    if left_out:
        print(f"not shown for want of room: {', '.join(left_out)} (--format csv has all)")


def _fit_metrics(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """The metrics whose columns fit into the terminal, the first one always, and the others; no pipe is too narrow."""
    metrics = _list_metrics(entries)
    if not sys.stdout.isatty():
        return metrics, []
    names = map(_name, entries)
    room = shutil.get_terminal_size().columns - len("finished  ") - max(map(len, names)) - len("  seconds")
    kept = metrics[:1]
    for metric in metrics[1:]:
        if sum(max(len(name), 5) + 2 for name in [*kept, metric]) > room:
            break
        kept.append(metric)
    return kept, metrics[len(kept) :]


def _name(entry: Entry) -> str:
    return str(entry.folder) if entry.state == "finished" else entry.name


def _format_number(value: float | None) -> str:
    known = keep_number(value)
    return "" if known is None else f"{known:.1f}"


def _describe_state(entry: Entry) -> str:
    match entry.state:
        case "running":
            left = "" if entry.seconds_left is None else f", {entry.seconds_left:.0f} s left"
            return f"{entry.done} of {entry.total} segments{left} ({entry.host or 'host unknown'})"
        case "claimed":
            return f"since {entry.time} ({entry.host})" if entry.time else "by a process that did not say more yet"
        case "dead":
            return f"its process ended ({entry.host or 'host unknown'}); ask for the run again"
        case "failed" | "damaged":
            return entry.error or ""
    return ""
