"""How far paired texts say the same, by their words: whoever paired them.

Evidence is counted as the alignment counts it (`evidence.py`), with the words that come with mt-eval and none learned
from the texts themselves, since wrong pairs would teach themselves to be right.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.align.evidence import Explanations, Side, make_sides, match_sides, measure_frequencies
from mt_eval.align.lexicon import read_lexicon
from mt_eval.align.signals import read_signals
from mt_eval.align.weights import Weights
from mt_eval.types import SegmentPair

SUPPORTED = 1.0
"""Evidence per 100 characters from which a group counts as saying the same. On the tuning half of NTREX-128 (Vietnamese
and Arabic) 89% of the groups of translations with any evidence have it, and 16% of those of other articles."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the segment pairs of an article pair say the same."""

    evidence: tuple[float, ...]
    """Per segment pair, per 100 characters (geometric mean of both sides): log of how much likelier its words, numbers
    and names are as translations of each other than by chance. 0 where a side is empty."""
    mean: float
    """The same over the whole article pair, text without a counterpart included."""
    source_share: float
    """Share of source characters in segment pairs with evidence of `SUPPORTED` or more."""
    reference_share: float


def measure_agreement(
    pairs: Sequence[Sequence[SegmentPair]], source_lang: str, reference_lang: str, weights: Weights | None = None
) -> list[Agreement]:
    """The agreement of each article pair, given by its segment pairs.

    How rare a word is, each pair says for itself, so that its figures do not depend on its company.
    """
    weights = weights or Weights()
    texts = [
        make_sides(
            [read_signals(pair.source_text, source_lang) for pair in each],
            [read_signals(pair.reference_text, reference_lang) for pair in each],
        )
        for each in pairs
    ]
    lexicon = read_lexicon(source_lang, reference_lang, weights.known)
    found = []
    for each, (source, reference) in zip(pairs, texts, strict=True):
        explain_source, explain_reference = match_sides(source, reference, lexicon, weights)
        common = measure_frequencies([source]), measure_frequencies([reference])
        weighed = [
            (
                _weigh(source, reference, number, explain_source, common[0], weights)
                + _weigh(reference, source, number, explain_reference, common[1], weights)
            )
            / 2
            for number in range(len(each))
        ]
        found.append(_summarise(each, weighed))
    return found


def knows_words(source_lang: str, reference_lang: str) -> bool:
    """Whether words of both languages come with mt-eval, so that agreement means what its thresholds say."""
    return bool(read_lexicon(source_lang, reference_lang, 1.0).of_source)


def _summarise(pairs: Sequence[SegmentPair], weighed: Sequence[float]) -> Agreement:
    """The agreement of segment pairs with so much evidence each."""
    sizes = [(_measure(pair.source_text), _measure(pair.reference_text)) for pair in pairs]
    evidence = tuple(
        100 * weight / math.sqrt(ours * theirs) if ours and theirs else 0.0
        for weight, (ours, theirs) in zip(weighed, sizes, strict=True)
    )
    totals = [sum(size[side] for size in sizes) for side in (0, 1)]
    shares = [
        sum(size[side] for size, each in zip(sizes, evidence, strict=True) if each >= SUPPORTED) / max(1, total)
        for side, total in enumerate(totals)
    ]
    return Agreement(evidence, 200 * sum(weighed) / max(1, sum(totals)), shares[0], shares[1])


def _measure(text: str) -> int:
    """Characters of `text`, a letter with its marks being one."""
    return len(unicodedata.normalize("NFC", text))


def _weigh(
    own: Side,
    other: Side,
    number: int,
    explanations: Explanations,
    frequencies: dict[str, float],
    weights: Weights,
) -> float:
    """Evidence of the tokens of one side of a segment pair, given those of the other side."""
    given = set(other.tokens[number])
    if not given:
        return 0.0
    total = 0.0
    for token in own.tokens[number]:
        chance = max((p for cause, p in explanations.explain(token).items() if cause in given), default=0.0)
        total += math.log1p(chance * weights.match / (len(given) * frequencies[token]))
    return total
