"""Make numbered segment pairs of groups of segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mt_eval.types import Kind, Segment, SegmentPair

Group = tuple[Sequence[Segment], Sequence[Segment]]


@dataclass(frozen=True, slots=True)
class AlignedGroup:
    """Sentences that belong together, by their places from 0; one side may be empty."""

    source: tuple[int, ...]
    reference: tuple[int, ...]
    cost: float
    """-log of how likely the group is against unrelated sentences."""


def number_groups(article_pair_id: str, groups: Iterable[Group]) -> list[SegmentPair]:
    """A segment pair for each (source segments, reference segments), numbered from 1; never both sides empty."""
    return [
        SegmentPair(f"{article_pair_id}:{number}", article_pair_id, tuple(source), tuple(reference), kind)
        for number, (source, reference) in enumerate(groups, start=1)
        for kind in (_name_kind(source, reference),)
    ]


def _name_kind(source: Sequence[Segment], reference: Sequence[Segment]) -> Kind:
    if not reference:
        return Kind.SOURCE_ONLY
    return Kind.ALIGNED if source else Kind.REFERENCE_ONLY
