"""What the words of a source say about the words of its translation, for whoever compares the two."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from mt_eval.align.lexicon import Lexicon, Table, learn_one_way, merge_lexicons, read_lexicon
from mt_eval.align.weights import Weights
from mt_eval.align.words import list_words
from mt_eval.languages import arabic
from mt_eval.languages.names import list_names, match_names

Group = tuple[AbstractSet[str], AbstractSet[str]]

_MOST_GROUPS = 2000
"""Groups that are learned from; of more, some evenly chosen. Memory grows with the squares of their sizes."""
_FEWEST_GROUPS = 2


class WordBridge:
    """The lexicon of two languages, that of a run's texts, and names across scripts."""

    def __init__(self, source_lang: str, target_lang: str, weights: Weights | None = None) -> None:
        self._langs = source_lang, target_lang
        self._weights = weights or Weights()
        self._known = read_lexicon(source_lang, target_lang, self._weights.known)

    def read(self, source: str) -> frozenset[str]:
        """The words of a source text in the form in which the lexicon has them."""
        return list_words(source, self._langs[0])

    def learn_crossing(self, groups: Sequence[Group]) -> Table:
        """Target words to the source words that may have brought them, with their chances.

        Learned from source and target words that say the same; the words that come with mt-eval are in it too.
        """
        return merge_lexicons(self._known, Lexicon({}, self.learn_within(groups))).of_reference

    def learn_within(self, groups: Sequence[Group]) -> Table:
        """Words of the second sides to the words of the first sides that may have brought them, with their chances."""
        weights = self._weights
        groups = _drop_rare(groups[:: -(-len(groups) // _MOST_GROUPS) or 1])
        return learn_one_way(groups, iterations=weights.iterations, discount=weights.discount)

    def match_names(self, sources: Sequence[str], output: str) -> Table:
        """Words of the output to words of the sources that may be the same name, with their chances."""
        source, weights = " ".join(sources), self._weights
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for (text, lang), other, is_source in (
            ((source, self._langs[0]), output, True),
            ((output, self._langs[1]), source, False),
        ):
            names, words = list_names(text, lang), arabic.list_words(other)
            matched = match_names(sorted(names), words, weights.name_by_sounds, weights.name_nearly)
            for name, spelt in matched.items():
                for word, chance in sorted(spelt.items()):
                    form, cause = (arabic.stem(word), name) if is_source else (name, arabic.stem(word))
                    found[form][cause] = max(chance, found[form].get(cause, 0.0))
        return dict(found)


def _drop_rare(groups: Sequence[Group]) -> list[Group]:
    """`groups` without the words that only one of them has, of which nothing is learned."""
    counts = [Counter(word for group in groups for word in group[side]) for side in (0, 1)]
    kept = [frozenset(word for word, count in each.items() if count >= _FEWEST_GROUPS) for each in counts]
    return [(source & kept[0], target & kept[1]) for source, target in groups]
