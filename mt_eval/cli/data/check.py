"""`mt-eval data check DIR`: whether each reference is fit to score against."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt_eval.cli.data.printing import describe, isolate_text
from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mt_eval.intake.findings import Finding
    from mt_eval.intake.fitness import Fitness


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder with articles.yaml, or such a file")
    parser.add_argument("--direction", default="vi-ar", metavar="SRC-TGT", help="default: vi-ar")
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    from mt_eval.config import AlignMethod
    from mt_eval.data.articles import collect_pairs
    from mt_eval.errors import DataError
    from mt_eval.intake.articles import check_articles
    from mt_eval.intake.check import check_pairs
    from mt_eval.intake.folder import open_folder, segment_article
    from mt_eval.segment_pairs import clean_articles, pair_segments
    from mt_eval.types import Relation

    langs = args.direction.split("-")
    if len(langs) != 2:
        raise DataError(f"--direction {args.direction}: expected two language codes such as vi-ar")
    manifest = open_folder(args.folder)
    corpus = collect_pairs(manifest, *langs)
    findings = check_articles([segment_article(manifest, entry)[0] for entry in manifest.articles.values()])
    fitness: Mapping[str, Fitness] = {}
    if corpus.pairs:
        pairs = pair_segments(corpus, clean_articles(corpus), AlignMethod.best)[1]
        fitness, found = check_pairs(pairs, *langs)
        findings = [*found, *findings]
    if args.json:
        print_json({"pairs": [_sum_up(each) for each in fitness.values()], "findings": [describe(f) for f in findings]})
    else:
        _print(fitness, findings, {pair.id: pair.source.title or "" for pair in corpus.pairs}, langs[0])
    meant = {pair.id for pair in corpus.pairs if pair.relation is Relation.TRANSLATION}
    return 1 if any(each.unfit for name, each in fitness.items() if name in meant) else 0


def _sum_up(fitness: Fitness) -> dict[str, object]:
    return {
        "pair": fitness.pair,
        "verdict": name_verdict(fitness),
        "score": round(fitness.agreement.mean, 3),
        "aligned_groups": fitness.aligned_groups,
        "agreeing_groups": fitness.agreeing_groups,
        "source_share": round(fitness.agreement.source_share, 3),
        "reference_share": round(fitness.agreement.reference_share, 3),
    }


def name_verdict(fitness: Fitness) -> str:
    if not fitness.judged:
        return "not judged"
    return "unfit" if fitness.unfit else "doubtful" if fitness.doubtful else "fit"


def _print(fitness: Mapping[str, Fitness], findings: Sequence[Finding], titles: Mapping[str, str], lang: str) -> None:
    if fitness:
        print_table(
            ("pair", "verdict", "score", "groups that agree", "source covered", "reference covered", "title"),
            [
                (
                    each.pair,
                    name_verdict(each),
                    f"{each.agreement.mean:.2f}",
                    f"{each.agreeing_groups} of {each.aligned_groups}",
                    f"{100 * each.agreement.source_share:.0f}%",
                    f"{100 * each.agreement.reference_share:.0f}%",
                    isolate_text(titles.get(each.pair, ""), lang),
                )
                for each in fitness.values()
            ],
            tabs=True,
        )
    else:
        print("no pair of these languages is listed; `mt-eval data pair` finds them")
    print()
    if not findings:
        print("nothing found")
        return
    print_table(
        ("finding", "where", "what", "text"),
        [(f.kind, f.where, f.what, isolate_text(" ".join(f.quote.split()), f.lang)) for f in findings],
        tabs=True,
    )
