"""How much likelier the words of a sentence are beside sentences of the other side than anywhere.

A word is brought by a word of the other side (in the lexicon, as the same name, or as it is), or it is free. One that
the lexicon knows and nothing brings speaks against the sentences it stands beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mt_eval.align.lexicon import Table
from mt_eval.counterparts.weights import Weights
from mt_eval.project.logs import UNIT, take_log_of

Row = Sequence[Sequence[int]]
"""Evidence of one sentence beside sentences of the other side: by the first of them, then by how many, in `UNIT`s."""
MOST_JOINED = 4
"""Sentences of one side that belong together at most."""
_CLEAR = UNIT // 2
"""Gain of a word from which on it loses what the length of several sentences takes from its chance."""
_FEWEST_TOKENS = 2000
"""Words that a text counts as having at least: of few words no frequency is known."""


@dataclass(slots=True)
class Vocabulary:
    """What is known of the words of one side."""

    table: Table
    """To the words of the other side that bring them."""
    counts: Mapping[str, int]
    total: int
    weights: Weights
    _kept: dict[str, tuple[float, float, int]] = field(default_factory=dict)

    def read(self, token: str) -> tuple[float, float, int]:
        """Frequency of a token, the chance that nothing brings it, and the logarithm of that."""
        if (found := self._kept.get(token)) is None:
            weights = self.weights
            frequency = max(1, self.counts.get(token, 0)) / max(_FEWEST_TOKENS, self.total)
            best = weights.kept if token[0] in "#@" else max(self.table.get(token, _NOTHING).values(), default=0.0)
            bound = weights.share * min(1.0, weights.sure * best) / (1 + weights.frequent * frequency)
            found = self._kept[token] = frequency, 1 - bound, take_log_of(1 - bound)
        return found


_NOTHING: Mapping[str, float] = {}


def weigh(
    own: Sequence[frozenset[str]], other: Sequence[frozenset[str]], names: Table, vocabulary: Vocabulary, reach: int
) -> list[Row]:
    """Evidence of each sentence of `own` beside those of `other`, at most `reach` places off the diagonal.

    Args:
        names: Words of `own` to words of `other` that may be the same name.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, tokens in enumerate(other):
        for token in tokens:
            places[token].append(place)
    sizes = [max(1, len(tokens)) for tokens in other]
    rows = []
    for number, tokens in enumerate(own):
        middle = number * len(other) // len(own)
        low, high = max(0, middle - reach - MOST_JOINED), min(len(other), middle + reach + MOST_JOINED + 1)
        rows.append(_weigh_sentence(tokens, places, sizes, names, vocabulary, low, high))
    return rows


def _weigh_sentence(
    tokens: frozenset[str],
    places: Mapping[str, Sequence[int]],
    sizes: Sequence[int],
    names: Table,
    vocabulary: Vocabulary,
    low: int,
    high: int,
) -> Row:
    """Several sentences bring a word as the best of them does, but for being that much longer."""
    weights, table = vocabulary.weights, vocabulary.table
    log_sizes = [take_log_of(size) for size in sizes]
    base = 0
    found: list[list[tuple[int, int]]] = [[] for _ in sizes]
    brought = 0
    for token in tokens:
        frequency, free, log_free = vocabulary.read(token)
        base += log_free
        chances: dict[int, float] = {}
        if token[0] in "#@":
            chances = dict.fromkeys(places.get(token, ()), weights.kept)
        else:
            for causes in (table.get(token, _NOTHING), names.get(token, _NOTHING)):
                for cause in causes.keys() & places.keys():
                    chance = causes[cause]
                    for place in places[cause]:
                        if chance > chances.get(place, 0.0):
                            chances[place] = chance
        for place, chance in chances.items():
            gain = take_log_of(free + weights.share * chance / sizes[place] / frequency) - log_free
            found[place].append((brought, gain))
        brought += bool(chances)
    scale = round(UNIT * weights.scale)
    row: list[list[int]] = [[] for _ in sizes]
    for first in range(low, high):
        best = [0] * brought
        size = total = clear = spread = 0
        for place in range(first, min(first + MOST_JOINED, len(sizes))):
            size += sizes[place]
            for number, gain in found[place]:
                if gain > best[number]:
                    total += gain - best[number]
                    if best[number] < _CLEAR <= gain:
                        clear += 1
                        spread += log_sizes[place]
                    best[number] = gain
            thinner = clear * take_log_of(size) - spread if place > first else 0
            row[first].append((base + total - thinner) * scale // UNIT)
    return row
