"""Scores of texts that no run was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mt_eval.errors import DataError
from mt_eval.languages.letters import is_blank
from mt_eval.score.scored import score_translations
from mt_eval.types import Kind, Score, Segment, SegmentPair, Translation

if TYPE_CHECKING:
    from mt_eval.config import MetricsConfig


def score_texts(
    translations: Sequence[str],
    references: Sequence[str],
    lang: str,
    metrics: MetricsConfig,
    documents: Sequence[str] | None = None,
) -> tuple[Score, ...]:
    """Scores of N translations beside N references; a pair with an empty reference does not count.

    Args:
        documents: The document of each segment, those of one together; all are of one document if there are none.

    Raises:
        DataError: The sides differ in number, a document's segments are apart, or no reference has text.
    """
    names = ["texts"] * len(references) if documents is None else list(documents)
    for what, sequence in (("translations", translations), ("documents", names)):
        if len(sequence) != len(references):
            raise DataError(
                f"there are {len(sequence)} {what} and {len(references)} references, expected as many of both"
            )
    if all(map(is_blank, references)):
        raise DataError("no reference has text, expected one at least")
    pairs = [_make_pair(*each) for each in enumerate(zip(names, references, strict=True), start=1)]
    made = [Translation(pair.id, text) for pair, text in zip(pairs, translations, strict=True)]
    return score_translations(pairs, made, lang, metrics, alignment="lines").scores


def _make_pair(number: int, named: tuple[str, str]) -> SegmentPair:
    document, text = named
    # What was translated does not matter to a score; that something was does.
    source = Segment(f"{document}:{number}.source", document, 0, 0, "")
    reference = Segment(f"{document}:{number}", document, 0, len(text), text)
    has_text = not is_blank(text)
    kind = Kind.ALIGNED if has_text else Kind.SOURCE_ONLY
    return SegmentPair(reference.id, document, (source,), (reference,) if has_text else (), kind)
