"""`mt-eval data new DIR`: a manifest for a folder of texts."""

from __future__ import annotations

import argparse

from mt_eval.bundled import expand_home
from mt_eval.cli.table import print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder of *.txt files; articles.yaml is written into it")


def run(args: argparse.Namespace) -> int:
    import os
    import sys

    from mt_eval.data.manifest import FILE, read_manifest
    from mt_eval.errors import DataError
    from mt_eval.intake.draft import add_entries, draft_article, draft_pair
    from mt_eval.intake.folder import guess_folder
    from mt_eval.report.comparison import count

    folder = expand_home(args.folder)
    path = folder / FILE
    listed = read_manifest(path).articles if os.path.isfile(path) else {}
    found = guess_folder(folder, listed)
    for reason in found.refused:
        print(f"left out: {reason}", file=sys.stderr)
    if not found.articles:
        if not listed:
            raise DataError(f"{folder}: holds no text that can be listed, expected files such as news.vi.txt in it")
        print(f"{path}: nothing to add; {len(listed)} articles are listed")
        return 1 if found.refused else 0
    articles = [draft_article(entry, found.guesses[name]) for name, entry in found.articles.items()]
    taken = read_manifest(path).pairs if os.path.isfile(path) else {}
    pairs = [entry for name, entry in found.pairs.items() if name not in taken]
    add_entries(path, articles, [draft_pair(entry) for entry in pairs])
    print_table(
        ("article", "language", "date", "segmented", "furniture", "file"),
        [
            (e.id, e.language, e.date or "", "yes" if e.segmented else "", str(len(e.furniture) or ""), e.file)
            for e in found.articles.values()
        ],
        tabs=True,
    )
    added = f"{count(len(articles), 'article')} and {count(len(pairs), 'pair')} added"
    print(f"\n{path}: {added}; mend what is marked as guessed")
    print(f"next: mt-eval data pair {args.folder}")
    return 1 if found.refused else 0
