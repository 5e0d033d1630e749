"""chrF and chrF++: F2 of precision and recall over n-grams of characters, and of words.

The columns of a row, in sacrebleu's order:

    chrF      18: for each of 1- to 6-character-grams: in the translation, in the reference, matching
    chrF++    24: the columns of chrF, then the same three for each of 1- and 2-word-grams

Formula and counts are those of sacrebleu 2.6 with its default settings (`metrics/chrf.py`), in the same order of
operations. sacrebleu splits off punctuation, of each word once (`words`); its n-grams are counted by `ngrams`, several
times faster and to the same integers. Tests hold rows against sacrebleu's own, and scores against its command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mt_eval.metrics.metric import Agreement, TextMetric, sign_with_sacrebleu

if TYPE_CHECKING:
    from mt_eval.metrics.chunks import Chunk
    from mt_eval.metrics.metric import Scores, Sums
    from mt_eval.metrics.words import WordTable

_CHARACTER_ORDERS = 6
_BETA = 2
_MARGIN = 0.54
"""Points with which people rank fewer than 60% of pairs the same way (Kocmi et al. 2024); chrF++ moves as chrF does."""


@dataclass(frozen=True, slots=True)
class ChrF(TextMetric):
    """chrF, or chrF++ where words are counted too."""

    word_orders: int = 0

    def count(self, chunk: Chunk) -> Any:
        import numpy as np

        from mt_eval.metrics.ngrams import count_ngrams

        counts = [count_ngrams(_open_characters().gather(chunk.pieces), _CHARACTER_ORDERS)]
        if self.word_orders:
            counts.append(count_ngrams(_open_words().gather(chunk.pieces), self.word_orders))
        return _drop_missing(np.concatenate(counts, axis=1))

    def score_pairs(self, texts: Sequence[str]) -> Scores:
        """`(D, D)` scores of D texts against each other: a row's text is the translation, a column's the reference.

        Each text is cut into n-grams once, not once for every other.
        """
        import numpy as np

        from mt_eval.metrics.pairs import count_pairs
        from mt_eval.metrics.pieces import split_texts

        pieces = split_texts(texts)
        counts = [count_pairs(_open_characters().gather(pieces), _CHARACTER_ORDERS)]
        if self.word_orders:
            counts.append(count_pairs(_open_words().gather(pieces), self.word_orders))
        return self.score(_drop_missing(np.concatenate(counts, axis=-2)))

    def score(self, sums: Sums) -> Scores:
        """F2 (0-100) of precision and recall averaged over the n-gram orders that both sides are long enough to have.

        Popović 2015 and 2017; the averaging is that of sacrebleu without `eps_smoothing`, its default.
        """
        import numpy as np

        counts = np.asarray(sums, dtype=np.float64)
        precision = np.zeros(counts.shape[:-1])
        recall = np.zeros(counts.shape[:-1])
        orders = np.zeros(counts.shape[:-1])
        for first in range(0, counts.shape[-1], 3):
            in_translation, in_reference, matching = (counts[..., first + column] for column in range(3))
            both = (in_translation > 0) & (in_reference > 0)
            precision = precision + np.divide(matching, in_translation, out=np.zeros(both.shape), where=both)
            recall = recall + np.divide(matching, in_reference, out=np.zeros(both.shape), where=both)
            orders = orders + both

        precision = precision / np.maximum(orders, 1)
        recall = recall / np.maximum(orders, 1)
        weight = _BETA**2
        denominator = weight * precision + recall
        scores = np.divide(
            (1 + weight) * precision * recall, denominator, out=np.zeros(denominator.shape), where=denominator > 0
        )
        return 100 * scores

    def sign(self) -> str:
        return sign_with_sacrebleu(self._build())

    def _build(self) -> Any:
        from sacrebleu.metrics.chrf import CHRF

        return CHRF(word_order=self.word_orders)


@cache
def _open_characters() -> WordTable:
    """Characters, white space left out."""
    from mt_eval.metrics.words import WordTable

    return WordTable(list)


@cache
def _open_words() -> WordTable:
    """Words with the mark at an end of them as a word of its own."""
    from sacrebleu.metrics.chrf import CHRF

    from mt_eval.metrics.words import WordTable

    return WordTable(CHRF()._remove_punctuation)


def _drop_missing(counts: Any) -> Any:
    """`(..., orders, 3)` counts as rows. An order that the reference is too short to have does not count against the
    translation."""
    counts[..., 0][counts[..., 1] == 0] = 0
    return counts.reshape(*counts.shape[:-2], -1)


CHRF = ChrF(
    "chrF",
    3 * _CHARACTER_ORDERS,
    margin=_MARGIN,
    agreement=Agreement(93.0, 1.115),
    spread=3.8,
    meaning="How many short pieces of words a translation shares with its reference. 0 is nothing, 100 the same text.",
)
CHRF_PLUS_PLUS = ChrF(
    "chrF++",
    3 * (_CHARACTER_ORDERS + 2),
    margin=_MARGIN,
    word_orders=2,
    spread=3.8,
    meaning="How many short pieces of words, words and pairs of words a translation shares with its reference. 0 is "
    "nothing, 100 the same text.",
)
