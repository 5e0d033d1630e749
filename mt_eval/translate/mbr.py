"""Minimum Bayes risk: of the candidates for a text, the one that is on the average most like all of them.

Eikema and Aziz 2020, "Is MAP Decoding All You Need? The Inadequacy of the Mode in Neural Machine Translation": the
candidates stand for what the model holds for possible, each as often as it was drawn, and the utility of one is the
mean of its chrF against every candidate, itself included.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mt_eval.metrics import UTILITIES
from mt_eval.translate.system import Choice, Sentence
from mt_eval.types import Hypothesis


def choose(candidates: Sequence[Sentence], choice: Choice) -> Sentence:
    """The candidate of the highest expected utility; of equal ones the first.

    It has no score of the decoder. Where more than one is kept, its hypotheses are different texts, and their scores
    the expected utilities (0-100).
    """
    texts = [candidate.text for candidate in candidates]
    expected = expect_utilities(texts, choice.utility)
    # Sorting is stable: of equal ones the first stays ahead.
    ranked = sorted(expected, key=lambda text: -expected[text])
    best = candidates[texts.index(ranked[0])]
    kept = tuple(Hypothesis(text, expected[text]) for text in ranked[: choice.n_best]) if choice.n_best > 1 else ()
    return replace(best, score=None, hypotheses=kept)


def expect_utilities(texts: Sequence[str], utility: str) -> dict[str, float]:
    """Each different one of N texts, in their order, to its mean score (0-100) against all N.

    A text that is there several times counts as often as a reference. The sums are exact, so that they do not depend on
    the order of the texts or on the processor.

    >>> expect_utilities(["a b", "a b", "c d"], "chrF")
    {'a b': 66.66666666666667, 'c d': 33.333333333333336}
    """
    counts = Counter(texts)
    scores = UTILITIES[utility].score_pairs(tuple(counts))
    return {
        text: math.fsum(value for score, count in zip(row, counts.values(), strict=True) for value in [score] * count)
        / len(texts)
        for text, row in zip(counts, scores.tolist(), strict=True)
    }
