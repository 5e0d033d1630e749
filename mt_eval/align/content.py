"""Alignment by content: the cheapest way through both articles of each pair, by length, shared numbers, dates and
names, punctuation, and words known or found to translate each other.

The frame is that of Gale and Church ("A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics
19(1), 1993): groups of few segments, each kind with its prior, and a model of lengths. What else a group shows comes on
top, and as in Moore (AMTA 2002) a lexicon is learned from a first alignment for the next one: from all articles at
once, since what one of them says the others say again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mt_eval.align.evidence import Scorer, Side, make_sides, match_sides, measure_frequencies
from mt_eval.align.groups import number_groups
from mt_eval.align.lexicon import Lexicon, learn_lexicon, merge_lexicons, read_lexicon
from mt_eval.align.path import find_path
from mt_eval.align.signals import read_signals
from mt_eval.align.weights import Step, Weights
from mt_eval.types import Segment, SegmentPair

_SMOOTHING = 500
"""Characters on each side, of equal length, that are added to what the ratio of lengths is measured on."""
_FAR = 3
"""A text that is so many times as long or as short as is usual beside its source is no version of it. All documents of
NTREX-128, Vietnamese and Arabic, are within a factor of 1.3; one that lacks half of its text still counts."""


@dataclass(frozen=True, slots=True)
class SegmentedPair:
    """The segments of both articles of a pair, in reading order, none empty."""

    id: str
    source: tuple[Segment, ...]
    reference: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How an article pair was aligned: every segment is in exactly one group, in order on both sides."""

    pairs: tuple[SegmentPair, ...]
    costs: tuple[float, ...]
    """Per group: -log of how likely it is against unrelated segments; below 0 where its evidence outweighs its prior.
    Groups with one side have the prior's cost alone."""


def align_by_content(
    articles: Sequence[SegmentedPair], source_lang: str, reference_lang: str, weights: Weights | None = None
) -> list[Alignment]:
    """The alignment of each article pair: groups of up to three segments against one, two against two, or one alone.

    All pairs together teach the lexicon, so a pair may be aligned differently in other company.
    """
    weights = weights or Weights()
    sides = [
        make_sides(
            [read_signals(segment.text, source_lang) for segment in article.source],
            [read_signals(segment.text, reference_lang) for segment in article.reference],
        )
        for article in articles
    ]
    known = read_lexicon(source_lang, reference_lang, weights.known)
    paths = find_paths(sides, known, weights)
    for _ in range(weights.rounds):
        learned = learn_lexicon(_collect_groups(sides, paths), iterations=weights.iterations, discount=weights.discount)
        paths = find_paths(sides, merge_lexicons(known, learned), weights, paths)
    return [build_alignment(article, path) for article, path in zip(articles, paths, strict=True)]


def pair_by_content(
    articles: Sequence[SegmentedPair], source_lang: str, reference_lang: str
) -> list[list[SegmentPair]]:
    """The segment pairs of each article pair, as `align_by_content` finds them."""
    return [list(alignment.pairs) for alignment in align_by_content(articles, source_lang, reference_lang)]


Path = Sequence[tuple[Step, float]]
"""Steps from the beginning of both sides to their end, each with its cost."""


def find_paths(
    sides: Sequence[tuple[Side, Side]], lexicon: Lexicon, weights: Weights, before: Sequence[Path] | None = None
) -> list[Path]:
    """The cheapest way through each pair of sides; around `before`, where that is given."""
    source_frequencies = measure_frequencies([source for source, _ in sides])
    reference_frequencies = measure_frequencies([reference for _, reference in sides])
    ratio = _measure_ratio(sides, before)
    paths: list[Path] = []
    for number, (source, reference) in enumerate(sides):
        explain_source, explain_reference = match_sides(source, reference, lexicon, weights)
        paths.append(
            find_path(
                source,
                reference,
                Scorer(source, reference, explain_source, source_frequencies, weights.match),
                Scorer(reference, source, explain_reference, reference_frequencies, weights.match),
                ratio,
                weights,
                near=None if before is None else [step for step, _ in before[number]],
            )
        )
    return paths


def _measure_ratio(sides: Sequence[tuple[Side, Side]], paths: Sequence[Path] | None) -> float:
    """Reference characters for a source character: in whole articles, or, once there are paths, in aligned groups.

    Whole articles mislead where one of them lacks a long passage. A pair that is far from the others, such as a book
    beside a summary, does not count: by its size it would outweigh all of them.
    """
    if paths is None:
        sizes = _drop_far(
            [
                (
                    sum(signals.characters for signals in ours.signals),
                    sum(signals.characters for signals in theirs.signals),
                )
                for ours, theirs in sides
                if ours.signals and theirs.signals
            ]
        )
        source, reference = (_SMOOTHING + sum(size[side] for size in sizes) for side in (0, 1))
        return reference / source
    source = reference = _SMOOTHING
    for (ours, theirs), path in zip(sides, paths, strict=True):
        for (down, right), i, j in walk_steps(step for step, _ in path):
            if down and right:
                source += sum(signals.characters for signals in ours.signals[i : i + down])
                reference += sum(signals.characters for signals in theirs.signals[j : j + right])
    return reference / source


def _drop_far(sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sizes of pairs whose ratio is not far from the median one; of two in the middle, from the one nearer 1."""
    logs = sorted(math.log(theirs / ours) for ours, theirs in sizes)
    usual = min(logs[(len(logs) - 1) // 2 : len(logs) // 2 + 1], key=abs, default=0.0)
    return [(ours, theirs) for ours, theirs in sizes if abs(math.log(theirs / ours) - usual) <= math.log(_FAR)]


def walk_steps(steps: Iterable[Step]) -> Iterator[tuple[Step, int, int]]:
    """Each step, and how many segments of both sides come before it."""
    i = j = 0
    for down, right in steps:
        yield (down, right), i, j
        i, j = i + down, j + right


def _collect_groups(
    sides: Sequence[tuple[Side, Side]], paths: Sequence[Path]
) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The words of both sides of every group that has both."""
    groups = []
    for (source, reference), path in zip(sides, paths, strict=True):
        for (down, right), i, j in walk_steps(step for step, _ in path):
            if down and right:
                groups.append(
                    (
                        frozenset[str]().union(*(signals.words for signals in source.signals[i : i + down])),
                        frozenset[str]().union(*(signals.words for signals in reference.signals[j : j + right])),
                    )
                )
    return groups


def build_alignment(article: SegmentedPair, path: Path) -> Alignment:
    groups = [
        (article.source[i : i + down], article.reference[j : j + right])
        for (down, right), i, j in walk_steps(step for step, _ in path)
    ]
    return Alignment(tuple(number_groups(article.id, groups)), tuple(cost for _, cost in path))
