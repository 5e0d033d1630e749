"""What the words of an output say about the segment they translate.

A word's chance in the translation of a segment, against its chance in any text of the run: it may be one of the
reference's words, one of the same root, one that often stands for one of them (learned from the run, as between
languages), a translation of one of the source's words, one of the source's words itself, or any word. Pairs of
neighbouring words count likewise, each word by the best of its own evidence and half of its pairs'.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mt_eval.project.cuts import find_foreign
from mt_eval.project.logs import UNIT, Integers, take_log
from mt_eval.project.weights import Weights
from mt_eval.project.words import Words

Table = Mapping[str, Mapping[str, float]]
"""A form to the words that may have brought it, each with the chance that it does."""
_Found = tuple[Integers, NDArray[np.float64]]
"""Segments that have a form, and its shares of their words."""
_UNSEEN = 1e-5
_NOTHING = -(10**6)
_NEAR = 3
"""Segments on either side that have the same topic."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an output is compared with: a segment's source and reference."""

    source: AbstractSet[str]
    """Words in the form in which the lexicon has them."""
    source_words: Words
    reference: Words
    """Empty where there is none."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What all texts of a run together tell of words of the target language."""

    singles: Mapping[str, float]
    """Form to its share of all words."""
    pairs: Mapping[str, float]
    roots: Mapping[str, float]
    by_source: Table = field(default_factory=dict)
    """Forms and pairs to words of the source."""
    by_reference: Table = field(default_factory=dict)
    """Forms and pairs to forms and pairs of the reference."""


def measure_frequencies(texts: Sequence[Words]) -> Knowledge:
    """How frequent words, pairs and roots are in `texts`; nothing yet of what brings them."""
    counts = (
        Counter(form for text in texts for form in text.singles if form),
        Counter(pair for text in texts for pair in text.pairs if pair),
        Counter(word.root for text in texts for word in text.words if word.root),
    )
    singles, pairs, roots = (
        {form: count / total for form, count in each.items()} for each in counts for total in (each.total(),)
    )
    return Knowledge(singles, pairs, roots)


class Judge:
    """Evidence of words for each of M segments."""

    def __init__(self, targets: Sequence[Target], names: Table, lang: str, weights: Weights) -> None:
        """
        Args:
            names: Forms of the output to words of the source that may be the same name.
            lang: The output's language.
        """
        self._segments, self._names, self._weights = len(targets), names, weights
        self._foreign = find_foreign(lang)
        references = [target.reference for target in targets]
        known = np.array([bool(text.words) for text in references], dtype=bool)
        forms = [[form for form in text.singles if form] for text in references]
        sizes = [max(1, len(each)) for each in forms]
        self._known = known
        self._singles = _Index(forms, sizes)
        self._pairs = _Index([text.pairs for text in references], sizes)
        self._roots = _Index([[word.root for word in text.words] for text in references], sizes)
        self._sources = _Index(
            [sorted(target.source) for target in targets], [max(1, len(target.source)) for target in targets]
        )
        copies = [(*target.source_words.singles, *target.source_words.pairs) for target in targets]
        copy_sizes = [max(1, len(target.source_words.singles)) for target in targets]
        self._copies = _Index(copies, copy_sizes)
        self._copy_roots = _Index([[word.root for word in target.source_words.words] for target in targets], copy_sizes)
        self._share = np.where(known, weights.source, weights.source_alone)
        self._first, self._last = _locate(forms, weights)

    def weigh(self, text: Words, knowledge: Knowledge) -> Integers:
        """`(2, T, M)`: logs of how much likelier each of T words is in a segment's translation than in any text.

        First for a good translation, then for a poor one; in `UNIT`s, scaled.
        """
        table = np.zeros((2, len(text.words), self._segments), dtype=np.int64)
        # What is repeated says what it said before.
        repeated = text.find_repeated()
        singles: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
        for place, word in enumerate(text.words):
            if word.form and not repeated[place]:
                foreign = self._foreign.search(word.text) is not None
                singles[word.form, word.root, foreign].append(place)
        pairs: dict[str, list[int]] = defaultdict(list)
        for place, pair in enumerate(text.pairs):
            if pair and not (repeated[place] and repeated[place + 1]):
                pairs[pair].append(place)
        _spread(self._weigh_singles(list(singles), knowledge), singles.values(), table)
        of_pairs = np.full_like(table, _NOTHING)
        _spread(self._weigh_pairs(list(pairs), knowledge), pairs.values(), of_pairs)
        np.maximum(table, of_pairs, out=table)
        np.maximum(table[:, 1:], of_pairs[:, :-1], out=table[:, 1:])
        scales = [round(UNIT * scale) for scale in (self._weights.scale, self._weights.scale_poor)]
        return np.asarray(table * np.array(scales)[:, None, None] // UNIT)

    def weigh_edges(self, text: Words) -> tuple[Integers, Integers]:
        """`(T, M)` each: what speaks for a translation that begins, and for one that ends, with each of T words."""
        begins, ends = (np.zeros((len(text.words), self._segments), dtype=np.int64) for _ in range(2))
        for place, form in enumerate(text.singles):
            for index, table in ((self._first, begins), (self._last, ends)):
                if (found := index.get(form)) is not None:
                    table[place, found[0]] = found[1]
        return begins, ends

    def _weigh_singles(self, words: Sequence[tuple[str, str, bool]], knowledge: Knowledge) -> Integers:
        """`(2, U, M)` for U words, each given by its form, its root, and whether it is of another script."""
        weights = self._weights
        chance = np.zeros((len(words), self._segments))
        frequencies = np.empty((len(words), 1))
        learned = np.zeros((len(words), 1))
        foreign = np.array([each for _, _, each in words], dtype=bool)[:, None]
        for row, (form, root, _) in enumerate(words):
            frequencies[row] = frequency = knowledge.singles.get(form, _UNSEEN)
            if (own := self._singles.get(form)) is not None:
                chance[row, own[0]] = weights.same * own[1]
            if (of_root := self._roots.get(root)) is not None:
                share = frequency / knowledge.roots.get(root, _UNSEEN)
                others = weights.same * weights.root * share * of_root[1]
                chance[row, of_root[0]] = np.where(chance[row, of_root[0]] > 0, chance[row, of_root[0]], others)
            self._add_learned(form, chance[row], knowledge)
            if foreign[row] and self._copies.get(form) is None and (of_root := self._copy_roots.get(root)) is not None:
                chance[row, of_root[0]] += weights.kept * weights.root * of_root[1]
            causes = (*knowledge.by_source.get(form, {}).values(), *self._names.get(form, {}).values())
            learned[row] = max(causes, default=0.0)
        # The chance that a word of a good translation is any word, whatever its segment says.
        alone = weights.source_alone * np.minimum(1.0, weights.known * learned)
        bound = np.where(self._known, weights.same + weights.like + weights.source, alone)
        free = np.where(foreign, 1.0, 1 - bound / (1 + weights.frequent * frequencies))
        ratio = chance / frequencies
        near = weights.near * self._look_around(chance) / frequencies
        good = (1 - weights.near) * free + near + ratio
        poor = (1 - weights.near) * (1 - weights.thin * (1 - free)) + near + weights.thin * ratio
        return np.stack([take_log(good), take_log(poor)])

    def _look_around(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean of the chances of a segment's neighbours, up to `_NEAR` on either side: they have the same topic."""
        total, count = np.zeros_like(chance), np.zeros(self._segments)
        for off in range(1, min(_NEAR, self._segments - 1) + 1):
            for here, there in ((slice(off, None), slice(None, -off)), (slice(None, -off), slice(off, None))):
                total[:, here] += chance[:, there]
                count[here] += 1
        return np.asarray(total / np.maximum(count, 1))

    def _weigh_pairs(self, pairs: Sequence[str], knowledge: Knowledge) -> Integers:
        """`(2, U, M)`, half of the evidence of U pairs; `_NOTHING` where there is none."""
        chance = np.zeros((len(pairs), self._segments))
        frequencies = np.empty((len(pairs), 1))
        for row, pair in enumerate(pairs):
            frequencies[row] = knowledge.pairs.get(pair, _UNSEEN)
            if (own := self._pairs.get(pair)) is not None:
                chance[row, own[0]] = self._weights.same * own[1]
            self._add_learned(pair, chance[row], knowledge)
        ratio = chance / frequencies
        rows = np.stack([take_log(1 + ratio), take_log(1 + self._weights.thin * ratio)]) // 2
        rows[:, chance == 0] = _NOTHING
        return rows

    def _add_learned(self, feature: str, chance: NDArray[np.float64], knowledge: Knowledge) -> None:
        """Add to the chances of a form or pair those that the source brings, and those that learned words bring."""
        weights = self._weights
        for form, p in knowledge.by_reference.get(feature, {}).items():
            if (found := (self._pairs if " " in form else self._singles).get(form)) is not None:
                chance[found[0]] += weights.like * p * found[1]
        for table in (knowledge.by_source, self._names):
            for cause, p in table.get(feature, {}).items():
                if (found := self._sources.get(cause)) is not None:
                    chance[found[0]] += self._share[found[0]] * p * found[1]
        if (found := self._copies.get(feature)) is not None:
            chance[found[0]] += weights.kept * found[1]


class _Index:
    """Which segments have a form."""

    def __init__(self, texts: Sequence[Sequence[str]], sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._found: dict[str, _Found] = {}
        for place, forms in enumerate(texts):
            for form in forms:
                if form:
                    counts = self._counts[form]
                    counts[place] = counts.get(place, 0) + 1

    def get(self, form: str) -> _Found | None:
        if (counts := self._counts.get(form)) is None:
            return None
        if (found := self._found.get(form)) is None:
            shares = np.array([count / self._sizes[place] for place, count in counts.items()])
            found = self._found[form] = np.array(list(counts)), shares
        return found


def _spread(rows: Integers, places: Iterable[Sequence[int]], table: Integers) -> None:
    """Put the i-th row at the i-th places of `table`."""
    numbers = [(row, place) for row, each in enumerate(places) for place in each]
    if numbers:
        order, where = np.array(numbers).T
        table[:, where] = rows[:, order]


def _locate(
    texts: Sequence[Sequence[str]], weights: Weights
) -> tuple[dict[str, tuple[Integers, Integers]], dict[str, tuple[Integers, Integers]]]:
    """Form to the segments whose reference has it, with what speaks for its being first, and for its being last."""
    found: tuple[dict[str, dict[int, float]], ...] = (defaultdict(dict), defaultdict(dict))
    for segment, forms in enumerate(texts):
        for place, form in enumerate(forms):
            position = place / max(1, len(forms) - 1)
            found[0][form].setdefault(segment, position)
            found[1][form][segment] = 1 - position
    first, last = (
        {
            form: (
                np.array(list(places)),
                np.array([round(UNIT * weights.edge * max(-1.0, 1 - weights.steep * off)) for off in places.values()]),
            )
            for form, places in each.items()
        }
        for each in found
    )
    return first, last
