"""What the words of an output say about the segment they translate.

A word's chance in the translation of a segment, against its chance in any text of the run: it may be one of the
reference's words, one of the same root, one that often stands for one of them (learned from the run, as between
languages), a translation of one of the source's words, one of the source's words itself, or any word. Pairs of
neighbouring words count likewise, each word by the best of its own evidence and half of its pairs'.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mt_eval.project.cuts import find_foreign
from mt_eval.project.logs import UNIT, Integers, take_log
from mt_eval.project.weights import Weights
from mt_eval.project.words import Word, Words

Table = Mapping[str, Mapping[str, float]]
"""A form to the words that may have brought it, each with the chance that it does."""
_Places = dict[str, dict[int, int]]
"""A form to the segments that have it, with how often."""
_UNSEEN = 1e-5
_NOTHING = -(10**6)


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
    """Evidence of an output's words for each of M segments."""

    def __init__(
        self, targets: Sequence[Target], names: Table, knowledge: Knowledge, lang: str, weights: Weights
    ) -> None:
        """
        Args:
            names: Forms of the output to words of the source that may be the same name.
            lang: The output's language.
        """
        self._segments, self._names, self._knowledge, self._weights = len(targets), names, knowledge, weights
        self._foreign = find_foreign(lang)
        references = [target.reference for target in targets]
        self._singles = _index([text.singles for text in references])
        self._pairs = _index([text.pairs for text in references])
        self._roots = _index([[word.root for word in text.words] for text in references])
        self._sources = _index([sorted(target.source) for target in targets])
        copies = [(*target.source_words.singles, *target.source_words.pairs) for target in targets]
        self._copies = _index(copies)
        self._sizes = _measure([[form for form in text.singles if form] for text in references])
        self._source_sizes = _measure([target.source for target in targets])
        self._copy_sizes = _measure([target.source_words.singles for target in targets])
        self._known = np.array([bool(text.words) for text in references])
        self._share = np.where(self._known, weights.source, weights.source_alone)
        self._first, self._last = _locate(references)
        self._kept: dict[tuple[str, str], Integers | None] = {}

    def weigh(self, text: Words) -> Integers:
        """`(2, T, M)`: logs of how much likelier each of T words is in a segment's translation than in any text.

        First for a good translation, then for a poor one; in `UNIT`s, scaled.
        """
        table = np.zeros((2, len(text.words), self._segments), dtype=np.int64)
        # What is repeated says what it said before.
        repeated = text.find_repeated()
        for place, word in enumerate(text.words):
            if word.form and not repeated[place]:
                table[:, place] = self._weigh_single(word)
        for place, pair in enumerate(text.pairs):
            if not pair or (repeated[place] and repeated[place + 1]):
                continue
            if (row := self._weigh_pair(pair)) is not None:
                np.maximum(table[:, place], row, out=table[:, place])
                np.maximum(table[:, place + 1], row, out=table[:, place + 1])
        scales = [round(UNIT * scale) for scale in (self._weights.scale, self._weights.scale_poor)]
        return np.asarray(table * np.array(scales)[:, None, None] // UNIT)

    def weigh_edges(self, text: Words) -> tuple[Integers, Integers]:
        """`(T, M)` each: what speaks for a translation that begins, and for one that ends, with each of T words."""
        begins, ends = (np.zeros((len(text.words), self._segments), dtype=np.int64) for _ in range(2))
        unit, steep = UNIT * self._weights.edge, self._weights.steep
        for place, form in enumerate(text.singles):
            for segment, position in self._first.get(form, {}).items():
                begins[place, segment] = round(unit * max(-1.0, 1 - steep * position))
            for segment, position in self._last.get(form, {}).items():
                ends[place, segment] = round(unit * max(-1.0, 1 - steep * (1 - position)))
        return begins, ends

    def _weigh_single(self, word: Word) -> Integers:
        """`(2, M)`."""
        key = word.form, word.text if self._foreign.search(word.text) else ""
        if (found := self._kept.get(key)) is not None:
            return found
        weights, knowledge = self._weights, self._knowledge
        frequency = knowledge.singles.get(word.form, _UNSEEN)
        chance = np.zeros(self._segments)
        own = self._singles.get(word.form, {})
        for place, count in own.items():
            chance[place] += weights.same * count / self._sizes[place]
        of_root = frequency / knowledge.roots.get(word.root, _UNSEEN)
        for place, count in self._roots.get(word.root, {}).items():
            if place not in own:
                chance[place] += weights.same * weights.root * of_root * count / self._sizes[place]
        self._add_learned(word.form, chance)
        ratio = chance / frequency
        free = np.ones(self._segments) if key[1] else self._find_free(word.form, frequency)
        row = np.stack([take_log(free + ratio), take_log(1 - weights.thin * (1 - free) + weights.thin * ratio)])
        self._kept[key] = row
        return row

    def _weigh_pair(self, pair: str) -> Integers | None:
        """`(2, M)`, half of the pair's evidence; None where there is none."""
        key = pair, ""
        if key in self._kept:
            return self._kept[key]
        chance = np.zeros(self._segments)
        for place, count in self._pairs.get(pair, {}).items():
            chance[place] += self._weights.same * count / self._sizes[place]
        self._add_learned(pair, chance)
        row = None
        if chance.any():
            ratio = chance / self._knowledge.pairs.get(pair, _UNSEEN)
            row = np.stack([take_log(1 + ratio), take_log(1 + self._weights.thin * ratio)]) // 2
            row[:, chance == 0] = _NOTHING
        self._kept[key] = row
        return row

    def _find_free(self, form: str, frequency: float) -> NDArray[np.float64]:
        """`(M,)`: chance that a word of a good translation is any word, whatever its segment says."""
        weights = self._weights
        bound = weights.same + weights.like + weights.source
        causes = [*self._knowledge.by_source.get(form, {}).values(), *self._names.get(form, {}).values()]
        alone = weights.source_alone * min(1.0, weights.known * max(causes, default=0.0))
        return np.asarray(1 - np.where(self._known, bound, alone) / (1 + weights.frequent * frequency))

    def _add_learned(self, feature: str, chance: NDArray[np.float64]) -> None:
        """Add to the chances of a form or pair those that the source brings, and those that learned words bring."""
        weights = self._weights
        for form, p in self._knowledge.by_reference.get(feature, {}).items():
            for place, count in (self._pairs if " " in form else self._singles).get(form, {}).items():
                chance[place] += weights.like * p * count / self._sizes[place]
        for table in (self._knowledge.by_source, self._names):
            for cause, p in table.get(feature, {}).items():
                for place in self._sources.get(cause, ()):
                    chance[place] += self._share[place] * p / self._source_sizes[place]
        for place, count in self._copies.get(feature, {}).items():
            chance[place] += weights.kept * count / self._copy_sizes[place]


def _index(texts: Sequence[Sequence[str]]) -> _Places:
    found: _Places = defaultdict(dict)
    for place, forms in enumerate(texts):
        for form in forms:
            if form:
                found[form][place] = found[form].get(place, 0) + 1
    return dict(found)


def _measure(texts: Sequence[Sequence[str] | AbstractSet[str]]) -> NDArray[np.float64]:
    return np.array([max(1, len(forms)) for forms in texts], dtype=float)


def _locate(references: Sequence[Words]) -> tuple[dict[str, dict[int, float]], dict[str, dict[int, float]]]:
    """Form to the segments whose reference has it, with the first and the last place there, from 0 to 1."""
    first: dict[str, dict[int, float]] = defaultdict(dict)
    last: dict[str, dict[int, float]] = defaultdict(dict)
    for segment, text in enumerate(references):
        forms = [form for form in text.singles if form]
        for place, form in enumerate(forms):
            position = place / max(1, len(forms) - 1)
            first[form].setdefault(segment, position)
            last[form][segment] = position
    return dict(first), dict(last)
