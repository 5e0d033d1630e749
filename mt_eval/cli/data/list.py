"""`mt-eval data list`: the articles and pairs of a manifest."""

from __future__ import annotations

import argparse

from mt_eval.cli.data import MANIFEST
from mt_eval.cli.data.printing import describe, isolate_text
from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--manifest", default=MANIFEST, help=f"articles.yaml, or its folder (default: {MANIFEST})")
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    from mt_eval.bundled import resolve
    from mt_eval.data.manifest import read_manifest

    manifest = read_manifest(resolve(args.manifest))
    articles, pairs = manifest.articles.values(), manifest.pairs.values()
    if args.json:
        print_json({"articles": [describe(a) for a in articles], "pairs": [describe(p) for p in pairs]})
        return 0
    article_rows = [(a.id, a.language, a.date or "", isolate_text(a.title or "", a.language)) for a in articles]
    pair_rows = [(p.id, " ".join(p.articles), str(p.relation), "gold" if p.gold else "", p.reason) for p in pairs] + [
        ("", a.id, "unpaired", "", a.unpaired) for a in articles if a.unpaired
    ]
    print_table(("article", "language", "date", "title"), article_rows, tabs=True)
    print()
    print_table(("pair", "articles", "relation", "alignment", "reason"), pair_rows, tabs=True)
    return 0
