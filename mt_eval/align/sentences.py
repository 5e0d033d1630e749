"""Alignment of sentences that are of no article."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.align.content import Alignment, SegmentedPair, align_by_content
from mt_eval.align.groups import AlignedGroup
from mt_eval.errors import AlignmentError
from mt_eval.languages.letters import is_blank
from mt_eval.types import Segment


def align_sentences(
    source: Sequence[str], reference: Sequence[str], source_lang: str, reference_lang: str
) -> tuple[AlignedGroup, ...]:
    """Groups of sentences that belong together, in reading order.

    Raises:
        AlignmentError: A sentence is empty.
    """
    pair = SegmentedPair("sentences", _number("source", source), _number("reference", reference))
    return list_groups(align_by_content([pair], source_lang, reference_lang)[0])


def list_groups(alignment: Alignment) -> tuple[AlignedGroup, ...]:
    """The groups of an alignment by the places of their segments."""
    groups = []
    i = j = 0
    for pair, cost in zip(alignment.pairs, alignment.costs, strict=True):
        ours, theirs = i + len(pair.source), j + len(pair.reference)
        groups.append(AlignedGroup(tuple(range(i, ours)), tuple(range(j, theirs)), cost))
        i, j = ours, theirs
    return tuple(groups)


def _number(side: str, sentences: Sequence[str]) -> tuple[Segment, ...]:
    for place, text in enumerate(sentences):
        if is_blank(text):
            raise AlignmentError(f"{side} sentence {place} is empty, expected text; leave it out")
    return tuple(Segment(f"{side}:{place}", side, 0, len(text), text) for place, text in enumerate(sentences))
