#!/usr/bin/env python3
"""Measure how well articles are aligned, on cases whose right alignment is known.

Documents of NTREX-128 (Vietnamese and Arabic, line-aligned) are changed at random: at 8% of positions two source lines
stand against one reference line, at 8% one against two, at 4% the reference lacks a line, at 4% the source. A group
counts as found if all its segments on both sides are right; groups with one side do not count.

    precision, recall, f1   all documents of a case aligned together, as a run does; mean over the seeds
    f1_alone                each document by itself, as `mt-eval data align` does
    f1_one_article          all documents of a case joined into one article
    f1_unmarked             lines that were joined lose the full stop between them, so that nothing shows the join
    f1_en_ar, f1_vi_en      as f1, for languages without a lexicon
    f1_seed_pair            the project's own pair of articles, plain sentences, against the alignment made by hand
    f1_seed_pair_cut        the same, cut where the alignment made by hand cuts
    seconds_2000            processor seconds for one article of 2,000 source lines
    growth                  the same for 4,000 lines, divided by it

Weights were tuned on every second document; all figures of NTREX are of the other half (`--half tune` shows the first).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from alignment_cases import (
    Case,
    Line,
    list_groups,
    make_case,
    make_segments,
    print_figures,
    read_documents,
    read_gold_lines,
    take_half,
)

from mt_eval.align import SegmentedPair, locate_gold, pair_by_content, pair_by_gold, read_gold
from mt_eval.data.articles import read_article
from mt_eval.data.manifest import read_manifest
from mt_eval.text.clean import clean
from mt_eval.text.segment import split
from mt_eval.types import Article, SegmentPair

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "seeds" / "gold" / "xi-putin-2024.tsv"
LONG = 2000
TARGETS = {"f1": {"min": 0.95}, "f1_alone": {"min": 0.95}, "seconds_2000": {"max": 10.0}, "growth": {"max": 2.5}}


def main() -> None:
    args = parse_arguments()
    seeds = range(1, 2 if args.quick else args.seeds + 1)
    documents = load(args.data, "vi", "ar", args.half)
    print(f"{len(documents)} documents, {sum(map(len, documents))} lines, {len(seeds)} seeds\n")
    cases = [make_cases(documents, seed) for seed in seeds]
    found = [measure(seed_cases, "vi", "ar") for seed_cases in cases]
    figures = {name: mean(each[place] for each in found) for place, name in enumerate(("precision", "recall", "f1"))}
    figures["f1_alone"] = mean(mean_alone(seed_cases) for seed_cases in cases)
    joined = [line for document in documents for line in document]
    figures["f1_one_article"] = mean(measure([make_case(joined, random.Random(seed))], "vi", "ar")[2] for seed in seeds)
    figures["f1_unmarked"] = mean(measure(make_cases(documents, seed, marked=False), "vi", "ar")[2] for seed in seeds)
    if args.data.is_dir():
        for source, reference in (("en", "ar"), ("vi", "en")):
            others = load(args.data, source, reference, args.half)
            figures[f"f1_{source}_{reference}"] = mean(
                measure(make_cases(others, seed), source, reference)[2] for seed in seeds
            )
    figures["f1_seed_pair"], figures["f1_seed_pair_cut"] = measure_seed_pair()
    figures["seconds_2000"] = measure_seconds(joined, LONG)
    if not args.quick:
        figures["growth"] = measure_seconds(joined, 2 * LONG) / figures["seconds_2000"]
    print_figures(figures, TARGETS, as_json=args.json)


def parse_arguments() -> argparse.Namespace:
    shared = ROOT.parent / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=shared / "ntrex", help="NTREX-128 (default: %(default)s)")
    parser.add_argument("--half", choices=("tune", "test"), default="test", help="documents (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=5, help="how many sets of cases are made (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one seed, and no measure of growth")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def load(folder: Path, source_lang: str, reference_lang: str, half: str) -> list[list[Line]]:
    if folder.is_dir():
        return take_half(read_documents(folder, source_lang, reference_lang), half)
    print(f"{folder} is not there: the cases are made of the project's own pair of articles instead")
    return [read_gold_lines(GOLD)]


def make_cases(documents: Sequence[Sequence[Line]], seed: int, *, marked: bool = True) -> list[Case]:
    rng = random.Random(seed)
    return [make_case(document, rng, marked=marked) for document in documents]


def measure(cases: Sequence[Case], source_lang: str, reference_lang: str) -> tuple[float, float, float]:
    """Precision, recall and F1 over the groups of all cases, aligned together."""
    articles = [make_segments(number, case, source_lang, reference_lang) for number, case in enumerate(cases)]
    aligned = [list_groups(pairs) for pairs in pair_by_content(articles, source_lang, reference_lang)]
    right = sum(len(found & case.groups) for found, case in zip(aligned, cases, strict=True))
    made, wanted = sum(map(len, aligned)), sum(len(case.groups) for case in cases)
    return right / made, right / wanted, 2 * right / (made + wanted)


def mean_alone(cases: Sequence[Case]) -> float:
    """F1 over the groups of all cases, each aligned by itself."""
    right = made = wanted = 0
    for case in cases:
        (pairs,) = pair_by_content([make_segments(0, case, "vi", "ar")], "vi", "ar")
        found = list_groups(pairs)
        right, made, wanted = right + len(found & case.groups), made + len(found), wanted + len(case.groups)
    return 2 * right / (made + wanted)


def measure_seed_pair() -> tuple[float, float]:
    """F1 on the project's own pair: sentences as they are cut by default, then cut as in the gold alignment."""
    manifest = read_manifest(ROOT / "seeds" / "articles.yaml")
    articles = []
    for number in manifest.pairs["xi-putin-2024"].articles:
        entry = manifest.articles[number]
        raw = read_article(manifest, entry)
        text = clean(raw.text, raw.lang, word_segmented=entry.segmented, furniture=entry.furniture).text
        articles.append(Article(raw.id, raw.lang, text))
    source, reference = articles
    spans = locate_gold(GOLD, read_gold(GOLD, source.lang, reference.lang), source, reference)
    breaks = [[cut for span in side if span for cut in span] for side in zip(*spans, strict=True)]
    cut = [tuple(split(article, places)) for article, places in zip(articles, breaks, strict=True)]
    gold = list_texts(pair_by_gold("seed", spans, *cut))
    scores = []
    for sides in ([tuple(split(article)) for article in articles], cut):
        (pairs,) = pair_by_content([SegmentedPair("seed", *sides)], source.lang, reference.lang)
        found = list_texts(pairs)
        scores.append(2 * len(found & gold) / (len(found) + len(gold)))
    return scores[0], scores[1]


def list_texts(pairs: Sequence[SegmentPair]) -> set[tuple[str, str]]:
    return {(pair.source_text, pair.reference_text) for pair in pairs if pair.source and pair.reference}


def measure_seconds(lines: Sequence[Line], length: int) -> float:
    rng = random.Random(0)
    repeated = [line for _ in range(2 * length // len(lines) + 1) for line in lines]
    case = make_case(repeated, rng)
    case = Case(case.source[:length], case.reference[:length], case.groups)
    article = make_segments(0, case, "vi", "ar")
    started = time.process_time()
    pair_by_content([article], "vi", "ar")
    return time.process_time() - started


if __name__ == "__main__":
    main()
