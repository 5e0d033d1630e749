"""Alignment of texts that are line-parallel already, and of those that have nothing to be aligned with."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.align.groups import Group, number_groups
from mt_eval.errors import AlignmentError
from mt_eval.types import Segment, SegmentPair


def pair_by_line(article_pair_id: str, source: Sequence[Segment], reference: Sequence[Segment]) -> list[SegmentPair]:
    """Pair the i-th source segment with the i-th reference segment.

    Both sides hold N segments of one article in reading order. Nothing is merged, dropped or padded; a segment without
    text leaves its side of the pair empty.

    Raises:
        AlignmentError: The sides differ in number, or both segments of a pair are empty.
    """
    if len(source) != len(reference):
        raise AlignmentError(
            f"article pair {article_pair_id}: {len(source)} source lines but {len(reference)} reference lines, "
            "expected as many on both sides; mend the files so that their i-th lines belong together"
        )
    groups: list[Group] = []
    for number, (one, other) in enumerate(zip(source, reference, strict=True), start=1):
        if not one.text and not other.text:
            raise AlignmentError(
                f"article pair {article_pair_id} line {number}: is empty on both sides, expected text on one at least; "
                "delete the line on both sides"
            )
        groups.append(((one,) if one.text else (), (other,) if other.text else ()))
    return number_groups(article_pair_id, groups)


def leave_alone(article_pair_id: str, source: Sequence[Segment]) -> list[SegmentPair]:
    """A pair without a reference for each of N source segments, none of which is empty."""
    return number_groups(article_pair_id, [((segment,), ()) for segment in source])
