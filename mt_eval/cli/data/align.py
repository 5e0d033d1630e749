"""`mt-eval data align PAIR | SOURCE REFERENCE`: the alignment of two articles, to look at, to use, to correct."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from mt_eval.cli.data import MANIFEST
from mt_eval.cli.output import add_output_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mt_eval.align import Alignment
    from mt_eval.types import Article, Segment, SegmentPair


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts", metavar="PAIR | SOURCE REFERENCE", nargs="+", help="a pair of the manifest, or two files"
    )
    parser.add_argument(
        "--manifest", default=MANIFEST, help=f"articles.yaml that lists PAIR, or its folder (default: {MANIFEST})"
    )
    parser.add_argument(
        "--languages", metavar="LANG,LANG", help="of the two files; told by their names (a.vi.txt) or texts by default"
    )
    parser.add_argument(
        "--segmented", action="store_true", help="the two files have one segment a line, to be taken as given"
    )
    add_output_option(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--json", action="store_true", help='a list of {"source": [indices], "reference": [indices], "cost": x}, from 0'
    )
    how.add_argument(
        "--edit",
        action="store_true",
        help="write the gold file of PAIR for a person to correct, open it with $EDITOR, and check it afterwards; a "
        "file that is there already is kept, opened and checked",
    )


def run(args: argparse.Namespace) -> int:
    from mt_eval.errors import DataError

    if len(args.texts) > 2:
        raise DataError(f"data align: {len(args.texts)} names, expected a pair of the manifest or two files")
    if len(args.texts) == 2:
        if args.edit:
            raise DataError("data align: --edit writes the gold file of a pair; name a pair of a manifest")
        articles = _read_files(args)
        print_alignment(articles, _align(articles, args.segmented), as_json=args.json)
        return 0
    if args.segmented:
        raise DataError("data align: --segmented is for two files with one segment a line; name two files")
    return _align_pair(args)


def _align_pair(args: argparse.Namespace) -> int:
    from mt_eval.bundled import resolve
    from mt_eval.data.articles import find_manifest_pair
    from mt_eval.data.manifest import read_manifest
    from mt_eval.intake.folder import segment_article

    manifest = read_manifest(resolve(args.manifest))
    pair = find_manifest_pair(manifest, args.texts[0])
    articles = [segment_article(manifest, manifest.articles[name])[0] for name in pair.articles]
    if not args.edit:
        print_alignment(articles, _align(articles, segmented=False), as_json=args.json)
        return 0
    path = manifest.locate(pair.gold or f"gold/{pair.id}.tsv")
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        lines = list_gold_lines(articles, _align(articles, segmented=False).pairs)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(f"{path}: written")
    edit(path)
    _check_gold(path, articles)
    if pair.gold is None:
        print(f"add `gold: gold/{pair.id}.tsv` to pair {pair.id} in {manifest.path}, and runs will use it")
    return 0


def edit(path: Path) -> None:
    """Open the file with the user's editor, where there is one and somebody to use it."""
    import shlex
    import subprocess

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if editor is None or not sys.stdin.isatty():
        print(f"correct {path}, then give the same command again: it checks the file")
        return
    subprocess.run([*shlex.split(editor), str(path)], check=False)


def _check_gold(path: Path, articles: Sequence[Article]) -> None:
    from mt_eval.align import locate_gold, read_gold

    rows = read_gold(path, articles[0].lang, articles[1].lang)
    locate_gold(path, rows, *articles)
    both = sum(bool(row.source and row.reference) for row in rows)
    print(f"{path}: fits; {len(rows)} groups, {both} with both sides")


def _align(articles: Sequence[Article], segmented: bool) -> Alignment:
    from mt_eval.align import SegmentedPair, align_by_content
    from mt_eval.errors import AlignmentError
    from mt_eval.text.segment import split, split_lines

    source, reference = (split_lines(article) if segmented else split(article) for article in articles)
    for article, segments in zip(articles, (source, reference), strict=True):
        if empty := next((segment for segment in segments if not segment.text), None):
            raise AlignmentError(
                f"{article.id} line {empty.id.rpartition(':')[2]}: is empty, expected a segment; delete the line"
            )
    segmented_pair = SegmentedPair(articles[0].id, tuple(source), tuple(reference))
    return align_by_content([segmented_pair], articles[0].lang, articles[1].lang)[0]


def _read_files(args: argparse.Namespace) -> list[Article]:
    from pathlib import Path

    from mt_eval.data.language import check_language
    from mt_eval.errors import DataError
    from mt_eval.files import read_text
    from mt_eval.intake.guess import guess_language
    from mt_eval.types import Article

    langs = args.languages.split(",") if args.languages else [None, None]
    if len(langs) != 2:
        raise DataError(f"--languages {args.languages}: expected two language codes such as vi,ar")
    articles = []
    for name, given in zip(args.texts, langs, strict=True):
        text = read_text(Path(name)).removesuffix("\n")
        lang = given or guess_language(text)
        if lang is None:
            raise DataError(f"{name}: its language cannot be told; give both with --languages")
        check_language(text, lang, name, "mend --languages")
        articles.append(Article(name, lang, text))
    return articles


def print_alignment(articles: Sequence[Article], alignment: Alignment, *, as_json: bool) -> None:
    """As a gold file, or as JSON."""
    from mt_eval.align.sentences import list_groups

    if not as_json:
        print("\n".join(list_gold_lines(articles, alignment.pairs)))
        return
    groups = [
        {"source": each.source, "reference": each.reference, "cost": round(each.cost, 3)}
        for each in list_groups(alignment)
    ]
    print("[\n" + ",\n".join(f"  {json.dumps(group)}" for group in groups) + "\n]")


def list_gold_lines(articles: Sequence[Article], pairs: Sequence[SegmentPair]) -> list[str]:
    """The lines of a gold file. A cell stands on one line; its white space does not count."""

    def join(segments: Sequence[Segment]) -> str:
        return " ".join(" ".join(segment.text for segment in segments).split())

    header = "\t".join([articles[0].lang, articles[1].lang, "note"])
    return [header, *(f"{join(pair.source)}\t{join(pair.reference)}\t" for pair in pairs)]
