"""`mt-eval export RUN... --to FORMAT`: segments for pandas, spreadsheets, CAT tools and other scorers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mt_eval.cli.choosing import choose_runs_parser
from mt_eval.cli.output import make_output_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mt_eval.types import Run

_DESCRIPTION = """\
Write the segments of runs for other programs: one row per run and segment, or with --wide (and in xlsx) one row per
segment with a column for every system.

  mt-eval export runs/A runs/B --to csv -o segments.csv      for spreadsheets
  mt-eval export runs/A runs/B --to xlsx -o side-by-side.xlsx  for reviewers: a column a system
  mt-eval export runs --to parquet -o segments.parquet       for pandas
  mt-eval export runs/A --to txt -o lines                    reference.txt and others, for the sacrebleu command
  mt-eval export runs/A --to tmx -o memory.tmx               for CAT tools
"""
FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx", "tmx", "txt")
_TABLES = ("csv", "tsv", "jsonl", "parquet")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="write segments as csv, tsv, jsonl, parquet, xlsx, tmx or txt",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[choose_runs_parser()],
    )
    parser.add_argument("--to", choices=FORMATS, required=True)
    parser.add_argument(
        "--wide",
        action="store_true",
        help="one row per segment, with a column for every system's translation, flags and scores; xlsx is always so",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write it; a folder for txt (default: standard output, where the format allows)",
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON; needs -o")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the segments; 0.

    Raises:
        MtEvalError: A run cannot be read, does not fit the format, or the output cannot be written.
    """
    from mt_eval.compare.select import select_runs
    from mt_eval.errors import ConfigError
    from mt_eval.runs.read import read_run

    form, output = arguments.to, arguments.output
    if arguments.wide and form not in (*_TABLES, "xlsx"):
        raise ConfigError(
            f"--to {form} has no columns for --wide, expected {', '.join(_TABLES)} or xlsx; leave one out"
        )
    if output is None and (form in ("parquet", "xlsx", "txt") or arguments.json):
        what = "a folder" if form == "txt" else "a file"
        raise ConfigError(
            f"--to {form}{' --json' if arguments.json else ''} cannot go to standard output; name {what} with -o"
        )
    runs = [read_run(each.folder) for each in select_runs(arguments.runs, arguments.where)]
    if form == "txt":
        from mt_eval.export.texts import write_texts

        written = write_texts(runs, output)
    elif output is None:
        _write_output(runs, _choose_writer(form, wide=arguments.wide))
        return 0
    else:
        _write_file(output, runs, _choose_writer(form, wide=arguments.wide))
        written = [output]
    if arguments.json:
        import json

        print(
            json.dumps({"format": form, "files": [str(path) for path in written], "runs": [each.id for each in runs]})
        )
    else:
        print(*written, sep="\n")
    return 0


def _choose_writer(form: str, *, wide: bool) -> Callable[[list[Run], IO[bytes]], None]:
    if form == "tmx":
        from mt_eval.export.tmx import write_tmx

        return write_tmx
    if form == "xlsx":
        from mt_eval.export.wide import tabulate_wide
        from mt_eval.export.workbook import write_xlsx
        from mt_eval.extras import require_extra

        require_extra("excel", "--to xlsx")
        return lambda runs, output: write_xlsx(tabulate_wide(runs), output)
    from mt_eval.export import tables
    from mt_eval.export.rows import Row, list_rows

    writers: dict[str, Callable[[Iterable[Row], IO[bytes]], None]] = {
        "csv": tables.write_csv,
        "tsv": tables.write_tsv,
        "jsonl": tables.write_jsonl,
        "parquet": tables.write_parquet,
    }
    if wide:
        from mt_eval.export.wide import tabulate_wide

        return lambda runs, output: writers[form](tabulate_wide(runs).list_rows(), output)
    return lambda runs, output: writers[form](list_rows(runs), output)


def _write_output(runs: list[Run], write: Callable[[list[Run], IO[bytes]], None]) -> None:
    """Write to standard output: as it is for a program, through the guard of a terminal for a person."""
    if not sys.stdout.isatty():
        write(runs, sys.stdout.buffer)
        return
    import io

    written = io.BytesIO()
    write(runs, written)
    sys.stdout.write(written.getvalue().decode("utf-8-sig"))


def _write_file(path: Path, runs: list[Run], write: Callable[[list[Run], IO[bytes]], None]) -> None:
    """Write a file, whole or not at all."""
    with make_output_whole(path) as partial, partial.open("wb") as file:
        write(runs, file)
