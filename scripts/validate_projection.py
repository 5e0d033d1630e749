#!/usr/bin/env python3
"""Measure how well outputs of whole articles are put in their place, where the place of every word is known.

Outputs of real systems, made sentence by sentence, are joined to articles of 6 to 24 sentences and disturbed
(`projection_cases.py`): 6% of the sentences left out, 10% of neighbours merged into one sentence, 10% of the
sentences split in two, 3% of neighbours swapped, sentences of other articles inserted after 4%, the tail of one article
in eight cut off, 2% left in the source language, line breaks between a third of the sentences and at 2% of the spaces.
The Vietnamese and the Arabic side of FLORES are each other's source. Figures per system and direction, and the worst:

    score_error      |chrF++ of the corpus after projection - chrF++ with the known places|
    segment_error    mean |difference| of a segment's chrF++
    exact            share of segments that got exactly their words
    omission_f1      segments that were left out, found
    addition_f1      inserted sentences found; one counts if 80% of its words are in one addition, which is mostly it
    rank_changes     pairs of systems whose order changes, of those more than 0.5 apart
    weak_*           the same with half of the sentences replaced by others from elsewhere
    alone_*          the same without references
    mweralign_*      minimum-WER segmentation (Matusov et al., IWSLT 2005) against the reference, where the package
                     `mweralign` is installed; what it gives an omitted segment, it never calls an addition
    seconds          processor seconds for one system, all its articles together
    seconds_10000    processor seconds for one article of 10,000 sentences

Weights were tuned on every second article; all figures are of the others (`--half tune` shows the first).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from alignment_cases import print_figures
from projection_cases import Case, Shares, join_words, make_articles, make_case
from system_outputs import ARCHIVE, Outputs, load_outputs, read_lines

from mt_eval.align.bridge import WordBridge
from mt_eval.metrics import METRICS, count_texts
from mt_eval.project import WholeOutput, project_outputs

CHRF = METRICS["chrF++"]
TARGETS = {
    "score_error": {"max": 0.4},
    "segment_error": {"max": 0.7},
    "exact": {"min": 0.92},
    "omission_f1": {"min": 0.95},
    "addition_f1": {"min": 0.90},
    "rank_changes": {"max": 0.0},
    "weak_score_error": {"max": 0.5},
    "seconds_10000": {"max": 60.0},
}
HIGHER_IS_BETTER = ("exact", "omission_f1", "addition_f1")
FOUND_SHARE = 0.8
APART = 0.5
LONG = 10_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """What systems translated: N lines of source, reference and each system's output."""

    source_lang: str
    target_lang: str
    sources: tuple[str, ...]
    references: tuple[str, ...]
    systems: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Placed:
    """What each segment of one article got, and what was added."""

    translations: tuple[str, ...]
    additions: tuple[str, ...]


Method = Callable[[Corpus, Sequence[Case]], list[Placed]]


def main() -> None:
    args = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        corpora = [read_corpus(outputs, Path(folder)) for outputs in load_outputs(args.data, Path(folder))]
    seeds = range(1, 2 if args.quick else args.seeds + 1)
    step = 2 if args.quick else 1
    figures = measure_all(corpora, seeds, args.half, step, Shares(), project)
    figures |= prefix("weak", measure_all(corpora, seeds, args.half, 2 * step, Shares(random=0.5), project))
    figures |= prefix("alone", measure_all(corpora, seeds, args.half, 2 * step, Shares(), project_alone))
    if importlib.util.find_spec("mweralign"):
        figures |= prefix("mweralign", measure_all(corpora, seeds, args.half, step, Shares(), segment_by_errors))
    if not args.quick:
        figures["seconds_10000"] = measure_seconds(corpora[0])
    print_figures(figures, TARGETS, as_json=args.json)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ARCHIVE, help="outputs of systems (default: %(default)s)")
    parser.add_argument("--half", choices=("tune", "test"), default="test", help="articles (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=2, help="how often they are disturbed (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="a quarter of the articles, one seed, no long article")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    return parser.parse_args()


def read_corpus(outputs: Outputs, folder: Path) -> Corpus:
    source_lang, target_lang = outputs.direction.split("-")
    source = outputs.source
    if source_lang == "en":
        source_lang = {"ar": "vi", "vi": "ar"}[target_lang]
        source = folder / f"en-{source_lang}" / f"flores-dev.{source_lang}"
    systems = {path.name.split(".")[1]: tuple(read_lines(path)) for path in outputs.hypotheses}
    sources, references = tuple(read_lines(source)), tuple(read_lines(outputs.reference))
    return Corpus(source_lang, target_lang, sources, references, systems)


def measure_all(
    corpora: Sequence[Corpus], seeds: Sequence[int], half: str, step: int, shares: Shares, method: Method
) -> dict[str, float]:
    """All figures of a method: the worst, then those of each system.

    Args:
        step: Every so manieth article of the half is measured.
    """
    found: dict[str, dict[str, float]] = {}
    changes = 0.0
    for corpus in corpora:
        articles = make_articles(len(corpus.references), random.Random(0))[{"tune": 0, "test": 1}[half] :: 2 * step]
        scores = {}
        for system, outputs in corpus.systems.items():
            started = time.process_time()
            cases, placed = [], []
            for seed in seeds:
                made = [
                    make_case(article, corpus.sources, outputs, corpus.target_lang, f"{seed}:{article[0]}", shares)
                    for article in articles
                ]
                cases += made
                placed += method(corpus, made)
            name = f"{system}_{corpus.source_lang}-{corpus.target_lang}"
            seconds = (time.process_time() - started) / len(seeds)
            found[name], scores[name] = measure(corpus, cases, placed)
            found[name]["seconds"] = seconds
        changes += count_changes(list(scores.values()))
    figures = {}
    for figure in next(iter(found.values())):
        worst = min if figure in HIGHER_IS_BETTER else max
        figures[figure] = worst(each[figure] for each in found.values())
    figures["rank_changes"] = changes
    each = {f"{figure}_{name}": value for name, values in found.items() for figure, value in values.items()}
    return figures | {name: value for name, value in each.items() if not name.startswith("seconds")}


def prefix(name: str, figures: dict[str, float]) -> dict[str, float]:
    return {f"{name}_{figure}": value for figure, value in figures.items() if figure != "seconds"}


def project(corpus: Corpus, cases: Sequence[Case]) -> list[Placed]:
    return _project(corpus, cases, [[corpus.references[line] for line in case.lines] for case in cases])


def project_alone(corpus: Corpus, cases: Sequence[Case]) -> list[Placed]:
    return _project(corpus, cases, [[""] * len(case.lines) for case in cases])


def _project(corpus: Corpus, cases: Sequence[Case], references: Sequence[Sequence[str]]) -> list[Placed]:
    outputs = [
        WholeOutput(tuple(corpus.sources[line] for line in case.lines), tuple(theirs), case.text)
        for case, theirs in zip(cases, references, strict=True)
    ]
    langs = corpus.source_lang, corpus.target_lang
    return [Placed(each.translations, each.additions) for each in project_outputs(outputs, *langs, WordBridge(*langs))]


def segment_by_errors(corpus: Corpus, cases: Sequence[Case]) -> list[Placed]:
    import mweralign

    found = []
    for case in cases:
        references = "\n".join(corpus.references[line] for line in case.lines)
        lines = mweralign.align_texts(references, join_words(case.text)).split("\n")[: len(case.lines)]
        found.append(Placed(tuple(map(join_words, lines)) + ("",) * (len(case.lines) - len(lines)), ()))
    return found


def measure(
    corpus: Corpus, cases: Sequence[Case], placed: Sequence[Placed]
) -> tuple[dict[str, float], tuple[float, float]]:
    """The figures of one system, and its corpus scores with the known places and after projection."""
    references = [corpus.references[line] for case in cases for line in case.lines]
    known = [text for case in cases for text in case.known]
    ours = [text for each in placed for text in each.translations]
    rows = [count_texts([CHRF.name], texts, references)[CHRF.name] for texts in (known, ours)]
    before, after = (float(CHRF.score(each.sum(axis=0))) for each in rows)
    one, other = (CHRF.score_segments(each) for each in rows)
    pairs = list(zip(known, ours, strict=True))
    figures = {
        "score_error": abs(after - before),
        "segment_error": float(np.abs(one - other).mean()),
        "exact": sum(wanted == got for wanted, got in pairs) / len(pairs),
        "omission_f1": find_f1(
            sum(not wanted and not got for wanted, got in pairs), sum(not text for text in known), ours.count("")
        ),
        "addition_f1": measure_additions(cases, placed),
    }
    return figures, (before, after)


def measure_additions(cases: Sequence[Case], placed: Sequence[Placed]) -> float:
    right = wanted = made = 0
    for case, each in zip(cases, placed, strict=True):
        inserted, found = ([frozenset(list_trigrams(text)) for text in texts] for texts in (case.added, each.additions))
        every = frozenset[tuple[str, ...]]().union(*inserted)
        right += sum(any(len(text & other) >= FOUND_SHARE * len(text) for other in found) for text in inserted)
        wanted += len(inserted)
        wrong = sum(len(text & every) < FOUND_SHARE * len(text) for text in found)
        made += wrong + sum(any(len(text & other) >= FOUND_SHARE * len(text) for other in found) for text in inserted)
    return find_f1(right, wanted, made)


def list_trigrams(text: str) -> list[tuple[str, ...]]:
    words = ["", *text.split(), ""]
    return list(zip(words, words[1:], words[2:], strict=False))


def find_f1(right: int, wanted: int, made: int) -> float:
    return 2 * right / (wanted + made) if wanted + made else 1.0


def count_changes(scores: Sequence[tuple[float, float]]) -> int:
    """Pairs of systems far enough apart whose order is another one after projection."""
    return sum(
        abs(one[0] - other[0]) > APART and (one[0] > other[0]) != (one[1] > other[1])
        for one, other in combinations(scores, 2)
    )


def measure_seconds(corpus: Corpus) -> float:
    """For the first system's lines over and over, disturbed as one article."""
    outputs = next(iter(corpus.systems.values()))
    count = len(outputs)
    lines = [line % count for line in range(LONG)]
    cases = [
        make_case(lines[start : start + 500], corpus.sources, outputs, corpus.target_lang, str(start), Shares())
        for start in range(0, LONG, 500)
    ]
    sources, references = (tuple(texts[line] for line in lines) for texts in (corpus.sources, corpus.references))
    whole = WholeOutput(sources, references, "\n".join(case.text for case in cases))
    langs = corpus.source_lang, corpus.target_lang
    started = time.process_time()
    project_outputs([whole], *langs, WordBridge(*langs))
    return time.process_time() - started


if __name__ == "__main__":
    main()
