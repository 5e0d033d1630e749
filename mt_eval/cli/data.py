"""`mt-eval data list | show ARTICLE | align PAIR`: the articles of a manifest, what cleaning does to them, a first
alignment.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mt_eval.data.manifest import ArticleEntry, Manifest, PairEntry
    from mt_eval.text.clean import Change, Cleaned
    from mt_eval.types import Article, Segment

_MANIFEST = "bundled:seeds/articles.yaml"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `data` and its own commands to the parsers of `mt-eval`."""
    parser = subparsers.add_parser("data", help="list articles; show one as found and as cleaned; draft an alignment")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    listing = actions.add_parser("list", help="articles and pairs, with the reason why a pair is or is not scored")
    showing = actions.add_parser("show", help="an article as found beside the cleaned text, with every change")
    showing.add_argument("article", metavar="ARTICLE", help="id in the manifest")
    how = showing.add_mutually_exclusive_group()
    how.add_argument("--raw", action="store_true", help="the text as found, nothing else")
    how.add_argument(
        "--segments",
        action="store_true",
        help="the sentences of the cleaned text, one a line (a gold file may cut more)",
    )
    aligning = actions.add_parser("align", help="print a first gold file for a pair, aligned by content, to correct")
    aligning.add_argument("pair", metavar="PAIR", help="id in the manifest")
    for action in (listing, showing, aligning):
        action.add_argument("--manifest", default=_MANIFEST, help=f"default: {_MANIFEST}")
    for action in (listing, showing):
        action.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Carry out what was asked; 0.

    Raises:
        DataError: The manifest or a file it names is missing or wrong, or the id is not in it.
    """
    from mt_eval.bundled import resolve
    from mt_eval.data.manifest import read_manifest

    manifest = read_manifest(resolve(args.manifest))
    match args.action:
        case "list":
            _list(manifest, args)
        case "show":
            _show(manifest, args)
        case "align":
            _align(manifest, args)
    return 0


def _list(manifest: Manifest, args: argparse.Namespace) -> None:
    articles, pairs = manifest.articles.values(), manifest.pairs.values()
    if args.json:
        _print_json({"articles": [_describe(a) for a in articles], "pairs": [_describe(p) for p in pairs]})
        return
    article_rows = [(a.id, a.language, a.date or "", _isolate(a.title or "", a.language)) for a in articles]
    pair_rows = [(p.id, " ".join(p.articles), str(p.relation), "gold" if p.gold else "", p.reason) for p in pairs] + [
        ("", a.id, "unpaired", "", a.unpaired) for a in articles if a.unpaired
    ]
    _print_table(("article", "language", "date", "title"), article_rows)
    print()
    _print_table(("pair", "articles", "relation", "alignment", "reason"), pair_rows)


def _show(manifest: Manifest, args: argparse.Namespace) -> None:
    from mt_eval.data.articles import find_manifest_article, read_article

    entry = find_manifest_article(manifest, args.article)
    raw = read_article(manifest, entry)
    cleaned = _clean(entry, raw)
    segments = _split(raw, cleaned) if args.segments else []
    if args.json:
        _print_json(
            _describe(entry)
            | {"raw": raw.text, "cleaned": cleaned.text, "changes": [_describe(change) for change in cleaned.changes]}
            | ({"segments": [_describe(segment) for segment in segments]} if args.segments else {})
        )
    elif args.raw:
        print(raw.text)
    elif args.segments:
        for segment in segments:
            print(f"{segment.id}\t{_isolate(segment.text, raw.lang)}")
    else:
        _print_beside(raw, cleaned)


def _align(manifest: Manifest, args: argparse.Namespace) -> None:
    from mt_eval.align import pair_by_content
    from mt_eval.data.articles import find_manifest_pair, read_article

    entries = [manifest.articles[name] for name in find_manifest_pair(manifest, args.pair).articles]
    articles = [read_article(manifest, entry) for entry in entries]
    sides = [_split(article, _clean(entry, article)) for entry, article in zip(entries, articles, strict=True)]
    print("\t".join([articles[0].lang, articles[1].lang, "note"]))
    for pair in pair_by_content(args.pair, sides[0], sides[1]):
        # A cell stands on one line; its white space does not count.
        print("\t".join([" ".join(pair.source_text.split()), " ".join(pair.reference_text.split()), ""]))


def _clean(entry: ArticleEntry, article: Article) -> Cleaned:
    from mt_eval.text.clean import clean

    return clean(article.text, entry.language, word_segmented=entry.segmented, furniture=entry.furniture)


def _split(article: Article, cleaned: Cleaned) -> list[Segment]:
    from dataclasses import replace

    from mt_eval.text.segment import split

    return split(replace(article, text=cleaned.text))


def _print_beside(raw: Article, cleaned: Cleaned) -> None:
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from mt_eval.report.bidi import justify, wrap_isolated

        console = Console()
        width = max(20, (console.width - 7) // 2)
        table = Table(title=raw.id)
        cells = []
        for header, text in (("as found", raw.text), ("cleaned", cleaned.text)):
            table.add_column(header, width=width, no_wrap=True, justify=justify(raw.lang))
            paragraphs = (wrap_isolated(paragraph, raw.lang, width) for paragraph in text.split("\n"))
            cells.append(Text("\n".join("\n".join(lines) for lines in paragraphs)))
        table.add_row(*cells)
        console.print(table)
    else:
        print(f"as found:\n{_isolate(raw.text, raw.lang)}\n\ncleaned:\n{_isolate(cleaned.text, raw.lang)}")
    print(f"\n{len(cleaned.changes)} changes")
    _print_table(("line", "step", "before", "after"), [_tell(change, raw.lang) for change in cleaned.changes])


def _tell(change: Change, lang: str) -> tuple[str, ...]:
    after = _isolate(change.after, lang) if change.after else "(removed)"
    return str(change.line), change.step, _isolate(change.before, lang), after


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere one row a line, cells separated by tabs."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*header)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)
        return
    for cells in (header, *rows):
        print("\t".join(" ".join(cell.split("\t")) for cell in cells))


def _isolate(text: str, lang: str) -> str:
    """`text` as people read it in a line of output: right-to-left text is isolated line by line."""
    from mt_eval.report.bidi import RIGHT_TO_LEFT_LANGUAGES, isolate

    if lang not in RIGHT_TO_LEFT_LANGUAGES:
        return text
    return "\n".join(isolate(line, lang) for line in text.split("\n"))


def _describe(entry: ArticleEntry | PairEntry | Change | Segment) -> dict[str, Any]:
    from dataclasses import asdict

    return {key: value for key, value in asdict(entry).items() if value is not None}


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
