"""Which words translate which: learned from aligned groups, or read from the tables that come with mt-eval.

Model 1 of Brown et al., "The Mathematics of Statistical Machine Translation", Computational Linguistics 19(2), 1993,
with an empty word on the conditioning side, over the sets of words of each group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from mt_eval.align.words import list_terms, list_words

Table = Mapping[str, Mapping[str, float]]
"""A word to the words of the other language, each with the chance that it brings the first one."""

_FEWEST_GROUPS = 2
"""Groups that two words must share to be taken for translations of each other."""
_MOST_PAIRS = 1_000_000
"""Words of one side times those of the other, of a group that teaches; in one of more, anything translates anything."""
_LEAST = 0.01
"""Chances below are not kept."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Chances of words given words of the other side, in both directions."""

    of_source: Table = field(default_factory=dict)
    """Source word to reference words: p(source | reference)."""
    of_reference: Table = field(default_factory=dict)
    """Reference word to source words: p(reference | source)."""

    def swap(self) -> Lexicon:
        return Lexicon(self.of_reference, self.of_source)


def read_lexicon(source_lang: str, reference_lang: str, chance: float) -> Lexicon:
    """The words that come with mt-eval for two languages; an empty lexicon where there are none.

    Args:
        chance: What every word and its translation get, in both directions.
    """
    for one, other in ((source_lang, reference_lang), (reference_lang, source_lang)):
        table = files(__package__) / "lexicons" / f"{one}-{other}.tsv"
        if table.is_file():
            lexicon = _parse(table.read_text(encoding="utf-8"), one, other, chance)
            return lexicon if one == source_lang else lexicon.swap()
    return Lexicon()


def learn_lexicon(
    groups: Sequence[tuple[AbstractSet[str], AbstractSet[str]]], *, iterations: int, discount: float
) -> Lexicon:
    """The lexicon of the groups, each given by the words of its source side and those of its reference side.

    Args:
        discount: Taken off each expected count at the end, so that what was seen together once is no evidence.
    """
    sides, names = _number(groups)
    if not sides:
        return Lexicon()
    of_reference = _learn_table(sides, names, iterations, discount)
    of_source = _learn_table([(theirs, ours) for ours, theirs in sides], names[::-1], iterations, discount)
    return Lexicon(of_source, of_reference)


def learn_one_way(
    groups: Sequence[tuple[AbstractSet[str], AbstractSet[str]]], *, iterations: int, discount: float
) -> Table:
    """What `learn_lexicon` gives as `of_reference`, in half the time."""
    sides, names = _number(groups)
    return _learn_table(sides, names, iterations, discount) if sides else {}


def merge_lexicons(one: Lexicon, other: Lexicon) -> Lexicon:
    """Every entry of both; the greater chance where both have one."""
    return Lexicon(_merge_tables(one.of_source, other.of_source), _merge_tables(one.of_reference, other.of_reference))


def _number(
    groups: Sequence[tuple[AbstractSet[str], AbstractSet[str]]],
) -> tuple[list[tuple[NDArray[np.int64], NDArray[np.int64]]], tuple[list[str], list[str]]]:
    """Groups as numbers of words, and the words of each side by number; groups that teach nothing are left out."""
    source, reference = (
        {word: number for number, word in enumerate(sorted(set[str]().union(*side)), start=1)}
        for side in ([ours for ours, _ in groups], [theirs for _, theirs in groups])
    )
    sides = [
        (_number_words(ours, source), _number_words(theirs, reference))
        for ours, theirs in groups
        if ours and theirs and len(ours) * len(theirs) <= _MOST_PAIRS
    ]
    return sides, (["", *source], ["", *reference])


def _number_words(words: AbstractSet[str], numbers: Mapping[str, int]) -> NDArray[np.int64]:
    """The words' numbers, in order, behind 0 for the empty word."""
    return np.array([0, *sorted(numbers[word] for word in words)])


def _learn_table(
    groups: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    names: Sequence[Sequence[str]],
    iterations: int,
    discount: float,
) -> dict[str, dict[str, float]]:
    """p(word of the second side | word of the first side), by the words of the second side."""
    given = np.concatenate([np.repeat(ours, len(theirs) - 1) for ours, theirs in groups])
    made = np.concatenate([np.tile(theirs[1:], len(ours)) for ours, theirs in groups])
    # The place of each made word in its group, over which the chances of the words that may have made it sum to one.
    offsets = np.cumsum([0, *(len(theirs) - 1 for _, theirs in groups)])
    place = np.concatenate(
        [
            np.tile(np.arange(start, start + len(theirs) - 1), len(ours))
            for start, (ours, theirs) in zip(offsets, groups, strict=False)
        ]
    )
    entry, first = _number_pairs(given, made, max(map(len, names)))
    key_given, key_made = given[first], made[first]
    chance: NDArray[np.float64] = np.ones(len(first))
    counts: NDArray[np.float64] = chance
    totals: NDArray[np.float64] = chance
    for _ in range(iterations):
        weight = chance[entry]
        weight /= np.bincount(place, weight)[place]
        counts = np.bincount(entry, weight).astype(np.float64)
        totals = np.bincount(key_given, counts)[key_given]
        chance = counts / totals
    kept = np.maximum(counts - discount, 0) / totals
    sure = (np.bincount(entry) >= _FEWEST_GROUPS) & (key_given > 0) & (kept > _LEAST)
    table: dict[str, dict[str, float]] = {}
    for ours, theirs, value in zip(key_given[sure], key_made[sure], kept[sure], strict=True):
        table.setdefault(names[1][theirs], {})[names[0][ours]] = float(value)
    return table


def _number_pairs(
    given: NDArray[np.int64], made: NDArray[np.int64], words: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each pair among the different ones, which are in order, and a place of each of those."""
    # In its smallest type a column of numbers is sorted by its digits, in half the time of the pairs as one number.
    kind = np.min_scalar_type(words)
    order = np.lexsort((made.astype(kind), given.astype(kind)))
    ours, theirs = given[order], made[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (ours[1:] != ours[:-1]) | (theirs[1:] != theirs[:-1])
    entry = np.empty(len(order), dtype=np.int64)
    entry[order] = np.cumsum(new) - 1
    return entry, order[new]


def _merge_tables(one: Table, other: Table) -> dict[str, dict[str, float]]:
    merged = {word: dict(entries) for word, entries in one.items()}
    for word, entries in other.items():
        kept = merged.setdefault(word, {})
        for given, chance in entries.items():
            kept[given] = max(chance, kept.get(given, 0.0))
    return merged


def _parse(text: str, lang: str, other_lang: str, chance: float) -> Lexicon:
    """Lines `word<TAB>words that translate it`; those that begin with `#`, and empty ones, are remarks."""
    of_source: dict[str, dict[str, float]] = {}
    of_reference: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        for ours in list_terms(cells[0], lang):
            for theirs in list_words(cells[1], other_lang):
                of_source.setdefault(ours, {})[theirs] = of_reference.setdefault(theirs, {})[ours] = chance
    return Lexicon(of_source, of_reference)
