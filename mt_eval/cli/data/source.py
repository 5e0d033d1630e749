"""`mt-eval data source`: the sources of the segments, to be translated elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "overrides", nargs="*", metavar="GROUP=OPTION|KEY=VALUE", help="the data and direction, as for `mt-eval run`"
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with options of your own, as for `mt-eval run`")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="a TSV with the columns id and text (default: standard output). With each text translated it is what "
        "`model=hypotheses model.path=FILE` takes",
    )


def run(args: argparse.Namespace) -> int:
    import io
    import sys

    from mt_eval.disk import write_whole
    from mt_eval.errors import DataError
    from mt_eval.export.spreadsheet import write_exactly
    from mt_eval.library import compose
    from mt_eval.pipeline import prepare

    prepared = prepare(compose(*args.overrides, "model=copy", config_dir=args.config_dir))
    rows = [("id", "text"), *((pair.id, pair.source_text) for pair in prepared.pairs if pair.source)]
    table = io.StringIO()
    write_exactly(rows, table, separator="\t", line_end="\n")
    if args.output is None:
        sys.stdout.write(table.getvalue())
        return 0
    try:
        write_whole(args.output, table.getvalue())
    except OSError as error:
        raise DataError(f"{args.output}: cannot be written ({error.strerror}); name another file with -o") from None
    print(f"{args.output}: {len(rows) - 1} segments; put translations in the place of the texts")
    return 0
