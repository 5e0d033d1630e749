"""TER: edits, shifts of whole phrases among them, per word of the reference.

The 2 columns of a row: edits, reference length. sacrebleu finds the edits (`metrics/ter.py`, version 2.6, with its
default settings).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mt_eval.metrics.metric import TextMetric, sign_with_sacrebleu
from mt_eval.types import Level

if TYPE_CHECKING:
    from mt_eval.metrics.chunks import Chunk
    from mt_eval.metrics.metric import Scores, Sums


@dataclass(frozen=True, slots=True)
class TranslationEditRate(TextMetric):
    """TER: edits per 100 words of the reference; 0 is best and it can exceed 100.

    Snover et al. 2006.
    """

    def count(self, chunk: Chunk) -> Any:
        return self._build()._extract_corpus_statistics(chunk.translations, [chunk.references])

    def score(self, sums: Sums) -> Scores:
        """Against an empty reference any edit counts as 100, none as 0."""
        import numpy as np

        counts = np.asarray(sums, dtype=np.float64)
        edits, reference_length = counts[..., 0], counts[..., 1]
        scores: Scores = 100 * np.where(reference_length > 0, edits / np.maximum(reference_length, 1), edits > 0)
        return scores

    def sign(self) -> str:
        return sign_with_sacrebleu(self._build())

    def _build(self) -> Any:
        from sacrebleu.metrics.ter import TER

        return TER()


# It looks for shifted phrases up to 50 words away, which is meant for sentences; on an article of 50 sentences
# sacrebleu takes a minute for it.
EDIT_RATE = TranslationEditRate(
    "TER",
    2,
    lower_is_better=True,
    highest=math.inf,
    levels=(Level.SEGMENT,),
    counts_words=True,
    meaning="How many words would have to be changed, moved, added or taken away, in percent of the reference. Lower "
    "is better.",
)
