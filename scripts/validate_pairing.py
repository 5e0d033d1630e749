#!/usr/bin/env python3
"""Measure how well texts of a folder are paired, where it is known which belong together.

Half of the documents of NTREX-128 stand in Vietnamese and Arabic, the others in one of the two languages (both chosen
at random, several seeds). Shuffled with the project's own five articles, and cut into sentences by mt-eval itself, they
are paired as `mt-eval data pair` does.

    recall       share of the pairs there are that are proposed as translations; mean over the seeds
    false_rate   share of all texts that are proposed as a translation of a text they are no translation of
    recall_unseen, false_rate_unseen
                 the same of every second document, those on which no threshold was chosen
    seed_articles_right
                 share of the project's five articles that are told right: 000 and 002 a translation, 001 and 003
                 comparable or nothing, 004 nothing
    seconds      processor seconds for one seed
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from alignment_cases import Line, print_figures, read_documents

from mt_eval.align.pairing import Proposal, Text, propose_pairs
from mt_eval.data.articles import read_article
from mt_eval.data.manifest import read_manifest
from mt_eval.text.clean import clean
from mt_eval.text.segment import split
from mt_eval.types import Article, Relation

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"recall": {"min": 0.98}, "false_rate": {"max": 0.01}, "seed_articles_right": {"min": 1.0}}
SEED_ARTICLES = {"000": "002", "002": "000"}


def main() -> None:
    args = parse_arguments()
    documents = load(args.data)
    seeds = range(1, 2 if args.quick else args.seeds + 1)
    print(f"{len(documents)} documents, {len(seeds)} seeds\n")
    rounds = [measure(documents, seed) for seed in seeds]
    figures = {name: mean(each[name] for each in rounds) for name in rounds[0]}
    print_figures(figures, TARGETS, as_json=args.json)


def parse_arguments() -> argparse.Namespace:
    shared = ROOT.parent / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=shared / "ntrex", help="NTREX-128 (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="how many random choices (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one seed")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def load(folder: Path) -> list[list[Line]]:
    if folder.is_dir():
        return read_documents(folder, "vi", "ar")
    print(f"{folder} is not there: the project's own interface strings are taken instead")
    strings = [
        (ROOT / "seeds" / "ui" / f"ui.{lang}.txt").read_text(encoding="utf-8").splitlines() for lang in ("vi", "ar")
    ]
    pairs = list(zip(*strings, strict=True))
    return [pairs[start : start + 25] for start in range(0, len(pairs), 25)]


def measure(documents: Sequence[Sequence[Line]], seed: int) -> dict[str, float]:
    rng = random.Random(seed)
    kept = set(rng.sample(range(len(documents)), (len(documents) + 1) // 2))
    sides: list[list[Text]] = [[], []]
    for number, lines in enumerate(documents):
        for side in (0, 1) if number in kept else (rng.randrange(2),):
            lang = ("vi", "ar")[side]
            sides[side].append(make_text(f"{lang}-{number}", lang, [line[side] for line in lines]))
    sources, references = sides
    for text, lang in read_seed_articles():
        (sources if lang == "vi" else references).append(text)
    rng.shuffle(sources)
    rng.shuffle(references)
    started = time.process_time()
    proposals = propose_pairs(sources, references, "vi", "ar")
    seconds = time.process_time() - started
    figures = {**count(proposals, kept), **{f"{n}_unseen": v for n, v in count(proposals, kept, odd=True).items()}}
    return {**figures, "seed_articles_right": mean(map(is_told_right, select(proposals, "00"))), "seconds": seconds}


def count(proposals: Sequence[Proposal], kept: set[int], *, odd: bool = False) -> dict[str, float]:
    """Recall over documents that have a counterpart, and false translations over all; of every second one, if `odd`."""
    told = [p for p in select(proposals, "vi-") + select(proposals, "ar-") if not odd or int(p.text[3:]) % 2]
    wanted = {n for n in kept if not odd or n % 2}
    right = {
        int(p.text[3:]) for p in told if p.relation is Relation.TRANSLATION and p.counterpart == f"ar-{p.text[3:]}"
    }
    false = [p for p in told if p.relation is Relation.TRANSLATION and (p.counterpart or "")[3:] != p.text[3:]]
    return {"recall": len(right) / len(wanted), "false_rate": len(false) / len(told)}


def select(proposals: Sequence[Proposal], start: str) -> list[Proposal]:
    return [proposal for proposal in proposals if proposal.text.startswith(start)]


def is_told_right(proposal: Proposal) -> bool:
    if proposal.text in SEED_ARTICLES:
        return proposal.relation is Relation.TRANSLATION and proposal.counterpart == SEED_ARTICLES[proposal.text]
    allowed = {"001": (Relation.COMPARABLE, None), "003": (Relation.COMPARABLE, None), "004": (None,)}
    return proposal.relation in allowed[proposal.text]


def make_text(name: str, lang: str, lines: Sequence[str]) -> Text:
    return Text(name, tuple(split(Article(name, lang, "\n".join(lines)))))


def read_seed_articles() -> list[tuple[Text, str]]:
    manifest = read_manifest(ROOT / "seeds" / "articles.yaml")
    found = []
    for entry in manifest.articles.values():
        raw = read_article(manifest, entry)
        text = clean(raw.text, raw.lang, word_segmented=entry.segmented, furniture=entry.furniture).text
        found.append((make_text(entry.id, raw.lang, [text]), raw.lang))
    return found


if __name__ == "__main__":
    main()
