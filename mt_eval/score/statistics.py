"""What sacrebleu counts: sufficient statistics of every unit, and the signature of every metric.

sacrebleu tokenises, counts n-grams and finds edits; nothing of that is done again here. Its methods for the statistics
of a corpus are not public, so this module is the only one that calls them, and tests hold the results against its
public scores and against its command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

COLUMNS = {"chrF++": 24, "chrF": 18, "BLEU-intl": 10, "BLEU-13a": 10, "TER": 2}
"""Metric to K, the number of its sufficient statistics (`corpus` names them)."""

_CHUNK_CHARACTERS = 2**15
"""Text given to sacrebleu at once: it keeps the n-grams of all references of a call in memory."""


def count_statistics(
    metrics: Sequence[str], translations: Sequence[str], references: Sequence[str]
) -> dict[str, npt.NDArray[np.int64]]:
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
        counted["chrF"] = counted["chrF++"][:, : COLUMNS["chrF"]].copy()
    return {metric: counted[metric] for metric in metrics}


def sign(metric: str) -> str:
    """sacrebleu's full signature of `metric` against one reference, as its command prints it without the name."""
    scorer = _build_metric(metric)
    # A signature names the number of references, which sacrebleu learns from the first corpus it sees.
    scorer.num_refs = 1
    return scorer.get_signature().format()


def _count(metric: str, translations: Sequence[str], references: Sequence[str]) -> npt.NDArray[np.int64]:
    scorer = _build_metric(metric)
    rows = np.empty((len(translations), COLUMNS[metric]), dtype=np.int64)
    for chunk in _cut_chunks(references):
        rows[chunk] = scorer._extract_corpus_statistics(translations[chunk], [references[chunk]])
    return rows


def _cut_chunks(references: Sequence[str]) -> Iterator[slice]:
    """Slices that together cover all references, each of one reference or of not too many characters."""
    start = characters = 0
    for index, reference in enumerate(references):
        characters += len(reference)
        if index > start and characters > _CHUNK_CHARACTERS:
            yield slice(start, index)
            start, characters = index, len(reference)
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
