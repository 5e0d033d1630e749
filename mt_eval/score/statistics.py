"""What sacrebleu counts: sufficient statistics of every unit, and the signature of every metric.

sacrebleu splits texts into words and finds edits; n-grams are counted by `ngrams`, several times faster and to the same
integers. sacrebleu's methods for this are not public, so this module is the only one that calls them, and tests hold
every row against its own statistics, and the scores against its command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mt_eval.score.ngrams import count_ngrams, gather_characters, gather_words

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

COLUMNS = {"chrF++": 24, "chrF": 18, "BLEU-intl": 10, "BLEU-13a": 10, "TER": 2}
"""Metric to K, the number of its sufficient statistics (`corpus` names them)."""

_CHUNK_CHARACTERS = 2**16
"""Text whose n-grams are in memory at once; what fits into a processor's cache is fastest."""

_KEPT_LINES = 2**13
"""Tokenised lines worth keeping for the next system with the same references."""


def count_statistics(
    metrics: Sequence[str], translations: Sequence[str], references: Sequence[str]
) -> dict[str, npt.NDArray[np.int32]]:
    """Metric to its `(N, K)` sufficient statistics, one row per translation and its reference.

    N translations beside N references, each one line. Memory does not grow with N but for the result.

    Raises:
        ValueError: The sides differ in number (sacrebleu would drop the rest of the longer one).
    """
    if len(translations) != len(references):
        raise ValueError(f"{len(translations)} translations cannot be scored against {len(references)} references")
    counted = {
        metric: _count(metric, translations, references)
        for metric in metrics
        if not (metric == "chrF" and "chrF++" in metrics)
    }
    if "chrF" in metrics and "chrF++" in metrics:
        # chrF++ counts what chrF counts, then words: its first columns are those of chrF.
        counted["chrF"] = counted["chrF++"][:, : COLUMNS["chrF"]]
    return {metric: counted[metric] for metric in metrics}


def sign(metric: str) -> str:
    """sacrebleu's full signature of `metric` against one reference, as its command prints it without the name."""
    scorer = _build_metric(metric)
    # A signature names the number of references, which sacrebleu learns from the first corpus it sees.
    scorer.num_refs = 1
    return scorer.get_signature().format()


def _count(metric: str, translations: Sequence[str], references: Sequence[str]) -> npt.NDArray[np.int32]:
    scorer = _build_metric(metric)
    rows = np.empty((len(translations), COLUMNS[metric]), dtype=np.int32)
    for chunk in _cut_chunks(translations, references):
        sides = translations[chunk], references[chunk]
        match metric.partition("-")[0]:
            case "chrF" | "chrF++":
                rows[chunk] = _count_chrf(scorer, *sides)
            case "BLEU":
                rows[chunk] = _count_bleu(scorer, *sides)
            case _:
                rows[chunk] = scorer._extract_corpus_statistics(sides[0], [sides[1]])
    return rows


def _count_chrf(scorer: Any, translations: Sequence[str], references: Sequence[str]) -> npt.NDArray[np.int64]:
    """Rows of chrF or chrF++: character n-grams, then n-grams of words with the punctuation split off their ends."""
    counts = [count_ngrams(gather_characters(translations), gather_characters(references), scorer.char_order)]
    if scorer.word_order:
        vocabulary: dict[str, int] = {}
        # A reference stands beside the translation of every system that is compared.
        split = {text: scorer._remove_punctuation(text) for text in {*translations, *references}}
        words, reference_words = (
            gather_words([split[text] for text in texts], vocabulary) for texts in (translations, references)
        )
        counts.append(count_ngrams(words, reference_words, scorer.word_order))
    rows = np.concatenate(counts, axis=1)
    # An order that the reference is too short to have does not count against the translation.
    rows[:, :, 0][rows[:, :, 1] == 0] = 0
    return rows.reshape(len(rows), -1)


def _count_bleu(scorer: Any, translations: Sequence[str], references: Sequence[str]) -> npt.NDArray[np.int64]:
    vocabulary: dict[str, int] = {}
    words, reference_words = (
        gather_words([scorer._preprocess_segment(text).split() for text in texts], vocabulary)
        for texts in (translations, references)
    )
    _forget_lines(scorer.tokenizer)
    counts = count_ngrams(words, reference_words, scorer.max_ngram_order)
    return np.column_stack([words.lengths, reference_words.lengths, counts[:, :, 2], counts[:, :, 0]])


def _forget_lines(tokenizer: Any) -> None:
    """Bound what sacrebleu keeps: the last 65,536 lines it tokenised, `13a` twice, more than 100 MB of long ones."""
    for each in (tokenizer, getattr(tokenizer, "_post_tokenizer", tokenizer)):
        tokenize: Any = type(each).__call__
        if tokenize.cache_info().currsize > _KEPT_LINES:
            tokenize.cache_clear()


def _cut_chunks(translations: Sequence[str], references: Sequence[str]) -> Iterator[slice]:
    """Slices that together cover all N units, each of one unit or of not too many characters."""
    start = characters = 0
    for index, (translation, reference) in enumerate(zip(translations, references, strict=True)):
        size = len(translation) + len(reference)
        characters += size
        if index > start and characters > _CHUNK_CHARACTERS:
            yield slice(start, index)
            start, characters = index, size
    if start < len(references):
        yield slice(start, len(references))


def _build_metric(metric: str) -> Metric:
    # Imported here so that whoever only needs sums and resamples does not pay for sacrebleu.
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    match metric:
        case "chrF++":
            return CHRF(word_order=2)
        case "chrF":
            return CHRF()
        case "BLEU-intl" | "BLEU-13a":
            # `force` silences a guess, printed to stderr, that the text is tokenised; it changes no number.
            return BLEU(tokenize=metric.removeprefix("BLEU-"), force=True)
        case "TER":
            return TER()
        case _:
            raise ValueError(f"no metric {metric!r}; known are {', '.join(COLUMNS)}")
