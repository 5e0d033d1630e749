"""Two lists of segments become segment pairs: line by line, by a hand-made alignment, or by content.

Every segment of both sides ends up in exactly one pair, in reading order on both sides. Alignment looks at source and
reference only, so it is the same for every system.
"""

from __future__ import annotations

from mt_eval.align.content import Alignment, SegmentedPair, align_by_content, pair_by_content
from mt_eval.align.gold import GoldRow, Span, locate_gold, pair_by_gold, parse_gold, read_gold
from mt_eval.align.lines import leave_alone, pair_by_line

__all__ = [
    "Alignment",
    "GoldRow",
    "SegmentedPair",
    "Span",
    "align_by_content",
    "leave_alone",
    "locate_gold",
    "pair_by_content",
    "pair_by_gold",
    "pair_by_line",
    "parse_gold",
    "read_gold",
]
