"""BLEU: matching n-grams of words, 1 to 4 of them, with a penalty for brevity.

The 10 columns of a row, in sacrebleu's order: translation length, reference length, matching 1- to 4-grams, 1- to
4-grams of the translation.

Formula and counts are those of sacrebleu 2.6 with its default settings (`metrics/bleu.py`), in the same order of
operations. sacrebleu splits texts into words, each piece between white space once (`words`); n-grams are counted by
`ngrams`, several times faster and to the same integers. Tests hold rows against sacrebleu's own, and scores against its
command.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mt_eval.metrics.metric import Agreement, TextMetric, sign_with_sacrebleu

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from mt_eval.metrics.chunks import Chunk
    from mt_eval.metrics.metric import Scores, Sums
    from mt_eval.metrics.words import WordTable

_ORDERS = 4
_LOG_OF_ZERO = -9999999999.0
"""What sacrebleu's `my_log` takes for the logarithm of 0."""
_BARE_ENDS = {"intl"}
"""Tokenizers that put no white space around a line, so that its first and last word may be cut otherwise."""
_CUT = {"13a": r"[!-/:-@\[-`{-~]", "intl": r"[\p{P}\p{S}]"}
"""Tokenizer to a pattern of the characters at which it cuts or replaces something: ASCII's marks, Unicode's punctuation
and symbols. Three of four words of news have none, and finding that out is twenty times as fast as the tokenizer."""
_KEPT_LINES = 2**10
"""What sacrebleu keeps of what it cut: little, since no word is given to it twice."""


@dataclass(frozen=True, slots=True)
class BLEU(TextMetric):
    """BLEU (0-100) with exponential smoothing, sacrebleu's default.

    Papineni et al. 2002; smoothing as in mteval-v13a.pl, method 3 of Chen and Cherry 2014.
    """

    columns: int = 2 + 2 * _ORDERS
    counts_words: bool = True
    margin: float = 0.78
    """Points with which people rank fewer than 60% of pairs the same way (Kocmi et al. 2024)."""
    tokenizer: str = ""

    def count(self, chunk: Chunk) -> Any:
        import numpy as np

        from mt_eval.metrics.ngrams import count_ngrams

        words = _open_words(self.tokenizer).gather(chunk.pieces)
        counts = count_ngrams(words, _ORDERS)
        return np.column_stack([*np.split(words.lengths, 2), counts[:, :, 2], counts[:, :, 0]])

    def score(self, sums: Sums) -> Scores:
        return _score_exactly(sums)

    def score_segments(self, rows: Sums) -> Scores:
        """As sacrebleu scores single segments: without the n-gram orders that a translation is too short to have."""
        return _score_exactly(rows, effective_order=True)

    def score_resamples(self, sums: Sums) -> Scores:
        import numpy as np

        parts = _divide(sums)
        total = np.zeros(parts.matches.shape)
        for precision, reached in zip(parts.precisions, parts.reached, strict=True):
            total += np.where(reached, np.log(precision), _LOG_OF_ZERO)
        scores: Scores = np.where(parts.matches, np.exp(parts.penalties) * np.exp(total / _ORDERS), 0.0)
        return scores

    def sign(self) -> str:
        return sign_with_sacrebleu(self._build())

    def _build(self) -> Any:
        return _build(self.tokenizer)


def _build(tokenizer: str) -> Any:
    from sacrebleu.metrics.bleu import BLEU

    # `force` silences a guess, printed to stderr, that the text is tokenised; it changes no number.
    return BLEU(tokenize=tokenizer, force=True)


@cache
def _open_words(tokenizer: str) -> WordTable:
    """The words that a tokenizer of sacrebleu cuts."""
    import regex

    from mt_eval.metrics.words import WordTable

    scorer = _build(tokenizer)
    find_marks = regex.compile(_CUT[tokenizer]).search

    def cut(line: str) -> list[str]:
        if find_marks(line) is None:
            return line.split()
        words: list[str] = scorer.tokenizer(line).split()
        _forget_lines(scorer.tokenizer)
        return words

    return WordTable(cut, ends_differ=tokenizer in _BARE_ENDS)


BLEU_INTL = BLEU(
    "BLEU-intl",
    tokenizer="intl",
    spread=5.1,
    meaning="How many runs of one to four words a translation shares with its reference. 0 is nothing, 100 the "
    "same text. Marks are cut from words in every script.",
)
BLEU_13A = BLEU(
    "BLEU-13a",
    tokenizer="13a",
    agreement=Agreement(88.4, 0.963),
    spread=5.1,
    meaning="BLEU as most papers have it: only Latin marks are cut from words, Arabic ones count as letters.",
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What BLEU is made of, for sums of shape `(..., 10)`: arrays of shape `(...)`."""

    precisions: tuple[npt.NDArray[np.float64], ...]
    """Per order the smoothed precisions in percent; 1 where the order is not reached."""
    reached: tuple[npt.NDArray[np.bool_], ...]
    """Per order whether the translations are long enough to have such n-grams."""
    penalties: npt.NDArray[np.float64]
    """Logarithms of the penalty for brevity."""
    matches: npt.NDArray[np.bool_]
    """Whether anything matches."""


def _divide(sums: Sums) -> _Parts:
    """All of BLEU that is sums, products and ratios, which come out the same on every processor."""
    import numpy as np

    counts = np.asarray(sums, dtype=np.float64)
    length, reference_length = counts[..., 0], counts[..., 1]
    smoothing = np.ones(length.shape)
    reached = np.ones(length.shape, dtype=bool)
    matches = np.zeros(length.shape, dtype=bool)
    all_precisions, all_reached = [], []
    for n in range(_ORDERS):
        matching, total = counts[..., 2 + n], counts[..., 2 + _ORDERS + n]
        reached = reached & (total > 0)
        missed = reached & (matching == 0)
        smoothing = np.where(missed, smoothing * 2, smoothing)
        precision = np.where(missed, 100.0, 100.0 * matching)
        precision /= np.where(missed, smoothing * total, np.maximum(total, 1))
        all_precisions.append(np.where(reached, precision, 1.0))
        all_reached.append(reached)
        matches = matches | (reached & (matching > 0))
    ratio = np.divide(reference_length, length, out=np.full(length.shape, np.inf), where=length > 0)
    penalties = np.where(length < reference_length, 1 - ratio, 0.0)
    return _Parts(tuple(all_precisions), tuple(all_reached), penalties, matches)


def _score_exactly(sums: Sums, *, effective_order: bool = False) -> Scores:
    """Scores to the last digit of sacrebleu's, on every processor.

    numpy has its own logarithm and exponential function for processors with AVX-512, which round otherwise than those
    of the C library that sacrebleu uses. `effective_order` leaves out the orders that are not reached.
    """
    import numpy as np

    parts = _divide(sums)
    rows = zip(
        np.stack(parts.precisions, axis=-1).reshape(-1, _ORDERS).tolist(),
        np.sum(parts.reached, axis=0).ravel().tolist(),
        parts.penalties.ravel().tolist(),
        parts.matches.ravel().tolist(),
        strict=True,
    )
    scores = [_score_row(*row, effective_order) if row[-1] else 0.0 for row in rows]
    return np.array(scores, dtype=np.float64).reshape(parts.matches.shape)


def _score_row(precisions: list[float], reached: int, penalty: float, matches: bool, effective_order: bool) -> float:
    logs = [math.log(precision) for precision in precisions[:reached]]
    if not effective_order:
        logs += [_LOG_OF_ZERO] * (_ORDERS - reached)
    # `sum` as in sacrebleu: since Python 3.12 it adds floats with fewer rounding errors than a loop does.
    return math.exp(penalty) * math.exp(sum(logs) / len(logs))


def _forget_lines(tokenizer: Any) -> None:
    """Bound what sacrebleu keeps: the last 65,536 lines it tokenised, `13a` twice."""
    for each in (tokenizer, getattr(tokenizer, "_post_tokenizer", tokenizer)):
        tokenize: Any = type(each).__call__
        if tokenize.cache_info().currsize > _KEPT_LINES:
            tokenize.cache_clear()
