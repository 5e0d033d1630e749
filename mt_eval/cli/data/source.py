"""`mt-eval data source`: the sources of the segments, or of whole articles, to be translated elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "overrides", nargs="*", metavar="GROUP=OPTION|KEY=VALUE", help="the data and direction, as for `mt-eval run`"
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with options of your own, as for `mt-eval run`")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--articles",
        type=Path,
        metavar="DIR",
        help="write whole articles instead, each to a file of the new folder DIR. With each text translated it is "
        "what `model=articles model.path=DIR` takes",
    )
    where.add_argument(
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
    if args.articles is not None:
        write_articles(prepared, args.articles)
        return 0
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


def write_articles(prepared: Prepared, folder: Path) -> None:
    """A file per article with its source: sentences joined by spaces, paragraphs by line breaks."""
    import os

    from mt_eval.disk import make_folder_whole
    from mt_eval.errors import DataError
    from mt_eval.translate.articles import check_names, name_file

    texts: dict[str, str] = {}
    for pair in prepared.pairs:
        for segment in pair.source:
            facts = prepared.articles.get(segment.article_id)
            joint = "\n" if facts is not None and segment.start in facts.paragraphs else " "
            before = texts.get(pair.article_pair_id)
            texts[pair.article_pair_id] = segment.text if before is None else f"{before}{joint}{segment.text}"
    check_names(tuple(texts))
    try:
        if os.path.lexists(folder):
            raise DataError(f"{folder}: is there already, and may hold translations; name a new folder")
        with make_folder_whole(folder) as partial:
            for article, text in texts.items():
                (partial / name_file(article)).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise DataError(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
    print(f"{folder}: {len(texts)} article{'s' * (len(texts) != 1)}; put translations in the place of the texts")
