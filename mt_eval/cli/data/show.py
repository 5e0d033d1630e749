"""`mt-eval data show ARTICLE`: an article as found and as cleaned."""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from typing import TYPE_CHECKING

from mt_eval.cli.data import MANIFEST
from mt_eval.cli.data.printing import describe, isolate_text, name_entry
from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table

if TYPE_CHECKING:
    from mt_eval.text.clean import Change, Cleaned
    from mt_eval.types import Article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("article", metavar="ARTICLE", help="id in the manifest")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--raw", action="store_true", help="the text as found, nothing else")
    how.add_argument(
        "--segments",
        action="store_true",
        help="the sentences of the cleaned text, one a line (a gold file may cut more)",
    )
    parser.add_argument("--manifest", default=MANIFEST, help=f"articles.yaml, or its folder (default: {MANIFEST})")
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from mt_eval.bundled import resolve
    from mt_eval.data.articles import find_manifest_article, read_article
    from mt_eval.data.manifest import read_manifest
    from mt_eval.text.clean import clean
    from mt_eval.text.segment import split

    manifest = read_manifest(resolve(args.manifest))
    entry = find_manifest_article(manifest, args.article)
    raw = read_article(manifest, entry)
    cleaned = clean(raw.text, entry.language, word_segmented=entry.segmented, furniture=entry.furniture)
    segments = split(replace(raw, text=cleaned.text)) if args.segments else []
    if args.json:
        print_json(
            describe(entry)
            | {"raw": raw.text, "cleaned": cleaned.text, "changes": [describe(change) for change in cleaned.changes]}
            | ({"segments": [describe(segment) for segment in segments]} if args.segments else {})
        )
    elif args.raw:
        print(raw.text)
    elif args.segments:
        for segment in segments:
            print(f"{segment.id}\t{isolate_text(segment.text, raw.lang)}")
    else:
        if entry.title is not None:
            print(f"{name_entry(entry)}\n")
        _print_beside(raw, cleaned)
    return 0


def _print_beside(raw: Article, cleaned: Cleaned) -> None:
    if sys.stdout.isatty():
        from rich.table import Table

        from mt_eval.report.bidi import justify, wrap_isolated
        from mt_eval.report.table import add_lines
        from mt_eval.report.visible import open_console

        console = open_console()
        width = max(20, (console.width - 7) // 2)
        table = Table(title=raw.id)
        cells = []
        for header, text in (("as found", raw.text), ("cleaned", cleaned.text)):
            table.add_column(header, width=width, no_wrap=True, justify=justify(raw.lang))
            paragraphs = (wrap_isolated(paragraph, raw.lang, width) or [""] for paragraph in text.split("\n"))
            cells.append((list(chain.from_iterable(paragraphs)), justify(raw.lang)))
        add_lines(table, *cells)
        console.print(table)
    else:
        print(f"as found:\n{isolate_text(raw.text, raw.lang)}\n\ncleaned:\n{isolate_text(cleaned.text, raw.lang)}")
    print(f"\n{len(cleaned.changes)} changes")
    print_table(
        ("line", "step", "before", "after"),
        [_describe_change(change, raw.lang) for change in cleaned.changes],
        tabs=True,
    )


def _describe_change(change: Change, lang: str) -> tuple[str, ...]:
    after = isolate_text(change.after, lang) if change.after else "(removed)"
    return str(change.line), change.step, isolate_text(change.before, lang), after
