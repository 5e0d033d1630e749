"""How much more likely the words of a group are as translations of each other than by chance.

A word of one side is explained by the other side's words (Moore, "Fast and Accurate Sentence Alignment of Bilingual
Corpora", AMTA 2002): its chance given the best of them, spread over all of them, against its chance in the whole text.
Unlike there the best word counts, not the sum, and a word that nothing explains costs nothing: translations are free.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mt_eval.align.lexicon import Lexicon, Table
from mt_eval.align.signals import Signals
from mt_eval.align.weights import Weights
from mt_eval.languages.arabic import stem
from mt_eval.languages.names import match_names

Matrix = NDArray[np.float64]

MOST_JOINED = 3
"""Segments of one side that a group takes at most."""


@dataclass(frozen=True, slots=True)
class Side:
    """N segments of one article: their signals, and the tokens that can tell which segment belongs to which."""

    signals: tuple[Signals, ...]
    tokens: tuple[tuple[str, ...], ...]
    """Words as `=word`, anchors as they are; those in Latin script only if the other side has them too."""

    @property
    def sizes(self) -> NDArray[np.float64]:
        return np.array([max(1, len(tokens)) for tokens in self.tokens], dtype=float)


@dataclass(frozen=True, slots=True)
class Explanations:
    """Which tokens of the other side may have brought a token of this side, and with which chance."""

    table: Table
    names: Table
    number: float
    word: float

    def explain(self, token: str) -> dict[str, float]:
        if not token.startswith("="):
            return {token: self.word if token.startswith("word:") else self.number}
        found = {f"={word}": chance for word, chance in self.table.get(token[1:], {}).items()}
        for word, chance in self.names.get(token[1:], {}).items():
            found[f"={word}"] = max(chance, found.get(f"={word}", 0.0))
        return found


def make_sides(source: Sequence[Signals], reference: Sequence[Signals]) -> tuple[Side, Side]:
    """Both articles of a pair with their tokens."""
    found = [frozenset[str]().union(*(signals.anchors for signals in side)) for side in (source, reference)]
    shared = found[0] & found[1]
    one, other = (
        Side(
            tuple(side),
            tuple(
                tuple(
                    sorted(
                        [f"={word}" for word in signals.words]
                        + [a for a in signals.anchors if a in shared or not a.startswith("word:")]
                    )
                )
                for signals in side
            ),
        )
        for side in (source, reference)
    )
    return one, other


def measure_frequencies(sides: Sequence[Side]) -> dict[str, float]:
    """The share of each token among all tokens of `sides`, which are of one language."""
    counts = Counter(token for side in sides for tokens in side.tokens for token in tokens)
    total = counts.total()
    return {token: count / total for token, count in counts.items()}


def match_sides(one: Side, other: Side, lexicon: Lexicon, weights: Weights) -> tuple[Explanations, Explanations]:
    """What explains the tokens of `one`, and what explains those of `other`; the lexicon's source side is `one`'s."""
    names: dict[str, dict[str, float]] = defaultdict(dict)
    back: dict[str, dict[str, float]] = defaultdict(dict)
    for ours, theirs, table, inverse in ((one, other, names, back), (other, one, back, names)):
        matched = match_names(
            frozenset[str]().union(*(signals.names for signals in ours.signals)),
            frozenset[str]().union(*(signals.arabic for signals in theirs.signals)),
            weights.name_by_sounds,
            weights.name_nearly,
        )
        for name, words in matched.items():
            for word, chance in words.items():
                root = stem(word)
                table[name][root] = inverse[root][name] = max(chance, table[name].get(root, 0.0))
    return (
        Explanations(lexicon.of_source, names, weights.number, weights.word),
        Explanations(lexicon.of_reference, back, weights.number, weights.word),
    )


class Scorer:
    """Evidence of the tokens of one side's segments, given groups of one to three segments of the other side."""

    def __init__(
        self, own: Side, other: Side, explanations: Explanations, frequencies: Mapping[str, float], match: float
    ) -> None:
        self._own = own
        self._explanations = explanations
        self._frequencies = frequencies
        self._match = match
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, tokens in enumerate(other.tokens):
            for token in tokens:
                self._places[token].append(place)
        self._postings: dict[str, tuple[list[int], NDArray[np.int64], Matrix]] = {}
        sizes = other.sizes
        self._group_sizes = [_sum_last(sizes, joined) for joined in range(1, MOST_JOINED + 1)]

    def score(self, segment: int, low: int, high: int) -> Matrix:
        """Evidence `(3, high - low)` of the tokens of segment `segment`.

        In row d - 1, column k: given the d segments of the other side that end with segment `low + k`, as far as they
        are in the window.
        """
        found = []
        for token in self._own.tokens[segment]:
            ordered, places, values = self._find(token)
            start, stop = bisect_left(ordered, low), bisect_left(ordered, high)
            if start < stop:
                found.append((places[start:stop], values[start:stop]))
        likelier = np.zeros((len(found), high - low))
        if found:
            rows = np.repeat(np.arange(len(found)), [len(places) for places, _ in found])
            columns = np.concatenate([places for places, _ in found]) - low
            likelier[rows, columns] = np.concatenate([values for _, values in found])
        scores = np.zeros((MOST_JOINED, high - low))
        best = likelier
        for joined in range(MOST_JOINED if found else 0):
            if joined:
                best = best.copy()
                best[:, joined:] = np.maximum(best[:, joined:], likelier[:, : high - low - joined])
            scores[joined] = np.log1p(best * (self._match / self._group_sizes[joined][low:high])).sum(axis=0)
        return scores

    def _find(self, token: str) -> tuple[list[int], NDArray[np.int64], Matrix]:
        """Segments of the other side that explain `token`, twice, and how much likelier than by chance each makes it.

        Searching in a short list is faster than in an array, taking a part of it slower.
        """
        if (found := self._postings.get(token)) is None:
            values: dict[int, float] = {}
            for cause, chance in self._explanations.explain(token).items():
                for place in self._places.get(cause, ()):
                    if chance > values.get(place, 0.0):
                        values[place] = chance
            places = sorted(values)
            frequency = self._frequencies[token]
            likelier = np.array([values[place] for place in places]) / frequency
            found = self._postings[token] = (places, np.array(places, dtype=np.int64), likelier)
        return found


def _sum_last(sizes: Matrix, joined: int) -> Matrix:
    """At each place the sum of the last `joined` sizes; of as many as there are at the beginning."""
    sums = np.concatenate([[0.0], np.cumsum(sizes)])
    ends = np.arange(1, len(sizes) + 1)
    return np.asarray(sums[ends] - sums[np.maximum(ends - joined, 0)])
